// Package budget holds benchmarks to their budgets and writes the manual's table
// of speed.
//
//	go test -bench . -budget 3 ./cmd/effekt         fails above three times a budget
//	go test -bench . -speed speed.md ./cmd/effekt   replaces the rows that ran
package budget

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

//nolint:gochecknoglobals // flags of the test binary, read after it has parsed them
var (
	factor = flag.Float64("budget", 0, "fail a benchmark whose least time is more than its budget times this; 0 never fails")
	speed  = flag.String("speed", "", "write each benchmark's times into the table of this Markdown `file` (an absolute path)")
)

// Times are how long the turns of a benchmark took.
type Times struct {
	What   string // the row's name in the table
	Budget time.Duration
	all    []time.Duration
}

// Add notes a turn.
func (t *Times) Add(took time.Duration) { t.all = append(t.all, took) }

// Loop runs a turn as often as the benchmark asks, then judges the times.
func Loop(b *testing.B, what string, limit time.Duration, turn func()) {
	b.Helper()
	t := &Times{What: what, Budget: limit}
	for b.Loop() {
		began := time.Now()
		turn()
		t.Add(time.Since(began))
	}
	t.Judge(b)
}

// Judge fails the benchmark when it was asked to and even the least time is above
// the budget: whatever else runs on a machine can only add to it.
func (t *Times) Judge(b testing.TB) {
	b.Helper()
	if len(t.all) == 0 {
		return
	}
	slices.Sort(t.all)
	if err := exceeded(t.all[0], t.Budget, *factor); err != nil {
		b.Errorf("%s: %v", t.What, err)
	}
	if *speed == "" {
		return
	}
	body, err := os.ReadFile(*speed)
	if err == nil {
		err = os.WriteFile(*speed, []byte(table(string(body), t.row(time.Now()))), 0o644)
	}
	if err != nil {
		b.Error(err)
	}
}

func exceeded(least, limit time.Duration, factor float64) error {
	if factor <= 0 || least.Seconds() <= limit.Seconds()*factor {
		return nil
	}
	return fmt.Errorf("took %s at least, more than %g times its budget of %s", shown(least), factor, limit)
}

// row is what | median | least–most | turns | budget | day | machine.
func (t *Times) row(now time.Time) string {
	last := len(t.all) - 1
	return fmt.Sprintf("| %s | %s | %s–%s | %d | %s | %s | %s |", t.What, shown(t.all[len(t.all)/2]), shown(t.all[0]), shown(t.all[last]),
		len(t.all), t.Budget, now.Format(time.DateOnly), machine())
}

// machine is the kind of machine: processor, cores, system and Go.
func machine() string {
	kind := runtime.GOARCH
	if info, err := os.ReadFile(filepath.FromSlash("/proc/cpuinfo")); err == nil {
		if model := regexp.MustCompile(`(?m)^model name\s*: (.*)$`).FindSubmatch(info); model != nil {
			kind = string(model[1])
		}
	}
	return fmt.Sprintf("%s, %d cores, %s, %s", strings.ReplaceAll(kind, "|", "/"), runtime.NumCPU(), runtime.GOOS, runtime.Version())
}

// table replaces the row of the same name, or adds it after the last row.
func table(text, row string) string {
	lines := strings.Split(text, "\n")
	name := row[:strings.Index(row[2:], " | ")+5]
	last := len(lines) - 1
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, name):
			lines[i] = row
			return strings.Join(lines, "\n")
		case strings.HasPrefix(line, "|"):
			last = i
		}
	}
	return strings.Join(slices.Insert(lines, last+1, row), "\n")
}

// shown has three digits, which is more than the spread.
func shown(d time.Duration) string {
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= unit {
			return d.Round(unit / 100).String()
		}
	}
	return d.String()
}
