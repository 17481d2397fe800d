//go:build unix

package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"effekt/pipeline/build"
	"effekt/pipeline/datadir"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources/replay"
)

func TestMain(m *testing.M) {
	if order := os.Getenv("EFFEKT_CHILD"); order != "" {
		os.Exit(runChild(order))
	}
	os.Exit(m.Run())
}

// child is a whole refresh in a process of its own.
type child struct {
	SCB, Kolada, Data, Config, SQL string
	Now                            time.Time
	// KillAt is the sign of progress that it is killed at, counted from 1; 0
	// lets it live.
	KillAt    int
	KillStep  string // only this step's signs count; "" is all
	KillAfter time.Duration
	// FileSize is the largest file it can write; 0 sets no limit.
	FileSize uint64
	// Nobody takes its permissions away.
	Nobody bool
	// Read makes it a reader of the published file until its input ends.
	Read bool
}

// runChild prints the signs of progress and the error.
func runChild(order string) int {
	var c child
	if err := json.Unmarshal([]byte(order), &c); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if err := c.confine(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	do := c.refresh
	if c.Read {
		do = c.read
	}
	if err := do(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (c child) confine() error {
	if c.FileSize > 0 {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: c.FileSize, Max: c.FileSize}); err != nil {
			return err
		}
	}
	if c.Nobody && os.Geteuid() == 0 {
		const nobody = 65534
		return errors.Join(syscall.Setgid(nobody), syscall.Setuid(nobody))
	}
	return nil
}

func (c child) refresh() error {
	dir, err := datadir.Open(c.Data)
	if err != nil {
		return err
	}
	p, err := assemble(os.DirFS(c.Config), os.DirFS(c.SQL), c.SCB, c.Kolada, dir, func() time.Time { return c.Now })
	if err != nil {
		return err
	}
	var signs atomic.Int64
	p.Watch = func(sign run.Progress) {
		if c.KillStep != "" && sign.Step != c.KillStep {
			return
		}
		if n := signs.Add(1); n == int64(c.KillAt) {
			time.Sleep(c.KillAfter)
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}
	result, err := p.Refresh(context.Background(), run.Want{})
	if err == nil {
		err = result.Err()
	}
	_, _ = fmt.Fprint(os.Stdout, signs.Load())
	return err
}

// read reads the published file as analysts do: over and over, each time
// opened anew, until the input ends. All of it must be there each time. What
// was opened first is read once more at last: it must be as it was.
func (c child) read() error {
	ended := make(chan error, 1)
	go func() { // ends with the process
		_, err := io.Copy(io.Discard, os.Stdin)
		ended <- err
	}()
	link := filepath.Join(c.Config, "held.duckdb") // DuckDB keeps one instance of a path in a process
	if err := os.Link(filepath.Join(c.Data, "published", "effekt.duckdb"), link); err != nil {
		return err
	}
	first, err := warehouse.Open(context.Background(), link)
	if err != nil {
		return err
	}
	defer first.Close()
	before, err := first.Query(context.Background(), allFigures, 0)
	for reads := 1; err == nil; reads++ {
		select {
		case err := <-ended:
			after, queryErr := first.Query(context.Background(), allFigures, 0)
			if fmt.Sprint(before.Rows) != fmt.Sprint(after.Rows) {
				queryErr = errors.New("the file that was open has other figures")
			}
			_, _ = fmt.Fprint(os.Stdout, reads)
			return errors.Join(err, queryErr)
		case <-time.After(50 * time.Millisecond): // others want the machine too
		}
		var lines []string
		lines, err = query(context.Background(), filepath.Join(c.Data, "published", "effekt.duckdb"), allFigures)
		if err == nil && len(lines) != len(before.Rows) {
			err = fmt.Errorf("%d figures, there were %d", len(lines), len(before.Rows))
		}
	}
	return err
}

// order writes config and SQL to disk and says what a child is to do.
func (w *world) order() child {
	w.t.Helper()
	c := child{SCB: w.scb, Kolada: w.kolada, Data: w.dir.Root, Config: filepath.Join(w.t.TempDir(), "config"), SQL: filepath.Join(w.t.TempDir(), "sql"), Now: w.clock()}
	if err := errors.Join(os.CopyFS(c.Config, w.config), os.CopyFS(c.SQL, w.sql)); err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (c child) command(t *testing.T) *exec.Cmd {
	t.Helper()
	order, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "EFFEKT_CHILD="+string(order))
	return cmd
}

// run waits for the child and tells whether it was killed.
func (c child) run(t *testing.T) (out, log string, state *os.ProcessState) {
	t.Helper()
	cmd := c.command(t)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState
}

func killed(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// announce gives a county's figure another value, and says so.
func (w *world) announce(value float64) {
	w.t.Helper()
	w.later(time.Minute)
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), value, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)),
			l.SetKolada("N00957", "0024", 2022, "T", &value, w.clock()))
	})
}

