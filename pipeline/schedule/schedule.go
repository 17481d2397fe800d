// Package schedule runs the configured jobs when they are due, each as a child
// process of the same program, so that what a job uses of memory goes with it.
//
// robfig/cron reads the cron expressions and tells due times. Its own runner is
// not used: it forgets what was due while the program stood still, and skips a
// time that the change to summer time leaves out. Here the due times since the
// last start are asked for every so often, and however many have passed, the
// job runs once.
package schedule

import (
	"context"
	"effekt/config"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/robfig/cron/v3"
)

// Settings are what a scheduler needs.
type Settings struct {
	Jobs           []config.Job
	Timezone       string
	Exe            string   // the program
	Args           []string // global flags, before the job's command
	Dir            string   // where the latest starts are kept
	Poll           time.Duration
	Grace          time.Duration // how long a job may take to stop
	Log            *slog.Logger
	Now            func() time.Time
	Stdout, Stderr io.Writer
}

// Due is when a job runs next.
type Due struct {
	Job string
	At  time.Time
}

// Next lists each job's next time.
func Next(jobs []config.Job, timezone string, now time.Time) ([]Due, error) {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	due := make([]Due, len(jobs))
	for i, job := range jobs {
		spec, err := cron.ParseStandard(job.Cron)
		if err != nil {
			return nil, fmt.Errorf("schedule: job %s: %w", job.Name, err)
		}
		due[i] = Due{job.Name, next(spec, now.In(zone))}
	}
	return due, nil
}

// next is the first due time after t. Where the change to summer time leaves a
// due time out, cron finds the one of a later day; the moment of the change
// stands in for it.
func next(spec cron.Schedule, t time.Time) time.Time {
	at := spec.Next(t)
	for hour := t; hour.Before(at); hour = hour.Add(time.Hour) {
		_, before := hour.Zone()
		_, after := hour.Add(time.Hour).Zone()
		if after <= before {
			continue
		}
		if gap := skipped(spec, hour); gap.After(t) && gap.Before(at) {
			return gap
		}
	}
	return at
}

// skipped finds the due time that falls in the hour that the clock jumps over
// after t, read on a clock that does not jump; zero when there is none.
func skipped(spec cron.Schedule, t time.Time) time.Time {
	_, offset := t.Zone()
	still := t.In(time.FixedZone("", offset))
	at := spec.Next(still.Truncate(time.Hour).Add(-time.Second))
	if at.Sub(still) > 2*time.Hour {
		return time.Time{}
	}
	local := at.In(t.Location())
	if local.Hour() == at.Hour() {
		return time.Time{}
	}
	return local
}

// Run runs jobs until ctx ends, and then waits for the job under way.
func Run(ctx context.Context, s Settings) error {
	started := s.starts()
	for ctx.Err() == nil {
		for _, job := range s.Jobs {
			last, known := started[job.Name]
			if !known {
				started[job.Name] = s.Now() // a first start catches nothing up
				continue
			}
			due, err := Next([]config.Job{job}, s.Timezone, last)
			if err != nil {
				return err
			}
			if due[0].At.After(s.Now()) || ctx.Err() != nil {
				continue
			}
			started[job.Name] = s.Now()
			if err := s.keep(started); err != nil {
				return err
			}
			s.run(ctx, job)
		}
		if err := s.keep(started); err != nil {
			return err
		}
		select {
		case <-time.After(s.Poll):
		case <-ctx.Done():
		}
	}
	return nil
}

// run starts the job and waits for it. When ctx ends the job is asked to stop,
// and killed when it has not within the grace.
func (s Settings) run(ctx context.Context, job config.Job) {
	cmd := exec.CommandContext(ctx, s.Exe, append(append([]string{}, s.Args...), job.Command...)...)
	cmd.Stdout, cmd.Stderr = s.Stdout, s.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = s.Grace
	s.Log.Info("job begins", "job", job.Name, "command", job.Command)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		s.Log.Info("job done", "job", job.Name)
	case errors.As(err, &exit):
		s.Log.Error("job ended badly", "job", job.Name, "exit", exit.ExitCode())
	default:
		s.Log.Error("job could not run", "job", job.Name, "error", err)
	}
}

func (s Settings) file() string { return filepath.Join(s.Dir, ".schedule.json") }

// starts reads when each job last started; a damaged file is as none.
func (s Settings) starts() map[string]time.Time {
	started := map[string]time.Time{}
	body, err := os.ReadFile(s.file())
	if err != nil || json.Unmarshal(body, &started) != nil || started == nil {
		return map[string]time.Time{}
	}
	return started
}

func (s Settings) keep(started map[string]time.Time) error {
	body, err := json.Marshal(started)
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	temporary := s.file() + ".new"
	if err := os.WriteFile(temporary, body, 0o644); err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	if err := os.Rename(temporary, s.file()); err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	return nil
}
