package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	effektsql "effekt/sql"
)

// app is what the commands share.
type app struct {
	stdout io.Writer
	stderr *screen
	now    func() time.Time
	args   []string

	configDir, dataDir, county, logFormat string
	verbose, noProgress                   bool
}

// log writes what is worth a line beside the program's own messages: warnings,
// with -v everything. In JSON those messages are log lines too.
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

// say tells what has happened: a line for people, or a log line with the same
// in its attributes.
func (a *app) say(level slog.Level, text, message string, attributes ...any) {
	if a.logFormat != "json" {
		fmt.Fprintln(a.stderr, text)
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

// readable is the data folder to look at. After a bare «effekt demo» that is
// the demonstration's, when there is no other.
func (a *app) readable() string {
	folder := a.data("")
	if folder != "" || exists("data") || !synthetic("data-demo") {
		return a.data("data")
	}
	a.say(slog.LevelWarn, "SYNTETISKA DEMODATA from data-demo", "synthetic data", "data", "data-demo")
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

// settings reads config and SQL. Nothing is written before all of it is right.
func (a *app) settings(o config.Overrides) (*pipeline.Pipeline, error) {
	configFS, sqlFS, err := a.files()
	if err != nil {
		return nil, err
	}
	return a.defined(o, configFS, sqlFS)
}

// defined reads config and SQL from where they are.
func (a *app) defined(o config.Overrides, configFS, sqlFS fs.FS) (*pipeline.Pipeline, error) {
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

// writing opens the data folder for a run.
func (a *app) writing(p *pipeline.Pipeline, folder string) error {
	dir, err := datadir.Open(folder)
	if err != nil {
		return err
	}
	p.Dir, p.Synthetic = dir, synthetic(folder)
	if p.Archive, err = archive.Open(dir.Archive(), a.now); err != nil {
		return err
	}
	client, err := pipeline.NewClient(p.Config, dir, p.Log, a.now)
	if err != nil {
		return usageError{err}
	}
	p.Client, p.Sources = client, pipeline.Sources(p.Config, client)
	if watch := a.watch(); watch != nil {
		p.Watch = watch.see
	}
	return nil
}

// reading opens the data folder as it is; it may be read-only, or not there,
// and then the archive is nil.
func (a *app) reading(p *pipeline.Pipeline, folder string) error {
	root, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	p.Dir, p.Synthetic = datadir.Dir{Root: root}, synthetic(folder)
	if !exists(filepath.Join(p.Dir.Archive(), "objects")) {
		return nil
	}
	p.Archive, err = archive.Open(p.Dir.Archive(), a.now)
	return err
}

// open reads config and SQL and opens the data folder for a run.
func (a *app) open(o config.Overrides, folder string) (*pipeline.Pipeline, error) {
	p, err := a.settings(o)
	if err != nil {
		return nil, err
	}
	return p, a.writing(p, folder)
}

// database is the published file to read.
func (a *app) database() string { return datadir.Dir{Root: a.readable()}.Database() }

// look opens what is there to be read only; nothing is written.
func (a *app) look() (*pipeline.Pipeline, error) {
	p, err := a.settings(a.overrides())
	if err != nil {
		return nil, err
	}
	return p, a.reading(p, a.readable())
}
