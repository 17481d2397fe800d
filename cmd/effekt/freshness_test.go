package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/warehouse"
	"effekt/sources/replay"
)

// standings is how data sets and indicators stand, by name; "" where they have no
// standing.
type standings map[string]string

// turn is a day from which something stands in another way.
type turn struct{ from, standing string }

// watched are the data sets and indicators of the test with how they stand from
// day to day, worked out by hand: due is the end of the year after the last period
// and the months that the shortest reader expects (23 → 2025-11-30 with 11 months,
// 2025-03-31 with 3, 2025-02-28 with 2), overdue from the day after three months
// more, frozen from the day after twelve.
func watched() (datasets, indicators map[string][]turn) {
	late := []turn{{"", "ok"}, {"2026-03-01", "overdue"}, {"2026-03-21", "ok"}}
	froze := []turn{{"", "overdue"}, {"2026-04-01", "frozen"}}
	sick := []turn{{"", "overdue"}, {"2026-03-01", "frozen"}}
	stop := []turn{{"", "ok"}, {"2026-03-06", "discontinued"}}
	fine := []turn{{"", "ok"}}
	datasets = map[string][]turn{
		"late": late, "froze": froze, "fresh": fine, "waits": fine, "old": {{"", "ended"}}, "stop": stop, "fail": fine, "health": sick, "never": {{"", ""}},
	}
	indicators = map[string][]turn{
		"late": late, "froze": froze, "both": froze, "joined": fine, "waits": fine, "stop": stop, "fail": fine, "sick": sick, "firms": fine, "void": {{"", ""}},
	}
	return datasets, indicators
}

// on is how all stand on a day.
func on(day time.Time, all map[string][]turn) standings {
	s := standings{}
	for name, turns := range all {
		for _, t := range turns {
			if day.Format(time.DateOnly) >= t.from {
				s[name] = t.standing
			}
		}
	}
	return s
}

// only keeps those that stand in one of these ways.
func (s standings) only(which ...string) standings {
	kept := maps.Clone(s)
	maps.DeleteFunc(kept, func(_, standing string) bool { return !slices.Contains(which, standing) })
	return kept
}

// tables are those of the demonstration's publishers that the data sets have, all
// like TAB3138, up to their last year.
func tables() map[string]string {
	return map[string]string{"TAB9001": "2023", "TAB9002": "2023", "TAB9003": "2024", "TAB9004": "2024", "TAB9005": "2022", "TAB9006": "2024", "TAB9007": "2024"}
}

// counties are Kolada's codes of the country and the counties.
func counties() []string {
	codes := []string{"0000"}
	for region := range strings.FieldsSeq("01 03 04 05 06 07 08 09 10 12 13 14 17 18 19 20 21 22 23 24 25") {
		codes = append(codes, "00"+region)
	}
	return codes
}

// events are what the publishers do, by day.
func events() map[string]func(l *replay.Library) error {
	return map[string]func(*replay.Library) error{
		"2026-02-22": func(l *replay.Library) error {
			var all []error
			for id, last := range tables() {
				all = append(all, l.CopyTable("TAB3138", id), l.Freeze(id, last))
			}
			for _, place := range counties() {
				all = append(all, l.RemoveRecords("N00957", place, 2024))
			}
			return errors.Join(all...)
		},
		"2026-03-06": func(l *replay.Library) error {
			return errors.Join(l.SetDiscontinued("TAB9006", true), l.SetUpdated("TAB9006", "2026-03-06T05:00:00Z"))
		},
		"2026-03-14": func(l *replay.Library) error {
			return errors.Join(l.RemoveCodes("TAB9007", "ContentsCode", "NR0105AH"), l.SetUpdated("TAB9007", "2026-03-14T05:00:00Z"))
		},
		"2026-03-21": func(l *replay.Library) error {
			return errors.Join(l.AddPeriod("TAB9001", "2024"), l.SetUpdated("TAB9001", "2026-03-21T05:00:00Z"))
		},
	}
}

