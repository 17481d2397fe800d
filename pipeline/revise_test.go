package pipeline_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/run"
	"effekt/sources/replay"
)

func grp(region, year string) map[string]string {
	return map[string]string{"Region": region, "ContentsCode": "NR0105AH", "Tid": year}
}

// Nothing new at the sources: a listing and a probe, and the published file is
// the very same.
func TestNothingNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	health, firms, _ := strings.Cut(healthData, "[[kpi]]\nid = \"N00999\"")
	head, _, _ := strings.Cut(healthData, "[[kpi]]")
	w.configure("datasets/firms.toml", head+"[[kpi]]\nid = \"N00999\""+firms)
	w.configure("indicators/firms.toml", meaning+"kpi = \"N00999\"\ndatasets = [\"firms\"]")
	for _, regions := range []string{`"counties"`, `"counties", "all_municipalities"`} {
		for _, years := range []string{"1990..", "all"} {
			w.configure("datasets/health.toml", strings.NewReplacer(`"counties"`, regions, "2016..2025", years).Replace(health))
			w.allWell("first", w.fetch(question{}))
			w.forget()
			for name, r := range w.fetch(question{}) {
				if r.State != run.Unchanged || r.Err != nil {
					t.Errorf("regions %s, years %s: %s is %s: %v", regions, years, name, r.State, r.Err)
				}
			}
			if n := w.asked(); n > 3 {
				t.Errorf("regions %s, years %s: %d requests with nothing new, at most 3", regions, years, n)
			}
		}
	}
	w.sound()
	before := w.file()
	w.later(24 * time.Hour)
	if result := w.sound(); result.Published {
		t.Error("published though nothing is new")
	}
	w.untouched(before)
}

// What SCB announces is fetched, what it does not is found when refetch_days
// have passed; the figures are in the published file.
func TestRevisedAtSCB(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	before := w.query(allFigures)
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), 123456, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	w.forget()
	if got := states(w.sound()); got != "grp fetched, health unchanged, income unchanged" {
		t.Error(got)
	}
	w.one(figure("grp", 2023), "123456 A")
	if after := w.query(allFigures); len(after) != len(before) || different(before, after) != 1 {
		t.Errorf("%d of %d figures are others", different(before, after), len(after))
	}
	w.revise(func(l *replay.Library) error { return l.SetValue("TAB3138", grp("24", "2022"), 654321, "") })
	w.later(24 * time.Hour)
	if got := states(w.sound()); got != "grp unchanged, health unchanged, income unchanged" {
		t.Error(got)
	}
	w.later(31 * 24 * time.Hour)
	if got := states(w.sound()); got != "grp fetched, health fetched, income fetched" {
		t.Error(got)
	}
	w.one(figure("grp", 2022), "654321 A")
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.AddPeriod("TAB3138", "2025"), l.SetValue("TAB3138", grp("24", "2025"), 77, ""),
			l.SetValue("TAB3138", grp("23", "2025"), 0, ".."), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	w.sound()
	w.one(figure("grp", 2025), "77 A")
	w.one("select last_year from mart.indicator where indicator_id = 'grp'", "2025")
}

// different counts the lines of b that a has not.
func different(a, b []string) int {
	n := 0
	for _, line := range b {
		if !slices.Contains(a, line) {
			n++
		}
	}
	return n
}

// Kolada's probe names what has changed; what it does not name is found when
// refetch_days have passed.
func TestRevisedAtKolada(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetKolada("N00957", "0024", 2022, "T", new(19.25), w.clock()), l.WithdrawKolada("N00957", "0024", 2023, "T", w.clock()))
	})
	if got := states(w.sound()); got != "grp unchanged, health fetched, income unchanged" {
		t.Error(got)
	}
	w.one(figure("sick", 2022), "19.25 A")
	if got := w.query(figure("sick", 2023)); len(got) != 0 {
		t.Errorf("the withdrawn value is still there: %v", got)
	}
	if got := states(w.sound()); got != "grp unchanged, health unchanged, income unchanged" {
		t.Errorf("what the probe names once more is held: %s", got)
	}
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetKolada("N00957", "0024", 2021, "T", new(18.5), time.Time{}), l.SetKolada("N00957", "0024", 2020, "T", nil, time.Time{}))
	})
	w.later(24 * time.Hour)
	if got := states(w.sound()); got != "grp unchanged, health unchanged, income unchanged" {
		t.Error(got)
	}
	w.later(31 * 24 * time.Hour)
	w.sound()
	w.one(figure("sick", 2021), "18.5 A")
	w.one(figure("sick", 2020), "<nil> O")
}