// readers starts a process that reads what is published; the returned function
// ends it and demands that it never met anything but whole files.
func (w *world) readers() (end func()) {
	w.t.Helper()
	c := w.order()
	c.Read = true
	cmd := c.command(w.t)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	input, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return func() {
		w.t.Helper()
		if err := errors.Join(input.Close(), cmd.Wait()); err != nil {
			w.t.Errorf("a reader: %v, %s", err, stderr.String())
		}
		w.t.Logf("%s reads", stdout.String())
	}
}

// Killed at every sign of progress and somewhere after it, a refresh leaves a
// published file that can be read throughout, and the next run completes. Who
// has had the file open since before keeps its figures.
func TestKill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.announce(1)
	c := w.order()
	out, log, state := c.run(t)
	signs := 0
	if _, err := fmt.Sscan(out, &signs); err != nil || !state.Success() || signs < 14 {
		t.Fatalf("%q signs of progress: %s", out, log)
	}
	end := w.readers()
	kills := 0
	for point := range 2 * signs {
		value := float64(point + 2)
		w.announce(value)
		c.Now, c.KillAt, c.KillAfter = w.clock(), point/2+1, time.Duration(point%2)*4*time.Millisecond
		_, log, state := c.run(t)
		if killed(state) {
			kills++
		} else if !state.Success() {
			t.Errorf("point %d: %s", point, log)
		}
		if point%9 == 8 || point == 2*signs-1 {
			w.sound()
			w.whole(value)
		}
	}
	end()
	if t.Logf("%d kills", kills); kills < 25 {
		t.Errorf("only %d kills", kills)
	}
}

// A table that is updated after its fetch was killed is not stored as it was
// before, whatever had come of it.
func TestUpdatedAfterAKill(t *testing.T) {
	t.Parallel()
	for _, answers := range []int{2, 3} { // the signs of grp: its total, one answer, both
		w := newWorld(t)
		w.announce(1)
		w.sound()
		w.announce(2)
		c := w.order()
		c.KillStep, c.KillAt = "grp", answers
		if _, log, state := c.run(t); !killed(state) {
			t.Fatalf("%v: %s", state, log)
		}
		w.announce(3)
		w.revise(func(l *replay.Library) error { return l.AddPeriod("TAB3138", "2025") })
		w.sound()
		w.one(figure("grp", 2023), "3 A")
		w.one("select max(year) from mart.indicator_value where indicator_id = 'grp'", "2025")
	}
}

// whole demands that database and Parquet are of one build with this figure,
// and that nothing of a killed run lies about.
func (w *world) whole(value float64) {
	w.t.Helper()
	w.one(figure("grp", 2023), fmt.Sprintf("%v A", value))
	w.one(figure("sick", 2022), fmt.Sprintf("%v A", value))
	w.one("select build_id from ops.run where sql_hash is not null", build.PublishedID(w.dir.Published()))
	for _, pattern := range []string{"published/*.wal", "published/*.old", ".build/*", "archive/*/*/.*", "archive/objects/*/.*", "archive/objects/.writing/*"} {
		if left, err := filepath.Glob(filepath.Join(w.dir.Root, pattern)); err != nil || len(left) > 0 {
			w.t.Errorf("left: %v %v", left, err)
		}
	}
}

// A disk that is full at any point, and a folder that cannot be written, are
// told in one line; the published file stays, and with room the run completes.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.announce(1)
	w.sound()
	before := w.file()
	w.announce(2)
	c := w.order()
	for _, size := range []uint64{1, 300, 3000, 20_000, 200_000} {
		c.Now, c.FileSize = w.clock(), size
		_, log, state := c.run(t)
		if state.Success() || killed(state) || strings.Count(strings.TrimSpace(log), "\n") > 0 || !strings.Contains(log, "file too large") && !strings.Contains(log, "File too large") {
			t.Errorf("files of %d bytes: %v, %s", size, state, log)
		}
		w.untouched(before)
	}
	w.sound()
	w.whole(2)
}

func TestNoPermission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	before := w.file()
	c := w.order()
	c.Nobody = true
	for path := w.dir.Root; path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if os.Geteuid() != 0 {
		if err := os.Chmod(w.dir.Published(), 0o555); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(w.dir.Published(), 0o755)
	}
	_, log, state := c.run(t)
	if state.Success() || strings.Count(strings.TrimSpace(log), "\n") > 0 || !strings.Contains(log, "no permission to write") {
		t.Errorf("%v, %s", state, log)
	}
	w.untouched(before)
}