// read is what the published file says itself.
func (w *freshWorld) read() (datasets, indicators, failures standings) {
	w.t.Helper()
	r, err := warehouse.Open(w.t.Context(), filepath.Join(w.dir, "published", "effekt.duckdb"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Close()
	ask := func(query string) standings {
		answer, err := r.Query(w.t.Context(), query, 0)
		if err != nil {
			w.t.Fatal(err)
		}
		s := standings{}
		for _, row := range answer.Rows {
			s[fmt.Sprint(row[0])] = fmt.Sprint(row[1])
		}
		return s
	}
	return ask("select name, coalesce(standing, '') from ops.dataset"), ask("select indicator_id, coalesce(standing, '') from mart.indicator"),
		ask("select name, error from ops.dataset where error is not null")
}

// status is what «effekt status --json» says of the data sets, and of which the
// last fetch failed.
func (w *freshWorld) status() (s standings, failed []string) {
	w.t.Helper()
	a, p, out := w.program(false)
	a.asJSON = true
	gathered, err := a.gather(w.t.Context(), p)
	err = a.answer("status", gathered, err)
	var told statusJSON
	if err := errors.Join(err, json.Unmarshal(out.Bytes(), &told)); err != nil {
		w.t.Fatal(err)
	}
	s = standings{}
	for _, d := range told.Datasets {
		if s[d.Name] = string(d.Standing); d.Standing == "never fetched" {
			s[d.Name] = ""
		}
		if d.Error != "" {
			failed = append(failed, d.Name)
		}
	}
	return s, failed
}

// checked is what «effekt check» says: which data sets have stopped, and which
// indicators are late.
func (w *freshWorld) checked() (datasets, indicators standings) {
	w.t.Helper()
	a, p, out := w.program(false)
	if err := a.recheck(w.t.Context(), p); err != nil {
		w.t.Fatal(err)
	}
	pick := func(column string) standings {
		s := standings{}
		for _, found := range regexp.MustCompile(`(?m)^  `+column+`=(\w+) .*\bstanding=(\w+)`).FindAllStringSubmatch(out.String(), -1) {
			s[found[1]] = found[2]
		}
		return s
	}
	return pick("name"), pick("indicator_id")
}

// reported is what the report says of the same, and the data sets whose last fetch
// failed, by the words of its section on what is missing.
func (w *freshWorld) reported() (datasets, indicators standings, failed []string) {
	w.t.Helper()
	a, p, _ := w.program(false)
	r, err := a.readReport(w.t.Context(), p, reportWish{year: 2026})
	if err != nil {
		w.t.Fatal(err)
	}
	var page bytes.Buffer
	d, err := r.Compose()
	if err := errors.Join(err, d.HTML(&page)); err != nil {
		w.t.Fatal(err)
	}
	datasets, indicators = standings{}, standings{}
	for label, row := range pageTables(w.t, page.Bytes())["Indikatorer utan nytt värde"] {
		if standing := worded(row["Skäl"]); standing != "" {
			indicators[strings.TrimPrefix(label, "Indikatorn ")] = standing
		}
	}
	for _, found := range regexp.MustCompile(`Serien (?:N\d+ i )?(?:Tabellen )?(\pL+)(?: \(TAB\d+\))? ((?:ser|fortsätter) [^.]*): den senaste perioden är 20\d\d\.`).FindAllStringSubmatch(page.String(), -1) {
		datasets[strings.Replace(found[1], "Hälsa", "health", 1)] = worded(found[2])
	}
	for _, found := range regexp.MustCompile(`Datamängden (\w+) kunde inte uppdateras`).FindAllStringSubmatch(page.String(), -1) {
		failed = append(failed, found[1])
	}
	return datasets, indicators, failed
}

// worded is the standing that the report's words stand for.
func worded(text string) string {
	for words, standing := range map[string]string{"fortsätter inte enligt SCB": "discontinued", "ser ut att ha frusit": "frozen", "försenat": "overdue"} {
		if strings.Contains(text, words) {
			return standing
		}
	}
	return ""
}

// The four readers of freshness say the same of every data set and indicator over
// forty days, and what is right: around a due date (waits, 28 February), a day from
// which figures are overdue and one on which they came (late), one from which a
// table has stopped (froze, sick), a successor (old), a table that the publisher
// ends (stop), one that fails from then on (fail) and one never fetched.
func TestFreshnessIsToldAlike(t *testing.T) {
	t.Parallel()
	w := newFreshWorld(t)
	datasets, indicators := watched()
	for day := range strings.FieldsSeq("2026-02-22 2026-02-28 2026-03-01 2026-03-06 2026-03-14 2026-03-21 2026-03-31 2026-04-01 2026-04-02") {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		w.now = at.Add(6 * time.Hour)
		w.live()
		w.alike(on(at, datasets), on(at, indicators))
	}
}

func (w *freshWorld) alike(datasets, indicators standings) {
	w.t.Helper()
	stopped, late := []string{"frozen", "discontinued"}, []string{"overdue", "frozen", "discontinued"}
	sets, all, failures := w.read()
	status, failed := w.status()
	checkedSets, checkedIndicators := w.checked()
	reportedSets, reportedIndicators, reportedFailed := w.reported()
	for what, said := range map[string][2]standings{
		"SQL of data sets":     {sets, datasets},
		"SQL of indicators":    {all, indicators},
		"status of data sets":  {status, datasets},
		"check of data sets":   {checkedSets, datasets.only(stopped...)},
		"check of indicators":  {checkedIndicators, indicators.only(late...)},
		"report of data sets":  {reportedSets, datasets.only(stopped...)},
		"report of indicators": {reportedIndicators, indicators.only(late...)},
	} {
		if !maps.Equal(said[0], said[1]) {
			w.t.Errorf("%s: %s: %v, want %v", w.now.Format(time.DateOnly), what, said[0], said[1])
		}
	}
	want := []string{"never"}
	if w.now.Format(time.DateOnly) >= "2026-03-14" {
		want = []string{"fail", "never"}
	}
	inFile := slices.Sorted(maps.Keys(failures))
	if !slices.Equal(slices.Sorted(slices.Values(failed)), want) || !slices.Equal(reportedFailed, want) || !slices.Equal(inFile, want) {
		w.t.Errorf("%s: failed by status %v, by the report %v, in SQL %v, want %v", w.now.Format(time.DateOnly), failed, reportedFailed, inFile, want)
	}
}
