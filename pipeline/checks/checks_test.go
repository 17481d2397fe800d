package checks

import (
	"errors"
	"strings"
	"testing"

	effektsql "effekt/sql"
)

func TestAllGivesEveryTableItsGrain(t *testing.T) {
	t.Parallel()
	l, err := effektsql.Read(effektsql.Files)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, c := range All(l, map[string]bool{"mart.indicator_value": true, "mart.indicator": true}) {
		names[c.Name] = true
		if c.Title == "" || c.Query == "" || (c.Severity != "error" && c.Severity != "warn") {
			t.Errorf("%s is incomplete: %+v", c.Name, c)
		}
	}
	for _, want := range []string{"grain:mart.indicator_value", "grain:mart.indicator", "value_range"} {
		if !names[want] {
			t.Errorf("no check %s", want)
		}
	}
	if names["grain:mart.indicator_change"] {
		t.Error("a grain check for a table that was not made")
	}
}

func TestVerdictShowsTheRows(t *testing.T) {
	t.Parallel()
	warn := Result{Check: Check{Name: "w", Severity: "warn"}, Rows: 3}
	if err := Verdict([]Result{warn}); err != nil {
		t.Errorf("a warning stopped the publication: %v", err)
	}
	bad := Result{Check: Check{Name: "value_range", Severity: "error"}, Rows: 1, Columns: []string{"region"}, Sample: [][]string{{"24"}}}
	err := Verdict([]Result{warn, bad})
	var failed *FailedError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "region=24") {
		t.Errorf("error %v", err)
	}
}
