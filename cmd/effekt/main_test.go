package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(removing{m}, map[string]func(){"effekt": main})
}

// demonstration is the folder of a demonstration of county 24, which is made
// once in a test binary. Tests work on copies of it.
var demonstration = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(demonstrations(), "d")
	var out, log strings.Builder
	if code := execute(context.Background(), []string{"demo", "--data", dir, "--county", "24"}, &out, &log); code != exitDone {
		return dir, fmt.Errorf("demo: exit %d: %s", code, log.String())
	}
	return dir, nil
})

// demonstrations is a folder of this process alone.
func demonstrations() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("effekt-demo-%d", os.Getpid()))
}

// removing takes the demonstration away after the last test.
type removing struct{ *testing.M }

func (m removing) Run() int {
	code := m.M.Run()
	_ = os.RemoveAll(demonstrations())
	return code
}

func TestScripts(t *testing.T) {
	t.Parallel()
	shipped, err := filepath.Abs("../../config")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script", Setup: func(e *testscript.Env) error {
		made, err := demonstration()
		e.Setenv("CONFIG", shipped)
		e.Setenv("DEMO", made)
		return err
	}})
}

// Imports go one way (design.md section 4).
func TestImports(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-tags", "duckdb_arrow", "-json=ImportPath,Imports", "effekt/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for decoder.More() {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		for _, imported := range p.Imports {
			if reason := forbidden(p.ImportPath, imported); reason != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, reason)
			}
		}
	}
}

func forbidden(from, to string) string {
	switch {
	case strings.Contains(to, "duckdb-go") && from != "effekt/pipeline/warehouse":
		return "only pipeline/warehouse speaks to DuckDB"
	case strings.HasPrefix(from, "effekt/sources") && strings.HasPrefix(to, "effekt/") && to != "effekt/sources":
		return "a source knows its publisher and the sources' vocabulary only"
	case (from == "effekt/config" || from == "effekt/sql") && strings.HasPrefix(to, "effekt/"):
		return "config and sql stand by themselves"
	case strings.HasPrefix(to, "effekt/cmd"):
		return "nothing imports the commands"
	}
	return ""
}

// The county decides which municipalities are there; Jämtland has eight.
func TestDemoOfAnotherCounty(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	t.Setenv("EFFEKT_COUNTY", "23")
	var out, log strings.Builder
	if code := execute(context.Background(), []string{"demo", "--data", dir}, &out, &log); code != 0 {
		t.Fatalf("exit %d: %s", code, log.String())
	}
	if !strings.Contains(out.String(), "Jämtlands län") {
		t.Errorf("output %s", out.String())
	}
	out.Reset()
	query := "select count(distinct region) as n from mart.indicator_value where len(region) = 4 and indicator_id = 'population_total'"
	if code := execute(context.Background(), []string{"sql", "--data", dir, "--format", "csv", query}, &out, &log); code != 0 || out.String() != "n\n8\n" {
		t.Errorf("exit %d, %q: %s", code, out.String(), log.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "published", "parquet", "mart", "indicator.parquet")); err != nil {
		t.Error(err)
	}
}
