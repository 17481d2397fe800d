package datadir

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets the test binary play the process that holds a lock.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "hold" {
		_, err := Dir{Root: os.Args[2]}.Lock(context.Background(), "effekt refresh", 0, noon())
		if err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("held\n")
		select {}
	}
	os.Exit(m.Run())
}

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func open(t *testing.T) Dir {
	t.Helper()
	d, err := Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPaths(t *testing.T) {
	t.Parallel()
	d := Dir{Root: "data"}
	got := []string{
		d.Archive(), d.Inbox(), d.Published(), d.Database(), d.Parquet(), d.Editions(),
		d.Runs(), d.LockFile(), d.Work(), d.Limits(),
	}
	want := []string{
		"data/archive", "data/inbox", "data/published", "data/published/effekt.duckdb", "data/published/parquet", "data/editions",
		"data/runs.ndjson", "data/.lock", "data/.build", "data/.limits",
	}
	for i := range got {
		got[i] = filepath.ToSlash(got[i])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOpenTwiceLeavesNothingExtra(t *testing.T) {
	t.Parallel()
	d := open(t)
	if again, err := Open(d.Root); err != nil || again != d {
		t.Fatalf("got %v, %v", again, err)
	}
	entries, err := os.ReadDir(d.Root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{".build", ".limits", "archive", "editions", "inbox", "published"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	locked := filepath.Join(root, "locked")
	if err := os.Mkdir(locked, 0o500); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		path, want string
		skip       bool
	}{
		"no name":       {"", "the data folder has no name", false},
		"a file":        {file, "the data folder " + file + " cannot be used: " + file + " is not a folder", false},
		"under a file":  {filepath.Join(file, "data"), file + " is not a folder", false},
		"no permission": {filepath.Join(locked, "data"), "no permission to write " + filepath.Join(locked, "data"), os.Geteuid() == 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.skip {
				t.Skip("root may write everywhere")
			}
			_, err := Open(test.path)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q in one line", err, test.want)
			}
		})
	}
}

func TestCleanRemovesOnlyBuilds(t *testing.T) {
	t.Parallel()
	d := open(t)
	left := filepath.Join(d.Work(), "build-1", "effekt.duckdb")
	if err := os.MkdirAll(filepath.Dir(left), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{left, left + ".wal", d.Database()} {
		if err := os.WriteFile(path, []byte("x"), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Clean(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(d.Work()); err != nil || len(entries) != 0 {
		t.Errorf("left %v, %v", entries, err)
	}
	if _, err := os.Stat(d.Database()); err != nil {
		t.Error(err)
	}
	if err := (Dir{Root: filepath.Join(d.Root, "absent")}).Clean(); err != nil {
		t.Errorf("a folder without builds: %v", err)
	}
}

func TestFree(t *testing.T) {
	t.Parallel()
	d := open(t)
	if err := d.Free(1); err != nil {
		t.Error(err)
	}
	if _, known := freeBytes(d.Root); !known {
		t.Skip("this system does not tell")
	}
	err := d.Free(math.MaxInt64)
	if err == nil || !strings.Contains(err.Error(), "free, the build needs 9223372036.9 GB") {
		t.Errorf("got %v", err)
	}
}

func TestLockIsHeldOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	lock, err := d.Lock(t.Context(), "effekt refresh", 0, noon())
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Lock(t.Context(), "effekt build", 0, noon())
	held, ok := errors.AsType[*HeldError](err)
	if !ok {
		t.Fatalf("got %v, want a HeldError", err)
	}
	if held.Holder.PID != os.Getpid() || !strings.HasSuffix(err.Error(), " since 2026-11-24 12:00:00 UTC (effekt refresh)") {
		t.Errorf("got %v", err)
	}
	if schedule, err := d.LockSchedule(t.Context(), "effekt schedule", noon()); err != nil {
		t.Errorf("the schedule's lock is another: %v", err)
	} else if err := schedule.Unlock(); err != nil {
		t.Error(err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if body, err := os.ReadFile(d.LockFile()); err != nil || len(body) != 0 {
		t.Errorf("after Unlock: %q, %v", body, err)
	}
	lock, err = d.Lock(t.Context(), "effekt build", 0, noon())
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
}

func TestLockWaits(t *testing.T) {
	t.Parallel()
	d := open(t)
	first, err := d.Lock(t.Context(), "effekt refresh", 0, noon())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Lock(t.Context(), "x", 20*time.Millisecond, noon()); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("after the wait: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Lock(ctx, "x", time.Hour, noon()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	done := make(chan error)
	go func() {
		_, err := d.Lock(t.Context(), "x", time.Minute, noon())
		done <- err
	}()
	time.Sleep(20 * time.Millisecond)
	if err := first.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestKilledHolder kills -9 a process that holds the lock: while it lives it is
// named, once dead it blocks nobody, and its name is written over.
func TestKilledHolder(t *testing.T) {
	t.Parallel()
	d := open(t)
	child := exec.CommandContext(t.Context(), os.Args[0], "hold", d.Root)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 8)); err != nil {
		t.Fatal(err)
	}
	_, err = d.Lock(t.Context(), "effekt build", 0, noon())
	if held, ok := errors.AsType[*HeldError](err); !ok || held.Holder.PID != child.Process.Pid {
		t.Errorf("got %v, want pid %d", err, child.Process.Pid)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	lock, err := d.Lock(t.Context(), "effekt build", time.Second, noon())
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	if got := readHolder(d.LockFile()); got.PID != os.Getpid() || got.Command != "effekt build" {
		t.Errorf("signed %+v", got)
	}
}

func TestDamagedLockFile(t *testing.T) {
	t.Parallel()
	whole := `{"pid":123,"host":"H","since":"2026-11-24T08:30:00Z","command":"effekt refresh"}`
	unnamed := "the data folder X is in use by another process (the lock file does not say which)"
	named := "the data folder X is in use by pid 123 on host H since 2026-11-24 08:30:00 UTC (effekt refresh)"
	for name, test := range map[string]struct{ body, want string }{
		"empty":        {"", unnamed},
		"half":         {whole[:40], unnamed},
		"garbage":      {"\x00\xff}{", unnamed},
		"another form": {`[1,2]`, unnamed},
		"no pid":       {`{"pid":0,"host":"H"}`, unnamed},
		"whole":        {whole + "\n", named},
		"with a tail":  {whole + "\nrefresh\"}\n", named},
		"line breaks":  {strings.Replace(whole, "effekt refresh", `a\nb`, 1), strings.Replace(named, "effekt refresh", "a b", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := (&HeldError{Root: "X", Holder: parseHolder(strings.NewReader(test.body))}).Error()
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func FuzzParseHolder(f *testing.F) {
	f.Add([]byte(`{"pid":123,"host":"H","since":"2026-11-24T08:30:00Z","command":"effekt refresh"}`))
	f.Add([]byte(`{"pid":`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if message := (&HeldError{Root: "X", Holder: parseHolder(bytes.NewReader(body))}).Error(); strings.ContainsAny(message, "\n\r") {
			t.Errorf("more than one line: %q", message)
		}
	})
}
