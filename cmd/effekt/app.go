package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/answer"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"

	effektsql "effekt/sql"

	"github.com/spf13/cobra"
)

// app is what the commands share.
type app struct {
	stdout io.Writer
	stderr *screen
	now    func() time.Time
	args   []string

	configDir, dataDir, county, logFormat string
	verbose, noProgress                   bool

	asJSON bool // the answer, where the command has the flag
}

// log writes warnings, and with -v everything. In JSON what the program says to
// people is there too, as log lines.
func (a *app) log() *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelWarn}
	if a.logFormat == "json" {
		options.Level = slog.LevelInfo
	}
	if a.verbose {
		options.Level = slog.LevelDebug
	}
	if a.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, options))
	}
	return slog.New(slog.NewTextHandler(a.stderr, options))
}

// say tells what has happened: a line for people, or a log line with the same in
// its attributes.
func (a *app) say(level slog.Level, text, message string, attributes ...any) {
	if a.logFormat != "json" {
		fmt.Fprintln(a.stderr, answer.Visible(text))
		return
	}
	a.log().Log(context.Background(), level, message, attributes...)
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

// own is the data folder that new figures come into.
func (a *app) own() string { return a.data("data") }

// folder is the data folder whose published file is read. After a bare «effekt
// demo» that is the demonstration's, where there is no other.
func (a *app) folder() string {
	if a.data("") != "" || exists("data") || !synthetic("data-demo") {
		return a.own()
	}
	a.say(slog.LevelWarn, "SYNTHETIC DEMO DATA from data-demo", "synthetic data", "data", "data-demo")
	return "data-demo"
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (a *app) overrides() config.Overrides {
	county := a.county
	if county == "" {
		county = os.Getenv("EFFEKT_COUNTY")
	}
	return config.Overrides{County: county, SCBBaseURL: os.Getenv("EFFEKT_SCB_BASE_URL"), KoladaBaseURL: os.Getenv("EFFEKT_KOLADA_BASE_URL")}
}

// files finds the config and the SQL. A config folder is whole and takes the
// place of the shipped one, so that what is taken out of it stays out; SQL files
// of the analyst's own lie in the folder sql beside it or inside it and are laid
// over the shipped ones.
func (a *app) files() (configFS, sqlFS fs.FS, err error) {
	folder := a.configDir
	if folder == "" {
		if !exists("config/effekt.toml") {
			return config.Embedded, effektsql.Files, nil
		}
		folder = "config"
	}
	isFolder := func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && info.IsDir()
	}
	if !isFolder(folder) {
		return nil, nil, usage("--config %s: no such folder", folder)
	}
	sqlFS = effektsql.Files
	for _, own := range []string{filepath.Join(filepath.Dir(filepath.Clean(folder)), "sql"), filepath.Join(folder, "sql")} {
		if isFolder(own) {
			sqlFS = effektsql.Overlay{Own: os.DirFS(own), Shipped: sqlFS}
		}
	}
	return os.DirFS(folder), sqlFS, nil
}

// settings reads config and SQL, those of an edition where one is named. Nothing
// is written before all of it is right.
func (a *app) settings(o config.Overrides, edition string) (*pipeline.Pipeline, error) {
	configFS, sqlFS, err := a.files()
	if edition != "" {
		folder, e, err := a.readEdition(edition)
		if err != nil {
			return nil, usageError{err}
		}
		o.County, o.Frozen = e.County, true
		configFS, sqlFS = os.DirFS(filepath.Join(folder, "config")), os.DirFS(filepath.Join(folder, "sql"))
	} else if err != nil {
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
	return &pipeline.Pipeline{
		Config: c, SQL: library, Sources: pipeline.Sources(c, nil), Log: a.log(), Now: a.now, Version: version, Command: "effekt " + strings.Join(a.args, " "),
	}, nil
}

// write opens the data folder for a run.
func (a *app) write(p *pipeline.Pipeline, folder string) error {
	dir, err := datadir.Open(folder)
	if err != nil {
		return err
	}
	p.Dir, p.Synthetic, p.Watch = dir, synthetic(folder), a.watch().see
	if p.Archive, err = archive.Open(dir.Archive(), a.now); err != nil {
		return err
	}
	client, err := pipeline.NewClient(p.Config, dir, p.Log, a.now)
	if err != nil {
		return usageError{err}
	}
	p.Client, p.Sources = client, pipeline.Sources(p.Config, client)
	return nil
}

// read opens the data folder as it is; it may be read-only, or not there, and
// then the archive is nil.
func (a *app) read(p *pipeline.Pipeline, folder string) error {
	root, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	p.Dir, p.Synthetic = datadir.Dir{Root: root}, synthetic(folder)
	if exists(filepath.Join(p.Dir.Archive(), "objects")) {
		p.Archive, err = archive.Open(p.Dir.Archive(), a.now)
	}
	return err
}

// open reads config and SQL and opens the data folder for a run.
func (a *app) open(o config.Overrides, folder string) (*pipeline.Pipeline, error) {
	p, err := a.settings(o, "")
	if err != nil {
		return nil, err
	}
	return p, a.write(p, folder)
}

// look reads config and SQL and opens what is published; nothing is written.
func (a *app) look() (*pipeline.Pipeline, error) {
	p, err := a.settings(a.overrides(), "")
	if err != nil {
		return nil, err
	}
	return p, a.read(p, a.folder())
}

// action is what a command does with the pipeline.
type action func(ctx context.Context, p *pipeline.Pipeline, args []string) error

type runE = func(*cobra.Command, []string) error

// reads is a command that looks at what is published and writes nothing.
func (a *app) reads(do action) runE {
	return func(cmd *cobra.Command, args []string) error {
		p, err := a.look()
		if err != nil {
			return err
		}
		return do(cmd.Context(), p, args)
	}
}

// writes is a command that writes in a data folder.
func (a *app) writes(folder func() string, do action) runE {
	return func(cmd *cobra.Command, args []string) error {
		p, err := a.open(a.overrides(), folder())
		if err != nil {
			return err
		}
		return do(cmd.Context(), p, args)
	}
}
