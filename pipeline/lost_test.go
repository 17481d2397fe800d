package pipeline_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/run"
	"effekt/sources/replay"
)

// loss is a way to lose figures at the source without a word, and what the
// error must name.
type loss struct {
	fault   replay.Options
	edit    func(*replay.Library) error
	dataset string
	words   []string
}

// everyone does the same to all of the county's municipalities.
func everyone(edit func(region string) error) error {
	var all []error
	for _, region := range []string{"2401", "2403", "2404", "2409", "2417", "2418", "2421", "2422", "2425", "2460", "2462", "2463", "2480", "2481", "2482"} {
		all = append(all, edit(region))
	}
	return errors.Join(all...)
}

func losses() map[string]loss {
	cut := func(code string) replay.Options {
		return replay.Options{Faults: []replay.Fault{{Source: "kolada", Role: "data", Kind: "cut-region", Code: code}}}
	}
	blank := func(codes ...string) func(*replay.Library) error {
		return func(l *replay.Library) error {
			return errors.Join(l.Blank("TAB3554", "Region", "..", codes...), l.SetUpdated("TAB3554", ""))
		}
	}
	null := func(l *replay.Library) error {
		return errors.Join(l.SetKolada("N00957", "0024", 2024, "T", nil, time.Time{}), l.SetKolada("N00957", "0024", 2025, "T", nil, time.Time{}))
	}
	return map[string]loss{
		"the county is cut from the pages, count as before": {fault: cut("0024"), dataset: "health", words: []string{"N00957,N00999", "count", "records"}},
		"the county is missing in a KPI": {
			edit:    func(l *replay.Library) error { return l.RemoveRecords("N00957", "0024", 0) },
			dataset: "health", words: []string{"N00957: ", "0024", "2016–2025"},
		},
		"the country is missing in two KPIs": {
			edit: func(l *replay.Library) error {
				return errors.Join(l.RemoveRecords("N00957", "0000", 0), l.RemoveRecords("N00999", "0000", 0))
			},
			dataset: "health", words: []string{"N00957: ", "N00999: ", "0000"},
		},
		"the county's newest years are missing": {
			edit:    func(l *replay.Library) error { return l.RemoveRecords("N00957", "0024", 2023) },
			dataset: "health", words: []string{"N00957: ", "0024", "2023–2025"},
		},
		"the newest years are null without a reason": {edit: null, dataset: "health", words: []string{"N00957: ", "0024", "2024–2025"}},
		"all municipalities are missing in a KPI": {
			edit: func(l *replay.Library) error {
				return everyone(func(region string) error { return l.RemoveRecords("N00957", region, 0) })
			},
			dataset: "health", words: []string{"N00957: ", "municipalities", "2016–2025"},
		},
		"the county is all null in a table":  {edit: blank("24"), dataset: "income", words: []string{"TAB3554: ", "24", "HE0110J8"}},
		"the country is all null in a table": {edit: blank("00"), dataset: "income", words: []string{"TAB3554: ", "00", "HE0110J8"}},
		"all municipalities are null in a table": {
			edit: func(l *replay.Library) error {
				return errors.Join(everyone(func(region string) error { return l.Blank("TAB3554", "Region", "..", region) }), l.SetUpdated("TAB3554", ""))
			},
			dataset: "income", words: []string{"TAB3554: ", "municipalities", "HE0110J8"},
		},
	}
}

// lossy is a world with the county's municipalities in it.
func lossy(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.configure("datasets/health.toml", strings.Replace(healthData, `"counties"`, `"counties", "municipalities"`, 1))
	w.configure("datasets/income.toml", strings.Replace(incomeData, `"counties"`, `"counties", "municipalities"`, 1))
	return w
}

// everything is what is published of both sources.
func (w *world) everything() []string {
	w.t.Helper()
	return append(w.query(allFigures), w.query("select 'kolada', * exclude (count) from kolada.value union all by name select 'scb', * from scb.income order by all")...)
}

