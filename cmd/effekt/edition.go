package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/datadir"
	"effekt/pipeline/edition"
	"effekt/pipeline/report"
	"effekt/sources"

	"github.com/spf13/cobra"
)

func (a *app) edition() *cobra.Command {
	return group("edition", "Frozen report-backs: freeze, list, verify, diff, export",
		a.editionFreeze(), a.editionList(), a.editionVerify(), a.editionDiff(), a.editionExport())
}

// named wants one edition's name, or up to most.
func named(most int) cobra.PositionalArgs {
	return takes(1, most, "name the edition, as in: effekt edition verify 2026")
}

// editions is the folder of frozen report-backs.
func (a *app) editions() string { return datadir.Dir{Root: a.folder()}.Editions() }

func (a *app) editionFreeze() *cobra.Command {
	return &cobra.Command{
		Use: "freeze NAME", Short: "Freeze what is published, with everything that produced it", Args: named(1),
		RunE: a.writes(a.folder, func(ctx context.Context, p *pipeline.Pipeline, args []string) error {
			configFS, sqlFS, err := a.files()
			if err != nil {
				return err
			}
			return a.freeze(ctx, p, edition.Frozen{Dir: p.Dir, Archive: p.Archive, Config: configFS, SQL: sqlFS}, args[0])
		}),
	}
}

// freeze makes the report first, of the same published file, and freezes it
// with the rest. The report is of the year that the edition is named for, or of
// the year in which it is frozen.
func (a *app) freeze(ctx context.Context, p *pipeline.Pipeline, f edition.Frozen, name string) (err error) {
	if f.Report, err = os.MkdirTemp("", "effekt-report-*"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(f.Report)) }()
	year, err := strconv.Atoi(name)
	if err != nil || !reportable(year) {
		year = p.Now().Year()
	}
	wish := reportWish{year: year, orLatest: true, out: f.Report, formats: report.Forms()}
	r, err := a.readReport(ctx, p, wish)
	if err == nil {
		_, err = r.Write(wish.out, wish.lang, wish.formats)
	}
	if err != nil {
		return fmt.Errorf("the report that belongs to the edition: %w", err)
	}
	f.BuildID = r.BuildID
	lock, err := p.Dir.Lock(ctx, p.Command, 0, p.Now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if f.Inputs, err = p.Inputs(); err != nil {
		return err
	}
	e, err := edition.Freeze(ctx, f, name)
	if err != nil {
		return err
	}
	return a.print("edition_freeze", map[string]any{"Path": filepath.Join(p.Dir.Editions(), e.Name), "Edition": e})
}

func (a *app) editionList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The editions there are",
		RunE: func(*cobra.Command, []string) error {
			all, err := edition.List(a.editions())
			return errors.Join(err, a.print("edition_list", all))
		},
	}
}

func (a *app) editionVerify() *cobra.Command {
	return &cobra.Command{
		Use: "verify NAME|FOLDER", Short: "Recompute every hash and every figure from the edition alone", Args: named(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, _, err := a.readEdition(args[0])
			if err != nil {
				return err
			}
			v, err := edition.Verify(cmd.Context(), folder, a.log(), func(c *config.Config) []sources.Source { return pipeline.Sources(c, nil) })
			if err != nil {
				return err
			}
			if err := a.print("edition_verify", v); err != nil || v.Sound() {
				return err
			}
			return fmt.Errorf("edition %s is not as it was frozen: %d files and %d of %d figures differ", v.Edition.Name, len(v.Files), len(v.Figures), v.Compared)
		},
	}
}

// readEdition reads the list of an edition, by its name or by the folder of a
// copy elsewhere. One that is not there is told with those that are near it.
func (a *app) readEdition(name string) (folder string, e edition.Edition, err error) {
	folder = filepath.Join(a.editions(), name)
	if !filepath.IsLocal(name) || !exists(folder) {
		folder = name
	}
	if !exists(folder) {
		all, _ := edition.List(a.editions()) // what is damaged is no candidate
		var names []string
		for _, one := range all {
			names = append(names, one.Name)
		}
		return folder, e, sources.NoSuch("edition", name, names)
	}
	e, err = edition.Read(folder)
	return folder, e, err
}

func (a *app) editionDiff() *cobra.Command {
	cmd := &cobra.Command{
		Use: "diff NAME [LATER]", Short: "What has changed since an edition: conclusions first, then figures", Args: named(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, e, err := a.readEdition(args[0])
			if err != nil {
				return err
			}
			later := datadir.Dir{Root: a.folder()}.Parquet()
			if len(args) == 2 {
				other, _, err := a.readEdition(args[1])
				if err != nil {
					return err
				}
				later = filepath.Join(other, "parquet")
			}
			d, err := edition.Compare(cmd.Context(), filepath.Join(folder, "parquet"), later, e.County)
			return a.answer("edition_diff", d, err)
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *app) editionExport() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "export NAME --out FILE.zip", Short: "The edition as one file, for the diary", Args: named(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usage("--out is missing: the zip file to write")
			}
			folder, _, err := a.readEdition(args[0])
			if err != nil {
				return err
			}
			return edition.Export(cmd.Context(), folder, out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "zip file to write")
	return cmd
}
