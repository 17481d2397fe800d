package run

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestMain lets the test binary play the process that is killed.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "begin" {
		if _, err := Begin(os.Args[2], Run{Command: "effekt refresh", Start: morning()}); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("begun\n")
		select {}
	}
	os.Exit(m.Run())
}

func morning() time.Time { return time.Date(2026, 11, 24, 7, 30, 0, 0, time.UTC) }

func begin(t *testing.T, path string, r Run) Run {
	t.Helper()
	id, err := Begin(path, r)
	if err != nil {
		t.Fatal(err)
	}
	r.ID = id
	return r
}

func end(t *testing.T, path string, r Run, outcome string) {
	t.Helper()
	r.Outcome, r.End = outcome, r.Start.Add(time.Minute)
	if err := End(path, r); err != nil {
		t.Fatal(err)
	}
}

func outcomesOf(t *testing.T, path string, n, wantSkipped int) []string {
	t.Helper()
	runs, skipped, err := Read(path, n)
	if err != nil || skipped != wantSkipped {
		t.Fatalf("skipped %d (want %d), %v", skipped, wantSkipped, err)
	}
	var got []string
	for _, r := range runs {
		got = append(got, r.Outcome)
	}
	return got
}

func TestRunOfTwoLines(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.ndjson")
	r := begin(t, path, Run{Command: "effekt refresh", County: "24", Version: "0.1", Start: morning()})
	r.Error, r.Counts.Checks = "one source failed", 7
	r.Datasets = []Dataset{
		{Name: "befolkning", Source: "scb", State: "fetched", Requests: 3, Bytes: 100, Rows: 9, TookMS: 5},
		{Name: "sjuktal", Source: "kolada", State: "failed", Requests: 1, Error: "GET http://x: 503"},
		{Name: "skola", Source: "scb", State: "unchanged"},
	}
	end(t, path, r, Degraded)
	runs, skipped, err := Read(path, 5)
	if err != nil || skipped != 0 || len(runs) != 1 {
		t.Fatalf("%d runs, %d skipped, %v", len(runs), skipped, err)
	}
	exit := 3
	r.Outcome, r.End, r.Exit = Degraded, morning().Add(time.Minute), &exit
	r.Counts = Counts{Datasets: 3, Fetched: 1, Unchanged: 1, Failed: 1, Requests: 4, Bytes: 100, Rows: 9, Checks: 7}
	r.Errors = []string{"one source failed", "sjuktal: GET http://x: 503"}
	if diff := cmp.Diff(r, runs[0], cmpopts.IgnoreFields(Run{}, "PID", "Host")); diff != "" {
		t.Error(diff)
	}
	if runs[0].PID != os.Getpid() || runs[0].Host == "" {
		t.Errorf("pid %d on %q", runs[0].PID, runs[0].Host)
	}
	if body, _ := os.ReadFile(path); bytes.Count(body, []byte("\n")) != 2 {
		t.Errorf("want two lines:\n%s", body)
	}
}

func TestReadOrderAndNumber(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.ndjson")
	if got := outcomesOf(t, path, 5, 0); got != nil {
		t.Errorf("no file: %v", got)
	}
	for _, outcome := range []string{OK, Failed, Interrupted, Degraded} {
		end(t, path, begin(t, path, Run{Start: morning()}), outcome)
	}
	begin(t, path, Run{Start: morning()}) // by this process, which lives
	for n, want := range map[int][]string{
		1: {Running}, 3: {Running, Degraded, Interrupted}, 0: {Running, Degraded, Interrupted, Failed, OK},
	} {
		if diff := cmp.Diff(want, outcomesOf(t, path, n, 0)); diff != "" {
			t.Errorf("last %d: %s", n, diff)
		}
	}
}

func TestEndRefuses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.ndjson")
	for _, r := range []Run{{Outcome: OK}, {ID: "x"}, {ID: "x", Outcome: Running}, {ID: "x", Outcome: Killed}} {
		if err := End(path, r); err == nil {
			t.Errorf("%+v was written", r)
		}
	}
}

// TestKill kills -9 a process between its two lines.
func TestKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.ndjson")
	end(t, path, begin(t, path, Run{Start: morning()}), OK)
	child := exec.CommandContext(t.Context(), os.Args[0], "begin", path)
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
	if diff := cmp.Diff([]string{Running, OK}, outcomesOf(t, path, 0, 0)); diff != "" {
		t.Error(diff)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	if diff := cmp.Diff([]string{Killed, OK}, outcomesOf(t, path, 0, 0)); diff != "" {
		t.Error(diff)
	}
	end(t, path, begin(t, path, Run{Start: morning()}), OK)
	if diff := cmp.Diff([]string{OK, Killed, OK}, outcomesOf(t, path, 0, 0)); diff != "" {
		t.Error(diff)
	}
}

