// Package held is what the archive holds of the data sets: which vintages are in
// use, which series are taken from each, what was asked for, and when the
// publisher last answered. Each of these is answered here and nowhere else.
package held

import (
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/run"
	"effekt/sources"
)

// Store reads an archive for a config.
type Store struct {
	Config  *config.Config
	Archive *archive.Archive // nil: nothing has ever come
	AsOf    time.Time        // what the archive held then; zero: all it holds
	Now     func() time.Time
	Log     *slog.Logger
}

// Dataset is a data set with what is held of it.
type Dataset struct {
	sources.Set
	Vintages []archive.Vintage // newest first, as many as it takes to find every series
	Checked  archive.Checked
	Asked    string // hash of everything that is asked for today
	// UsualDelay is how long after a period's end its figures have come at most, nil
	// until that is known.
	UsualDelay *time.Duration
}

// Latest is the newest vintage, the zero value when nothing has ever come.
func (d Dataset) Latest() archive.Vintage {
	if len(d.Vintages) == 0 {
		return archive.Vintage{}
	}
	return d.Vintages[0]
}

// LastAsked is when the publisher last answered for the data set.
func (d Dataset) LastAsked() time.Time {
	if started := d.Latest().Started; !d.Checked.At.After(started) {
		return started
	}
	return d.Checked.At
}

// seenOften is how many periods must have been seen to come before a table's own
// history says how long they take.
const seenOften = 2

// lookBack is how many of the newest vintages tell a table's rhythm: several years
// of any table, and no more to read when there are many.
const lookBack = 60

// usualDelay is the longest time from the end of a period to the stamp under
// which it came, of the periods that have come since the first vintage: the
// rhythm that the table has shown, whatever the config expects.
func (s Store) usualDelay(d config.Dataset) (longest time.Duration, known bool) {
	if len(d.KPIs) > 0 {
		return 0, false
	}
	came, first, seen := map[string]time.Time{}, "", 0
	for v, err := range s.Archive.Newest(d.Source, d.Name, s.AsOf) {
		if err != nil {
			return 0, false // who reads the latest vintage tells of it
		}
		first = v.LastPeriod()
		if at, err := time.Parse(time.RFC3339, v.SourceUpdated); err == nil {
			came[first] = at
		}
		if seen++; seen == lookBack {
			break
		}
	}
	delete(came, first) // it had come before the first that was looked at
	for period, at := range came {
		if end, ok := endOf(period); ok {
			longest = max(longest, at.Sub(end))
		}
	}
	return longest, len(came) >= seenOften
}

// endOf is the first moment after a period: "2025", "2025K3", "2025M07" or
// "2021-2025".
func endOf(period string) (time.Time, bool) {
	period = period[strings.LastIndexAny(period, "-/")+1:] // «2021-2025» is the mean of those years
	year, part, width := period, "1", 12
	if at := strings.IndexAny(period, "KM"); at == 4 {
		year, part, width = period[:at], period[at+1:], map[byte]int{'K': 3, 'M': 1}[period[at]]
	}
	y, err1 := strconv.Atoi(year)
	n, err2 := strconv.Atoi(part)
	if err1 != nil || err2 != nil || len(year) != 4 || n < 1 || n*width > 12 {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(n*width+1), 1, 0, 0, 0, 0, time.UTC), true
}

// Used are the vintages that something is taken from, newest first.
func (d Dataset) Used() (used []archive.Vintage) {
	for _, v := range d.Vintages {
		if slices.ContainsFunc(d.Parts, func(p sources.Part) bool { return p.Vintage == v.Name }) {
			used = append(used, v)
		}
	}
	return used
}

// Dataset reads what is in use of a data set. The error is a manifest that cannot
// be read, or an *archive.PrunedError where what was in use at AsOf is gone.
func (s Store) Dataset(d config.Dataset) (Dataset, error) {
	held := Dataset{Set: sources.Set{Dataset: d}, Asked: s.asked(d)}
	if s.Archive == nil {
		return held, nil
	}
	all, err := inUse(d, s.Archive.Newest(d.Source, d.Name, s.AsOf))
	held.Checked = s.Archive.Checked(d.Source, d.Name)
	if usual, known := s.usualDelay(d); known {
		held.UsualDelay = &usual
	}
	return s.with(held, all), err
}

