package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"effekt/pipeline"
	"effekt/pipeline/run"

	"github.com/spf13/cobra"
)

func (a *app) refresh() *cobra.Command {
	return a.fetching("refresh", "The main job: fetch what changed, build, check, publish", "published", (*pipeline.Pipeline).Refresh)
}

func (a *app) fetch() *cobra.Command {
	return a.fetching("fetch", "Only fetch what changed into the archive", "fetched", (*pipeline.Pipeline).FetchOnly)
}

// fetching is a job that asks the sources for real figures.
func (a *app) fetching(use, short, done string, job func(*pipeline.Pipeline, context.Context, run.Want) (run.Result, error)) *cobra.Command {
	var want run.Want
	cmd := &cobra.Command{
		Use: use, Short: short,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseSynthetic(a.own()); err != nil {
				return err
			}
			p, err := a.settings(a.overrides(), "")
			if err != nil {
				return err
			}
			if _, err := p.Fetcher().Wanted(want); err != nil {
				return usageError{err}
			}
			if err := a.write(p, a.own()); err != nil {
				return err
			}
			result, err := job(p, cmd.Context(), want)
			return a.finished(done, p, result, err)
		},
	}
	cmd.Flags().StringVar(&want.Source, "source", "", "only this source: scb or kolada")
	cmd.Flags().StringVar(&want.Dataset, "dataset", "", "only this data set, the name of its file in config/datasets")
	cmd.Flags().BoolVar(&want.Full, "full", false, "fetch even what the source says is unchanged")
	return cmd
}

// finished tells how a run went: how the files of the inbox fared, which may
// have been moved though nothing could be published, what the checks found and
// where the database lies. It is an error when something keeps its last good
// state.
func (a *app) finished(done string, p *pipeline.Pipeline, result run.Result, err error) error {
	for _, h := range result.Handed {
		a.say(slog.LevelInfo, h.Fared(), "handed in", "files", h.Paths, "refused", h.Refused(), "vintage", h.Vintage)
	}
	if err != nil {
		return err
	}
	if done == "published" {
		a.summary(p, result)
	}
	if !result.Degraded() {
		return nil
	}
	return degradedError{done + ", but " + strings.Join(result.Causes(), ", and "), result.Err()}
}

// summary says what the checks found and where the database lies.
func (a *app) summary(p *pipeline.Pipeline, result run.Result) {
	for _, c := range result.Checks {
		if c.Rows > 0 {
			a.say(slog.LevelWarn, fmt.Sprintf("check %s (%s): %s %d rows", c.Name, c.Severity, c.Title, c.Rows),
				"check", "check", c.Name, "severity", c.Severity, "title", c.Title, "rows", c.Rows)
		}
	}
	verb := "unchanged"
	if result.Published {
		verb = "published"
	}
	a.say(slog.LevelInfo, verb+": "+p.Dir.Database(), verb, "database", p.Dir.Database(), "build", result.BuildID)
}

func (a *app) build() *cobra.Command {
	var asOf, out, with string
	var history bool
	var until time.Time
	cmd := &cobra.Command{
		Use: "build", Short: "Only build, check and publish what the archive holds",
		Example: "  effekt build --as-of 2026-02-21 --out then.duckdb",
		PreRunE: func(*cobra.Command, []string) (err error) {
			switch {
			case asOf != "" && out == "":
				return usage("--as-of needs --out FILE: a database of %s must not replace the published one", asOf)
			case history && out != "":
				return usage("--history is of what is published: leave --out out")
			case with != "" && out == "":
				return usage("--with-edition needs --out FILE: a database by another config must not replace the published one")
			case asOf != "":
				until, err = moment(asOf)
			}
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.settings(a.overrides(), with)
			if err != nil {
				return err
			}
			if err := a.write(p, a.own()); err != nil {
				return err
			}
			p.AsOf, p.WithEdition = until, with
			if out != "" {
				return a.buildTo(cmd.Context(), p, out)
			}
			job := p.Build
			if history {
				job = p.BuildHistory
			}
			result, err := job(cmd.Context())
			return a.finished("published", p, result, err)
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "use what the archive held then: a day (2026-02-21) or a time (2026-02-21T15:00:00Z)")
	cmd.Flags().BoolVar(&history, "history", false, "make the history of changes anew from the archive")
	cmd.Flags().StringVar(&with, "with-edition", "", "use the config and SQL of this edition")
	cmd.Flags().StringVar(&out, "out", "", "write the database to this file and publish nothing")
	return cmd
}

func (a *app) buildTo(ctx context.Context, p *pipeline.Pipeline, out string) error {
	path, err := filepath.Abs(out)
	if err != nil {
		return usageError{err}
	}
	result, err := p.BuildTo(ctx, path)
	if err == nil {
		a.say(slog.LevelInfo, "built: "+path, "built", "database", path, "as_of", p.AsOf)
	}
	return a.finished("built", p, result, err)
}

// moment is the last moment that --as-of means: a day means all of it, as it
// was in Sweden.
func moment(asOf string) (time.Time, error) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		return time.Time{}, err
	}
	at, isDay, err := when(asOf, zone)
	if err != nil {
		return at, usage("--as-of %w", err)
	}
	if isDay {
		at = at.AddDate(0, 0, 1).Add(-time.Nanosecond)
	}
	return at, nil
}
