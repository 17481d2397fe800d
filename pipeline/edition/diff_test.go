package edition_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"effekt/pipeline/edition"
	"effekt/pipeline/warehouse"

	"github.com/google/go-cmp/cmp"
)

// What is concluded from a revised figure comes before the figure.
func TestDiffTellsConclusions(t *testing.T) {
	t.Parallel()
	old, fresh := filepath.Join(t.TempDir(), "old"), filepath.Join(t.TempDir(), "new")
	publishedTables(t, old, "('a', '24', 2024, 'total', 1.0, 'A'), ('gone', '24', 2024, 'total', 1.0, 'A')", "('a', 2024, 3, 21, 0.5)", "('a', 'up')")
	publishedTables(t, fresh, "('a', '24', 2024, 'total', 0.4, 'A'), ('new', '24', 2025, 'total', 1.0, 'A')", "('a', 2024, 4, 21, -0.1)", "('a', 'flat')")
	got, err := edition.Compare(t.Context(), old, fresh, "24")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"conclusions":[` +
		`{"indicator_id":"a","sex":"total","kind":"direction","old":"up","new":"flat"},` +
		`{"indicator_id":"a","year":2024,"sex":"total","kind":"rank","old":"3 of 21","new":"4 of 21"},` +
		`{"indicator_id":"a","year":2024,"sex":"total","kind":"against_country","old":"above","new":"below"}],` +
		`"revised":[{"indicator_id":"a","region":"24","year":2024,"sex":"total","old":1,"new":0.4,"old_status":"A","new_status":"A","source":"Källa: x","old_vintage":"d@1.0","new_vintage":"d@0.4"}],` +
		`"withdrawn":[{"indicator_id":"gone","region":"24","year":2024,"sex":"total","old":1,"new":null,"old_status":"A","new_status":"","source":"Källa: x","old_vintage":"d@1.0"}],"added":1}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
}

// A newer program's statements are compared where both sides have them, an older
// one's where they have not; what is said of another county is not told.
func TestDiffOfOlderPrograms(t *testing.T) {
	t.Parallel()
	const region = "'24' as region, 'total' as sex, "
	older := "select 'a' as indicator_id, " + region + "'up' as direction"
	newer := func(says string) string {
		return "select indicator_id, region, 'total' as sex, 'down' as direction, says, 'above' as side from (values ('a', '24', '" + says + "'), ('a', '99', 'other " + says + "')) as v(indicator_id, region, says)"
	}
	reached := func(is string) string { return "select 'a' as indicator_id, " + is + "::boolean as target_reached" }
	for _, test := range []struct {
		old, fresh map[string]string
		want       string
	}{
		{map[string]string{"indicator_trend": older}, map[string]string{"indicator_trend": newer("up")}, "direction up → down"},
		{map[string]string{"indicator_trend": newer("up")}, map[string]string{"indicator_trend": newer("unclear")}, "direction up → unclear"},
		{map[string]string{"indicator_trend": newer("up")}, map[string]string{"indicator_trend": newer("up")}, ""},
		{map[string]string{}, map[string]string{"indicator_trend": newer("up")}, ""},
		{map[string]string{"indicator": reached("false")}, map[string]string{"indicator": reached("true")}, "target not reached → reached"},
		{map[string]string{"indicator": reached("true")}, map[string]string{"indicator": reached("null")}, ""},
		{map[string]string{"indicator": "select 'a' as indicator_id"}, map[string]string{"indicator": reached("true")}, ""},
	} {
		old, fresh := filepath.Join(t.TempDir(), "old"), filepath.Join(t.TempDir(), "new")
		written(t, old, test.old)
		written(t, fresh, test.fresh)
		d, err := edition.Compare(t.Context(), old, fresh, "24")
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, c := range d.Conclusions {
			got += c.Kind + " " + c.Old + " → " + c.New
		}
		if got != test.want {
			t.Errorf("%v and %v: %q, want %q", test.old, test.fresh, got, test.want)
		}
	}
	if _, err := edition.Compare(t.Context(), t.TempDir(), t.TempDir(), "24"); err == nil {
		t.Error("folders without figures were compared")
	}
}

// publishedTables writes the Parquet files that a diff reads.
func publishedTables(t *testing.T, folder, values, compares, trends string) {
	t.Helper()
	written(t, folder, map[string]string{
		"indicator_value":   "select * replace (value::double as value), []::varchar[] as flags, 'Källa: x' as source, 'd@' || value as vintage from (values " + values + ") as v(indicator_id, region, year, sex, value, status)",
		"indicator_compare": "select *, '24' as region, 'total' as sex from (values " + compares + ") as v(indicator_id, year, rank, n, gap)",
		"indicator_trend":   "select *, '24' as region, 'total' as sex from (values " + trends + ") as v(indicator_id, direction)",
	})
}

// written writes tables of the mart; figures, of which there is always a table, are
// none unless they are given.
func written(t *testing.T, folder string, tables map[string]string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(folder, "mart"), 0o755); err != nil {
		t.Fatal(err)
	}
	b, err := warehouse.Scratch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abandon()
	all := map[string]string{"indicator_value": "select '' as indicator_id, '' as region, 0 as year, '' as sex, 0.0::double as value, '' as status, []::varchar[] as flags, '' as source, '' as vintage limit 0"}
	maps.Copy(all, tables)
	for name, query := range all {
		if err := b.Exec(t.Context(), "copy ("+query+") to "+warehouse.Text(filepath.Join(folder, "mart", name+".parquet"))); err != nil {
			t.Fatal(err)
		}
	}
}
