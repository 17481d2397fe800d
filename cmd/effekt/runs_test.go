package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"effekt/pipeline/datadir"
	"effekt/pipeline/run"
	"effekt/sources/replay"
	"effekt/testdata/demo"
)

// serving starts a loopback server of the demonstration's data.
func serving(t *testing.T, faults ...replay.Fault) (*replay.Server, *replay.Running) {
	t.Helper()
	library, err := replay.Open(demo.Files)
	if err != nil {
		t.Fatal(err)
	}
	server := replay.New(library, replay.Options{Faults: faults})
	running, err := replay.Start(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { running.Close() })
	return server, running
}

func TestPlanAsksForMetadataOnly(t *testing.T) {
	t.Parallel()
	server, running := serving(t)
	mine := hurried(t, running)
	dir := filepath.Join(t.TempDir(), "d")
	code, out, log := called(t, "plan", "--config", mine, "--data", dir)
	if code != exitDone || !strings.Contains(out, "totalt") || !strings.Contains(out, "avstängd: the table's id is not known") {
		t.Fatalf("exit %d: %s%s", code, out, log)
	}
	for _, seen := range server.Requests() {
		if seen.Role == "data" {
			t.Errorf("asked for data: %s %s", seen.Method, seen.Path)
		}
	}
	// Both sources' mistakes are told, whichever comes first.
	if err := server.Revise(func(l *replay.Library) error {
		return errors.Join(l.RemoveTable("TAB3138"), l.RenameKPI("N00957", "Något annat"))
	}); err != nil {
		t.Fatal(err)
	}
	code, out, log = called(t, "plan", "--config", mine, "--data", dir)
	if code != exitFailed || !strings.Contains(out, "N00957") || !strings.Contains(out, "TAB3138") || !strings.Contains(log, "resolves") {
		t.Errorf("exit %d: %s%s", code, out, log)
	}
}

// A data set that failed is seen by status until it comes again, and a build
// alone does not make its figures look fresh.
func TestFailureStaysVisible(t *testing.T) {
	t.Parallel()
	server, running := serving(t)
	mine := hurried(t, running)
	dir := filepath.Join(t.TempDir(), "d")
	output(t, "refresh", "--config", mine, "--data", dir)
	if err := server.Revise(func(l *replay.Library) error { return l.RemoveTable("TAB3200") }); err != nil {
		t.Fatal(err)
	}
	if code, _, log := called(t, "fetch", "--full", "--source", "scb", "--config", mine, "--data", dir); code != exitDegraded || !strings.Contains(log, "fetched, but some source") {
		t.Fatalf("exit %d: %s", code, log)
	}
	const state = "select state from mart.indicator where indicator_id = 'employment_rate_20_64'"
	output(t, "build", "--config", mine, "--data", dir)
	if got := output(t, "sql", "--format", "csv", "--config", mine, "--data", dir, state); got != "state\nold\n" {
		t.Errorf("after a build alone: %q", got)
	}
	if got := output(t, "status", "--config", mine, "--data", dir); !strings.Contains(got, "employment_bas misslyckades 20") || !strings.Contains(got, "delvis") {
		t.Errorf("status: %s", got)
	}
	output(t, "refresh", "--source", "kolada", "--config", mine, "--data", dir)
	if got := output(t, "status", "--config", mine, "--data", dir); !strings.Contains(got, "employment_bas misslyckades 20") {
		t.Errorf("status after a run of the other source: %s", got)
	}
}

