package explain

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/number"
	"fmt"
	"maps"
	"slices"
	"time"
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

// WhyChanged compares a figure of then with that of now. then is a pipeline over
// the archive, config and SQL of then; definitions tells that its config and SQL
// are known, as an edition's are: without them only what the agencies and our
// own corrections have changed can be told.
func WhyChanged(ctx context.Context, then, now *pipeline.Pipeline, definitions bool, q Question, since string) (Why, error) {
	w := Why{Question: q, Since: since}
	if !definitions {
		w.Remark = "config and SQL of that day are not kept; both figures are by today's"
	}
	var figures []pipeline.Figure
	steps := between(then, now)
	for _, s := range steps {
		f, err := s.with.Figure(ctx, q.Indicator, q.Region, q.Year, q.Sex)
		if err != nil {
			return w, fmt.Errorf("%s: %w", s.cause, err)
		}
		figures = append(figures, f)
	}
	first, last := figures[0], figures[len(figures)-1]
	if first.Status == "" && last.Status == "" {
		return w, fmt.Errorf("%w: %s, region %s, year %d, sex %s, then or now", ErrNoFigure, q.Indicator, q.Region, q.Year, q.Sex)
	}
	w.Old, w.New, w.OldStatus, w.NewStatus = first.Value, last.Value, first.Status, last.Status
	even := number.GridOf(values(figures))
	w.Difference = less(even, last.Value, first.Value)
	w.Parts = parts(steps, figures, even)
	w.Vintages = renewed(first.Vintages, last.Vintages)
	return w, nil
}

// step is the pipeline with one more thing as it is now.
type step struct {
	cause string
	with  *pipeline.Pipeline
}

// between goes from then to now: the agencies' answers first, then how they are
// read, then our own corrections.
func between(then, now *pipeline.Pipeline) []step {
	source := *then
	source.Archive, source.AsOf, source.Now = now.Archive, time.Time{}, clockOf(then)
	sql := source
	sql.SQL = now.SQL
	territory := sql
	regions := *then.Config
	regions.Regions, regions.County = now.Config.Regions, now.Config.County
	territory.Config = &regions
	meaning := territory
	meant := *now.Config
	meant.Corrections = then.Config.Corrections
	meaning.Config = &meant
	return []step{{"then", then}, {"source_revision", &source}, {"sql", &sql}, {"territory", &territory}, {"config", &meaning}, {"correction", now}}
}

// clockOf keeps the corrections of then in force as they were.
func clockOf(p *pipeline.Pipeline) func() time.Time {
	at := p.Now()
	if !p.AsOf.IsZero() {
		at = p.AsOf
	}
	return func() time.Time { return at }
}

// parts are the differences between steps that have a figure; those that lie in
// between belong together with the next.
func parts(steps []step, figures []pipeline.Figure, even number.Grid) []Part {
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

func values(figures []pipeline.Figure) []float64 {
	var all []float64
	for _, f := range figures {
		if f.Value != nil {
			all = append(all, *f.Value)
		}
	}
	return all
}

func renewed(old, fresh map[string]pipeline.Used) []Renewed {
	var all []Renewed
	for _, name := range slices.Sorted(maps.Keys(fresh)) {
		if old[name] != fresh[name] {
			all = append(all, Renewed{name, old[name].Vintage, fresh[name].Vintage, old[name].Stamp, fresh[name].Stamp})
		}
	}
	return all
}
