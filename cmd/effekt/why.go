package main

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/explain"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"
	"time"
)

func (a *app) encode(v any) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// whyChanged splits what a figure has moved since a day or an edition.
func (a *app) whyChanged(ctx context.Context, now *pipeline.Pipeline, q explain.Question, since string, asJSON bool) error {
	then, known, err := a.then(since)
	if err != nil {
		return err
	}
	// An edition may have an indicator that is no more.
	if err := asked(q, now.Config); err != nil && asked(q, then.Config) != nil {
		return usageError{err}
	}
	w, err := explain.WhyChanged(ctx, sideOf(then), sideOf(now), known, q, since)
	if errors.Is(err, explain.ErrNoFigure) {
		return usageError{whyNone(ctx, now, q)}
	}
	if errors.Is(err, explain.ErrSuppressed) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	if asJSON {
		return a.encode(w)
	}
	return a.showWhy(w)
}

// then is the pipeline of an edition, or of a day with today's config and SQL;
// known tells that it is an edition's.
func (a *app) then(since string) (p *pipeline.Pipeline, known bool, err error) {
	folder, e, err := a.readEdition(since)
	if err == nil {
		if p, err = a.definitions(since); err != nil {
			return nil, false, err
		}
		p.Now, p.Synthetic = func() time.Time { return e.Frozen }, e.Synthetic
		p.Archive, err = archive.Open(filepath.Join(folder, "archive"), p.Now)
		return p, true, err
	}
	at, notDay := moment(since)
	if notDay != nil {
		return nil, false, usageError{fmt.Errorf("--why-changed %q is neither a day (2026-02-21) nor an edition: %w", since, err)}
	}
	if p, err = a.look(); err == nil {
		p.AsOf = at
	}
	return p, false, err
}

func sideOf(p *pipeline.Pipeline) explain.Side {
	return explain.Side{Store: p.Held(), SQL: p.SQL, Sources: p.Sources, Synthetic: p.Synthetic}
}

func (a *app) showWhy(w explain.Why) error {
	fmt.Fprintf(a.stdout, "%s, region %s, year %d, %s, since %s\n%s (%s) → %s (%s)\n", w.Indicator, w.Region, w.Year, w.Sex, w.Since,
		plainly(w.Old), none(w.OldStatus), plainly(w.New), none(w.NewStatus))
	if w.Remark != "" {
		fmt.Fprintln(a.stdout, w.Remark)
	}
	out := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(out, "cause\tdifference\tfrom\tto")
	for _, part := range w.Parts {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", part.Cause, difference(part.Difference), plainly(part.From), plainly(part.To))
	}
	fmt.Fprintf(out, "all\t%s\t%s\t%s\n", difference(w.Difference), plainly(w.Old), plainly(w.New))
	for _, v := range w.Vintages {
		fmt.Fprintf(out, "%s\tvintage %s (%s) → %s (%s)\n", v.Dataset, none(v.Old), none(v.OldStamp), v.New, none(v.NewStamp))
	}
	return out.Flush()
}

// difference is nothing where a figure came or went.
func difference(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%+g", *v)
}

func none(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
