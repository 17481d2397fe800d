package explain

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"effekt/pipeline/archive"
	"effekt/pipeline/build"
	"effekt/pipeline/held"
	"effekt/pipeline/number"
	"effekt/pipeline/warehouse"
	"effekt/sources"

	effektsql "effekt/sql"
)

// Why is what made a figure another than it was. The parts add up to the
// difference: each is what the figure moves when one more thing is taken as it
// is now, in the order in which they stand.
type Why struct {
	Question
	Since      string    `json:"since"`
	Old        *float64  `json:"old"` // not rounded; nil when missing
	New        *float64  `json:"new"`
	OldStatus  string    `json:"old_status"` // empty: there was no such figure
	NewStatus  string    `json:"new_status"`
	Difference *float64  `json:"difference"` // nil when either is missing
	Parts      []Part    `json:"parts"`
	Vintages   []Renewed `json:"vintages"`
	Remark     string    `json:"remark,omitempty"`
}

// Part is one cause with the figure before and after it. Difference is rounded
// a little, all parts alike, so that adding them gives the whole to the last bit. Cause is one of
// source_revision, sql, territory, config and correction, or several joined by
// + when the figure cannot be made between them.
type Part struct {
	Cause      string   `json:"cause"`
	From       *float64 `json:"from"`
	To         *float64 `json:"to"`
	Difference *float64 `json:"difference"`
}

// Renewed is a data set of which another vintage is in use.
type Renewed struct {
	Dataset  string `json:"dataset"`
	Old      string `json:"old_vintage"`
	New      string `json:"new_vintage"`
	OldStamp string `json:"old_source_updated"`
	NewStamp string `json:"new_source_updated"`
}

// Side is what a figure of then, or of now, is made from.
type Side struct {
	held.Store // with the config
	SQL        *effektsql.Library
	Sources    []sources.Source
	Synthetic  bool
}

// WhyChanged compares a figure of then with that of now. definitions tells that
// the config and SQL of then are known, as an edition's are: without them only
// what the agencies and our own corrections have changed can be told.
func WhyChanged(ctx context.Context, then, now Side, definitions bool, q Question, since string) (Why, error) {
	w := Why{Question: q, Since: since}
	if !definitions {
		w.Remark = "config and SQL of that day are not kept; both figures are by today's"
	}
	var all []made
	var known []float64
	steps := between(then, now)
	for _, s := range steps {
		f, err := s.with.figure(ctx, q)
		if err != nil {
			return w, fmt.Errorf("%s: %w", s.cause, err)
		}
		all = append(all, f)
		if f.Value != nil {
			known = append(known, *f.Value)
		}
	}
	first, last := all[0], all[len(all)-1]
	switch {
	case first.Status == "" && last.Status == "":
		return w, q.none(", then or now")
	case last.suppressed():
		return w, ErrSuppressed
	}
	w.Old, w.New, w.OldStatus, w.NewStatus = first.Value, last.Value, first.Status, last.Status
	even := number.GridOf(known)
	w.Difference = less(even, last.Value, first.Value)
	w.Parts = parts(steps, all, even)
	w.Vintages = renewed(first.from, last.from)
	return w, nil
}

// made is a figure with the newest vintages that it is made of, by data set.
type made struct {
	Figure
	from map[string]archive.Vintage
}

// figure makes one figure and nothing else, the zero value when there is none.
func (s Side) figure(ctx context.Context, q Question) (f made, err error) {
	in := build.Inputs{Config: s.Config, SQL: s.SQL, Sources: s.Sources, Synthetic: s.Synthetic, AsOf: s.AsOf, Now: s.Now()}
	in.Datasets, err = s.All()
	gone, some := errors.AsType[*held.GoneError](err)
	if err != nil && !some {
		return f, err
	}
	f.from = map[string]archive.Vintage{}
	err = build.Only(ctx, in, func(ctx context.Context, db *warehouse.Build) error {
		found, err := figures(ctx, db, "core.indicator_value", q.row())
		if err != nil {
			return err
		}
		if len(found) > 0 {
			f.Figure = found[0].Figure
		}
		type row struct {
			Dataset string `column:"dataset"`
		}
		rows, err := warehouse.Select[row](ctx, db, "select dataset from config.indicator_dataset where indicator_id = "+warehouse.Text(q.Indicator))
		for _, r := range rows {
			if some && gone.Of(r.Dataset) {
				return gone
			}
			if v := in.Datasets[r.Dataset].Latest(); v.Name != "" {
				f.from[r.Dataset] = v
			}
		}
		return err
	}, "indicator."+q.Indicator, "core.indicator_value", "core.region")
	return f, err
}

// step is a side with one more thing as it is now.
type step struct {
	cause string
	with  Side
}

// between goes from then to now: the agencies' answers first, then how they are
// read, then our own corrections, which stay in force as they were then until
// the last step.
func between(then, now Side) []step {
	at := then.Now()
	if !then.AsOf.IsZero() {
		at = then.AsOf
	}
	source := then
	source.Archive, source.AsOf, source.Now, source.Sources = now.Archive, time.Time{}, func() time.Time { return at }, now.Sources
	sql := source
	sql.SQL = now.SQL
	territory, regions := sql, *then.Config
	regions.Regions, regions.County = now.Config.Regions, now.Config.County
	territory.Config = &regions
	meaning, meant := territory, *now.Config
	meant.Corrections = then.Config.Corrections
	meaning.Config = &meant
	return []step{{"then", then}, {"source_revision", source}, {"sql", sql}, {"territory", territory}, {"config", meaning}, {"correction", now}}
}

// parts are the differences between steps that have a figure; those that lie in
// between belong together with the next.
func parts(steps []step, figures []made, even number.Grid) []Part {
	var all []Part
	before, cause := figures[0].Value, ""
	for i := 1; i < len(steps); i++ {
		if cause != "" {
			cause += " + "
		}
		cause += steps[i].cause
		now := figures[i].Value
		if now == nil && i < len(steps)-1 {
			continue
		}
		if d := less(even, now, before); d == nil && (now != nil || before != nil) || d != nil && *d != 0 {
			all = append(all, Part{Cause: cause, From: before, To: now, Difference: d})
		}
		before, cause = now, ""
	}
	return all
}

// less is a figure less another, nil when either is missing.
func less(even number.Grid, a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	d := even.Less(*a, *b)
	return &d
}

func renewed(old, fresh map[string]archive.Vintage) []Renewed {
	var all []Renewed
	for _, name := range slices.Sorted(maps.Keys(fresh)) {
		was, is := old[name], fresh[name]
		if was.Name != is.Name || was.SourceUpdated != is.SourceUpdated {
			all = append(all, Renewed{name, was.Name, is.Name, was.SourceUpdated, is.SourceUpdated})
		}
	}
	return all
}
