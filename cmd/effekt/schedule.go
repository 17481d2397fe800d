package main

import (
	"effekt/pipeline/schedule"
	"fmt"
	"log/slog"
	"os"
	"time"
	_ "time/tzdata"

	// servers without a zone database know Europe/Stockholm too

	"github.com/spf13/cobra"
)

func (a *app) schedule() *cobra.Command {
	return &cobra.Command{
		Use: "schedule", Short: "Run the configured jobs when they are due, until stopped", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.open(a.overrides(), a.data("data"))
			if err != nil {
				return err
			}
			exe, err := os.Executable()
			if err != nil {
				return fmt.Errorf("schedule: %w", err)
			}
			return schedule.Run(cmd.Context(), schedule.Settings{
				Jobs: p.Config.Schedule.Jobs, Timezone: p.Config.Schedule.Timezone, Exe: exe, Args: a.globals(p.Dir.Root), Dir: p.Dir.Root,
				Poll: 20 * time.Second, Grace: 30 * time.Second, Log: slog.New(slog.NewTextHandler(a.stderr, nil)), Now: a.now,
				Stdout: a.stdout, Stderr: a.stderr,
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
	return args
}
