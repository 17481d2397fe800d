package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"effekt/config"
	"effekt/pipeline/report/document"
	"effekt/pipeline/warehouse"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden reports")

// made is a published file of testdata/published.sql, with more statements after it.
func made(t *testing.T, more string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "published.sql"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.duckdb")
	b, err := warehouse.Create(t.Context(), path, warehouse.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Schemas(t.Context(), "config", "core", "mart", "ops"); err != nil {
		t.Fatal(err)
	}
	if err := b.Use(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.Exec(t.Context(), string(body)+more); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return path
}

// small is the report of that file.
func small(t *testing.T) Report {
	t.Helper()
	f, err := Read(t.Context(), made(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	goals := []config.Goal{
		{Code: "N1", Kind: "national", Name: "Område ett"},
		{Code: "N2", Kind: "national", Name: "Område två"},
		{Code: "N3", Kind: "national", Name: "Område tre"},
		{Code: "V1", Kind: "sustainability", Name: "Eget mål"},
		{Code: "V2", Kind: "sustainability", Name: "Annat mål"},
	}
	r := Report{Figures: f, Year: 2026, Framework: config.Framework{
		Goals: goals, Questions: []config.Question{{Number: 1, Text: "Vad hände?", Who: "alla"}, {Number: 2, Text: "Och sedan?", Who: "ingen"}},
		Codes: map[string][]config.Code{"bedomning": {{Code: "god", Label: "God"}}, "evidens_typ": {{Code: "saknas", Label: "Evidens saknas"}, {Code: "forskning", Label: "Forskning"}}},
	}}
	for _, kind := range kinds() {
		r.Own.Sections = append(r.Own.Sections, Section{Kind: kind.name})
	}
	return r
}

// plainly is a document as text, one block or row a line.
func plainly(d document.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n", d.Banner, d.Title, d.Subtitle)
	for _, block := range d.Blocks {
		switch block := block.(type) {
		case document.Heading:
			fmt.Fprintf(&b, "\n%s %s (%s)\n", strings.Repeat("#", block.Level), block.Text, block.ID)
		case document.Paragraph:
			fmt.Fprintln(&b, flat(block.Text))
		case document.Figure:
			fmt.Fprintf(&b, "[%s] %s\n", block.Caption, block.Alt)
		case document.Table:
			fmt.Fprintf(&b, "| %s\n| %s\n", block.Caption, strings.Join(block.Header, " | "))
			for _, row := range block.Rows {
				for _, cell := range row {
					fmt.Fprintf(&b, "| %s ", cell.Text)
				}
				fmt.Fprintln(&b)
			}
		}
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got): %s", name, diff)
	}
}

// The whole report of a small file, sentence by sentence: it is read before it is
// kept with -update.
func TestGoldenReports(t *testing.T) {
	t.Parallel()
	r := small(t)
	d, err := r.Compose()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "report.txt", plainly(d))
	golden(t, "english.txt", plainly(r.English()))
}

// A column that the report reads and that is gone or renamed stops it, and is named.
func TestMissingColumnIsAnError(t *testing.T) {
	t.Parallel()
	for _, column := range []string{
		"config.setting.synthetic", "config.build.build_id", "core.region.level", "config.indicator.caveats", "config.indicator.balance_above", "config.break.reason",
		"mart.indicator.next_expected", "mart.indicator_value.flags", "mart.indicator_change.change_1y_pct", "mart.indicator_compare.gap", "mart.indicator_trend.says",
		"mart.indicator_trend_since.side", "mart.indicator_spread.median", "mart.revision.cause", "core.freshness.standing", "ops.correction.valid_until",
		"mart.effect_chain.outcome_hidden", "core.effort.granted_sek", "mart.evaluation.lesson", "mart.reporting_status.report_state",
	} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			at := strings.LastIndex(column, ".")
			_, err := Read(t.Context(), made(t, fmt.Sprintf("alter table %s rename column %s to other;", column[:at], column[at+1:])))
			if err == nil || !strings.Contains(err.Error(), column[at+1:]) {
				t.Errorf("without %s: %v", column, err)
			}
		})
	}
}

// So does a number that is missing where there is no word for it.
func TestNullIsNotZero(t *testing.T) {
	t.Parallel()
	_, err := Read(t.Context(), made(t, "update config.indicator set decimals = null where indicator_id = 'jobs';"))
	if err == nil || !strings.Contains(err.Error(), "column decimals: NULL for int") {
		t.Error(err)
	}
}

// A file from before an indicator had its standing lacks more; it is still read,
// and the SQL's own rule says what was overdue.
func TestOlderFile(t *testing.T) {
	t.Parallel()
	f, err := Read(t.Context(), made(t, `alter table mart.indicator drop column standing; drop table core.freshness; drop table ops.correction; drop table mart.indicator_trend_since;
		alter table config.indicator drop column additive; alter table config.indicator drop column balance; alter table mart.effect_chain drop column outcome_hidden;
		alter table config.indicator drop column target_value; alter table mart.indicator_trend drop column says; alter table config.indicator drop column label_en;`))
	if err != nil {
		t.Fatal(err)
	}
	r := Report{Figures: f, Year: 2026}
	late := map[string]string{}
	for _, i := range f.Indicators {
		late[i.ID] = r.late(i)
		if i.LabelEN != "" || i.Aim != nil || i.Balance != nil || i.Since != nil {
			t.Errorf("%s has what the file lacks", i.ID)
		}
	}
	if diff := cmp.Diff(map[string]string{"gap": "", "jobs": "underlaget är försenat: nytt värde väntades 2026-05-01", "life": "", "none": ""}, late); diff != "" {
		t.Error(diff)
	}
	if f.Corrections != nil || f.Outcomes.Chain[0].Hidden || len(f.Indicators[1].Trend) != 1 || f.Indicators[1].Trend[0].says() != "up" {
		t.Errorf("%+v", f.Outcomes.Chain[0])
	}
}

// Every form of the report can be made of the file, each with the banner of
// invented figures.
func TestForms(t *testing.T) {
	t.Parallel()
	r := small(t)
	d, err := r.Compose()
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]document.Document{"sv": d, "en": r.English()} {
		var page, word bytes.Buffer
		if err := d.HTML(&page); err != nil || !strings.Contains(page.String(), "SYNTETISKA DEMODATA") {
			t.Errorf("%s: page: %v", name, err)
		}
		if err := d.DOCX(&word); err != nil || word.Len() == 0 {
			t.Errorf("%s: Word file: %v", name, err)
		}
	}
}
