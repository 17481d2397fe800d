package held

import (
	"slices"
	"testing"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources"

	"pgregory.net/rapid"
)

func TestEndOf(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]string{
		"2024": "2025-01-01", "2025M06": "2025-07-01", "2025M12": "2026-01-01", "2025K2": "2025-07-01", "2021-2025": "2026-01-01",
		"2024/25": "", "2025M13": "", "2025K5": "", "2025M": "", "": "", "x": "", "-": "",
	} {
		got, ok := endOf(period)
		if text := got.Format("2006-01-02"); ok != (want != "") || ok && text != want {
			t.Errorf("%s ends %s, %v, want %s", period, text, ok, want)
		}
	}
}

// vintage is one of a group that was fetched with these KPIs on a day of 2026.
func vintage(day int, kpis ...string) archive.Vintage {
	at := time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC)
	return archive.Vintage{Name: at.Format("20060102"), Manifest: archive.Manifest{Started: at, Fetched: at, Description: sources.Description{KPIs: kpis}}}
}

// Each KPI is taken from the newest vintage that has it, and no vintage is used
// that gives nothing.
func TestEachSeriesComesFromTheNewestThatHasIt(t *testing.T) {
	t.Parallel()
	all := []string{"N1", "N2", "N3"}
	group := config.Dataset{Name: "health", Source: "kolada"}
	for _, id := range all {
		group.KPIs = append(group.KPIs, config.KPI{ID: id})
	}
	rapid.Check(t, func(t *rapid.T) {
		var newest []archive.Vintage
		for day := rapid.IntRange(0, 5).Draw(t, "vintages"); day > 0; day-- {
			newest = append(newest, vintage(day, rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 3, rapid.ID[string]).Draw(t, "kpis")...))
		}
		held := Store{Config: &config.Config{}}.From(group, newest)
		for _, id := range all {
			first := slices.IndexFunc(newest, func(v archive.Vintage) bool { return slices.Contains(v.KPIs, id) })
			part := slices.IndexFunc(held.Parts, func(p sources.Part) bool { return slices.Contains(p.Series, id) })
			if first < 0 != (part < 0) || first >= 0 && held.Parts[part].Vintage != newest[first].Name {
				t.Fatalf("%s is first in vintage %d and taken from part %d of %v", id, first, part, held.Parts)
			}
		}
		if used := held.Used(); len(used) != len(held.Parts) {
			t.Fatalf("%d vintages are used, of %d parts", len(used), len(held.Parts))
		}
	})
}

func TestATableIsItsNewestVintage(t *testing.T) {
	t.Parallel()
	store := Store{Config: &config.Config{}}
	held := store.From(config.Dataset{Name: "grp", Source: "scb", Table: "TAB1"}, []archive.Vintage{vintage(2), vintage(1)})
	if len(held.Parts) != 1 || held.Latest().Name != "20260102" || held.Same {
		t.Errorf("parts %v, latest %s, asked the same %v", held.Parts, held.Latest().Name, held.Same)
	}
	if empty := store.From(config.Dataset{Name: "grp"}, nil); empty.Latest().Name != "" || !empty.LastAsked().IsZero() {
		t.Errorf("what has never come has the vintage %q, asked for %v", empty.Latest().Name, empty.LastAsked())
	}
}