// While another holds the lock, those who write are refused in one line that
// says who it is, and those who read are not in its way.
func TestLockHeld(t *testing.T) {
	t.Parallel()
	dir := demoFolder(t)
	held, err := datadir.Dir{Root: dir}.Lock(t.Context(), "effekt refresh", 0, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"demo", "build"} {
		code, _, log := called(t, command, "--data", dir)
		if code != exitFailed || !strings.Contains(log, "in use by pid") || !strings.Contains(log, "(effekt refresh)") {
			t.Errorf("%s: exit %d: %s", command, code, log)
		}
	}
	for _, args := range [][]string{{"status"}, {"check"}, {"sql", "select 1"}} {
		output(t, append(args, "--data", dir)...)
	}
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
	runs, _, err := run.Read(datadir.Dir{Root: dir}.Runs(), 2)
	if err != nil || len(runs) != 2 || runs[0].Outcome != run.Failed || !strings.Contains(runs[0].Error, "in use by pid") {
		t.Errorf("the ledger: %+v, %v", runs, err)
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	server, running := serving(t, replay.Fault{Source: "scb", Role: "data", Kind: "timeout"})
	mine := hurried(t, running)
	dir := filepath.Join(t.TempDir(), "d")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, log strings.Builder
	done := make(chan int)
	go func() { done <- execute(ctx, []string{"refresh", "--config", mine, "--data", dir}, &out, &log) }()
	until(t, func() bool { return server.Count("scb", "metadata") > 0 })
	cancel()
	if code := <-done; code != exitInterrupted || !strings.Contains(log.String(), "interrupted") {
		t.Errorf("exit %d: %s", code, log.String())
	}
	runs, _, err := run.Read(datadir.Dir{Root: dir}.Runs(), 1)
	if err != nil || len(runs) != 1 || runs[0].Outcome != run.Interrupted || runs[0].Exit == nil || *runs[0].Exit != exitInterrupted {
		t.Errorf("the ledger: %+v, %v", runs, err)
	}
}

func until(t *testing.T, true func() bool) {
	t.Helper()
	for range 600 {
		if true() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it never happened")
}

// SIGTERM to a schedule stops the job under way, a process of its own, and
// then the schedule.
func TestScheduleStops(t *testing.T) {
	server, running := serving(t, replay.Fault{Source: "scb", Role: "data", Kind: "timeout"})
	dir := filepath.Join(t.TempDir(), "d")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, ".schedule.json"), `{"statistik":"2020-01-01T00:00:00Z"}`) // missed since, so due at once
	command := exec.CommandContext(t.Context(), "effekt", "schedule", "--data", dir)
	command.Env = append(os.Environ(), "EFFEKT_SCB_BASE_URL="+running.SCB(), "EFFEKT_KOLADA_BASE_URL="+running.Kolada())
	var log strings.Builder
	command.Stderr = &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return server.Count("scb", "metadata") > 0 })
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Errorf("%v: %s", err, log.String())
	}
	if !strings.Contains(log.String(), "job begins") || !strings.Contains(log.String(), "job stopped") {
		t.Errorf("log: %s", log.String())
	}
	runs, _, err := run.Read(datadir.Dir{Root: dir}.Runs(), 1)
	if err != nil || len(runs) != 1 || runs[0].Outcome != run.Interrupted {
		t.Errorf("the ledger: %+v, %v", runs, err)
	}
}

// Real figures stay real, also where only their archive is left.
func TestRestoredArchiveIsReal(t *testing.T) {
	t.Parallel()
	_, running := serving(t)
	mine := hurried(t, running)
	dir, restored := filepath.Join(t.TempDir(), "d"), filepath.Join(t.TempDir(), "r")
	output(t, "refresh", "--config", mine, "--data", dir)
	if err := os.CopyFS(filepath.Join(restored, "archive"), os.DirFS(filepath.Join(dir, "archive"))); err != nil {
		t.Fatal(err)
	}
	if code, _, log := called(t, "demo", "--data", restored); code != exitUsage || !strings.Contains(log, "invented figures would mix with real ones") {
		t.Errorf("exit %d: %s", code, log)
	}
	output(t, "build", "--config", mine, "--data", restored)
	if got := output(t, "sql", "--format", "csv", "--data", restored, "select distinct synthetic from ops.run"); got != "synthetic\nfalse\n" {
		t.Errorf("restored: %q", got)
	}
	if code, _, log := called(t, "refresh", "--config", mine, "--data", restored, "--county", "23"); code != exitUsage || !strings.Contains(log, "is county 24's") {
		t.Errorf("exit %d: %s", code, log)
	}
	output(t, "refresh", "--config", mine, "--data", restored)
}
