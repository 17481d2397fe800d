package schedule

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"effekt/config"
	"effekt/pipeline/datadir"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets the test binary play the jobs: child <role>.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "child" {
		os.Exit(child(os.Args[2]))
	}
	// A job built with the race detector would otherwise rest a second at its end.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}

func child(role string) int {
	terms := make(chan os.Signal, 1)
	signal.Notify(terms, syscall.SIGTERM)
	fmt.Fprintln(os.Stdout, role)
	switch role {
	case "slow":
		time.Sleep(100 * time.Millisecond)
		fmt.Fprintln(os.Stdout, "slow is done")
	case "fails":
		fmt.Fprintln(os.Stderr, "what went wrong")
		return 1
	case "gentle":
		<-terms
		fmt.Fprintln(os.Stdout, "gentle stops")
		return 130
	case "stubborn":
		time.Sleep(time.Minute)
	}
	return 0
}

// output notes each line that jobs write, with the time on the test's clock.
type output struct {
	mu    sync.Mutex
	now   func() time.Time
	lines []string
	times []time.Time
	hears chan string
}

func listen(now func() time.Time) *output {
	return &output{now: now, hears: make(chan string, 100)}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for line := range strings.Lines(string(p)) {
		o.lines = append(o.lines, strings.TrimSpace(line))
		o.times = append(o.times, o.now().UTC())
		select {
		case o.hears <- strings.TrimSpace(line):
		default:
		}
	}
	return len(p), nil
}

// runs lists the lines with their times, to the minute.
func (o *output) runs() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []string
	for i, line := range o.lines {
		all = append(all, o.times[i].Format("01-02T15:04")+" "+line)
	}
	return all
}

func jobs(cron string, roles ...string) []config.Job {
	var all []config.Job
	for _, role := range roles {
		all = append(all, config.Job{Name: role, Cron: cron, Command: []string{role}})
	}
	return all
}

func settings(dir string, out *output, all []config.Job) Settings {
	return Settings{Jobs: all, Exe: os.Args[0], Args: []string{"child"}, Dir: dir, Now: out.now, Stdout: out, Stderr: out}
}

// started writes the state file as an earlier scheduler left it.
func started(t *testing.T, dir string, last map[string]time.Time) {
	t.Helper()
	body, err := json.Marshal(last)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, ".schedule.json"), body, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// between runs a schedule on a made-up clock from one time to another.
func between(t *testing.T, dir, from, to string, all []config.Job) []string {
	t.Helper()
	var got []string
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(at(t, from)))
		ctx, cancel := context.WithDeadline(t.Context(), at(t, to))
		defer cancel()
		out := listen(time.Now)
		if err := Run(ctx, settings(dir, out, all)); err != nil {
			t.Error(err)
		}
		got = out.runs()
	})
	return got
}

func TestRunAroundClockChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from, to string
		want     []string
	}{
		"spring": {"2027-03-26T12:00:00Z", "2027-03-29T12:00:00Z", []string{"03-27T01:30 quick", "03-28T01:00 quick", "03-29T00:30 quick"}},
		"autumn": {"2027-10-29T12:00:00Z", "2027-11-01T12:00:00Z", []string{"10-30T00:30 quick", "10-31T00:30 quick", "11-01T01:30 quick"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, between(t, t.TempDir(), test.from, test.to, jobs("30 2 * * *", "quick"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMissedRunsAreCaughtUpOnce(t *testing.T) {
	t.Parallel()
	const from, to = "2027-02-24T12:00:00Z", "2027-02-25T12:00:00Z"
	regular := []string{"02-25T07:30 quick"}
	for name, test := range map[string]struct {
		last string // "" is a first start
		want []string
	}{
		"first start":            {"", regular},
		"nothing missed":         {"2027-02-24T07:30:00Z", regular},
		"one missed":             {"2027-02-23T07:30:00Z", []string{"02-24T12:00 quick", "02-25T07:30 quick"}},
		"nine missed":            {"2027-02-15T07:30:00Z", []string{"02-24T12:00 quick", "02-25T07:30 quick"}},
		"clock was in future":    {"2031-01-01T00:00:00Z", regular},
		"clock was a bit ahead":  {"2027-02-24T12:00:10Z", regular},
		"damaged state is first": {"damaged", regular},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			switch test.last {
			case "":
			case "damaged":
				if err := os.WriteFile(filepath.Join(dir, ".schedule.json"), []byte(`{"quick":"20`), 0o600); err != nil {
					t.Fatal(err)
				}
			default:
				started(t, dir, map[string]time.Time{"quick": at(t, test.last), "long gone": at(t, from)})
			}
			if diff := cmp.Diff(test.want, between(t, dir, from, to, jobs("30 8 * * *", "quick"))); diff != "" {
				t.Error(diff)
			}
			state, _, err := readState(dir)
			if diff := cmp.Diff(map[string]time.Time{"quick": at(t, "2027-02-25T07:30:00Z")}, state.started); diff != "" || err != nil {
				t.Error(err, diff)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".schedule-*")); len(left) > 0 {
				t.Errorf("left %v", left)
			}
		})
	}
}

// TestRestartCatchesUp stops a schedule before its first due time ever, and
// starts it after.
func TestRestartCatchesUp(t *testing.T) {
	t.Parallel()
	dir, daily := t.TempDir(), jobs("30 8 * * *", "quick")
	if got := between(t, dir, "2027-02-24T06:00:00Z", "2027-02-24T07:00:00Z", daily); got != nil {
		t.Errorf("before it is due: %v", got)
	}
	want := []string{"02-24T09:00 quick"}
	if diff := cmp.Diff(want, between(t, dir, "2027-02-24T09:00:00Z", "2027-02-24T10:00:00Z", daily)); diff != "" {
		t.Error(diff)
	}
	if got := between(t, dir, "2027-02-24T11:00:00Z", "2027-02-24T12:00:00Z", daily); got != nil {
		t.Errorf("caught up twice: %v", got)
	}
}

// TestWake has the wall clock jump days ahead while timers stand still, as
// after a suspend: what was missed runs once, at the next look at the clock.
func TestWake(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var got []string
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(at(t, "2027-02-24T06:00:00Z")))
		suspended := time.Now().Add(10 * time.Minute)
		out := listen(func() time.Time {
			if now := time.Now(); now.Before(suspended) {
				return now
			}
			return time.Now().AddDate(0, 0, 3)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := Run(ctx, settings(dir, out, jobs("30 8 * * *", "quick"))); err != nil {
			t.Error(err)
		}
		got = out.runs()
	})
	if diff := cmp.Diff([]string{"02-27T06:10 quick"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestQueue has two slow jobs and one that fails due at the same minute,
// again and again: one child at a time, and a failure stops nobody.
func TestQueue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	got := between(t, dir, "2027-02-24T06:59:50Z", "2027-02-24T07:00:10Z", jobs("* * * * *", "slow", "fails", "quick"))
	for i := range got {
		got[i] = strings.TrimPrefix(got[i], "02-24T07:00 ")
	}
	want := []string{"slow", "slow is done", "fails", "what went wrong", "quick"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestNoOverlap has a job that is due again while it still runs: its clock
// goes a minute at every look.
func TestNoOverlap(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := at(t, "2027-02-24T07:00:00Z")
	out := listen(func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Minute)
		return now
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- Run(ctx, settings(t.TempDir(), out, jobs("* * * * *", "slow"))) }()
	for range 6 {
		<-out.hears
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for i, line := range out.lines[:6] {
		if want := []string{"slow", "slow is done"}[i%2]; line != want {
			t.Fatalf("overlap: %q", out.lines)
		}
	}
}

// TestStop ends a schedule while a job runs: the job is asked to stop, killed
// only when it does not, and gone when Run returns.
func TestStop(t *testing.T) {
	t.Parallel()
	for role, test := range map[string]struct {
		grace, atLeast, atMost time.Duration
		want                   []string
	}{
		"gentle":   {time.Minute, 0, 20 * time.Second, []string{"gentle", "gentle stops"}},
		"stubborn": {300 * time.Millisecond, 300 * time.Millisecond, 20 * time.Second, []string{"stubborn"}},
	} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			dir, out := t.TempDir(), listen(time.Now)
			started(t, dir, map[string]time.Time{role: time.Now().AddDate(0, 0, -2)})
			s := settings(dir, out, jobs("30 8 * * *", role))
			s.Grace = test.grace
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan error, 1)
			go func() { done <- Run(ctx, s) }()
			<-out.hears
			stopped := time.Now()
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			if took := time.Since(stopped); took < test.atLeast || took > test.atMost {
				t.Errorf("took %s", took)
			}
			if diff := cmp.Diff(test.want, out.lines); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestJobThatCannotStart waits for its next time instead of trying for ever.
func TestJobThatCannotStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log, hears, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(at(t, "2027-02-24T06:00:00Z")))
		ctx, cancel := context.WithTimeout(t.Context(), 48*time.Hour)
		defer cancel()
		s := settings(dir, listen(time.Now), jobs("30 8 * * *", "quick"))
		s.Exe, s.Log = filepath.Join(dir, "absent"), slog.New(slog.NewTextHandler(hears, nil))
		if err := Run(ctx, s); err != nil {
			t.Error(err)
		}
	})
	hears.Close()
	tries := 0
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if strings.Contains(lines.Text(), "job could not run") {
			tries++
		}
	}
	if tries != 2 {
		t.Errorf("%d tries in two days", tries)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), listen(time.Now)
	if err := Run(t.Context(), settings(dir, out, nil)); err == nil || !strings.Contains(err.Error(), "no jobs") {
		t.Errorf("no jobs: %v", err)
	}
	if err := Run(t.Context(), settings(dir, out, jobs("TZ=", "quick"))); err == nil {
		t.Error("a bare TZ= was taken")
	}
	if err := Run(t.Context(), settings(filepath.Join(dir, "absent"), out, jobs("@daily", "quick"))); err == nil {
		t.Error("a folder that is not there was taken")
	}
	lock, err := datadir.Dir{Root: dir}.LockSchedule(t.Context(), "effekt schedule", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	err = Run(t.Context(), settings(dir, out, jobs("@daily", "quick")))
	if held, ok := errors.AsType[*datadir.HeldError](err); !ok || held.Holder.PID != os.Getpid() {
		t.Errorf("a second schedule: %v", err)
	}
}