// kept demands that a run kept all figures, named the loss, and says so until it
// is settled.
func (w *world) kept(when string, result run.Result, l loss, before []string) {
	w.t.Helper()
	if !result.Degraded() {
		w.t.Fatalf("%s: not degraded", when)
	}
	for _, word := range append(l.words, l.dataset+": ") {
		if !strings.Contains(result.Err().Error(), word) {
			w.t.Errorf("%s: no %q in %v", when, word, result.Err())
		}
	}
	if after := w.everything(); different(before, after) != 0 || len(before) != len(after) {
		w.t.Errorf("%s: %d figures are others, %d of %d are there", when, different(before, after), len(after), len(before))
	}
	runs, _, err := run.Read(w.dir.Runs(), 1)
	if err != nil || len(runs) != 1 || runs[0].Exit == nil || *runs[0].Exit != 3 {
		w.t.Errorf("%s: the run is %+v: %v", when, runs, err)
	}
	lines, err := w.open().Status(w.t.Context())
	for _, line := range lines {
		if told := line.Error != ""; told != (line.Name == l.dataset) {
			w.t.Errorf("%s: status says of %s: %q", when, line.Name, line.Error)
		}
	}
	if err != nil {
		w.t.Error(err)
	}
}

// What is lost at the source without a word is not lost here: the last good
// figures stay, in the run that finds it and in the next, and when the source
// has them again all is as it was.
func TestLossesAreNotPublished(t *testing.T) {
	t.Parallel()
	for name, l := range losses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := lossy(t)
			w.sound()
			before := w.everything()
			w.serve(l.fault)
			if l.edit != nil {
				w.revise(l.edit)
			}
			w.kept("in full", w.refreshWanting(run.Want{Full: true}), l, before)
			w.later(24 * time.Hour)
			if l.edit != nil { // what Kolada tells of what is new is whole
				w.kept("the day after", w.refresh(), l, before)
			}
			w.later(31 * 24 * time.Hour)
			w.kept("at the refetch", w.refresh(), l, before)
			w.serve(replay.Options{})
			w.sound()
			if after := w.everything(); different(before, after) != 0 || len(before) != len(after) {
				t.Errorf("afterwards %d figures are others, %d of %d are there", different(before, after), len(after), len(before))
			}
			if got := states(w.sound()); got != "grp unchanged, health unchanged, income unchanged" {
				t.Error(got)
			}
		})
	}
}

// A loss takes no other KPI or data set with it, and the past can be built.
func TestLossTakesOnlyItself(t *testing.T) {
	t.Parallel()
	w := lossy(t)
	w.sound()
	sick := w.query("select * from kolada.value where kpi = 'N00957' order by all")
	day := w.clock()
	w.later(24 * time.Hour)
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.RemoveRecords("N00957", "0024", 2024), l.SetKolada("N00999", "0024", 2024, "T", new(77.5), w.clock()),
			l.SetValue("TAB3138", grp("24", "2023"), 4711, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)),
			l.Blank("TAB3554", "Region", "..", "24"), l.SetUpdated("TAB3554", w.clock().Format(time.RFC3339)))
	})
	for range 2 {
		if got := states(w.refresh()); !strings.Contains(got, "health fetched, income failed") {
			t.Error(got)
		}
		w.one(figure("firms", 2024), "77.5 A")
		w.one(figure("grp", 2023), "4711 A")
		if now := w.query("select * from kolada.value where kpi = 'N00957' order by all"); different(sick, now) != 0 || len(now) != len(sick) {
			t.Errorf("%d of %d figures of the KPI are others", different(sick, now), len(sick))
		}
		w.one("select string_agg(indicator_id || ' ' || state, ', ' order by indicator_id) from mart.indicator", "firms current, grp current, income old, sick old")
		w.later(24 * time.Hour)
	}
	p := w.open()
	p.AsOf = day.Add(time.Hour)
	if _, err := p.BuildTo(t.Context(), t.TempDir()+"/then.duckdb"); err != nil {
		t.Error(err)
	}
}

