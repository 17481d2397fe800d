package demo_test

import (
	"bytes"
	"effekt/config"
	"effekt/pipeline"
	"effekt/sources/outcomes"
	"effekt/testdata/demo"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestReports writes every invented report as a workbook and reads it back, for
// a large county and for the one with a single municipality.
func TestReports(t *testing.T) {
	t.Parallel()
	for code, municipalities := range map[string][]string{"24": {"2401", "2403", "2404", "2409", "2417"}, "09": {"0980"}} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			p := county(t, code)
			reports, err := demo.Reports(code, "Länet", municipalities)
			if err != nil {
				t.Fatal(err)
			}
			known := &outcomes.Known{}
			var refused []string
			for _, r := range reports {
				reading := handed(t, p, r, known)
				if reading.Errors() > 0 {
					refused = append(refused, fmt.Sprintf("%s %s: %d", r.Round, r.Unit, reading.Errors()))
					continue
				}
				known.Add(r.Round, reading.Rows...)
			}
			if want := []string{"2026H1 Samhällsplaneringsenheten: 2"}; !slices.Equal(refused, want) {
				t.Errorf("refused: %v, want %v", refused, want)
			}
			believable(t, known)
		})
	}
}

func county(t *testing.T, code string) *pipeline.Pipeline {
	t.Helper()
	c, err := config.Load(config.Embedded, config.Overrides{County: code})
	if err != nil {
		t.Fatal(err)
	}
	return &pipeline.Pipeline{Config: c, Now: func() time.Time { return time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC) }}
}

func handed(t *testing.T, p *pipeline.Pipeline, r demo.Report, known *outcomes.Known) outcomes.Reading {
	t.Helper()
	b, err := p.Intake().Book(r.Round, r.Unit)
	if err != nil {
		t.Fatal(err)
	}
	var book bytes.Buffer
	if err := outcomes.Filled(&book, b, r.Rows); err != nil {
		t.Fatal(err)
	}
	reading, err := outcomes.Read([]outcomes.File{{Name: "rapport.xlsx", Body: book.Bytes()}}, b, known)
	if err != nil {
		t.Fatal(err)
	}
	return reading
}

// believable asks for what the demonstration is to show.
func believable(t *testing.T, known *outcomes.Known) {
	t.Helper()
	units, kinds, activities := map[string]bool{}, map[string]bool{}, map[string]bool{}
	efforts := known.Rows(outcomes.Efforts)
	for _, row := range efforts {
		units[row.Values["enhet"]], kinds[row.Values["insatstyp"]] = true, true
		activities[row.Values["generisk_aktivitet"]] = true
	}
	if len(efforts) != 25 || len(units) != 4 || len(kinds) != 3 || len(activities) != 11 {
		t.Errorf("%d efforts, %d units, %d kinds, %d activities; want 25, 4, 3 and 11", len(efforts), len(units), len(kinds), len(activities))
	}
	for _, row := range efforts {
		if name := row.Values["geografi"]; strings.Contains(name, "{") {
			t.Errorf("%s: geografi %q", row.ID, name)
		}
	}
}
