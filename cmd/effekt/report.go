package main

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/edition"
	"effekt/pipeline/report"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
			if lang != "sv" {
				return usageError{fmt.Errorf("--lang %q: the report is in Swedish, sv", lang)}
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
			return a.makeReport(cmd.Context(), p, reportWish{year, edition, out, wanted})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&year, "year", 0, "year of the report-back")
	flags.StringVar(&formats, "format", strings.Join(reportForms(), ","), "forms, separated by commas")
	flags.StringVar(&lang, "lang", "sv", "language of the report")
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
	folder := a.editionFolder(name)
	if _, err := edition.Read(folder); err != nil {
		return report.Figures{}, nil, err
	}
	figures, err := report.ReadEdition(ctx, filepath.Join(folder, "parquet"))
	return figures, os.DirFS(filepath.Join(folder, "config")), err
}

// makeReport makes every form before it writes the first, so that a report is
// there whole or not at all.
func (a *app) makeReport(ctx context.Context, p *pipeline.Pipeline, w reportWish) error {
	figures, configFS, err := a.reported(ctx, p, w.edition)
	if err != nil {
		return err
	}
	own, err := report.ReadOwn(configFS)
	if err != nil {
		return usageError{err}
	}
	r := report.Report{Figures: figures, Year: w.year, Edition: w.edition, Framework: p.Config.Framework, Own: own}
	document, err := r.Compose()
	if err != nil {
		return usageError{err}
	}
	forms := map[string]func(io.Writer) error{"html": document.HTML, "docx": document.DOCX, "xlsx": r.XLSX}
	folder := w.out
	if folder == "" {
		folder = filepath.Join(p.Dir.Root, "report")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var pending []*renameio.PendingFile
	defer func() {
		for _, file := range pending {
			_ = file.Cleanup() // nothing is left of a report that failed
		}
	}()
	for _, format := range w.formats {
		file, err := renameio.NewPendingFile(filepath.Join(folder, fmt.Sprintf("aterrapport-%d.%s", w.year, format)), renameio.WithPermissions(0o644))
		if err != nil {
			return err
		}
		pending = append(pending, file)
		if err := forms[format](file); err != nil {
			return err
		}
	}
	for i, file := range pending {
		if err := file.CloseAtomicallyReplace(); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout, filepath.Join(folder, fmt.Sprintf("aterrapport-%d.%s", w.year, w.formats[i])))
	}
	return nil
}
