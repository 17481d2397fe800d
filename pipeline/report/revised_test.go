package report

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/pipeline/edition"
	"effekt/pipeline/report/document"

	"github.com/google/go-cmp/cmp"
)

func texts(block document.Block) (all []string) {
	switch block := block.(type) {
	case document.Paragraph:
		return []string{flat(block.Text)}
	case document.Table:
		for _, row := range block.Rows {
			var cells []string
			for _, cell := range row {
				cells = append(cells, cell.Text)
			}
			all = append(all, strings.Join(cells, " | "))
		}
	}
	return all
}

// What has changed since an edition: conclusions in words, the county's figures with
// the cause that a build noted after it, and nothing of other regions.
func TestRevisedSinceAnEdition(t *testing.T) {
	t.Parallel()
	frozen := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	old, fresh := 74.0, 75.5
	difference := func(indicator, region string, year int) edition.Difference {
		return edition.Difference{Indicator: indicator, Region: region, Year: year, Sex: "total", Old: &old, New: &fresh}
	}
	r := grown()
	r.Revisions = []Revision{
		{of: of{"jobs"}, Sex: "total", Year: 2025, Cause: "source", Noted: frozen.AddDate(0, -1, 0)},
		{of: of{"jobs"}, Sex: "total", Year: 2024, Cause: "definition", Noted: frozen.AddDate(0, 1, 0)},
	}
	r.Since = &Since{Edition: "var", Frozen: frozen, Diff: edition.Diff{
		Conclusions: []edition.Conclusion{
			{Indicator: "jobs", Year: 2025, Sex: "total", Kind: "rank", Old: "3 of 21", New: "2 of 21"},
			{Indicator: "jobs", Sex: "women", Kind: "direction", Old: "flat", New: "up"},
			{Indicator: "unknown", Sex: "total", Kind: "rank", Old: "1 of 21", New: "2 of 21"},
		},
		Revised:   []edition.Difference{difference("jobs", "24", 2025), difference("jobs", "25", 2025)},
		Withdrawn: []edition.Difference{difference("jobs", "24", 2024)},
	}}
	blocks := r.revised()
	if diff := cmp.Diff([]string{"Jämfört med utgåvan var, fryst 2026-03-01."}, texts(blocks[1])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Jobb | 2025 | totalt | plats bland länen | 3 av 21 | 2 av 21", "Jobb | – | kvinnor | utvecklingen | i stort sett oförändrat | ökat"}, texts(blocks[2])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Jobb | 2025 | totalt | 74,0 | 75,5 | inte antecknad", "Jobb | 2024 | totalt | 74,0 | 75,5 | omräknat här"}, texts(blocks[3])); diff != "" {
		t.Error(diff)
	}
}

// A cause is told in words, and a withdrawn figure as such.
func TestCause(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]Revision{
		"källan har reviderat": {Cause: "source"},
		"rättat här":           {Cause: "correction"},
		"källan har reviderat och beräkningen ändrats": {Cause: "source_and_definition"},
		"omräknat här, värdet återkallat":              {Cause: "definition", Kind: "withdrawn"},
	} {
		if got := cause(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// report.toml is refused with what is wrong in it, and where.
func TestReadOwn(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"[[section]]\nkind = \"summary\"\n":                "",
		"[[section]]\nkind = \"charts\"\n":                 `section 1: kind "charts": want text, summary, areas, goals, allocation, questions, missing, revised or method`,
		"[[section]]\nkind = \"text\"\n":                   "section 1: a text, and only a text, has a file",
		"[[section]]\nkind = \"goals\"\nfile = \"a.md\"\n": "section 1: a text, and only a text, has a file",
		"[[section]]\nkinds = \"goals\"\n":                 "2| kinds = ",
		"[[section]\n":                                     "1| [[section]",
	} {
		_, err := ReadOwn(fstest.MapFS{"report.toml": {Data: []byte(body)}})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
	if _, err := ReadOwn(fstest.MapFS{}); err == nil {
		t.Error("no report.toml")
	}
}

// A text outside of its folder is not read, nor one that is too long.
func TestTextFiles(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"report/long.md": {Data: make([]byte, maxText+1)}, "secret.md": {Data: []byte("x")}}
	for _, name := range []string{"../secret.md", "a/b.md", "gone.md", "long.md"} {
		if _, err := (Own{files: files}).text(Report{}, Section{Kind: "text", File: name}); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
