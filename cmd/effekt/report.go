package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/edition"
	"effekt/pipeline/report"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"
)

func (a *app) report() *cobra.Command {
	var year int
	var formats, lang, edition, out string
	cmd := &cobra.Command{
		Use: "report --year YEAR", Short: "The report-back as a page, a Word file and a workbook", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if year < 1900 || year > 2200 {
				return usageError{errors.New("--year is missing: the year of the report-back, as in --year 2026")}
			}
			if lang != "sv" && lang != "en" {
				return usageError{fmt.Errorf("--lang %q: want sv, the report, or en, its summary in English", lang)}
			}
			wanted := strings.Split(formats, ",")
			for _, format := range wanted {
				if !slices.Contains(reportForms(), format) {
					return usageError{fmt.Errorf("--format %q: want html, docx and xlsx, separated by commas", format)}
				}
			}
			p, err := a.open(a.overrides(), a.folder())
			if err != nil {
				return err
			}
			return a.makeReport(cmd.Context(), p, reportWish{year: year, edition: edition, out: out, formats: wanted, lang: lang})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&year, "year", 0, "year of the report-back")
	flags.StringVar(&formats, "format", strings.Join(reportForms(), ","), "forms, separated by commas")
	flags.StringVar(&lang, "lang", "sv", "sv, or en for a summary in English")
	flags.StringVar(&edition, "edition", "", "report from a frozen edition instead of what is published")
	flags.StringVar(&out, "out", "", "folder for the files (default report in the data folder)")
	return cmd
}

// reportForms are the forms that a report is made in.
func reportForms() []string { return []string{"html", "docx", "xlsx"} }

// reportWish is what is to be made.
type reportWish struct {
	year         int
	edition, out string
	formats      []string
	orLatest     bool   // of the year that the figures reach, where they do not fit year
	lang         string // "en" is a summary; all else the report in Swedish
}

// reported is what is published, or an edition with the text it was frozen with.
func (a *app) reported(ctx context.Context, p *pipeline.Pipeline, name string) (report.Figures, fs.FS, error) {
	if name == "" {
		configFS, _, err := a.files()
		if err != nil {
			return report.Figures{}, nil, err
		}
		figures, err := report.Read(ctx, p.Dir.Database())
		return figures, configFS, err
	}
	folder, _, err := a.readEdition(name)
	if err != nil {
		return report.Figures{}, nil, err
	}
	figures, err := report.ReadEdition(ctx, filepath.Join(folder, "parquet"))
	return figures, os.DirFS(filepath.Join(folder, "config")), err
}

// makeReport writes the report and tells where it is.
func (a *app) makeReport(ctx context.Context, p *pipeline.Pipeline, w reportWish) error {
	if w.out == "" {
		w.out = filepath.Join(p.Dir.Root, "report")
	}
	r, err := a.readReport(ctx, p, w)
	if err != nil {
		return err
	}
	paths, err := writeReport(r, w)
	for _, path := range paths {
		fmt.Fprintln(a.stdout, path)
	}
	return err
}

// writeReport makes every form before it puts the first in its place, so that a
// report is there whole or not at all.
func writeReport(r report.Report, w reportWish) (paths []string, err error) {
	name := "aterrapport"
	document, workbook := r.English(), r.EnglishXLSX
	if w.lang == "en" {
		name = "report-back"
	} else {
		workbook = r.XLSX
		if document, err = r.Compose(); err != nil {
			return nil, usageError{err}
		}
	}
	forms := map[string]func(io.Writer) error{"html": document.HTML, "docx": document.DOCX, "xlsx": workbook}
	if err := os.MkdirAll(w.out, 0o755); err != nil {
		return nil, err
	}
	var pending []*renameio.PendingFile
	defer func() {
		for _, file := range pending {
			_ = file.Cleanup() // nothing is left of a report that failed
		}
	}()
	for _, format := range w.formats {
		path := filepath.Join(w.out, fmt.Sprintf("%s-%d.%s", name, r.Year, format))
		file, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
		if err != nil {
			return nil, err
		}
		pending = append(pending, file)
		if err := forms[format](file); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	for _, file := range pending {
		if err := file.CloseAtomicallyReplace(); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// readReport gathers what the report says.
func (a *app) readReport(ctx context.Context, p *pipeline.Pipeline, w reportWish) (report.Report, error) {
	figures, configFS, err := a.reported(ctx, p, w.edition)
	if err != nil {
		return report.Report{}, err
	}
	year := w.year
	switch err := figures.Covers(year); {
	case err != nil && w.orLatest:
		year = max(p.Now().Year(), figures.LastYear())
	case err != nil:
		return report.Report{}, usageError{err}
	}
	if _, err := fs.Stat(configFS, "report.toml"); errors.Is(err, fs.ErrNotExist) {
		a.say(slog.LevelWarn, "the config has no report.toml: the report has the built-in text and order", "no report.toml")
		configFS = config.Embedded
	}
	own, err := report.ReadOwn(configFS)
	if err != nil {
		return report.Report{}, usageError{err}
	}
	since, err := a.since(ctx, p, figures.County, w.edition)
	return report.Report{Figures: figures, Year: year, Edition: w.edition, Framework: p.Config.Framework, Own: own, Since: since}, err
}

// since compares with the last edition of the county that was frozen before the
// one reported, or before now.
func (a *app) since(ctx context.Context, p *pipeline.Pipeline, county, name string) (*report.Since, error) {
	all, err := edition.List(p.Dir.Editions())
	if err != nil {
		return nil, err
	}
	before, fresh := p.Now(), p.Dir.Parquet()
	if name != "" {
		folder, e, err := a.readEdition(name)
		if err != nil {
			return nil, err
		}
		before, fresh = e.Frozen, filepath.Join(folder, "parquet")
	}
	var last *edition.Edition
	for _, e := range all {
		if e.County == county && e.Frozen.Before(before) && (last == nil || e.Frozen.After(last.Frozen)) {
			last = &e
		}
	}
	if last == nil {
		return nil, nil
	}
	diff, err := edition.Compare(ctx, filepath.Join(p.Dir.Editions(), last.Name, "parquet"), fresh, county)
	return &report.Since{Edition: last.Name, Frozen: last.Frozen, Diff: diff}, err
}