// TestTornAtEveryByte cuts the ledger where a kill or a full disk may cut it:
// the run before is whole, the torn one is counted, the next is not glued on.
func TestTornAtEveryByte(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	whole := filepath.Join(folder, "whole")
	end(t, whole, begin(t, whole, Run{Start: morning()}), OK)
	head, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	begin(t, whole, Run{Start: morning()})
	body, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for size := len(head); size < len(body)-1; size += 7 {
		path := filepath.Join(folder, "torn")
		if err := os.WriteFile(path, body[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		skipped := min(size-len(head), 1)
		if diff := cmp.Diff([]string{OK}, outcomesOf(t, path, 0, skipped)); diff != "" {
			t.Fatalf("cut at %d: %s", size, diff)
		}
		end(t, path, begin(t, path, Run{Start: morning()}), Failed)
		if diff := cmp.Diff([]string{Failed, OK}, outcomesOf(t, path, 0, skipped)); diff != "" {
			t.Fatalf("cut at %d, then another run: %s", size, diff)
		}
	}
}

func TestFoldSettlesRunsWithoutEnd(t *testing.T) {
	t.Parallel()
	line := func(id, outcome string) string {
		return `{"id":"` + id + `","start":"2026-11-24T07:30:00Z","outcome":"` + outcome + "\"}\n"
	}
	for name, test := range map[string]struct {
		body    string
		lives   bool
		skipped int
		want    []string
	}{
		"process gone":           {line("a", Running), false, 0, []string{"a killed"}},
		"process there":          {line("a", Running), true, 0, []string{"a running"}},
		"a later one came":       {line("a", Running) + line("b", OK), true, 0, []string{"b ok", "a killed"}},
		"a later one refused":    {line("a", Running) + line("b", Failed), true, 0, []string{"b failed", "a running"}},
		"end without start":      {line("a", OK), true, 0, []string{"a ok"}},
		"end before start":       {line("a", OK) + line("a", Running), true, 0, []string{"a ok"}},
		"interleaved":            {line("a", Running) + line("b", Running) + line("b", OK) + line("a", OK), true, 0, []string{"b ok", "a ok"}},
		"no last newline":        {strings.TrimSpace(line("a", OK)), true, 0, []string{"a ok"}},
		"empty lines":            {"\n\n" + line("a", OK) + "\r\n", true, 0, []string{"a ok"}},
		"garbage":                {"\x00\xff\n{}\n[]\nnull\n" + line("a", OK) + line("b", "killed") + line("", OK), true, 6, []string{"a ok"}},
		"a line without measure": {line("a", OK) + strings.Repeat("x", 3*maxLine) + "\n" + line("b", OK), true, 1, []string{"b ok", "a ok"}},
		"endless to the end":     {line("a", OK) + strings.Repeat("x", 2*maxLine), true, 1, []string{"a ok"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs, skipped, err := fold(strings.NewReader(test.body), 0, func(Run) bool { return test.lives })
			if err != nil || skipped != test.skipped {
				t.Errorf("skipped %d, want %d; %v", skipped, test.skipped, err)
			}
			var got []string
			for _, r := range runs {
				got = append(got, r.ID+" "+r.Outcome)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.ndjson")
	r := begin(t, path, Run{Start: morning()})
	for range 500 {
		r.Datasets = append(r.Datasets, Dataset{Name: "x", State: "failed", Error: strings.Repeat("å<", 40000)})
	}
	end(t, path, r, Failed)
	runs, skipped, err := Read(path, 1)
	if err != nil || skipped != 0 || len(runs) != 1 || runs[0].Counts.Failed != 500 || !strings.HasSuffix(runs[0].Errors[0], "…") {
		t.Errorf("%d runs, %d skipped, %v", len(runs), skipped, err)
	}
}

// TestManyWriters has processes that are refused by the lock note their runs
// while another works.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.ndjson")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				id, err := Begin(path, Run{Start: morning()})
				if err == nil {
					err = End(path, Run{ID: id, Start: morning(), Outcome: OK})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if got := outcomesOf(t, path, 0, 0); len(got) != 40 || strings.Join(got, "") != strings.Repeat(OK, 40) {
		t.Errorf("got %d runs: %v", len(got), got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"a","start":"2026-11-24T07:30:00Z","outcome":"running"}`+"\n"), 3)
	f.Add([]byte(`{"id":"a","start":"2026-11-24T07:30:00Z","outcome":"ok"}`+"\n{\"id\":"), 0)
	f.Add([]byte("\x00\n\n{}"), -1)
	f.Fuzz(func(t *testing.T, body []byte, n int) {
		runs, skipped, err := fold(bytes.NewReader(body), n, func(Run) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(body, []byte("\n")) + 1; len(runs)+skipped > lines || n > 0 && len(runs) > n {
			t.Errorf("%d runs and %d skipped of %d lines, asked for %d", len(runs), skipped, lines, n)
		}
		seen := map[string]bool{}
		for _, r := range runs {
			if seen[r.ID] || r.Outcome == Running {
				t.Errorf("run %q twice or undecided (%s)", r.ID, r.Outcome)
			}
			seen[r.ID] = true
		}
	})
}