// From is Dataset of given vintages, newest first: of what is published, or an
// edition's.
func (s Store) From(d config.Dataset, newestFirst []archive.Vintage) Dataset {
	all, _ := inUse(d, func(yield func(archive.Vintage, error) bool) {
		for _, v := range newestFirst {
			if !yield(v, nil) {
				return
			}
		}
	})
	return s.with(Dataset{Set: sources.Set{Dataset: d}, Asked: s.asked(d)}, all)
}

// with adds the parts of vintages: the newest alone, or of a group of KPIs the
// vintages backwards from which each KPI is taken.
func (s Store) with(held Dataset, all []archive.Vintage) Dataset {
	sought := seriesOf(held.Dataset)
	for _, v := range all {
		part := s.part(v)
		for _, kpi := range v.KPIs {
			if sought[kpi] {
				part.Series = append(part.Series, kpi)
				delete(sought, kpi)
			}
		}
		if len(held.KPIs) == 0 || len(part.Series) > 0 {
			held.Parts = append(held.Parts, part)
		}
	}
	held.Vintages = all
	held.Same = len(all) > 0 && all[0].Asked == held.Asked
	return held
}

// part is all of a vintage.
func (s Store) part(v archive.Vintage) sources.Part {
	return sources.Part{Description: v.Description, Vintage: v.Name, Stored: func(role string) []sources.Stored { return s.stored(v, role) }}
}

func seriesOf(d config.Dataset) map[string]bool {
	sought := map[string]bool{}
	for _, k := range d.KPIs {
		sought[k.ID] = true
	}
	return sought
}

// inUse takes from the newest vintage backwards as many as it takes to find every
// series. A vintage that is gone matters only if it would have been used.
func inUse(d config.Dataset, newestFirst func(func(archive.Vintage, error) bool)) ([]archive.Vintage, error) {
	sought := seriesOf(d)
	var found []archive.Vintage
	for v, err := range newestFirst {
		var gone *archive.PrunedError
		if errors.As(err, &gone) && len(found) > 0 && !slices.ContainsFunc(v.KPIs, func(kpi string) bool { return sought[kpi] }) {
			continue
		}
		if err != nil {
			return found, err
		}
		found = append(found, v)
		for _, kpi := range v.KPIs {
			delete(sought, kpi)
		}
		if len(sought) == 0 {
			break
		}
	}
	return found, nil
}

// stored are the answers of a role in a vintage.
func (s Store) stored(v archive.Vintage, role string) []sources.Stored {
	var all []sources.Stored
	for _, r := range v.Data(role) {
		stored := sources.Stored{Method: r.Method, URL: r.URL, Body: func() ([]byte, error) { return s.Archive.Get(r.Object) }}
		if r.BodySHA256 != "" {
			stored.Sent = func() ([]byte, error) { return s.Archive.Get(r.BodySHA256) }
		}
		all = append(all, stored)
	}
	return all
}

// asked names everything that a data set asks for: another selection is another
// vintage, though the source says unchanged.
func (s Store) asked(d config.Dataset) string {
	return run.Fingerprint(d.Table, d.Select, d.Optional, d.Codelists, d.KPIs, d.Regions, d.Years, s.Config.Words(d.RegionCoding))
}

// Task is a data set as its source is asked for it. It is stale when it must be
// fetched whatever the source says: so it is when the last answer lies ahead, for
// the clock was wrong then or is now, and «what is new since» has no meaning.
func (s Store) Task(d Dataset, full bool) sources.Task {
	whole, newest := d.Latest().Fetched, d.Latest()
	if d.Checked.Whole.After(whole) {
		whole = d.Checked.Whole
	}
	stale := full || newest.Name == "" || d.Checked.Kept == newest.Name || !d.Same ||
		s.Now().Sub(whole) > time.Duration(d.RefetchDays)*24*time.Hour || d.LastAsked().After(s.Now().Add(archive.Skew))
	return sources.Task{
		Dataset: d.Dataset, Words: s.Config.Words(d.RegionCoding), County: s.Config.County.In(d.RegionCoding), Now: s.Now(),
		Stale: stale, Asked: d.LastAsked(), Held: d.Set,
		Log: s.Log.With("dataset", d.Name),
	}
}
