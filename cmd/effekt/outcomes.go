package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"effekt/pipeline"
	"effekt/pipeline/intake"

	"github.com/spf13/cobra"
)

func (a *app) outcomes() *cobra.Command {
	return group("outcomes", "The reporting round: workbook out, workbook in, who has reported",
		a.outcomesTemplate(), a.outcomesImport(), a.outcomesStatus(), a.outcomesRemind())
}

// roundFlags are those of a command that writes files of a round.
func roundFlags(cmd *cobra.Command, round, out *string) {
	cmd.Flags().StringVar(round, "round", "", "the round, as in 2026H1 (default the latest that has opened)")
	cmd.Flags().StringVar(out, "out", ".", "folder to write to")
}

func (a *app) outcomesTemplate() *cobra.Command {
	var round, unit, out string
	cmd := &cobra.Command{
		Use: "template", Short: "Write the workbook of a round, one for a unit or one for all",
		Example: "  effekt outcomes template --round 2026H1 --unit Näringslivsenheten --out mallar",
		RunE: a.reads(func(_ context.Context, p *pipeline.Pipeline, _ []string) error {
			path, err := p.Intake().Template(round, unit, out)
			if err != nil {
				return err
			}
			return a.print("path", path)
		}),
	}
	roundFlags(cmd, &round, &out)
	cmd.Flags().StringVar(&unit, "unit", "", "only this unit's efforts are filled in, and no other's are taken")
	return cmd
}

func (a *app) outcomesImport() *cobra.Command {
	return &cobra.Command{
		Use: "import FILE…", Short: "Read filled-in workbooks or CSV files; every problem at once", Args: cobra.ArbitraryArgs,
		PreRunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("name the files to read: effekt outcomes import FILE…")
			}
			return nil
		},
		RunE: a.writes(a.own, func(ctx context.Context, p *pipeline.Pipeline, args []string) error {
			handed, err := p.Import(ctx, intake.Submissions(args))
			refused := 0
			var stuck []error
			for _, h := range handed {
				if h.Refused() {
					refused++
				}
				if h.Stuck != nil {
					stuck = append(stuck, h.Err())
				}
			}
			if err == nil && refused > 0 {
				err = fmt.Errorf("%d of %d submissions refused; nothing of them was read in", refused, len(handed))
			}
			return errors.Join(append([]error{a.print("handed", handed), err}, stuck...)...)
		}),
	}
}

func (a *app) outcomesStatus() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Rounds with their dates, and who has reported what",
		RunE: a.reads(func(ctx context.Context, p *pipeline.Pipeline, _ []string) error {
			lines, err := p.Reporting(ctx)
			if err != nil {
				return err
			}
			due, err := p.Deadlines(ctx)
			if err != nil {
				return err
			}
			return a.print("outcomes_status", map[string]any{"Lines": lines, "Due": due, "Now": a.now()})
		}),
	}
}

func (a *app) outcomesRemind() *cobra.Command {
	var round, out string
	cmd := &cobra.Command{
		Use: "remind", Short: "A reminder and a workbook for each unit that has not reported all",
		RunE: a.reads(func(ctx context.Context, p *pipeline.Pipeline, _ []string) error {
			b, err := p.Intake().Book(round, "")
			if err != nil {
				return err
			}
			return a.remind(ctx, p, b.Round.Name, out)
		}),
	}
	roundFlags(cmd, &round, &out)
	return cmd
}

func (a *app) remind(ctx context.Context, p *pipeline.Pipeline, round, out string) error {
	lines, err := p.Reporting(ctx)
	if err != nil {
		return err
	}
	late := slices.DeleteFunc(lines, func(l intake.ReportingLine) bool {
		return l.Round != round || l.Missing() == 0 || l.Unit == ""
	})
	for _, l := range late {
		path, err := p.Intake().Template(round, l.Unit, out)
		if err != nil {
			return err
		}
		text := strings.TrimSuffix(path, ".xlsx") + "-påminnelse.txt"
		if err := os.WriteFile(text, []byte(p.Intake().Reminder(l, filepath.Base(path))), 0o644); err != nil {
			return err
		}
		if err := a.print("path", text); err != nil {
			return err
		}
	}
	if len(late) == 0 {
		a.say(slog.LevelInfo, "no unit is missing in "+round, "no unit is missing", "round", round)
	}
	return nil
}
