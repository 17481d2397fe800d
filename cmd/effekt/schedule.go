package main

import (
	"effekt/pipeline/datadir"
	"effekt/pipeline/schedule"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// grace is how long a job may take to stop before it is killed. It is shorter
// than the 30 seconds in which a schedule must be gone.
const grace = 25 * time.Second

func (a *app) schedule() *cobra.Command {
	return &cobra.Command{
		Use: "schedule", Short: "Run the configured jobs when they are due, until stopped", Args: noArgs,
		Long: `schedule runs the jobs of [schedule] in effekt.toml when they are due, each as a
process of its own, one at a time. What was missed while it was stopped is run
once when it starts. SIGTERM or Ctrl-C stops the job under way, within 30
seconds, and then ends with exit code 0.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.settings(a.overrides())
			if err != nil {
				return err
			}
			folder := a.data("data")
			if err := refuseSynthetic(folder); err != nil {
				return err
			}
			dir, err := datadir.Open(folder)
			if err != nil {
				return err
			}
			exe, err := os.Executable()
			if err != nil {
				return fmt.Errorf("schedule: %w", err)
			}
			return schedule.Run(cmd.Context(), schedule.Settings{
				Jobs: p.Config.Schedule.Jobs, Timezone: p.Config.Schedule.Timezone, Exe: exe, Args: a.globals(dir.Root), Dir: dir.Root,
				Grace: grace, Log: a.scheduleLog(), Now: a.now, Stdout: a.stdout, Stderr: a.stderr,
			})
		},
	}
}

// scheduleLog tells of every job that begins and ends, for that is all there
// is to see of a schedule.
func (a *app) scheduleLog() *slog.Logger {
	if a.logFormat == "json" {
		return a.log()
	}
	return slog.New(slog.NewTextHandler(a.stderr, nil))
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
