package main

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"effekt/pipeline/datadir"
	"effekt/pipeline/schedule"

	"github.com/spf13/cobra"
)

// grace is how long a job may take to stop before it is killed. It is shorter
// than the 30 seconds in which a schedule must be gone.
const grace = 25 * time.Second

func (a *app) schedule() *cobra.Command {
	return &cobra.Command{
		Use: "schedule", Short: "Run the configured jobs when they are due, until stopped",
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.settings(a.overrides(), "")
			if err != nil {
				return err
			}
			if err := refuseSynthetic(a.own()); err != nil {
				return err
			}
			dir, err := datadir.Open(a.own())
			if err != nil {
				return err
			}
			exe, err := os.Executable()
			if err != nil {
				return fmt.Errorf("schedule: %w", err)
			}
			// Every job that begins and ends is told, for that is all there is to see.
			log := a.log()
			if a.logFormat != "json" {
				log = slog.New(slog.NewTextHandler(a.stderr, nil))
			}
			return schedule.Run(cmd.Context(), schedule.Settings{
				Jobs: p.Config.Schedule.Jobs, Timezone: p.Config.Schedule.Timezone, Exe: exe, Args: a.globals(dir.Root), Dir: dir.Root,
				Grace: grace, Log: log, Now: a.now, Stdout: a.stdout, Stderr: a.stderr,
			})
		},
	}
}

// globals are the flags that a job inherits.
func (a *app) globals(data string) []string {
	args := []string{"--data", data, "--log-format", a.logFormat, "--no-progress"}
	if a.configDir != "" {
		args = append(args, "--config", a.configDir)
	}
	if a.county != "" {
		args = append(args, "--county", a.county)
	}
	if a.verbose {
		args = append(args, "--verbose")
	}
	return args
}
