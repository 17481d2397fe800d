package fetch

import (
	"context"
	"time"

	"effekt/config"
	"effekt/sources"
)

// PlanLine is what fetching one data set in full would cost.
type PlanLine struct {
	Name, Source string
	Cells        int64 // 0 where the publisher counts none
	Metadata     int   // requests that describe
	Requests     int   // requests for data; at least so many where pages follow
	Seconds      float64
	Off          string // why it is not fetched; empty when it is
	Err          error  // what in the config does not resolve, or why the source did not answer
}

// Plan asks only for metadata and says what a full refresh would cost under the
// limits. A source that does not answer is an error of its data sets; only ctx
// stops everything.
func (f Fetcher) Plan(ctx context.Context) ([]PlanLine, error) {
	bySource := map[string]sources.Source{}
	for _, s := range f.Sources {
		bySource[s.Name()] = s
	}
	var lines []PlanLine
	for _, d := range f.Config.Datasets {
		l := PlanLine{Name: d.Name, Source: d.Source, Off: d.Off}
		if d.Off == "" {
			f.plan(ctx, bySource[d.Source], f.task(d, true), &l)
		}
		lines = append(lines, l)
	}
	return lines, ctx.Err()
}

func (f Fetcher) plan(ctx context.Context, source sources.Source, t task, l *PlanLine) {
	if l.Err = t.err; l.Err != nil {
		return
	}
	asked := &counting{Caller: f.Client}
	var cost sources.Cost
	cost, l.Err = source.Plan(ctx, asked, t.ask)
	l.Cells, l.Requests, l.Metadata = cost.Cells, cost.Requests, asked.calls
	l.Seconds = Seconds(l.Metadata+l.Requests, f.Config.API(l.Source))
}

// Seconds is what a limit alone makes of n calls that start with a burst.
func Seconds(n int, api config.API) float64 {
	if n == 0 || api.Calls == 0 {
		return 0
	}
	return float64((n-1)/api.Calls) * time.Duration(api.Window).Seconds()
}

// counting counts the calls about data sets.
type counting struct {
	sources.Caller
	calls int
}

// Call asks and counts.
func (c *counting) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	if r.Role != "config" {
		c.calls++
	}
	return c.Caller.Call(ctx, r)
}
