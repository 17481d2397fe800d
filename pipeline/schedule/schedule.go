// Package schedule runs the configured jobs when they are due, each as a child
// process of the same program, so that what a job uses of memory goes with it.
//
// robfig/cron reads the cron expressions. Its own runner is not used: it
// forgets what was due while the program or the machine stood still, and goes
// astray when the clock is changed. Here every job is compared twice a minute
// with the time it last started, which is kept in a file; if it has been due
// since, it runs, once, however many times it was missed. One child runs at a
// time: jobs due meanwhile wait their turn, longest overdue first.
package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"
	_ "time/tzdata"

	"effekt/config"
	"effekt/pipeline/datadir"
	// servers without a zone database know Stockholm too
)

// Settings are what a scheduler needs. Zero fields have the defaults given.
type Settings struct {
	Jobs     []config.Job
	Timezone string   // of the cron expressions; Europe/Stockholm
	Exe      string   // the program that jobs are commands of; this one
	Args     []string // global flags, before the job's command
	Dir      string   // the data folder; .schedule.json in it says when jobs last started
	// Poll is how often the clock is looked at beside when a job is due: the
	// longest delay after a suspend or a change of the clock; 30 s.
	Poll time.Duration
	// Grace is how long a job may take to stop before it is killed; 30 s.
	Grace          time.Duration
	Log            *slog.Logger // none
	Now            func() time.Time
	Stdout, Stderr io.Writer // what jobs write is passed on here; this process's own
}

// Due is when a job runs next.
type Due struct {
	Job string    `json:"job"`
	At  time.Time `json:"at,omitzero"` // zero: never
}

// Next lists each job's next time after now, in the order of jobs.
func Next(jobs []config.Job, timezone string, now time.Time) ([]Due, error) {
	ready, err := prepare(jobs, timezone, now)
	if err != nil {
		return nil, err
	}
	due := make([]Due, len(ready))
	for i, j := range ready {
		due[i] = Due{Job: j.Name, At: j.spec.next(now).In(j.spec.zone)}
	}
	return due, nil
}

// job is a configured job and when it is due.
type job struct {
	config.Job
	spec spec
}

// prepare reads all expressions and says everything that is wrong at once.
func prepare(jobs []config.Job, timezone string, now time.Time) ([]job, error) {
	zone, err := zoneOf(timezone)
	if err != nil {
		return nil, err
	}
	ready := make([]job, len(jobs))
	seen := map[string]bool{}
	var wrong []error
	for i, j := range jobs {
		s, err := parse(j.Cron, zone, now)
		switch {
		case j.Name == "":
			err = errors.Join(err, errors.New("no name"))
		case seen[j.Name]:
			err = errors.Join(err, errors.New("two jobs of this name"))
		}
		if len(j.Command) == 0 {
			err = errors.Join(err, errors.New("no command"))
		} else if j.Command[0] == "schedule" {
			err = errors.Join(err, errors.New("a schedule cannot run a schedule"))
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("schedule: job %q: %w", j.Name, err))
		}
		seen[j.Name] = true
		ready[i] = job{Job: j, spec: s}
	}
	return ready, errors.Join(wrong...)
}

// Run runs the jobs until ctx ends, then stops the job under way (SIGTERM, and
// SIGKILL after Grace) and returns nil when it is gone. A job that fails is
// logged and comes again when it is next due. The error is a setting that
// cannot be used, or *datadir.HeldError when another process runs this
// folder's schedule.
func Run(ctx context.Context, s Settings) error {
	s, err := s.withDefaults()
	if err != nil {
		return err
	}
	jobs, err := prepare(s.Jobs, s.Timezone, s.now())
	if err != nil {
		return err
	}
	if len(jobs) == 0 {
		return errors.New("schedule: no jobs are configured")
	}
	lock, err := datadir.Dir{Root: s.Dir}.LockSchedule(ctx, "effekt schedule", s.now())
	if err != nil {
		return err
	}
	state, damaged, err := readState(s.Dir)
	if err == nil {
		err = state.begin(jobs, s.now())
	}
	if err == nil {
		if damaged != nil {
			s.Log.WarnContext(ctx, "missed runs are not known", "file", state.path, "error", damaged)
		}
		s.loop(ctx, jobs, state)
	}
	return errors.Join(err, lock.Unlock())
}

func (s Settings) withDefaults() (Settings, error) {
	s.Poll, s.Grace = cmp.Or(s.Poll, 30*time.Second), cmp.Or(s.Grace, 30*time.Second)
	s.Log = cmp.Or(s.Log, slog.New(slog.DiscardHandler))
	s.Stdout, s.Stderr = cmp.Or[io.Writer](s.Stdout, os.Stdout), cmp.Or[io.Writer](s.Stderr, os.Stderr)
	if s.Now == nil {
		s.Now = time.Now
	}
	own, err := os.Executable()
	if s.Exe = cmp.Or(s.Exe, own); s.Exe == "" {
		return s, fmt.Errorf("schedule: %w", err)
	}
	return s, nil
}

// now has no monotonic part, which stands still while the machine sleeps.
func (s Settings) now() time.Time { return s.Now().Round(0) }

func (s Settings) loop(ctx context.Context, jobs []job, state *state) {
	for _, j := range jobs {
		s.Log.InfoContext(ctx, "scheduled", "job", j.Name, "command", j.Command, "next", j.spec.next(s.now()).In(j.spec.zone))
	}
	for ctx.Err() == nil {
		now := s.now()
		j, at := first(jobs, state.started, now)
		if at.IsZero() || at.After(now) {
			s.sleep(ctx, at, now)
			continue
		}
		// Noted before it starts: a job that brings the machine down must not
		// do so again at every start.
		if err := state.start(j.Name, now); err != nil {
			s.Log.ErrorContext(ctx, "a restart may run this job again", "job", j.Name, "error", err)
		}
		s.Log.InfoContext(ctx, "job begins", "job", j.Name, "due", at.In(j.spec.zone), "late", now.Sub(at).Round(time.Second).String())
		s.run(ctx, j)
	}
}

// first is the job that is due first after its last start, and when.
func first(jobs []job, started map[string]time.Time, now time.Time) (next job, at time.Time) {
	for _, j := range jobs {
		last := started[j.Name]
		// A clock that stood wrong in the future must not silence the job until
		// then. Small steps back are forgiven, or a job would run twice.
		if last.After(now.Add(time.Hour)) {
			last, started[j.Name] = now, now
		}
		if due := j.spec.next(last); !due.IsZero() && (at.IsZero() || due.Before(at)) {
			next, at = j, due
		}
	}
	return next, at
}

// sleep waits for the next due time, but not longer than Poll: timers stand
// still while the machine sleeps and know nothing of a changed clock.
func (s Settings) sleep(ctx context.Context, until, now time.Time) {
	wait := s.Poll
	if !until.IsZero() {
		wait = min(wait, until.Sub(now))
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}
