package pipeline_test

import (
	"strings"
	"testing"
	"time"

	"effekt/sources/replay"
)

// A forecast becomes an outcome when its year has ended in Sweden, though nothing
// else has changed: the build is made anew then, and only then. Until it has, it is
// in no history; a forecast that is revised is none either.
func TestForecastBecomesOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure("datasets/health.toml", strings.Replace(healthData, "2016..2025", "2016..2027", 1))
	w.configure("indicators/firms.toml", meaning+"kpi = \"N00999\"\ndatasets = [\"health\"]\nyear_ends = \"09-14\"")
	w.sound()
	w.revise(func(l *replay.Library) error {
		l.AddKolada("N00957", "0024", 2026, "T", 10, w.clock())
		l.AddKolada("N00999", "0024", 2026, "T", 11, w.clock())
		return nil
	})
	w.later(40 * 24 * time.Hour)
	w.sound()
	const (
		flags = "select string_agg(indicator_id || ' ' || array_to_string(flags, ' '), ', ' order by indicator_id) from mart.indicator_value where region = '24' and year = 2026 and sex = 'total'"
		years = "select string_agg(indicator_id || ' ' || last_year, ', ' order by indicator_id) from mart.indicator where indicator_id in ('firms', 'sick')"
		told  = "select coalesce(string_agg(indicator_id || ' ' || kind || ' ' || cause || ' ' || new_value::integer, ', ' order by indicator_id), 'nothing') from mart.revision where year = 2026"
	)
	w.one(flags, "firms forecast, sick forecast")
	w.one(years, "firms 2024, sick 2025")
	w.one(told, "nothing")

	at := func(day string) {
		now, err := time.Parse("2006-01-02 15:04", day)
		if err != nil {
			t.Fatal(err)
		}
		w.at(now)
	}
	at("2026-09-14 12:00")
	w.sound()
	before := w.file()
	w.sound()
	w.untouched(before)
	w.one(years, "firms 2024, sick 2025")
	at("2026-09-15 01:00")
	w.sound()
	w.one(flags, "firms , sick forecast")
	w.one(told, "firms new_period year_ended 11")

	v := 12.0
	w.revise(func(l *replay.Library) error { return l.SetKolada("N00957", "0024", 2026, "T", &v, w.clock()) })
	at("2026-12-31 22:50") // ten minutes to midnight
	w.sound()
	w.one(years, "firms 2026, sick 2025")
	before = w.file()
	w.sound()
	w.untouched(before)
	at("2026-12-31 23:05")
	if result := w.sound(); !result.Published {
		t.Error("the year has ended, and what is published does not know")
	}
	w.one(flags, "firms , sick ")
	w.one(years, "firms 2026, sick 2026")
	w.one(told, "firms new_period year_ended 11, sick new_period year_ended 12")
	before = w.file()
	w.sound()
	w.untouched(before)
	lines, err := w.open().Status(w.t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if line.Name == "health" && line.LastPeriod != "2026" {
			t.Errorf("status: %s", line.LastPeriod)
		}
	}
}
