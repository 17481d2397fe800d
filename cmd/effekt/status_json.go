package main

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/freshness"
	"effekt/pipeline/run"
	"effekt/pipeline/schedule"
	"time"
)

// statusJSON is what status tells programs: the same as in text, untranslated
// and unshortened. An absent time is one that never was.
type statusJSON struct {
	Now        time.Time       `json:"now"`
	County     string          `json:"county"`
	Datasets   []datasetJSON   `json:"datasets"`
	Indicators []indicatorJSON `json:"indicators"` // those that are not current
	Runs       []run.Run       `json:"runs"`
	Next       []nextJSON      `json:"next"`
	Due        []dueJSON       `json:"due"`
}

type datasetJSON struct {
	Name       string        `json:"name"`
	Source     string        `json:"source"`
	Fetched    time.Time     `json:"fetched,omitzero"`
	Checked    time.Time     `json:"checked,omitzero"`
	Updated    string        `json:"source_updated,omitempty"`
	LastPeriod string        `json:"last_period,omitempty"`
	Standing   string        `json:"standing"`
	Reason     string        `json:"reason,omitempty"`
	News       []string      `json:"news,omitempty"`
	Resolved   []string      `json:"resolved,omitempty"`
	Error      string        `json:"error,omitempty"`
	FailedAt   time.Time     `json:"failed_at,omitzero"`
	Successor  *proposalJSON `json:"proposed_successor,omitempty"`
}

type proposalJSON struct {
	Table       string    `json:"table"`
	Title       string    `json:"title"`
	FirstPeriod string    `json:"first_period,omitempty"`
	LastPeriod  string    `json:"last_period,omitempty"`
	Score       float64   `json:"score"`
	LookedFor   time.Time `json:"looked_for"`
	TOML        string    `json:"toml"`
}

type indicatorJSON struct {
	ID     string `json:"indicator_id"`
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
}

type nextJSON struct {
	Job string    `json:"job"`
	At  time.Time `json:"at,omitzero"`
}

type dueJSON struct {
	What string `json:"what"`
	For  string `json:"for"`
	On   string `json:"on"`
	Days int    `json:"days"`
}

func (a *app) statusJSON(ctx context.Context, p *pipeline.Pipeline, lines []freshness.Line) error {
	s := statusJSON{Now: a.now().UTC(), County: p.Config.County.Code, Datasets: []datasetJSON{}, Next: []nextJSON{}, Due: []dueJSON{}}
	for _, l := range lines {
		s.Datasets = append(s.Datasets, datasetLine(l))
	}
	var err error
	if s.Indicators, err = states(ctx, p); err != nil {
		return err
	}
	if s.Runs, _, err = run.Read(p.Dir.Runs(), runsListed); err != nil {
		return err
	}
	next, err := schedule.Next(p.Config.Schedule.Jobs, p.Config.Schedule.Timezone, a.now())
	if err != nil {
		return usageError{err}
	}
	for _, n := range next {
		s.Next = append(s.Next, nextJSON(n))
	}
	due, err := p.Deadlines(ctx)
	if err != nil {
		return err
	}
	for _, d := range due {
		s.Due = append(s.Due, dueJSON(d))
	}
	return a.encode(s)
}

func datasetLine(l freshness.Line) datasetJSON {
	d := datasetJSON{
		Name: l.Name, Source: l.Source, Fetched: l.Fetched, Checked: l.Checked, Updated: l.Updated, LastPeriod: l.LastPeriod,
		Standing: string(l.Standing), Reason: l.Reason, News: l.News, Resolved: l.Resolved, Error: l.Error, FailedAt: l.FailedAt,
	}
	if s := l.Proposal; s.Table != "" {
		d.Successor = &proposalJSON{s.Table, s.Title, s.FirstPeriod, s.LastPeriod, s.Score, s.At, s.TOML}
	}
	return d
}
