package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/datadir"
	"effekt/pipeline/edition"
	"effekt/sources"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (a *app) edition() *cobra.Command {
	cmd := &cobra.Command{Use: "edition", Short: "Frozen report-backs: freeze, list, verify, diff, export", Args: subcommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(a.editionFreeze(), a.editionList(), a.editionVerify(), a.editionDiff(), a.editionExport())
	return cmd
}

// named wants one edition's name, or up to most.
func named(most int) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < 1 || len(args) > most {
			return usageError{errors.New("name the edition, as in: effekt edition verify 2026")}
		}
		return nil
	}
}

// editions is the folder of frozen report-backs.
func (a *app) editions() string { return datadir.Dir{Root: a.folder()}.Editions() }

// folder is the data folder whose published file is read.
func (a *app) folder() string { return filepath.Dir(filepath.Dir(a.database())) }

func (a *app) editionFreeze() *cobra.Command {
	return &cobra.Command{
		Use: "freeze NAME", Short: "Freeze what is published, with everything that produced it", Args: named(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.open(a.overrides(), a.folder())
			if err != nil {
				return err
			}
			configFS, sqlFS, err := a.files()
			if err != nil {
				return err
			}
			return a.freeze(cmd.Context(), p, edition.Frozen{Dir: p.Dir, Archive: p.Archive, Config: configFS, SQL: sqlFS}, args[0])
		},
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
	if err != nil || year < 1900 || year > 2200 {
		year = p.Now().Year()
	}
	wish := reportWish{year: year, orLatest: true, out: f.Report, formats: reportForms()}
	r, err := a.readReport(ctx, p, wish)
	if err == nil {
		_, err = writeReport(r, wish)
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
	fmt.Fprintf(a.stdout, "%s: %d files, id %s\n", filepath.Join(p.Dir.Editions(), e.Name), len(e.Files), e.ID)
	return nil
}

func (a *app) editionList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The editions there are", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := edition.List(a.editions())
			w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "edition\tcounty\tfrozen\tfiles\tid")
			for _, e := range all {
				fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", e.Name, e.County, e.Frozen.Format("2006-01-02 15:04"), len(e.Files), e.ID)
			}
			return errors.Join(err, w.Flush())
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
			for _, f := range v.Files {
				fmt.Fprintf(a.stdout, "file %s: %s\n", f.What, f.Path)
			}
			a.differences("differs", v.Figures)
			if v.Rebuilt != nil {
				fmt.Fprintf(a.stdout, "the figures cannot be calculated again and compared: %v\n", v.Rebuilt)
			}
			if !v.Sound() {
				return fmt.Errorf("edition %s is not as it was frozen: %d files and %d of %d figures differ", v.Edition.Name, len(v.Files), len(v.Figures), v.Compared)
			}
			fmt.Fprintf(a.stdout, "edition %s: %d files as frozen, %d figures come out the same\nid %s\n", v.Edition.Name, len(v.Edition.Files), v.Compared, v.Edition.ID)
			return nil
		},
	}
}

// editionFolder is an edition by name, or a copy elsewhere by its folder.
func (a *app) editionFolder(name string) string {
	if own := filepath.Join(a.editions(), name); filepath.IsLocal(name) && exists(own) {
		return own
	}
	if exists(name) {
		return name
	}
	return filepath.Join(a.editions(), filepath.Base(name))
}

// readEdition reads the list of an edition. One that is not there is told with
// those that are near it.
func (a *app) readEdition(name string) (folder string, e edition.Edition, err error) {
	folder = a.editionFolder(name)
	if !exists(folder) {
		all, _ := edition.List(a.editions()) // what is damaged is no candidate
		var names []string
		for _, one := range all {
			names = append(names, one.Name)
		}
		return folder, e, usageError{sources.NoSuch("edition", name, names)}
	}
	e, err = edition.Read(folder)
	return folder, e, err
}

func (a *app) differences(word string, list []edition.Difference) {
	show := func(v *float64, status string) string {
		if v == nil {
			return "missing (" + status + ")"
		}
		return fmt.Sprintf("%v (%s)", *v, status)
	}
	for _, d := range list {
		fmt.Fprintf(a.stdout, "%s %s, region %s, %d, %s: %s → %s  [%s]\n", word, d.Indicator, d.Region, d.Year, d.Sex, show(d.Old, d.OldStatus), show(d.New, d.NewStatus), whence(d))
	}
}

// whence is the source of a figure that differs, and what of it is newer.
func whence(d edition.Difference) string {
	switch d.NewVintage {
	case "": // withdrawn
		return d.Source
	case d.OldVintage:
		return d.Source + "; the same vintages"
	}
	var newer []string
	for one := range strings.SplitSeq(d.NewVintage, ", ") {
		if !slices.Contains(strings.Split(d.OldVintage, ", "), one) {
			newer = append(newer, one)
		}
	}
	return d.Source + "; newer: " + strings.Join(newer, ", ")
}

func (a *app) editionDiff() *cobra.Command {
	var asJSON bool
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
			if err != nil {
				return err
			}
			if asJSON {
				encoder := json.NewEncoder(a.stdout)
				encoder.SetIndent("", "  ")
				return encoder.Encode(d)
			}
			a.showDiff(d)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

func (a *app) showDiff(d edition.Diff) {
	for _, c := range d.Conclusions {
		year := ""
		if c.Year != 0 {
			year = fmt.Sprintf(" %d", c.Year)
		}
		fmt.Fprintf(a.stdout, "conclusion: %s of %s%s, %s: %s → %s\n", c.Kind, c.Indicator, year, c.Sex, c.Old, c.New)
	}
	a.differences("revised", d.Revised)
	a.differences("withdrawn", d.Withdrawn)
	fmt.Fprintf(a.stdout, "%d conclusions changed, %d figures revised, %d withdrawn, %d new\n", len(d.Conclusions), len(d.Revised), len(d.Withdrawn), d.Added)
}

func (a *app) editionExport() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "export NAME --out FILE.zip", Short: "The edition as one file, for the diary", Args: named(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usageError{errors.New("--out is missing: the zip file to write")}
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
