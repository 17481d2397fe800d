package main

import (
	"effekt/pipeline"
	"effekt/pipeline/run"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) refresh() *cobra.Command {
	var want run.Want
	cmd := &cobra.Command{
		Use: "refresh", Short: "The main job: fetch what changed, build, check, publish", Args: noArgs,
		Long: `refresh asks both sources what is new, fetches that, builds a new database, checks
it and puts it in the place of the published one. Where nothing is new the
published file is left alone. A source that fails keeps its last good figures, an
indicator that cannot be calculated is left out, a file of the inbox that cannot
be read is set aside; then the exit code is 3.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.fetching(want)
			if err != nil {
				return err
			}
			result, err := p.Refresh(cmd.Context(), want)
			a.tellHanded(result)
			if err != nil {
				return err
			}
			a.summary(p, result)
			return degraded("published", result)
		},
	}
	a.wantFlags(cmd, &want)
	return cmd
}

func (a *app) wantFlags(cmd *cobra.Command, want *run.Want) {
	cmd.Flags().StringVar(&want.Source, "source", "", "only this source: scb or kolada")
	cmd.Flags().StringVar(&want.Dataset, "dataset", "", "only this data set, the name of its file in config/datasets")
	cmd.Flags().BoolVar(&want.Full, "full", false, "fetch even what the source says is unchanged")
}

// fetching opens the folder of real figures when there is something to fetch.
func (a *app) fetching(want run.Want) (*pipeline.Pipeline, error) {
	if err := refuseSynthetic(a.data("data")); err != nil {
		return nil, err
	}
	p, err := a.settings(a.overrides())
	if err != nil {
		return nil, err
	}
	if _, err := p.Fetcher().Wanted(want); err != nil {
		return nil, usageError{err}
	}
	return p, a.writing(p, a.data("data"))
}

// degraded is nil when nothing keeps its last good state; else it says what does,
// by its kind, and then each of them.
func degraded(done string, result run.Result) error {
	if !result.Degraded() {
		return nil
	}
	return degradedError{done + ", but " + strings.Join(causes(result), ", and "), result.Err()}
}

func causes(result run.Result) (all []string) {
	tell := func(so bool, what string) {
		if so {
			all = append(all, what)
		}
	}
	indicator := func(left run.LeftOut) bool { return strings.HasPrefix(left.Table, "indicator.") }
	tell(slices.ContainsFunc(result.Datasets, func(d run.Dataset) bool { return d.Err != nil }), "some source could not be refreshed and keeps its last good figures")
	tell(slices.ContainsFunc(result.LeftOut, indicator), "some indicator could not be calculated and is left out")
	tell(slices.ContainsFunc(result.LeftOut, func(left run.LeftOut) bool { return !indicator(left) }), "some stored answer cannot be read")
	tell(slices.ContainsFunc(result.Handed, func(h run.Handed) bool { return h.Err() != nil }), "some file of the inbox could not be read or moved")
	tell(result.Clock != nil, "the clock is in doubt")
	return all
}

// tellHanded says how the files of the inbox fared; they may have been moved
// though nothing could be published.
func (a *app) tellHanded(result run.Result) {
	for _, h := range result.Handed {
		a.say(slog.LevelInfo, visible(handedLine(h)), "handed in", "files", h.Paths, "refused", h.Refused(), "vintage", h.Vintage)
	}
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

func (a *app) fetch() *cobra.Command {
	var want run.Want
	cmd := &cobra.Command{
		Use: "fetch", Short: "Only fetch what changed into the archive", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.fetching(want)
			if err != nil {
				return err
			}
			result, err := p.FetchOnly(cmd.Context(), want)
			if err != nil {
				return err
			}
			return degraded("fetched", result)
		},
	}
	a.wantFlags(cmd, &want)
	return cmd
}

func (a *app) build() *cobra.Command {
	var asOf, out, with string
	var history bool
	cmd := &cobra.Command{
		Use: "build", Short: "Only build, check and publish what the archive holds", Args: noArgs,
		Long: `build makes the database anew from the archive, the config and the SQL, and
publishes it if anything of that has changed. It sends no request.

With --out the file goes there instead and the published one is left alone; with
--as-of, which needs --out, only what had been fetched by that day (the whole of
it, Swedish time) or moment is used. The file says so in ops.run and in the
comment of every table. Config and SQL are today's, or with --with-edition, which
needs --out too, those of a frozen edition.

With --history what is published gets its history of changes, mart.revision, made
anew from the archive alone: one build for each run that brought something.`,
		Example: "  effekt build --as-of 2026-02-21 --out then.duckdb",
		RunE: func(cmd *cobra.Command, _ []string) error {
			until, err := moment(asOf)
			if err != nil {
				return err
			}
			if asOf != "" && out == "" {
				return usageError{fmt.Errorf("--as-of needs --out FILE: a database of %s must not replace the published one", asOf)}
			}
			if history && out != "" {
				return usageError{errors.New("--history is of what is published: leave --out out")}
			}
			if with != "" && out == "" {
				return usageError{errors.New("--with-edition needs --out FILE: a database by another config must not replace the published one")}
			}
			p, err := a.definitions(with)
			if err != nil {
				return err
			}
			if err := a.writing(p, a.data("data")); err != nil {
				return err
			}
			p.AsOf, p.WithEdition = until, with
			if history {
				result, err := p.BuildHistory(cmd.Context())
				if err != nil {
					return err
				}
				a.summary(p, result)
				return degraded("published", result)
			}
			return a.runBuild(cmd, p, out)
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "use what the archive held then: a day (2026-02-21) or a time (2026-02-21T15:00:00Z)")
	cmd.Flags().BoolVar(&history, "history", false, "make the history of changes anew from the archive")
	cmd.Flags().StringVar(&with, "with-edition", "", "use the config and SQL of this edition")
	cmd.Flags().StringVar(&out, "out", "", "write the database to this file and publish nothing")
	return cmd
}

// definitions are config and SQL as they are, or as an edition was frozen with.
func (a *app) definitions(name string) (*pipeline.Pipeline, error) {
	if name == "" {
		return a.settings(a.overrides())
	}
	folder, e, err := a.readEdition(name)
	if err != nil {
		return nil, usageError{err}
	}
	o := a.overrides()
	o.County, o.Frozen = e.County, true
	return a.defined(o, os.DirFS(filepath.Join(folder, "config")), os.DirFS(filepath.Join(folder, "sql")))
}

func (a *app) runBuild(cmd *cobra.Command, p *pipeline.Pipeline, out string) error {
	if out == "" {
		result, err := p.Build(cmd.Context())
		if err != nil {
			return err
		}
		a.summary(p, result)
		return degraded("published", result)
	}
	path, err := filepath.Abs(out)
	if err != nil {
		return usageError{err}
	}
	result, err := p.BuildTo(cmd.Context(), path)
	if err != nil {
		return err
	}
	a.say(slog.LevelInfo, "built: "+path, "built", "database", path, "as_of", p.AsOf)
	return degraded("built", result)
}

// moment is the last moment that --as-of means: a day means all of it, as it
// was in Sweden.
func moment(asOf string) (time.Time, error) {
	if asOf == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, asOf); err == nil {
		return at, nil
	}
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		return time.Time{}, err
	}
	day, err := time.ParseInLocation("2006-01-02", asOf, zone)
	if err != nil {
		return time.Time{}, usageError{fmt.Errorf("--as-of %q: want a day as in 2026-02-21, or a time as in 2026-02-21T15:00:00Z", asOf)}
	}
	return day.AddDate(0, 0, 1).Add(-time.Nanosecond), nil
}
