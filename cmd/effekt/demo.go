package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/intake"
	"effekt/pipeline/report"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources/outcomes"
	"effekt/sources/replay"
	"effekt/testdata/demo"

	"github.com/spf13/cobra"
)

func (a *app) demo() *cobra.Command {
	return &cobra.Command{
		Use: "demo", Short: "The main job on bundled synthetic data; needs no network",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runDemo(cmd.Context(), a.data("data-demo")) },
	}
}

func (a *app) runDemo(ctx context.Context, folder string) (err error) {
	a.say(slog.LevelWarn, "SYNTHETIC DEMO DATA: the figures are invented, not statistics", "synthetic data: the figures are invented, not statistics")
	library, err := replay.Open(demo.Files)
	if err != nil {
		return err
	}
	running, err := replay.Start(replay.New(library, replay.Options{Now: a.now}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.Close()) }()
	o := a.overrides()
	o.SCBBaseURL, o.KoladaBaseURL = running.SCB(), running.Kolada()
	p, err := a.settings(o, "")
	if err != nil {
		return err
	}
	// The server is our own: waiting for SCB's and Kolada's sake spares nobody.
	p.Config.SCB.Calls, p.Config.Kolada.Calls = 1000, 1000
	if err := a.prepare(ctx, p, folder); err != nil {
		return err
	}
	result, err := p.Refresh(ctx, run.Want{})
	if err := a.finished("published", p, result, err); err != nil {
		return err
	}
	if err := a.showIndicators(ctx, p); err != nil {
		return err
	}
	return a.makeReport(ctx, p, reportWish{year: a.now().Year(), orLatest: true, formats: report.Forms()})
}

// prepare makes the demonstration's folder ready for a refresh.
func (a *app) prepare(ctx context.Context, p *pipeline.Pipeline, folder string) error {
	if err := markSynthetic(folder); err != nil {
		return err
	}
	if err := a.write(p, folder); err != nil {
		return err
	}
	if err := a.startOver(ctx, p); err != nil {
		return err
	}
	return handIn(p)
}

// latestFigure is a row of text/demo.sql.
type latestFigure struct {
	Label    string   `column:"label"`
	Year     *int     `column:"year"`
	Value    *float64 `column:"value"`
	Unit     string   `column:"unit"`
	Decimals int      `column:"decimals"`
	Change   *float64 `column:"change_1y"`
	Rank     *int     `column:"rank"`
	Of       *int     `column:"n"`
	Gap      *float64 `column:"gap"`
}

func (a *app) showIndicators(ctx context.Context, p *pipeline.Pipeline) error {
	latest, err := texts.ReadFile("text/demo.sql")
	if err != nil {
		return err
	}
	figures, err := selected[latestFigure](ctx, p, string(latest))
	if err != nil {
		return err
	}
	return a.print("demo", map[string]any{"County": p.Config.County.Name, "Figures": figures, "Database": p.Dir.Database()})
}

// selected are the rows of a statement on the published file.
func selected[T any](ctx context.Context, p *pipeline.Pipeline, statement string) ([]T, error) {
	r, err := warehouse.Open(ctx, p.Dir.Database())
	if err != nil {
		return nil, err
	}
	all, err := warehouse.Select[T](ctx, r, statement)
	return all, errors.Join(err, r.Close())
}

// handIn lays the invented reports of the rounds that have opened in the
// demonstration's inbox, as workbooks, unless some of the round have been handed
// in before.
func handIn(p *pipeline.Pipeline) error {
	before, err := p.Intake().Reported()
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for _, h := range before.Rows {
		done[h.Round] = true
	}
	var municipalities []string
	for _, r := range p.Config.Regions {
		if r.Level == "municipality" && r.County == p.Config.County.Code {
			municipalities = append(municipalities, r.Code)
		}
	}
	reports, err := demo.Reports(p.Config.County.Code, p.Config.County.Name, municipalities)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.Dir.Inbox(), 0o755); err != nil {
		return err
	}
	for _, r := range reports {
		if done[r.Round] {
			continue
		}
		if err := handInOne(p, r); err != nil {
			return err
		}
	}
	return nil
}

func handInOne(p *pipeline.Pipeline, r demo.Report) error {
	b, err := p.Intake().Book(r.Round, r.Unit)
	if err != nil || p.Now().Before(b.Round.Opens) {
		return err
	}
	f, err := os.Create(filepath.Join(p.Dir.Inbox(), intake.TemplateName(r.Round, r.Unit)))
	if err != nil {
		return err
	}
	if err := errors.Join(outcomes.Filled(f, b, r.Rows), f.Close()); err != nil {
		return err
	}
	// What has just been written might be half a file: it must look settled.
	written := time.Now().Add(-time.Minute)
	return os.Chtimes(f.Name(), written, written)
}

// syntheticMark is the file that tells a data folder of invented figures from
// a real one, for as long as the folder lives. Every vintage says it too, so that
// it is known of an archive that has been restored alone.
const syntheticMark = ".synthetic"

func synthetic(folder string) bool {
	return exists(filepath.Join(folder, syntheticMark)) || archive.OriginOf(datadir.Dir{Root: folder}.Archive()).Synthetic
}

// markSynthetic claims a data folder for the demonstration; one that already
// holds real figures is refused, for the two must never mix.
func markSynthetic(folder string) error {
	mark := filepath.Join(folder, syntheticMark)
	if exists(mark) {
		return nil
	}
	if !synthetic(folder) && exists(filepath.Join(folder, "archive")) {
		return usage("the data folder %s is not the demonstration's: invented figures would mix with real ones", folder)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("the data folder cannot be used: %w", err)
	}
	return os.WriteFile(mark, []byte("SYNTETISKA DEMODATA\n"), 0o644)
}

// refuseSynthetic keeps real figures out of the demonstration's folder.
func refuseSynthetic(folder string) error {
	if synthetic(folder) {
		return usage("the data folder %s holds synthetic demonstration data: real figures would mix with invented ones; choose another with --data", folder)
	}
	return nil
}

// startOver clears the demonstration of another county away, but for editions:
// it can be made anew at any time.
func (a *app) startOver(ctx context.Context, p *pipeline.Pipeline) error {
	held, err := p.HeldCounty(ctx)
	if err != nil || held == "" || held == p.Config.County.Code {
		return err
	}
	a.say(slog.LevelWarn, "the demonstration in "+p.Dir.Root+" was county "+held+"'s: it starts over", "the demonstration starts over", "data", p.Dir.Root, "was", held)
	lock, err := p.Dir.Lock(ctx, p.Command, 0, a.now())
	if err != nil {
		return err
	}
	err = errors.Join(datadir.Remove(p.Dir.Published()), datadir.Remove(p.Dir.Archive()), lock.Unlock())
	if err != nil {
		return err
	}
	return a.write(p, p.Dir.Root)
}
