package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/run"

	effektsql "effekt/sql"
)

// jobFile is the variable that names a job's file for TestJob.
const jobFile = "EFFEKT_BENCHMARK_JOB"

// job is what a benchmark has done in a process of its own, so that its memory
// is effekt's alone.
type job struct {
	Config      string // folder
	Data        string // folder
	SCB, Kolada string // base addresses
	Want        run.Want
	Build       bool // only build, though nothing has changed
	Paced       bool // with the real limits
	Models      bool // with the shipped SQL, else with none
	Profile     string
}

// report is what it did.
type report struct {
	Took      time.Duration // from an open data folder to the published file
	CPU       time.Duration // of all its threads meanwhile
	Peak      int           // KiB resident at most
	Published bool
}

// run starts the job and awaits it.
func (j job) run(b *testing.B) report {
	b.Helper()
	j.Profile = os.Getenv("EFFEKT_BENCHMARK_PROFILE")
	path := filepath.Join(b.TempDir(), "job.json")
	body, err := json.Marshal(j)
	if err = errors.Join(err, os.WriteFile(path, body, 0o600)); err != nil {
		b.Fatal(err)
	}
	child := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestJob$", "-test.v")
	child.Env = append(os.Environ(), jobFile+"="+path)
	output, err := child.CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	var r report
	if body, err = os.ReadFile(path); err == nil {
		err = json.Unmarshal(body, &r)
	}
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// TestJob is what a benchmark's child process runs; by itself it does nothing.
func TestJob(t *testing.T) {
	path := os.Getenv(jobFile)
	if path == "" {
		t.Skip("runs only as the child of a benchmark")
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var j job
	if err := json.Unmarshal(body, &j); err != nil {
		t.Fatal(err)
	}
	r, err := j.do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if body, err = json.Marshal(r); err == nil {
		err = os.WriteFile(path, body, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (j job) do(ctx context.Context) (r report, err error) {
	p, err := j.open()
	if err != nil {
		return r, err
	}
	if j.Profile != "" {
		file, err := os.Create(j.Profile)
		if err != nil {
			return r, err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return r, err
		}
		defer pprof.StopCPUProfile()
	}
	start, used := time.Now(), processor()
	var result run.Result
	if j.Build {
		anew(p.Dir)
		result, err = p.Build(ctx)
	} else {
		result, err = p.Refresh(ctx, j.Want)
	}
	r = report{Took: time.Since(start), CPU: processor() - used, Published: result.Published}
	r.Peak, _ = resident() // only Linux tells
	return r, errors.Join(err, result.Err())
}

// processor is the time that this process has had of the processors.
func processor() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// resident is the most memory that this process has held. The system's
// accounting of children is no use here: it begins with the parent's own.
func resident() (kib int, err error) {
	body, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(body), "VmHWM:")
	_, err = fmt.Sscan(after, &kib)
	return kib, err
}

func (j job) open() (*pipeline.Pipeline, error) {
	c, err := config.Load(os.DirFS(j.Config), config.Overrides{SCBBaseURL: j.SCB, KoladaBaseURL: j.Kolada})
	if err != nil {
		return nil, err
	}
	if !j.Paced {
		c.SCB.Calls, c.Kolada.Calls = 1_000_000, 1_000_000
	}
	files, err := effektsql.Files.ReadFile("columns.toml")
	if err != nil {
		return nil, err
	}
	library, err := effektsql.Read(fstest.MapFS{"columns.toml": {Data: files}})
	if j.Models {
		library, err = effektsql.Read(effektsql.Files)
	}
	if err != nil {
		return nil, err
	}
	dir, err := datadir.Open(j.Data)
	if err != nil {
		return nil, err
	}
	store, err := archive.Open(dir.Archive(), time.Now)
	if err != nil {
		return nil, err
	}
	client, err := pipeline.NewClient(c, dir, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		return nil, err
	}
	return &pipeline.Pipeline{
		Config: c, SQL: library, Sources: pipeline.Sources(c, client), Dir: dir, Archive: store, Client: client,
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Version: "benchmark", Command: "benchmark",
	}, nil
}