// What a source takes back in so many words is taken back: values marked as
// deleted, one that is null, a cell with a symbol.
func TestWithdrawalsAreFollowed(t *testing.T) {
	t.Parallel()
	w := lossy(t)
	w.sound()
	w.revise(func(l *replay.Library) error {
		all := []error{
			l.SetKolada("N00999", "0024", 2020, "T", nil, w.clock()),
			l.SetValue("TAB3554", map[string]string{"Region": "24", "Kon": "1+2", "Alder": "tot16+", "Inkomstklass": "TOT", "ContentsCode": "HE0110J8", "Tid": "2024"}, math.NaN(), ".."),
			l.SetUpdated("TAB3554", w.clock().Format(time.RFC3339)),
		}
		for year := 2016; year <= 2025; year++ {
			for _, gender := range []string{"T", "K", "M"} {
				all = append(all, l.WithdrawKolada("N00957", "0024", year, gender, w.clock()))
			}
		}
		return errors.Join(all...)
	})
	w.sound()
	w.one("select count(*) from mart.indicator_value where indicator_id = 'sick' and region = '24'", "0")
	w.one(figure("firms", 2020), "<nil> O")
	w.one(figure("income", 2024), "<nil> O")
}

// SCB's servers may lag behind one another: an older answer is not taken, costs
// no request for data, and the next refresh is well when the source has caught up.
func TestOlderAnswerIsNotTaken(t *testing.T) {
	t.Parallel()
	for _, full := range []bool{false, true} {
		t.Run(fmt.Sprint(full), func(t *testing.T) {
			t.Parallel()
			w := lossy(t)
			w.sound()
			newest := func(stamp string) {
				w.revise(func(l *replay.Library) error {
					return errors.Join(l.AddPeriod("TAB3554", "2025"), l.SetUpdated("TAB3554", stamp))
				})
			}
			newest("2026-06-09T06:00:00Z")
			w.sound()
			before := w.everything()
			w.one("select last_year from mart.indicator where indicator_id = 'income'", "2025")
			w.serve(replay.Options{})
			if full {
				w.later(40 * 24 * time.Hour)
			} else {
				w.revise(func(l *replay.Library) error { return l.SetUpdated("TAB3554", "2026-06-09T01:00:00Z") })
			}
			older := loss{dataset: "income", words: []string{"TAB3554: ", "2026-06-09T06:00:00Z", "older"}}
			for range 3 {
				w.forget()
				w.kept("older", w.refreshWanting(run.Want{Source: "scb", Full: full, Dataset: "income"}), older, before)
				if n := w.asked("data"); n != 0 {
					t.Errorf("%d requests for data of an older table", n)
				}
			}
			newest("2026-06-09T06:00:00Z")
			w.sound()
			if after := w.everything(); different(before, after) != 0 || len(before) != len(after) {
				t.Errorf("afterwards %d figures are others, %d of %d are there", different(before, after), len(after), len(before))
			}
			if got := states(w.sound()); got != "grp unchanged, health unchanged, income unchanged" {
				t.Error(got)
			}
		})
	}
}

// What comes first must hold the county and the country, where the metadata
// says that they are there.
func TestFirstVintageWithoutTheCounty(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"24", "00"} {
		w := lossy(t)
		w.revise(func(l *replay.Library) error {
			return errors.Join(l.Blank("TAB3554", "Region", "..", region), l.RemoveRecords("N00957", "00"+region, 0), l.RemoveRecords("N00999", "00"+region, 0))
		})
		result := w.refresh()
		for _, word := range []string{"income: TAB3554: region " + region, "health: region 00" + region} {
			if result.Err() == nil || !strings.Contains(result.Err().Error(), word) {
				t.Errorf("no %q in %v", word, result.Err())
			}
		}
		if n := w.vintages("scb", "income") + w.vintages("kolada", "health"); n != 0 {
			t.Errorf("%d vintages", n)
		}
		w.serve(replay.Options{})
		w.sound()
	}
	w := lossy(t)
	w.revise(func(l *replay.Library) error { return l.RemoveRecords("N00957", "0024", 0) })
	if err := w.refresh().Err(); err == nil || !strings.Contains(err.Error(), "health: N00957: ") || !strings.Contains(err.Error(), "0024") || strings.Contains(err.Error(), "N00999") {
		t.Errorf("error %v", err)
	}
	w.serve(replay.Options{})
	w.sound()
}
