package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// allowed is what each package may import of the others: what lies below it.
// Each is named without «effekt/».
func allowed() map[string]string {
	const sources, answers = "config sources sql", "config sources sources/outcomes sql"
	return map[string]string{
		"config": "", "sql": "", "sources/jsontext": "", "sources/records": "", "sources/replay": "",
		"sources":                  "config",
		"sources/scb/jsonstat":     "sources/jsontext sources/records",
		"sources/scb":              "sources sources/scb/jsonstat",
		"sources/kolada":           "sources sources/jsontext sources/records",
		"sources/outcomes":         "sources",
		"pipeline/answer":          "",
		"pipeline/number":          "",
		"pipeline/warehouse":       "",
		"pipeline/datadir":         "",
		"pipeline/recompute":       "",
		"pipeline/checks":          "sql pipeline/warehouse",
		"pipeline/schedule":        "config pipeline/datadir",
		"pipeline/archive":         "sources",
		"pipeline/run":             "sources sources/outcomes pipeline/checks",
		"pipeline/held":            sources + " pipeline/archive pipeline/run",
		"pipeline/fetch":           sources + " pipeline/archive pipeline/held pipeline/run",
		"pipeline/build":           answers + " pipeline/archive pipeline/checks pipeline/datadir pipeline/held pipeline/number pipeline/run pipeline/warehouse",
		"pipeline/freshness":       sources + " pipeline/build pipeline/fetch pipeline/held pipeline/run pipeline/warehouse",
		"pipeline/intake":          answers + " pipeline/archive pipeline/build pipeline/datadir pipeline/run pipeline/warehouse",
		"pipeline/explain":         sources + " pipeline/archive pipeline/build pipeline/held pipeline/number pipeline/warehouse",
		"pipeline/edition":         sources + " pipeline/archive pipeline/build pipeline/datadir pipeline/held pipeline/run pipeline/warehouse",
		"pipeline/report/chart":    "pipeline/number",
		"pipeline/report/document": "",
		"pipeline/report":          "config sources sql pipeline/edition pipeline/number pipeline/report/chart pipeline/report/document pipeline/warehouse",
		"pipeline": sources + " sources/kolada sources/scb pipeline/archive pipeline/build pipeline/datadir pipeline/edition pipeline/fetch" +
			" pipeline/freshness pipeline/held pipeline/intake pipeline/run pipeline/warehouse",
	}
}

// Imports go one way (design.md section 4): a package imports what is allowed to
// it, only the warehouse speaks to DuckDB, and only the commands import all.
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
		name := strings.TrimPrefix(p.ImportPath, "effekt/")
		below, listed := allowed()[name]
		if name == "cmd/effekt" || strings.HasPrefix(name, "testdata/") {
			continue
		}
		if !listed {
			t.Errorf("%s is not in the list of allowed imports", name)
		}
		for _, imported := range p.Imports {
			if strings.Contains(imported, "duckdb-go") && name != "pipeline/warehouse" {
				t.Errorf("%s imports %s: only pipeline/warehouse speaks to DuckDB", name, imported)
			}
			if own, ok := strings.CutPrefix(imported, "effekt/"); ok && !slices.Contains(strings.Fields(below), own) {
				t.Errorf("%s imports %s, which does not lie below it", name, own)
			}
		}
	}
}

// The list itself has no circle: what is allowed lies below, all the way down.
func TestAllowedImportsHaveNoCircle(t *testing.T) {
	t.Parallel()
	list := allowed()
	var down func(name string, above []string)
	down = func(name string, above []string) {
		if slices.Contains(above, name) {
			t.Fatalf("a circle: %v %s", above, name)
		}
		for below := range strings.FieldsSeq(list[name]) {
			down(below, append(slices.Clone(above), name))
		}
	}
	for name := range list {
		down(name, nil)
	}
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
