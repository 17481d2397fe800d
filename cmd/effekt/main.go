// Effekt fetches official statistics from SCB and Kolada and calculates the
// yearly societal-effect indicators of a Swedish county.
package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	effektsql "effekt/sql"
)

// version is the program's own, shown in ops.run.
const version = "0.1"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// The exit codes of design.md 5.1.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitDegraded    = 3
	exitInterrupted = 130
)

// errDegraded is published, but not all of it refreshed.
var errDegraded = errors.New("published, but some source could not be refreshed; the last good figures stay")

// usageError is a mistake in how the program was called or set up.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// run does everything, so that tests need no process of their own.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: stderr, now: time.Now, args: args}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	return a.finish(ctx, err)
}

// finish is the one place where an error becomes text and exit code.
func (a *app) finish(ctx context.Context, err error) int {
	var usage usageError
	var problems *config.Problems
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		fmt.Fprintln(a.stderr, "effekt: interrupted; the published file is as it was")
		return exitInterrupted
	case errors.Is(err, errDegraded):
		fmt.Fprintln(a.stderr, "effekt:", err)
		return exitDegraded
	case errors.As(err, &problems), errors.As(err, &usage):
		fmt.Fprintln(a.stderr, "effekt:", err)
		return exitUsage
	}
	fmt.Fprintln(a.stderr, "effekt:", err)
	if hint := advice(err); hint != "" {
		fmt.Fprintln(a.stderr, "  →", hint)
	}
	return exitFailed
}

// advice says what to do next, where that is known.
func advice(err error) string {
	var held *datadir.HeldError
	switch {
	case errors.As(err, &held):
		return "wait until it is done; nothing was changed"
	case errors.Is(err, syscall.ENOSPC):
		return "free space on the disk and run again; nothing published was changed"
	case errors.Is(err, os.ErrPermission):
		return "give yourself write permission to the data folder, or choose another with --data"
	}
	return ""
}

// app is what the commands share.
type app struct {
	stdout, stderr io.Writer
	now            func() time.Time
	args           []string

	configDir, dataDir, county, logFormat string
	verbose, noProgress                   bool
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "effekt",
		Short:         "Official statistics for a county's yearly report-back",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("unknown command %q; «effekt --help» lists them", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	flags := root.PersistentFlags()
	flags.StringVar(&a.configDir, "config", "", "folder with the config (default ./config if it exists, else the embedded one)")
	flags.StringVar(&a.dataDir, "data", "", "data folder (default $EFFEKT_DATA, else ./data)")
	flags.StringVar(&a.county, "county", "", "county, SCB's two digits (default $EFFEKT_COUNTY, else the config's)")
	flags.StringVar(&a.logFormat, "log-format", "text", "text or json")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log more")
	flags.BoolVar(&a.noProgress, "no-progress", false, "no progress on standard error")
	root.AddCommand(a.refresh(), a.demo(), a.fetch(), a.build(), a.check(), a.plan(), a.status(), a.schedule(), a.sql(), a.explain(), a.edition())
	return root
}

// noArgs refuses arguments as wrong usage.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("unexpected argument %q", args[0])}
	}
	return nil
}

func (a *app) log() *slog.Logger {
	level := slog.LevelWarn
	if a.verbose {
		level = slog.LevelDebug
	}
	options := &slog.HandlerOptions{Level: level}
	if a.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, options))
	}
	return slog.New(slog.NewTextHandler(a.stderr, options))
}

// data is the data folder by flag, environment or default.
func (a *app) data(otherwise string) string {
	switch {
	case a.dataDir != "":
		return a.dataDir
	case os.Getenv("EFFEKT_DATA") != "":
		return os.Getenv("EFFEKT_DATA")
	}
	return otherwise
}

func (a *app) overrides() config.Overrides {
	county := a.county
	if county == "" {
		county = os.Getenv("EFFEKT_COUNTY")
	}
	return config.Overrides{County: county, SCBBaseURL: os.Getenv("EFFEKT_SCB_BASE_URL"), KoladaBaseURL: os.Getenv("EFFEKT_KOLADA_BASE_URL")}
}

// open reads config and SQL and opens the data folder.
func (a *app) open(o config.Overrides, folder string) (*pipeline.Pipeline, error) {
	if a.logFormat != "text" && a.logFormat != "json" {
		return nil, usageError{fmt.Errorf("--log-format %q: want text or json", a.logFormat)}
	}
	configFS, sqlFS, err := a.files()
	if err != nil {
		return nil, err
	}
	c, err := config.Load(configFS, o)
	if err != nil {
		return nil, err
	}
	library, err := effektsql.Read(sqlFS)
	if err != nil {
		return nil, usageError{err}
	}
	dir, err := datadir.Open(folder)
	if err != nil {
		return nil, err
	}
	store, err := archive.Open(dir.Archive(), a.now)
	if err != nil {
		return nil, err
	}
	client, err := pipeline.NewClient(c, dir, a.log(), a.now)
	if err != nil {
		return nil, usageError{err}
	}
	return &pipeline.Pipeline{
		Config: c, SQL: library, Dir: dir, Archive: store, Client: client, Log: a.log(), Now: a.now,
		Version: version, Command: "effekt " + strings.Join(a.args, " "), Synthetic: synthetic(folder),
	}, nil
}
