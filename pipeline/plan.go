package pipeline

import (
	"cmp"
	"context"
	"effekt/config"
	"effekt/sources"
	"time"
)

// PlanLine is what refreshing one data set would cost.
type PlanLine struct {
	Name     string
	Cells    int64 // 0 for Kolada, which has no cells
	Requests int   // for data, without the metadata
	Seconds  float64
	Err      error // what in the config does not resolve
}

// Plan asks only for metadata and says what a full refresh would cost under
// the limits.
func (p *Pipeline) Plan(ctx context.Context) ([]PlanLine, error) {
	limits, err := p.announced(ctx)
	if err != nil {
		return nil, err
	}
	var lines []PlanLine
	for _, d := range p.Config.Datasets {
		l := PlanLine{Name: d.Name}
		if d.Source == "scb" {
			source := p.scb(p.Client)
			t := p.task(d)
			if t.err != nil {
				return lines, t.err
			}
			table, err := source.Describe(ctx, p.scbDataset(t))
			var requests []sources.Request
			if err == nil {
				requests, err = source.Requests(table, limits.MaxCells)
			}
			if err == nil {
				l.Cells, err = table.Cells()
			}
			l.Requests, l.Err = len(requests), err
			l.Seconds = seconds(len(requests), p.Config.SCB)
		} else {
			l = p.planGroup(ctx, d)
		}
		lines = append(lines, l)
	}
	return lines, ctx.Err()
}

func (p *Pipeline) planGroup(ctx context.Context, d config.Dataset) PlanLine {
	l := PlanLine{Name: d.Name}
	group, err := p.group(d)
	if err != nil {
		l.Err = err
		return l
	}
	source := p.kolada(p.Client)
	_, problems, err := source.Describe(ctx, group)
	if err == nil {
		err = joined(problems)
	}
	requests, requestsErr := source.Requests(group)
	if err == nil {
		err = requestsErr
	}
	l.Requests, l.Err = len(requests), err
	l.Seconds = seconds(len(requests), p.Config.Kolada)
	return l
}

// seconds is what a limit alone makes of n calls that start with a burst.
func seconds(n int, api config.API) float64 {
	if n == 0 {
		return 0
	}
	return float64((n-1)/api.Calls) * time.Duration(api.Window).Seconds()
}

// StatusLine is one data set's state in the archive.
type StatusLine struct {
	Name, Source, Fetched, Checked, Updated, LastPeriod string
	// Resolved says of each matrix name and label what it was resolved to, or
	// that it resolves at fetch; empty where the config has ids and codes.
	Resolved []string
}

// resolutions says what the data set's open terms stand for, in their order.
func (t task) resolutions() []string {
	pins := t.pins()
	var lines []string
	for _, open := range t.Open() {
		code := "resolves at fetch"
		switch {
		case open.Variable == "" && pins.Table != "":
			code = pins.Table
		case open.Variable != "":
			code = cmp.Or(pins.Of(open.Variable, open.Term, open.Codelist), code)
		}
		lines = append(lines, open.String()+": "+code)
	}
	return lines
}

// Status reads the archive; it asks no source.
func (p *Pipeline) Status() ([]StatusLine, error) {
	var lines []StatusLine
	for _, d := range p.Config.Datasets {
		t := p.task(d)
		if t.err != nil {
			return lines, t.err
		}
		l := StatusLine{Name: d.Name, Source: d.Source, Fetched: "never"}
		if t.has {
			l.Fetched, l.Updated, l.LastPeriod = t.latest.Fetched.Format("2006-01-02 15:04"), t.latest.SourceUpdated, lastPeriod(t.latest.Manifest)
		}
		if !t.checked.At.IsZero() {
			l.Checked = t.checked.At.Format("2006-01-02 15:04")
		}
		l.Resolved = t.resolutions()
		lines = append(lines, l)
	}
	return lines, nil
}
