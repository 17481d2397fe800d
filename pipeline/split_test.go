package pipeline_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/pipeline/freshness"
	"effekt/pipeline/run"
	"effekt/sources/replay"
)

// bothSQL joins the series over the table that was and the one that carries it on.
const bothSQL = `-- Bruttoregionprodukt.
-- grain: region, year, sex
select region, year, period, 'total' as sex, value, null::double as numerator, null::double as denominator, cell_status(value, status) as status
from scb.grp
where year <= 2024
union all by name
select region, year, period, 'total' as sex, value, null::double as numerator, null::double as denominator, cell_status(value, status) as status
from scb.grp_next
where year > 2024
`

const afterSplit = "select string_agg(year || ' ' || coalesce(value::bigint::varchar, '<nil>'), ', ' order by year) from mart.indicator_value where indicator_id = 'grp' and region = '24' and year >= 2023"

// TestSplit lives through the days on which SCB goes on with a table under another
// id, freezes the old one and then takes it away. What status proposes is pasted
// into the config as it is, and carries the series on.
func TestSplit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := func(n int) time.Time { return time.Date(2026, 3, n, 8, 0, 0, 0, time.UTC) }
	set := func(l *replay.Library, table, year string, value float64) error {
		return errors.Join(l.SetValue(table, grp("24", year), value, ""), l.SetUpdated(table, w.clock().Format(time.RFC3339)))
	}
	w.at(day(1))
	w.revise(func(l *replay.Library) error {
		return errors.Join(set(l, "TAB3138", "2023", 100), set(l, "TAB3138", "2024", 200))
	})
	w.sound()
	w.one(afterSplit, "2023 100, 2024 200")

	w.at(day(2)) // split: the new table has a year more, the old one is ended
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.CopyTable("TAB3138", "TAB9138"), l.AddPeriod("TAB9138", "2025"), set(l, "TAB9138", "2025", 300),
			l.SetDiscontinued("TAB3138", true), set(l, "TAB3138", "2024", 210))
	})
	w.sound()
	w.one(afterSplit, "2023 100, 2024 210")
	line := w.grp()
	if line.Standing != freshness.Stopped || line.Proposal.Table != "TAB9138" || line.Proposal.Score < 0.99 {
		t.Fatalf("%+v", line)
	}

	w.at(day(3)) // the analyst takes the proposal
	w.configure("datasets/grp_next.toml", line.Proposal.TOML)
	w.configure("datasets/grp.toml", strings.Replace(grpData, "[select]", "successor = \"grp_next\"\n[select]", 1))
	w.configure("indicators/grp.toml", meaning+`datasets = ["grp", "grp_next"]`)
	w.sql["indicators/grp.sql"] = &fstest.MapFile{Data: []byte(bothSQL)}
	w.sound()
	w.one(afterSplit, "2023 100, 2024 210, 2025 300")
	if line := w.grp(); line.Standing != freshness.Ended {
		t.Errorf("%+v", line)
	}

	w.at(day(4)) // the old table loses its last year: what is gone is not made up
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.Freeze("TAB3138", "2023"), set(l, "TAB3138", "2023", 110))
	})
	w.sound()
	w.one(afterSplit, "2023 110, 2025 300")
	if news := w.grp().News; len(news) != 1 || !strings.Contains(news[0], "has lost codes: 2024") {
		t.Errorf("%v", news)
	}

	w.at(day(5)) // and then is no more
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.RemoveTable("TAB3138"), set(l, "TAB9138", "2025", 310))
	})
	w.sound() // SCB's list of what is new cannot tell what is gone; a full fetch does
	if gone := w.refreshWanting(run.Want{Full: true}); !gone.Degraded() || !strings.Contains(gone.Err().Error(), "grp: ") {
		t.Errorf("a table that is gone: %v", gone.Err())
	}
	w.one(afterSplit, "2023 110, 2025 310")
	w.lived(day)
}

// lived asks again for each day as it was, and what has changed between them.
func (w *world) lived(day func(int) time.Time) {
	w.t.Helper()
	for n, want := range map[int]string{1: "2023 100, 2024 200", 2: "2023 100, 2024 210", 3: "2023 100, 2024 210, 2025 300", 4: "2023 110, 2025 300", 5: "2023 110, 2025 310"} {
		p := w.open()
		p.AsOf = day(n).Add(12 * time.Hour)
		out := filepath.Join(w.t.TempDir(), "then.duckdb")
		if _, err := p.BuildTo(w.t.Context(), out); err != nil {
			w.t.Fatal(n, err)
		}
		if got, err := query(w.t.Context(), out, afterSplit); err != nil || len(got) != 1 || got[0] != want {
			w.t.Errorf("as of day %d: %v, %v, want %s", n, got, err, want)
		}
	}
	want := []string{
		"2024 revised_value source 200 210 2026-03-02",
		"2025 new_period source_and_definition <nil> 300 2026-03-03",
		"2023 revised_value source 100 110 2026-03-04",
		"2024 withdrawn source 210 <nil> 2026-03-04",
		"2025 revised_value source 300 310 2026-03-05",
	}
	got := w.query("select year, kind, cause, old_value, new_value, noted::date::varchar from mart.revision where indicator_id = 'grp' and region = '24' and year >= 2023 order by noted, year")
	if !slices.Equal(got, want) {
		w.t.Errorf("the history:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
