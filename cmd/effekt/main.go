// Effekt fetches official statistics from SCB and Kolada and calculates the
// yearly societal-effect indicators of a Swedish county.
package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/sources"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
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
	var usage usageError
	var problems *config.Problems
	var degraded degradedError
	var county *pipeline.CountyError
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &degraded):
		return exitDegraded
	case errors.As(err, &problems), errors.As(err, &usage), errors.As(err, &county):
		return exitUsage
	}
	return exitFailed
}

// advice says what to do next, where that is known.
func advice(err error) string {
	var held *datadir.HeldError
	var county *pipeline.CountyError
	switch {
	case errors.As(err, &county):
		return fmt.Sprintf("choose another folder with --data, or go on with --county %s", county.Held)
	case errors.As(err, &held):
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

const long = `effekt fetches official statistics from SCB and Kolada, keeps every answer,
calculates the yearly indicators of a Swedish county in SQL and publishes one
DuckDB file that anybody can open.

Results go to standard output, progress and logs to standard error.
Exit codes: 0 done, 1 failed, 2 wrong usage or config, 3 published but something
keeps its last good state (a source that failed, an indicator left out, a file
refused, a clock in doubt), 130 interrupted.`

func (a *app) root() *cobra.Command {
	var own bool
	root := &cobra.Command{
		Use: "effekt", Short: "Official statistics for a county's yearly report-back", Long: long,
		SilenceUsage: true, SilenceErrors: true,
		Args: subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if own {
				return a.showVersion(cmd.Context())
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.checkFlags() },
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.Flags().BoolVar(&own, "version", false, "print the version, what it was built from, and DuckDB's")
	root.SetHelpCommand(help(root))
	flags := root.PersistentFlags()
	flags.StringVar(&a.configDir, "config", "", "folder with the config (default ./config if it exists, else the embedded one)")
	flags.StringVar(&a.dataDir, "data", "", "data folder (default $EFFEKT_DATA, else ./data)")
	flags.StringVar(&a.county, "county", "", "county, SCB's two digits (default $EFFEKT_COUNTY, else the config's)")
	flags.StringVar(&a.logFormat, "log-format", "text", "form of standard error: text or json, a JSON object a line")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log every request, wait and retry too")
	flags.BoolVar(&a.noProgress, "no-progress", false, "no progress bar; there is none anyway when standard error is not a terminal")
	root.AddCommand(a.refresh(), a.demo(), a.fetch(), a.build(), a.check(), a.plan(), a.status(), a.schedule(), a.sql(), a.explain(), a.edition(), a.outcomes(), a.report(), a.archive())
	return root
}

func (a *app) checkFlags() error {
	if a.logFormat != "text" && a.logFormat != "json" {
		return usageError{fmt.Errorf("--log-format %q: want text or json", a.logFormat)}
	}
	return nil
}

// subcommand refuses an argument to a command that only holds others: it would be one
// of them.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return usageError{fmt.Errorf("unknown command %q%s; «%s --help» tells of them", args[0], sources.Hint(args[0], names), cmd.CommandPath())}
}

// help prints a command's help, and refuses one that there is not.
func help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about any command",
		RunE: func(_ *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if about == nil {
				about = root
			}
			if err != nil || len(rest) > 0 {
				return subcommand(about, append(rest, args...)[:1])
			}
			return about.Help()
		},
	}
}

// noArgs refuses arguments as wrong usage.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("unexpected argument %q", args[0])}
	}
	return nil
}
