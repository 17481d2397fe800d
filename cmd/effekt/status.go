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

	"github.com/spf13/cobra"
)

// runsListed is how many of the last runs status shows.
const runsListed = 10

// statusJSON is what status tells programs, untranslated and unshortened, and
// what its text is made from. An absent time is one that never was.
type statusJSON struct {
	Now        time.Time         `json:"now"`
	County     string            `json:"county"`
	Datasets   []datasetJSON     `json:"datasets"`
	Indicators []indicatorJSON   `json:"indicators"` // those that are not current
	Runs       []run.Run         `json:"runs"`
	Next       []schedule.Due    `json:"next"`
	Due        []intake.Deadline `json:"due"`

	Skipped int    `json:"-"` // damaged lines of the ledger
	Nothing string `json:"-"` // the data folder, where nothing has been fetched
}

type datasetJSON struct {
	freshness.Line
	Successor *proposalJSON `json:"proposed_successor,omitempty"`
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
	s = statusJSON{Now: a.now().UTC(), County: p.Config.County.Code, Datasets: []datasetJSON{}, Indicators: []indicatorJSON{}, Due: []intake.Deadline{}}
	if p.Archive == nil {
		s.Nothing = p.Dir.Root
	} else if s.Datasets, err = datasetStandings(ctx, p); err != nil {
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
	if s.Next, err = schedule.Next(p.Config.Schedule.Jobs, p.Config.Schedule.Timezone, a.now()); err != nil {
		return s, usageError{err}
	}
	due, err := p.Deadlines(ctx)
	s.Due = append(s.Due, due...)
	return s, err
}

func datasetStandings(ctx context.Context, p *pipeline.Pipeline) ([]datasetJSON, error) {
	lines, err := p.Status(ctx)
	all := make([]datasetJSON, len(lines))
	for i, l := range lines {
		all[i].Line = l
		if l.Proposal.Table != "" {
			all[i].Successor = (*proposalJSON)(&l.Proposal)
		}
	}
	return all, err
}

// runError is why a run failed, or the first of what failed in it.
func runError(r run.Run) string {
	if r.Error == "" && len(r.Errors) > 0 {
		return firstLine(r.Errors[0])
	}
	return firstLine(r.Error)
}
