package pipeline_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/sources/replay"
	"effekt/testdata/demo"

	"github.com/klauspost/compress/zstd"
)

// blanked is one of the demonstration's tables without a single value.
func blanked(t *testing.T, name string) []byte {
	t.Helper()
	packed, err := demo.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	body, err := reader.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	values := regexp.MustCompile(`"value":\[[^\]]*\]`)
	return values.ReplaceAllFunc(body, func(list []byte) []byte {
		n := strings.Count(string(list), ",")
		return []byte(`"value":[null` + strings.Repeat(",null", n) + "]")
	})
}

// Two KPIs of one data set have trouble, and each indicator tells of its own:
// also one that is calculated, whose KPI only its SQL names.
func TestTroubleOfAnotherKPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure("datasets/health.toml", healthData+"[[kpi]]\nid = \"N00401\"\ntitle = \"Utsläpp till luft av växthusgaser totalt, ton CO2-ekv/inv\"\n")
	w.configure("indicators/halved.toml", meaning+`datasets = ["health"]`)
	w.sql["indicators/halved.sql"] = &fstest.MapFile{Data: []byte(`-- Hälften.
-- grain: region, year, sex
select region, year, year::varchar as period, sex, value / 2 as value, null::double as numerator, null::double as denominator, status
from core.kolada
where kpi = 'N00999' and sex = 'total'
`)}
	w.configure("indicators/whole.toml", meaning+`datasets = ["health"]`)
	w.sql["indicators/whole.sql"] = &fstest.MapFile{Data: []byte(`-- Ett nyckeltal som SQL:en inte skriver ut.
-- grain: region, year, sex
select region, year, year::varchar as period, sex, value, null::double as numerator, null::double as denominator, status
from core.kolada
where kpi = concat('N', '00957') and sex = 'total'
`)}
	w.revise(func(l *replay.Library) error { return l.RemoveKolada("N00401") })
	w.refresh()
	states := "select string_agg(indicator_id || ' ' || state, ', ' order by indicator_id) from mart.indicator where indicator_id not in ('grp', 'income')"
	w.one(states, "firms current, halved current, sick current, whole old")
	w.revise(func(l *replay.Library) error { return l.RenameKPI("N00957", "Något annat") })
	w.later(31 * 24 * time.Hour)
	w.refresh()
	w.one(states, "firms current, halved current, sick old, whole old")
	w.one("select count(*) from mart.indicator where indicator_id = 'sick' and contains(state_reason, 'Något annat') and not contains(state_reason, 'N00401')", "1")
	w.one("select count(*) from mart.indicator where indicator_id = 'whole' and contains(state_reason, 'Något annat') and contains(state_reason, 'N00401')", "1")
}

// A quarter that comes among a table's years is not taken for a year: the
// figures stay as they were, and the reason is told.
func TestQuarterAmongYears(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	before := w.query(allFigures)
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.AddPeriod("TAB3138", "2025K4"), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	w.later(time.Hour)
	err := w.refresh().Err()
	if want := `code "2025K4", where whole years are wanted`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	if n := different(before, w.query(allFigures)); n != 0 {
		t.Errorf("%d figures are others", n)
	}
	w.one("select state from mart.indicator where indicator_id = 'grp'", "old")
}
