package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"effekt/pipeline/run"
)

// screen is standard error with, on a terminal, a bar on its last line that
// steps aside for what is written.
type screen struct {
	mu  sync.Mutex
	to  io.Writer
	bar string
}

const clearLine = "\r\x1b[K"

// Write writes whole lines above the bar.
func (s *screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != "" {
		fmt.Fprint(s.to, clearLine)
	}
	n, err := s.to.Write(text)
	fmt.Fprint(s.to, s.bar)
	return n, err
}

// show replaces the bar; "" takes it away.
func (s *screen) show(bar string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if bar != s.bar {
		fmt.Fprint(s.to, clearLine+bar)
		s.bar = bar
	}
}

// terminal tells whether anybody looks: a terminal that can go back on a line.
func (s *screen) terminal() bool {
	file, ok := s.to.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// watcher turns progress into a line a data set and, on a terminal, a bar.
type watcher struct {
	app         *app
	bars        bool
	mu          sync.Mutex
	done, total int
	under       []string // what is going on, in the order it began
}

func (a *app) watch() *watcher {
	return &watcher{app: a, bars: !a.noProgress && a.logFormat != "json" && a.stderr.terminal()}
}

func (w *watcher) see(p run.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done += p.Done
	w.total += p.Total
	if !slices.Contains(w.under, p.Step) {
		w.under = append(w.under, p.Step)
	}
	if p.Result != nil {
		w.under = slices.DeleteFunc(w.under, func(step string) bool { return step == p.Step })
		w.app.fared(*p.Result)
	}
	if w.bars {
		w.app.stderr.show(bar(w.done, w.total, w.under))
	}
}

// bar is one line short enough for any terminal.
func bar(done, total int, under []string) string {
	const width = 20
	total = max(total, done, 1)
	full := done * width / total
	line := fmt.Sprintf("[%s%s] %d/%d %s", strings.Repeat("#", full), strings.Repeat("-", width-full), done, total, strings.Join(under, ", "))
	return line[:min(len(line), 79)]
}

// fared is the line of a data set that is done.
func (a *app) fared(d run.Dataset) {
	level, reason := slog.LevelInfo, ""
	if d.Err != nil {
		level, reason = slog.LevelWarn, d.Err.Error()
	}
	text := fmt.Sprintf("%-24s %-10s %3d requests %9d bytes %7s", d.Name, d.State, d.Requests, d.Bytes, d.Took.Round(time.Millisecond))
	a.say(level, text, "data set "+d.State, "dataset", d.Name, "source", d.Source, "requests", d.Requests, "bytes", d.Bytes,
		"duration_ms", d.Took.Milliseconds(), "error", reason)
}
