package pipeline

import (
	"context"
	"effekt/config"
	"effekt/sources"
	"time"
)

// PlanLine is what fetching one data set in full would cost.
type PlanLine struct {
	Name, Source string
	Cells        int64 // 0 for Kolada, which has no cells
	Metadata     int   // requests that describe
	Requests     int   // requests for data; of Kolada at least so many, for pages follow
	Seconds      float64
	Off          string // why it is not fetched; empty when it is
	Err          error  // what in the config does not resolve, or why the source did not answer
}

// Plan asks only for metadata and says what a full refresh would cost under
// the limits. A source that does not answer is an error of its data sets; only
// ctx stops everything.
func (p *Pipeline) Plan(ctx context.Context) ([]PlanLine, error) {
	var lines []PlanLine
	limits, down := p.announced(ctx)
	for _, d := range p.Config.Datasets {
		l := PlanLine{Name: d.Name, Source: d.Source, Off: d.Off}
		asked := &counting{Caller: p.Client}
		api := p.Config.SCB
		switch {
		case d.Off != "":
		case d.Source == "kolada":
			api = p.Config.Kolada
			l.Err = p.planGroup(ctx, d, asked, &l)
		case down != nil:
			l.Err = down
		default:
			l.Err = p.planTable(ctx, d, asked, limits.MaxCells, &l)
		}
		l.Metadata = asked.calls
		l.Seconds = Seconds(l.Metadata+l.Requests, api)
		lines = append(lines, l)
	}
	return lines, ctx.Err()
}

// counting counts the calls that were answered.
type counting struct {
	sources.Caller
	calls int
}

// Call asks and counts.
func (c *counting) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	c.calls++
	return c.Caller.Call(ctx, r)
}

func (p *Pipeline) planTable(ctx context.Context, d config.Dataset, asked *counting, maxCells int64, l *PlanLine) error {
	t := p.task(d)
	if t.err != nil {
		return t.err
	}
	source := p.scb(asked)
	table, err := source.Describe(ctx, p.scbDataset(t))
	if err != nil {
		return err
	}
	requests, err := source.Requests(table, maxCells)
	if err != nil {
		return err
	}
	l.Requests = len(requests)
	l.Cells, err = table.Cells()
	return err
}

func (p *Pipeline) planGroup(ctx context.Context, d config.Dataset, asked *counting, l *PlanLine) error {
	group, err := p.group(d)
	if err != nil {
		return err
	}
	source := p.kolada(asked)
	_, problems, err := source.Describe(ctx, group)
	if err != nil {
		return err
	}
	requests, err := source.Requests(without(group, problems))
	if err != nil {
		return err
	}
	l.Requests = len(requests)
	return joined(problems)
}

// Seconds is what a limit alone makes of n calls that start with a burst.
func Seconds(n int, api config.API) float64 {
	if n == 0 {
		return 0
	}
	return float64((n-1)/api.Calls) * time.Duration(api.Window).Seconds()
}
