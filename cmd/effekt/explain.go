package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/explain"

	"github.com/spf13/cobra"
)

func (a *app) explain() *cobra.Command {
	q := explain.Question{Sex: "total"}
	var since string
	cmd := &cobra.Command{
		Use: "explain INDICATOR", Short: "One published figure back to its inputs, requests and bytes",
		Args: takes(1, 1, "name one indicator: effekt explain population_total --year 2025"),
		RunE: a.reads(func(ctx context.Context, p *pipeline.Pipeline, args []string) error {
			q.Indicator, q.Region = args[0], orElse(q.Region, p.Config.County.Code)
			if q.Year == 0 {
				return usage("--year is missing")
			}
			if _, err := published(p); err != nil {
				return err
			}
			if since != "" {
				return a.whyChanged(ctx, p, q, since)
			}
			if err := explain.Asked(q, p.Config); err != nil {
				return usageError{err}
			}
			e, err := explain.Explain(ctx, explain.Material{SQL: p.SQL, Held: p.Held(), Sources: p.Sources, Database: p.Dir.Database()}, q)
			return a.answer("explain", e, unexplained(ctx, p, q, err))
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&q.Region, "region", "", "region, SCB's code (default: the county)")
	flags.IntVar(&q.Year, "year", 0, "year of the figure")
	flags.StringVar(&q.Sex, "sex", "total", "total, women or men")
	flags.StringVar(&since, "why-changed", "", "split the difference since a day (2026-02-21) or an edition")
	a.jsonFlag(cmd)
	return cmd
}

// unexplained tells a question about a figure that is not shown from a failure.
func unexplained(ctx context.Context, p *pipeline.Pipeline, q explain.Question, err error) error {
	switch {
	case errors.Is(err, explain.ErrNoFigure):
		return usageError{explain.WhyNone(ctx, p.Dir.Database(), q)}
	case errors.Is(err, explain.ErrSuppressed):
		return usageError{err}
	}
	return err
}

// whyChanged splits what a figure has moved since a day or an edition.
func (a *app) whyChanged(ctx context.Context, now *pipeline.Pipeline, q explain.Question, since string) error {
	then, known, err := a.then(since)
	if err != nil {
		return err
	}
	// An edition may have an indicator that is no more.
	if err := explain.Asked(q, now.Config); err != nil && explain.Asked(q, then.Config) != nil {
		return usageError{err}
	}
	side := func(p *pipeline.Pipeline) explain.Side {
		return explain.Side{Store: p.Held(), SQL: p.SQL, Sources: p.Sources, Synthetic: p.Synthetic}
	}
	w, err := explain.WhyChanged(ctx, side(then), side(now), known, q, since)
	return a.answer("why_changed", w, unexplained(ctx, now, q, err))
}

// then is the pipeline of an edition, or of a day with today's config and SQL;
// known tells that it is an edition's.
func (a *app) then(since string) (p *pipeline.Pipeline, known bool, err error) {
	folder, e, err := a.readEdition(since)
	if err == nil {
		if p, err = a.settings(a.overrides(), since); err != nil {
			return nil, false, err
		}
		p.Now, p.Synthetic = func() time.Time { return e.Frozen }, e.Synthetic
		p.Archive, err = archive.Open(filepath.Join(folder, "archive"), p.Now)
		return p, true, err
	}
	at, notDay := moment(since)
	if notDay != nil {
		return nil, false, usage("--why-changed %q is neither a day (2026-02-21) nor an edition: %w", since, err)
	}
	if p, err = a.look(); err == nil {
		p.AsOf = at
	}
	return p, false, err
}
