package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/edition"
	"effekt/pipeline/report"

	"github.com/spf13/cobra"
)

// reportWish is what is to be made.
type reportWish struct {
	year         int
	edition, out string
	formats      []string
	orLatest     bool   // of the year that the figures reach, where they do not fit year
	lang         string // "en" is a summary; all else the report in Swedish
}

func (a *app) report() *cobra.Command {
	var w reportWish
	cmd := &cobra.Command{
		Use: "report --year YEAR", Short: "The report-back as a page, a Word file and a workbook",
		PreRunE: func(*cobra.Command, []string) error {
			if !reportable(w.year) {
				return usage("--year is missing: the year of the report-back, as in --year 2026")
			}
			for _, format := range w.formats {
				if err := choice("format", format, report.Forms()...); err != nil {
					return err
				}
			}
			return choice("lang", w.lang, "sv", "en")
		},
		RunE: a.writes(a.folder, func(ctx context.Context, p *pipeline.Pipeline, _ []string) error { return a.makeReport(ctx, p, w) }),
	}
	flags := cmd.Flags()
	flags.IntVar(&w.year, "year", 0, "year of the report-back")
	flags.StringSliceVar(&w.formats, "format", report.Forms(), "forms, separated by commas")
	flags.StringVar(&w.lang, "lang", "sv", "sv, or en for a summary in English")
	flags.StringVar(&w.edition, "edition", "", "report from a frozen edition instead of what is published")
	flags.StringVar(&w.out, "out", "", "folder for the files (default report in the data folder)")
	return cmd
}

func reportable(year int) bool { return year >= 1900 && year <= 2200 }

// makeReport writes the report and tells where it is.
func (a *app) makeReport(ctx context.Context, p *pipeline.Pipeline, w reportWish) error {
	if w.out == "" {
		w.out = filepath.Join(p.Dir.Root, "report")
	}
	r, err := a.readReport(ctx, p, w)
	if err != nil {
		return err
	}
	paths, err := r.Write(w.out, w.lang, w.formats)
	if err != nil {
		return err
	}
	return a.print("path", strings.Join(paths, "\n"))
}

// material is where a report comes from: the text of a config, the figures that
// are published or those of an edition, and the last edition before them.
type material struct {
	config  fs.FS
	figures report.Figures
	since   *report.Since
}

// readReport gathers what the report says.
func (a *app) readReport(ctx context.Context, p *pipeline.Pipeline, w reportWish) (report.Report, error) {
	m, err := a.material(ctx, p, w.edition)
	if err != nil {
		return report.Report{}, err
	}
	year := w.year
	switch err := m.figures.Covers(year); {
	case err != nil && w.orLatest:
		year = max(p.Now().Year(), m.figures.LastYear())
	case err != nil:
		return report.Report{}, usageError{err}
	}
	if _, err := fs.Stat(m.config, "report.toml"); errors.Is(err, fs.ErrNotExist) {
		a.say(slog.LevelWarn, "the config has no report.toml: the report has the built-in text and order", "no report.toml")
		m.config = config.Embedded
	}
	own, err := report.ReadOwn(m.config)
	if err != nil {
		return report.Report{}, usageError{err}
	}
	return report.Report{Figures: m.figures, Year: year, Edition: w.edition, Framework: p.Config.Framework, Own: own, Since: m.since}, nil
}

// material is what is published, or an edition with the text it was frozen with.
func (a *app) material(ctx context.Context, p *pipeline.Pipeline, name string) (m material, err error) {
	before, parquet := p.Now(), p.Dir.Parquet()
	if name == "" {
		if m.config, _, err = a.files(); err != nil {
			return m, err
		}
		m.figures, err = report.Read(ctx, p.Dir.Database())
	} else {
		var e edition.Edition
		var folder string
		if folder, e, err = a.readEdition(name); err != nil {
			return m, err
		}
		before, parquet = e.Frozen, filepath.Join(folder, "parquet")
		m.config = os.DirFS(filepath.Join(folder, "config"))
		m.figures, err = report.ReadEdition(ctx, parquet)
	}
	if err != nil {
		return m, err
	}
	// The last edition of the county that was frozen before these figures.
	all, err := edition.List(p.Dir.Editions())
	var last edition.Edition
	for _, e := range all {
		if e.County == m.figures.County && e.Frozen.Before(before) && e.Frozen.After(last.Frozen) {
			last = e
		}
	}
	if err != nil || last.Name == "" {
		return m, err
	}
	diff, err := edition.Compare(ctx, filepath.Join(p.Dir.Editions(), last.Name, "parquet"), parquet, last.County)
	m.since = &report.Since{Edition: last.Name, Frozen: last.Frozen, Diff: diff}
	return m, err
}