// What no longer is what it was fails by itself and is named until somebody
// has seen to it; its last good figures stay, and the others go on.
func TestGone(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		edit  func(*replay.Library) error
		words []string
		old   string
	}{
		"label and title": {
			func(l *replay.Library) error {
				return errors.Join(l.Relabel("TAB3554", "Kon", "2", "annat"), l.RenameKPI("N00957", "Något annat"))
			},
			[]string{"income", "Kon", `"2"`, `"annat"`, `"kvinnor"`, "datasets/income.toml", "health", "N00957", "Något annat", "Ohälsotal, dagar"},
			"income sick",
		},
		"region and KPI": {
			func(l *replay.Library) error {
				return errors.Join(l.RemoveCodes("TAB3554", "Region", "24"), l.RemoveKolada("N00957"))
			},
			[]string{"income", "TAB3554", "region 24 has vanished", "health", "N00957", "Kolada does not have it"},
			"income sick",
		},
		"code and region": {
			func(l *replay.Library) error {
				return errors.Join(l.RemoveCodes("TAB3554", "Kon", "1+2"), l.RemoveKolada("0024"))
			},
			[]string{"income", "TAB3554", "Kon", "1+2", "health", "0024", "is not in Kolada's list"},
			"firms income sick",
		},
		"table": {func(l *replay.Library) error { return l.RemoveTable("TAB3554") }, []string{"income", "TAB3554", "Non-existent table"}, "income"},
		"values": {
			func(l *replay.Library) error { return l.SetTable("TAB3554", blanked(t, "scb/TAB3554.json.zst")) },
			[]string{"income", "TAB3554", `code "HE0110J8" (Medianinkomst, tkr) has not one value`},
			"income",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sound()
			before := w.query(allFigures)
			w.revise(func(l *replay.Library) error {
				return errors.Join(c.edit(l), l.SetValue("TAB3138", grp("24", "2024"), 4711, ""))
			})
			w.later(31 * 24 * time.Hour)
			for range 2 { // today and tomorrow
				err := w.refresh().Err()
				for _, word := range c.words {
					if err == nil || !strings.Contains(err.Error(), word) {
						t.Errorf("no %q in %v", word, err)
					}
				}
				w.later(24 * time.Hour)
			}
			w.one(figure("grp", 2024), "4711 A")
			if after := w.query(allFigures); len(after) != len(before) || different(before, after) != 1 {
				t.Errorf("%d of %d figures are others, there were %d", different(before, after), len(after), len(before))
			}
			w.one("select string_agg(indicator_id, ' ' order by indicator_id) from mart.indicator where state = 'old'", c.old)
		})
	}
}

// Another calculation of the same figures needs no figures; another selection
// does.
func TestChangedConfig(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	w.forget()
	w.sql["indicators/grp.sql"].Data = []byte(strings.Replace(grpSQL, ", value,", ", value * 2 as value,", 1))
	doubled := w.query("select (value * 2)::bigint || ' A' from mart.indicator_value where indicator_id = 'grp' and region = '24' and year = 2020")[0]
	if result := w.sound(); !result.Published || w.asked("data", "metadata", "kpi", "municipality") != 0 {
		t.Errorf("published: %v, %d requests for figures", result.Published, w.asked("data"))
	}
	w.one(figure("grp", 2020), doubled)
	w.configure("indicators/grp.toml", strings.Replace(meaning, `sv = "x"`, `sv = "BRP"`, 1)+`datasets = ["grp"]`)
	if result := w.sound(); !result.Published || w.asked("data", "metadata", "kpi", "municipality") != 0 {
		t.Errorf("published: %v, %d requests for figures", result.Published, w.asked("data"))
	}
	w.one("select label_sv from mart.indicator where indicator_id = 'grp'", "BRP")
	w.configure("datasets/grp.toml", strings.Replace(grpData, `"all"`, `"2020.."`, 1))
	if got := states(w.sound()); got != "grp fetched, health unchanged, income unchanged" {
		t.Error(got)
	}
	w.one("select min(year) from mart.indicator_value where indicator_id = 'grp'", "2020")
}

// A check that fails keeps everything as it was published, and shows why.
func TestFailedCheckPublishesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	before := w.file()
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), -1, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	for range 2 { // it is no better the day after
		w.later(time.Minute)
		result, err := w.open().Refresh(t.Context(), run.Want{})
		if err == nil || result.Published {
			t.Fatalf("published: %v, error %v", result.Published, err)
		}
		for _, word := range []string{"value_range", "nothing was published", "indicator_id=grp", "region=24", "year=2023", "value=-1"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("no %q in %v", word, err)
			}
		}
		w.untouched(before)
	}
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), 5, ""), l.SetUpdated("TAB3138", w.clock().Add(time.Hour).Format(time.RFC3339)))
	})
	w.sound()
	w.one(figure("grp", 2023), "5 A")
}
