package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/intake"
	"effekt/pipeline/run"
	"effekt/sources"
	"effekt/sources/outcomes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) outcomes() *cobra.Command {
	cmd := &cobra.Command{
		Use: "outcomes", Short: "The reporting round: workbook out, workbook in, who has reported", Args: subcommand,
		Long: `The organisation itself reports twice a year what each effort did and what came of
it. template writes the workbook, import reads it back (refresh reads those in the
inbox), status shows who has reported, remind writes reminders.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.outcomesTemplate(), a.outcomesImport(), a.outcomesStatus(), a.outcomesRemind())
	return cmd
}

func (a *app) outcomesTemplate() *cobra.Command {
	var round, unit, out string
	cmd := &cobra.Command{
		Use: "template", Short: "Write the workbook of a round, one for a unit or one for all", Args: noArgs,
		Example: "  effekt outcomes template --round 2026H1 --unit Näringslivsenheten --out mallar",
		RunE: func(_ *cobra.Command, _ []string) error {
			p, err := a.look()
			if err != nil {
				return err
			}
			path, err := a.template(p, round, unit, out)
			if err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, path)
			return nil
		},
	}
	cmd.Flags().StringVar(&round, "round", "", "the round, as in 2026H1 (default the latest that has opened)")
	cmd.Flags().StringVar(&unit, "unit", "", "only this unit's efforts are filled in, and no other's are taken")
	cmd.Flags().StringVar(&out, "out", ".", "folder to write to")
	return cmd
}

// template writes a workbook and returns its path.
func (a *app) template(p *pipeline.Pipeline, round, unit, out string) (string, error) {
	b, err := p.Intake().Book(round, unit)
	if err != nil {
		return "", usageError{err}
	}
	reported, err := p.Intake().Reported()
	if err != nil {
		return "", err
	}
	known := reported.Known()
	if b.Unit, err = unitOf(b, known); err != nil {
		return "", usageError{err}
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(out, templateName(b.Round.Name, b.Unit))
	f, err := os.CreateTemp(out, ".mall-*")
	if err != nil {
		return "", err
	}
	err = errors.Join(outcomes.Template(f, b, known), f.Chmod(0o644), f.Close())
	if err == nil {
		// A workbook that somebody may have begun to fill in is never replaced.
		err = os.Link(f.Name(), path)
	}
	if errors.Is(err, os.ErrExist) {
		err = usageError{fmt.Errorf("%s exists: move it away or choose another --out", path)}
	}
	return path, errors.Join(err, os.Remove(f.Name()))
}

// unitOf is the unit that a workbook is for, by the units in framework.toml or,
// where it has none, those that have reported. Before any has, every name is one.
func unitOf(b outcomes.Book, known *outcomes.Known) (string, error) {
	units := b.Units
	if len(units) == 0 {
		for _, effort := range known.Rows(outcomes.Efforts) {
			units = append(units, effort.Values["enhet"])
		}
		slices.Sort(units)
		units = slices.Compact(units)
	}
	i := slices.IndexFunc(units, func(u string) bool { return strings.EqualFold(u, b.Unit) })
	switch {
	case b.Unit == "" || len(units) == 0:
		return b.Unit, nil
	case i >= 0:
		return units[i], nil
	case len(b.Units) > 0:
		return "", sources.NoSuch("unit", b.Unit, units)
	}
	return "", fmt.Errorf("%w; for one that has not reported before leave --unit out, or name all units in reporting.units of framework.toml", sources.NoSuch("unit", b.Unit, units))
}

// templateName is a file name that every system can bear.
func templateName(round, unit string) string {
	if unit == "" {
		return "rapport-" + round + ".xlsx"
	}
	return "rapport-" + round + "-" + regexp.MustCompile(`[\\/:*?"<>|\s]+`).ReplaceAllString(unit, "_") + ".xlsx"
}

func (a *app) outcomesImport() *cobra.Command {
	return &cobra.Command{
		Use: "import FILE…", Short: "Read filled-in workbooks or CSV files; every problem at once", Args: someFiles,
		Long: `import reads each workbook whole. One with an error changes nothing: every problem is
shown with sheet, cell and what to do, and a copy named -granskad.xlsx has the same
as comments in the cells. CSV files of the same folder are one submission. The
figures are in the database after the next «effekt build» or «effekt refresh».`,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.open(a.overrides(), a.data("data"))
			if err != nil {
				return err
			}
			handed, err := p.Import(cmd.Context(), intake.Submissions(args))
			refused := a.showHanded(handed)
			if err == nil && refused > 0 {
				err = fmt.Errorf("%d of %d submissions refused; nothing of them was read in", refused, len(handed))
			}
			for _, h := range handed {
				if h.Stuck != nil {
					err = errors.Join(err, h.Err())
				}
			}
			return err
		},
	}
}

func someFiles(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError{errors.New("name the files to read: effekt outcomes import FILE…")}
	}
	return nil
}

