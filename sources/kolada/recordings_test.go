package kolada

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recorded reads a real body, which is not part of this repository.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "recordings", "kolada-v3", name))
	if os.IsNotExist(err) {
		t.Skip("no recordings here")
	}
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// enveloped puts a recorded list in the envelope that was not recorded.
func enveloped(list []byte) []byte {
	return append(append([]byte(`{"values":`), bytes.TrimSpace(list)...), `,"next_url":null}`...)
}

func TestRecordedN21704(t *testing.T) {
	t.Parallel()
	page := recorded(t, "data-N21704-five-municipalities-2023.json")
	s := &server{answer: func(int, *url.URL, []byte) []byte { return page }}
	d := group{kpis: pinned("N21704"), regions: []string{"0180", "0580", "1280", "1480", "2480"}, years: []int{2023}}
	bodies, came, err := fetch(t.Context(), s.start(t), caller{}, d)
	if err != nil || len(bodies) != 1 || !bytes.Equal(bodies[0], page) {
		t.Fatal("the body is not as recorded", err)
	}
	got, err := rows(t, bodies...)
	if err != nil || len(got) != 15 {
		t.Fatalf("%d rows, %v; want 15", len(got), err)
	}
	// Read in the file by eye.
	want := []string{
		"N21704|2480|2023|T|20.359666|1|",
		"N21704|2480|2023|M|15.756872|1|",
		"N21704|2480|2023|K|23.621399|1|",
	}
	if diff := cmp.Diff(want, got[12:]); diff != "" {
		t.Error("Umeå (-want +got):\n", diff)
	}
	if p := came.problems(d, listed{}, &survey{}); p != nil {
		t.Error(p)
	}
}

// recordedKPIs are the three parts of the whole list, as bodies.
func recordedKPIs(t *testing.T) [][]byte {
	t.Helper()
	var bodies [][]byte
	for part := range 3 {
		name := "kpi-all-6099-2026-03-23.reconstructed.part" + strconv.Itoa(part+1) + ".json"
		bodies = append(bodies, enveloped(recorded(t, name)))
	}
	return bodies
}

func TestRecordedKPIs(t *testing.T) {
	t.Parallel()
	bodies := recordedKPIs(t)
	r := newListReader(from(bodies...), columns(kpiColumns))
	defer r.Release()
	if !r.Next() || r.RecordBatch().NumRows() != 6099 {
		t.Fatal("not 6099 KPIs", r.Err())
	}
	// Counted in the files with grep.
	counts := map[string]int{}
	tally := func(what string, ok bool) {
		if ok {
			counts[what]++
		}
	}
	for _, body := range bodies {
		page, _, err := decodeList(body, columns(kpiColumns))
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range page {
			counts[k["municipality_type"]]++
			tally("by gender", k["is_divided_by_gender"] == "true")
			tally("units", k["has_ou_data"] == "true")
			tally("no period", k["publ_period"] == "")
			tally("no auspice", k["auspice"] == "")
		}
	}
	want := map[string]int{"K": 3649, "L": 1318, "A": 1132, "by gender": 2313, "units": 679, "no period": 734, "no auspice": 97}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error("(-want +got):\n", diff)
	}
}

// TestRecordedTitles asks a server that holds the real lists.
func TestRecordedTitles(t *testing.T) {
	t.Parallel()
	s := &server{areas: objects(t, enveloped(recorded(t, "municipality-all-312-2026-03-23.reconstructed.json"))), perPage: 100}
	for _, body := range recordedKPIs(t) {
		s.kpis = append(s.kpis, objects(t, body)...)
	}
	d := group{
		kpis: []kpi{
			{"N00957", "Ohälsotal, dagar"},
			{"N00401", "Utsläpp till luft av växthusgaser totalt, ton CO2-ekv/inv"},
			{"N07918", "Hushåll med tillgång till eller möjlighet att ansluta till bredband om minst 1 Gbit/s, andel (%)"},
			{"N00999", "Nystartade företag, antal/1000 inv, 16-64 år"},
			{"N00914", "Förvärvsarbetande invånare 20-64 år, andel (%)"},
			{"N00997", "Ginikoefficient, hushållens disponibla inkomster"},
		},
		regions: strings.Fields("0000 0024 2401 2403 2404 2409 2417 2418 2421 2422 2425 2460 2462 2463 2480 2481 2482"),
	}
	m, problems, err := s.start(t).describe(t.Context(), caller{}, d)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.kpis) != 5 || len(m.municipalities) != 312 {
		t.Errorf("%d KPIs and %d regions, want 5 and 312", len(m.kpis), len(m.municipalities))
	}
	if len(problems) != 2 || problems[0].Of != "N00914" || problems[1].Of != "N00997" {
		t.Errorf("problems: %v, want N00914 gone and N00997 renamed", problems)
	}
	if !strings.Contains(problems[1].Text, "Ginikoefficient – hushållens disponibla inkomster, index") {
		t.Error(problems[1])
	}
}

func objects(t *testing.T, body []byte) []map[string]any {
	t.Helper()
	var page struct{ Values []map[string]any }
	if err := json.Unmarshal(body, &page); err != nil {
		t.Fatal(err)
	}
	return page.Values
}
