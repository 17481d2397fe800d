package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"effekt/pipeline"
	"effekt/pipeline/freshness"
	"effekt/pipeline/intake"
	"effekt/pipeline/run"
	"effekt/pipeline/schedule"
	"effekt/sources"

	"github.com/spf13/cobra"
)

// runsListed is how many of the last runs status shows.
const runsListed = 10

// statusJSON is what status tells programs, untranslated and unshortened, and
// what its text is made from. An absent time is one that never was.
type statusJSON struct {
	Now        time.Time       `json:"now"`
	County     string          `json:"county"`
	Datasets   []datasetJSON   `json:"datasets"`
	Indicators []indicatorJSON `json:"indicators"` // those that are not current
	Runs       []run.Run       `json:"runs"`
	Next       []nextJSON      `json:"next"`
	Due        []dueJSON       `json:"due"`

	Skipped int    `json:"-"` // damaged lines of the ledger
	Nothing string `json:"-"` // the data folder, where nothing has been fetched
}

type datasetJSON struct {
	lineJSON
	Successor *proposalJSON `json:"proposed_successor,omitempty"`
}

// lineJSON is a freshness.Line.
type lineJSON struct {
	Name       string             `json:"name"`
	Source     string             `json:"source"`
	Fetched    time.Time          `json:"fetched,omitzero"`
	Checked    time.Time          `json:"checked,omitzero"`
	Updated    string             `json:"source_updated,omitempty"`
	LastPeriod string             `json:"last_period,omitempty"`
	Standing   freshness.Standing `json:"standing"`
	Reason     string             `json:"reason,omitempty"`
	News       []string           `json:"news,omitempty"`
	Proposal   sources.Proposal   `json:"-"`
	Resolved   []string           `json:"resolved,omitempty"`
	Error      string             `json:"error,omitempty"`
	FailedAt   time.Time          `json:"failed_at,omitzero"`
}

// proposalJSON is a sources.Proposal.
type proposalJSON struct {
	At          time.Time `json:"looked_for"`
	Table       string    `json:"table"`
	Title       string    `json:"title"`
	FirstPeriod string    `json:"first_period,omitempty"`
	LastPeriod  string    `json:"last_period,omitempty"`
	Score       float64   `json:"score"`
	TOML        string    `json:"toml"`
}

type indicatorJSON struct {
	ID     string `json:"indicator_id"     column:"indicator_id"`
	State  string `json:"state"            column:"state"`
	Reason string `json:"reason,omitempty" column:"state_reason"`
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

func (a *app) status() *cobra.Command {
	cmd := &cobra.Command{
		Use: "status", Short: "What is held of each data set, the last runs and the next",
		RunE: a.reads(func(ctx context.Context, p *pipeline.Pipeline, _ []string) error {
			s, err := a.gather(ctx, p)
			if err := a.answer("status", s, err); err != nil {
				return err
			}
			return unread(s.Datasets)
		}),
	}
	a.jsonFlag(cmd)
	return cmd
}

// unread is an error when the archive holds what cannot be read.
func unread(sets []datasetJSON) error {
	var names []string
	for _, d := range sets {
		if d.Standing == freshness.Unread {
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("the archive cannot be read for %s: see «effekt archive verify»", strings.Join(names, ", "))
}

// gather asks the archive, the ledger, the published file and the schedule.
func (a *app) gather(ctx context.Context, p *pipeline.Pipeline) (s statusJSON, err error) {
	s = statusJSON{Now: a.now().UTC(), County: p.Config.County.Code, Datasets: []datasetJSON{}, Indicators: []indicatorJSON{}}
	if p.Archive == nil {
		s.Nothing = p.Dir.Root
	} else if s.Datasets, err = standings(ctx, p); err != nil {
		return s, err
	}
	if exists(p.Dir.Database()) {
		s.Indicators, err = selected[indicatorJSON](ctx, p,
			"select indicator_id, state, state_reason from mart.indicator where state <> 'current' order by indicator_id")
		if err != nil {
			return s, err
		}
	}
	if s.Runs, s.Skipped, err = run.Read(p.Dir.Runs(), runsListed); err != nil {
		return s, err
	}
	next, err := schedule.Next(p.Config.Schedule.Jobs, p.Config.Schedule.Timezone, a.now())
	if err != nil {
		return s, usageError{err}
	}
	due, err := p.Deadlines(ctx)
	s.Next = converted(next, func(d schedule.Due) nextJSON { return nextJSON(d) })
	s.Due = converted(due, func(d intake.Deadline) dueJSON { return dueJSON(d) })
	return s, err
}

func standings(ctx context.Context, p *pipeline.Pipeline) ([]datasetJSON, error) {
	lines, err := p.Status(ctx)
	return converted(lines, func(l freshness.Line) datasetJSON {
		d := datasetJSON{lineJSON: lineJSON(l)}
		if l.Proposal.Table != "" {
			d.Successor = (*proposalJSON)(&l.Proposal)
		}
		return d
	}), err
}

// converted is never nil, so that JSON has a list.
func converted[From, To any](from []From, to func(From) To) []To {
	all := make([]To, len(from))
	for i, one := range from {
		all[i] = to(one)
	}
	return all
}

// runError is why a run failed, or the first of what failed in it.
func runError(r run.Run) string {
	if r.Error == "" && len(r.Errors) > 0 {
		return firstLine(r.Errors[0])
	}
	return firstLine(r.Error)
}
