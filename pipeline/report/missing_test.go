package report

import (
	"strings"
	"testing"
	"time"

	"effekt/pipeline/report/document"
)

// missingOf is what the section on what is missing says of one indicator, reason
// by reason, and of the data sets.
func missingOf(i Indicator, datasets ...Dataset) string {
	value := 1.0
	i.Label = "Indikatorn"
	if i.State != "absent" {
		i.Values = []Value{{Region: "24", Level: "county", Sex: "total", Year: 2023, Value: &value}}
	}
	r := Report{Figures: Figures{
		County: "24", Indicators: []Indicator{i}, Datasets: datasets, Built: time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC),
	}}
	blocks := r.missing()
	blocks = blocks[:len(blocks)-1] // who owes a report is another matter
	said := []string{cells(blocks, 1) + " " + cells(blocks, 2)}
	for _, block := range blocks {
		if p, ok := block.(document.Paragraph); ok {
			for _, run := range p.Text {
				said = append(said, run.Text)
			}
		}
	}
	return strings.TrimSpace(strings.Join(said, "\n"))
}

// What is late is told by its standing, whatever day the next value was expected;
// a day that has not come is not told, and a failure hides no delay.
func TestWhatIsLateIsTold(t *testing.T) {
	t.Parallel()
	past, ahead := time.Date(2025, 11, 30, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	const fine = "Alla indikatorer har hämtats så som källorna har dem."
	for want, i := range map[string]Indicator{
		fine: {State: "current", Standing: "ok", Expected: past},
		"2023 underlaget är försenat: nytt värde väntades 2025-11-30":              {State: "current", Standing: "overdue", Expected: past},
		"2023 underlaget ser ut att ha frusit: nytt värde väntades 2025-11-30":     {State: "current", Standing: "frozen", Expected: past},
		"2023 underlaget ser ut att ha frusit":                                     {State: "current", Standing: "frozen", Expected: ahead},
		"2023 underlaget fortsätter inte enligt SCB":                               {State: "current", Standing: "discontinued", Expected: past},
		"2023 a: HTTP 503; underlaget är försenat: nytt värde väntades 2025-11-30": {State: "old", Reason: "a: HTTP 503", Standing: "overdue", Expected: past},
		"2023 a: HTTP 503": {State: "old", Reason: "a: HTTP 503", Standing: "ok", Expected: ahead},
		"– inget värde för länet; underlaget är försenat": {State: "absent", Reason: "inget värde för länet", Standing: "overdue"},
		"2023 avstängd": {State: "off", Reason: "avstängd", Standing: "frozen", Expected: past},
	} {
		if got := missingOf(i); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A table is called by its id, a KPI of a group by its own: the others of the group
// have not stopped.
func TestWhatHasStoppedIsTold(t *testing.T) {
	t.Parallel()
	got := missingOf(Indicator{State: "current", Standing: "ok"},
		Dataset{Name: "a", Table: "TAB1", Title: "Tabellen", Error: "HTTP 503", Series: []Series{{LastPeriod: "2020", Standing: "frozen"}}},
		Dataset{Name: "b", Title: "Hälsa", Series: []Series{{"b", "N00001", "2021", "frozen"}, {"b", "N00002", "2025", "ok"}, {"b", "N00003", "2023", "overdue"}}})
	want := strings.Join([]string{
		"Alla indikatorer har hämtats så som källorna har dem.",
		"Serien Tabellen (TAB1) ser ut att ha frusit: den senaste perioden är 2020.",
		"Datamängden a kunde inte uppdateras: HTTP 503. De senaste goda siffrorna används.",
		"Serien N00001 i Hälsa ser ut att ha frusit: den senaste perioden är 2021.",
	}, "\n")
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
