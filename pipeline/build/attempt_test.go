package build

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"effekt/config"

	effektsql "effekt/sql"
)

const aMeaning = `formula = "x"
source = "Källa: x"
decimals = 1
polarity = "neutral"
change = "points"
sex = ["total"]
label = { sv = "x" }
unit = { sv = "x" }
`

// shippedAnd is a shipped folder with files added.
func shippedAnd(t *testing.T, shipped fs.FS, added map[string]string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	err := fs.WalkDir(shipped, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(shipped, path)
		all[path] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, body := range added {
		all[path] = &fstest.MapFile{Data: []byte(body)}
	}
	return all
}

// Whatever an indicator's SQL does, it is left out with its reason, with those
// that rest on it, and the rest is made.
func TestAFailingIndicatorIsLeftOutAlone(t *testing.T) {
	t.Parallel()
	row := func(columns string) string { return "select " + columns }
	const right = "'24' as region, 2024 as year, '2024' as period, 'total' as sex, 1.0 as value, null::double as numerator, null::double as denominator, 'A' as status"
	broken := map[string]struct{ sql, reason string }{
		"parse":     {"select from where", "syntax error"},
		"unknown":   {row(right) + " from core.nowhere", "reads core.nowhere, which nothing makes"},
		"column":    {row(right) + ", nosuch", "nosuch"},
		"cast":      {row(strings.Replace(right, "1.0", "cast(concat('a', 'b') as double)", 1)), "Could not convert"},
		"twice":     {row(right) + " union all " + row(right), "more than one row with the same region, year, sex"},
		"narrow":    {"select '24' as region, 2024 as year", "does not return denominator, numerator"},
		"wide":      {row(right) + ", 1 as extra", "returns the column extra"},
		"nowhere":   {row(strings.Replace(right, "'24'", "null::varchar", 1)), "do not go together"},
		"statusles": {row(strings.Replace(right, "1.0", "null::double", 1)), "do not go together"},
		"words":     {row(strings.Replace(right, "1.0", "'many'", 1)), "many"},
		"resting":   {row(right) + " from indicator.twice", "rests on indicator.twice"},
		"onbroken":  {row(right) + " from core.broken", "rests on core.broken"},
		"second":    {row(right) + " from indicator.unknown", "rests on indicator.unknown"},
		"nothing":   {"", "neither sql/indicators/nothing.sql nor a kpi"},
	}
	configs := map[string]string{"indicators/right.toml": aMeaning}
	files := map[string]string{
		"core/broken.sql":      "-- Trasig.\n-- grain: region\nselect * from (values ('24', 1), ('24', 2)) as t(region, value)",
		"indicators/right.sql": "-- Rätt.\n-- grain: region, year, sex\n" + row(right),
	}
	for id, b := range broken {
		configs["indicators/"+id+".toml"] = aMeaning
		if b.sql != "" {
			files["indicators/"+id+".sql"] = "-- Fel.\n-- grain: region, year, sex\n" + b.sql
		}
	}
	m := emptyMaking(t, shippedAnd(t, config.Embedded, configs), shippedAnd(t, effektsql.Files, files))
	made(t, m)
	for _, left := range m.left() {
		id := strings.TrimPrefix(left.Table, "indicator.")
		if want, ok := broken[id]; !ok || !strings.Contains(left.Error(), want.reason) {
			t.Errorf("left out %v, want reason %q", left, want.reason)
		}
		delete(broken, id)
	}
	for id := range broken {
		t.Errorf("%s was not left out", id)
	}
	found, err := m.db.Query(t.Context(), "select state, value from mart.indicator join mart.indicator_value using (indicator_id) where indicator_id = 'right'", 0)
	if err != nil || len(found.Rows) != 1 || found.Rows[0][0] != "current" {
		t.Errorf("the indicator that is right: %v %v", found.Rows, err)
	}
	found, err = m.db.Query(t.Context(), "select count(*) from mart.indicator where state = 'absent' and starts_with(state_reason, 'kunde inte beräknas: ')", 0)
	if err != nil || found.Rows[0][0] != int64(14) {
		t.Errorf("%v indicators with their reason, want 14: %v", found.Rows, err)
	}
}

// A mart stands over everything, so nothing is published without it.
func TestAFailingMartIsTheBuilds(t *testing.T) {
	t.Parallel()
	m := emptyMaking(t, config.Embedded, shippedAnd(t, effektsql.Files, map[string]string{
		"marts/wrong.sql": "-- Fel.\n-- grain: region\nselect region from core.nowhere",
	}))
	if err := m.order(t.Context()); err == nil || !strings.Contains(err.Error(), "core.nowhere") {
		t.Errorf("error %v", err)
	}
}
