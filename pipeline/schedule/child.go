package schedule

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"time"
)

// run starts the job and waits until it is gone. When ctx ends it is asked to
// stop, and killed when it has not after the grace.
func (s Settings) run(ctx context.Context, j job) {
	child := exec.CommandContext(ctx, s.Exe, slices.Concat(s.Args, j.Command)...) //nolint:gosec // this program, with what the config says
	child.Stdout, child.Stderr = s.Stdout, s.Stderr
	ownGroup(child)
	var killer *time.Timer
	child.Cancel = func() error {
		killer = time.AfterFunc(s.Grace, func() { kill(child) })
		return terminate(child)
	}
	// Ends the wait for output that a grandchild still holds open.
	child.WaitDelay = s.Grace + time.Second
	begun := s.now()
	err := child.Run()
	if killer != nil {
		killer.Stop()
	}
	s.report(ctx, j, err, s.now().Sub(begun))
}

// report logs how a job ended. What went wrong inside, the job has said itself.
func (s Settings) report(ctx context.Context, j job, err error, took time.Duration) {
	log := s.Log.With("job", j.Name, "took", took.Round(time.Millisecond).String())
	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		log.InfoContext(ctx, "job done")
	case ctx.Err() != nil:
		log.WarnContext(ctx, "job stopped", "reason", err)
	case exited && exit.ExitCode() == 3:
		log.WarnContext(ctx, "job done, but something keeps its last good state", "exit", 3)
	case exited:
		log.ErrorContext(ctx, "job failed", "exit", exit.ExitCode(), "reason", err)
	default:
		log.ErrorContext(ctx, "job could not run", "error", err)
	}
}
