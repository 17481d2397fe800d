// Effekt fetches official statistics from SCB and Kolada and calculates the
// yearly societal-effect indicators of a Swedish county.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/sources"
)

// version is the program's own, shown in ops.run.
const version = "0.1"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit codes of design.md 5.1.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitDegraded    = 3
	exitInterrupted = 130
)

// degradedError is published, or fetched, but something keeps its last good
// state.
type degradedError struct {
	text string // what, by its kind
	each error
}

func (e degradedError) Error() string { return e.text + ":\n" + e.each.Error() }

func (e degradedError) Unwrap() error { return e.each }

// usageError is a mistake in how the program was called or set up.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(format string, values ...any) error { return usageError{fmt.Errorf(format, values...)} }

// execute does everything, so that tests need no process of their own.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: &screen{to: stderr}, args: args}
	var wrong error
	if a.now, wrong = clock(os.Getenv("EFFEKT_NOW"), time.Now()); wrong != nil {
		return a.finish(ctx, usageError{wrong})
	}
	root := a.root()
	root.SetArgs(statements(args))
	root.SetOut(stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	a.stderr.show("")
	return a.finish(ctx, err)
}

// statements lets SQL begin with a comment, which cobra would take for a flag.
func statements(args []string) []string {
	all := make([]string, len(args))
	for i, arg := range args {
		if strings.HasPrefix(arg, "--") && strings.ContainsAny(arg[2:min(len(arg), 3)], " \t\n\r") {
			arg = "\n" + arg
		}
		all[i] = arg
	}
	return all
}

// finish is the one place where an error becomes text and exit code.
func (a *app) finish(ctx context.Context, err error) int {
	code := exitCode(ctx, err)
	switch code {
	case exitDone:
		return code
	case exitInterrupted:
		err = errors.New("interrupted; the published file is as it was")
	}
	if a.logFormat == "json" {
		a.log().Error(err.Error(), "exit", code)
		return code
	}
	fmt.Fprintln(a.stderr, "effekt:", err)
	if hint := advice(err); hint != "" {
		fmt.Fprintln(a.stderr, "  →", hint)
	}
	return code
}

func exitCode(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		return exitInterrupted
	case is[degradedError](err):
		return exitDegraded
	case is[*config.Problems](err), is[usageError](err), is[sources.AskedError](err), is[*pipeline.CountyError](err):
		return exitUsage
	}
	return exitFailed
}

func is[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// advice says what to do next, where that is known.
func advice(err error) string {
	county, ofCounty := errors.AsType[*pipeline.CountyError](err)
	switch {
	case ofCounty:
		return fmt.Sprintf("choose another folder with --data, or go on with --county %s", county.Held)
	case is[*datadir.HeldError](err):
		return "wait until it is done; nothing was changed"
	case errors.Is(err, syscall.ENOSPC):
		return "free space on the disk and run again; nothing published was changed"
	case errors.Is(err, archive.ErrDamaged):
		return "«effekt archive verify» lists what is damaged; restore it from a backup, or fetch it again with «effekt refresh --full»; what is published is as it was"
	case errors.Is(err, os.ErrPermission):
		return "give yourself write permission to the data folder, or choose another with --data"
	}
	return ""
}

// clock is the program's: the machine's own, or one that was set to another time
// when the program started and has gone on from there. Pacing, time-outs and
// what is due in the schedule follow the machine's.
func clock(set string, started time.Time) (func() time.Time, error) {
	if set == "" {
		return time.Now, nil
	}
	at, _, err := when(set, time.UTC)
	if err != nil {
		return time.Now, fmt.Errorf("EFFEKT_NOW %w", err)
	}
	return func() time.Time { return at.Add(time.Since(started)) }, nil
}

// when reads a time, or a day, which begins at midnight in zone.
func when(text string, zone *time.Location) (at time.Time, isDay bool, err error) {
	if at, err = time.Parse(time.RFC3339, text); err == nil {
		return at, false, nil
	}
	if at, err = time.ParseInLocation(time.DateOnly, text, zone); err != nil {
		err = fmt.Errorf("%q: want a day as in 2026-02-21, or a time as in 2026-02-21T15:00:00Z", text)
	}
	return at, true, err
}