// showHanded tells how each submission fared and how many were refused.
func (a *app) showHanded(handed []run.Handed) int {
	refused := 0
	for _, h := range handed {
		for _, problem := range h.Reading.Problems {
			fmt.Fprintln(a.stdout, "  "+visible(problem.String()))
		}
		fmt.Fprintln(a.stdout, visible(handedLine(h)))
		if h.Refused() {
			refused++
		}
	}
	return refused
}

func handedLine(h run.Handed) string {
	name := filepath.Base(h.Paths[0])
	if len(h.Paths) > 1 {
		name += fmt.Sprintf(" och %d till", len(h.Paths)-1)
	}
	switch {
	case h.Unreadable != nil:
		return "AVVISAD " + h.Unreadable.Error()
	case h.Refused() && h.Review == "":
		return fmt.Sprintf("AVVISAD %s: %d fel. Ingenting har lästs in.", name, h.Reading.Errors())
	case h.Refused():
		return fmt.Sprintf("AVVISAD %s: %d fel. Ingenting har lästs in. Kopia med kommentarer: %s", name, h.Reading.Errors(), h.Review)
	case h.Vintage == "":
		return fmt.Sprintf("OFÖRÄNDRAD %s: alla %d rader är redan inlästa.", name, h.Reading.Same)
	}
	line := fmt.Sprintf("INLÄST %s: %d nya rader, %d redan inlästa, omgång %s.", name, len(h.Reading.Rows), h.Reading.Same, h.Reading.Stamp.Round)
	if len(h.Hidden) > 0 {
		line += " Små tal döljs i det som publiceras: " + strings.Join(h.Hidden, ", ") + "."
	}
	return line
}

func (a *app) outcomesStatus() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Rounds with their dates, and who has reported what", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.look()
			if err != nil {
				return err
			}
			if err := a.showReporting(cmd.Context(), p); err != nil {
				return err
			}
			fmt.Fprintln(a.stdout)
			return a.showDeadlines(cmd.Context(), p)
		},
	}
}

// showReporting lists the rounds that have opened, newest first, and their
// units.
func (a *app) showReporting(ctx context.Context, p *pipeline.Pipeline) error {
	lines, err := p.Reporting(ctx)
	if err != nil {
		return err
	}
	out := tableRows(a.stdout)
	err = out.head([]string{"omgång", "öppnar", "senast", "dagar kvar", "enhet", "insatser", "rapporterade", "saknas", "avvisade"})
	for _, l := range lines {
		err = errors.Join(err, out.row([]any{l.Round, l.Opens.Format(time.DateOnly), l.Due.Format(time.DateOnly), l.Days(a.now()), orDash(l.Unit), l.Efforts, l.Reported, l.Missing(), l.Rejected}))
	}
	return errors.Join(err, out.end())
}

// showDeadlines lists what is due, for whom and in how many days.
func (a *app) showDeadlines(ctx context.Context, p *pipeline.Pipeline) error {
	deadlines, err := p.Deadlines(ctx)
	if err != nil {
		return err
	}
	out := tableRows(a.stdout)
	err = out.head([]string{"att göra", "för", "senast", "dagar kvar"})
	for _, d := range deadlines {
		err = errors.Join(err, out.row([]any{d.What, d.For, d.On, d.Days}))
	}
	return errors.Join(err, out.end())
}

func (a *app) outcomesRemind() *cobra.Command {
	var round, out string
	cmd := &cobra.Command{
		Use: "remind", Short: "A reminder and a workbook for each unit that has not reported all", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.look()
			if err != nil {
				return err
			}
			b, err := p.Intake().Book(round, "")
			if err != nil {
				return usageError{err}
			}
			r, _ := p.Config.Framework.Round(b.Round.Name)
			return a.remind(cmd.Context(), p, r, out)
		},
	}
	cmd.Flags().StringVar(&round, "round", "", "the round, as in 2026H1 (default the latest that has opened)")
	cmd.Flags().StringVar(&out, "out", ".", "folder to write to")
	return cmd
}

func (a *app) remind(ctx context.Context, p *pipeline.Pipeline, round config.Round, out string) error {
	lines, err := p.Reporting(ctx)
	if err != nil {
		return err
	}
	written := 0
	for _, l := range lines {
		if l.Round != round.Name || l.Missing() == 0 || l.Unit == "" {
			continue
		}
		path, err := a.template(p, round.Name, l.Unit, out)
		if err != nil {
			return err
		}
		text := strings.TrimSuffix(path, ".xlsx") + "-påminnelse.txt"
		if err := os.WriteFile(text, []byte(p.Intake().Reminder(l, filepath.Base(path))), 0o644); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout, text)
		written++
	}
	if written == 0 {
		a.say(slog.LevelInfo, "no unit is missing in "+round.Name, "no unit is missing", "round", round.Name)
	}
	return nil
}
