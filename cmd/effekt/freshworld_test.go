package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/run"
	"effekt/sources/replay"
	"effekt/testdata/demo"

	effektsql "effekt/sql"
)

// freshData is the part of the demonstration's data that the test uses.
func freshData(t *testing.T) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"scb/TAB3138.json.zst", "kolada/kpi.json", "kolada/municipality.json", "kolada/data/N00957.json.zst", "kolada/data/N00999.json.zst"} {
		body, err := demo.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: body}
	}
	return files
}

// freshWorld is a data folder of a small config that is refreshed day by day.
type freshWorld struct {
	t           *testing.T
	now         time.Time
	folder, dir string // of the config and the data
	sql         fs.FS
	server      *replay.Server
}

func newFreshWorld(t *testing.T) *freshWorld {
	t.Helper()
	w := &freshWorld{t: t, dir: filepath.Join(t.TempDir(), "d")}
	library, err := replay.Open(freshData(t))
	if err != nil {
		t.Fatal(err)
	}
	w.server = replay.New(library, replay.Options{Now: func() time.Time { return w.now }})
	running, err := replay.Start(w.server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { running.Close() })
	w.folder, w.sql = hurried(t, running), w.queries()
	w.configure()
	return w
}

// configure gives the config data sets and indicators of the test's own.
func (w *freshWorld) configure() {
	w.t.Helper()
	files := map[string]string{}
	for name, table := range map[string]string{"late": "TAB9001", "froze": "TAB9002", "fresh": "TAB9003", "waits": "TAB9004", "old": "TAB9005", "stop": "TAB9006", "fail": "TAB9007", "never": "TAB9999"} {
		files["datasets/"+name] = fmt.Sprintf("source = \"scb\"\ntable = %q\ntitle = \"Tabellen %s\"\n", table, name)
		if name == "old" {
			files["datasets/"+name] += "successor = \"fresh\"\n"
		}
		files["datasets/"+name] += "[select]\nRegion = [\"country\", \"counties\"]\nContentsCode = [\"NR0105AH\"]\nTid = [\"all\"]\n"
	}
	files["datasets/health"] = "source = \"kolada\"\ntitle = \"Hälsa\"\nregions = [\"country\", \"counties\"]\nyears = \"2016..2026\"\n[[kpi]]\nid = \"N00957\"\n[[kpi]]\nid = \"N00999\"\n"
	for name, of := range map[string]struct {
		lag  int
		from string
	}{
		"late": {11, `datasets = ["late"]`}, "froze": {3, `datasets = ["froze"]`}, "both": {24, `datasets = ["late", "froze"]`}, "joined": {11, `datasets = ["old", "fresh"]`},
		"waits": {2, `datasets = ["waits"]`}, "stop": {11, `datasets = ["stop"]`}, "fail": {11, `datasets = ["fail"]`}, "void": {11, `datasets = ["never"]`},
		"sick": {2, "kpi = \"N00957\"\ndatasets = [\"health\"]"}, "firms": {11, "kpi = \"N00999\"\ndatasets = [\"health\"]"},
	} {
		files["indicators/"+name] = fmt.Sprintf("%s\nformula = \"x\"\nsource = \"x\"\ndecimals = 1\npolarity = \"neutral\"\nchange = \"points\"\nsex = [\"total\"]\n"+
			"lag_months = %d\nlabel = { sv = \"Indikatorn %s\" }\nunit = { sv = \"x\" }\n", of.from, of.lag, name)
	}
	for _, kind := range []string{"datasets", "indicators"} {
		if err := errors.Join(os.RemoveAll(filepath.Join(w.folder, kind)), os.Mkdir(filepath.Join(w.folder, kind), 0o755)); err != nil {
			w.t.Fatal(err)
		}
	}
	files["report"] = "[[section]]\nkind = \"missing\"\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(w.folder, name+".toml"), []byte(text), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
}

// queries are the shipped SQL for what the config has, and a query an indicator.
func (w *freshWorld) queries() fs.FS {
	w.t.Helper()
	files := fstest.MapFS{"columns.toml": {}}
	for _, pattern := range []string{
		"macros/*.sql", "marts/*.sql", "checks/overdue.sql", "checks/frozen_table.sql", "core/region.sql", "core/freshness.sql", "core/kolada.sql",
		"core/indicator_value.sql", "core/effort*.sql", "core/link.sql", "core/answer.sql", "core/report.sql",
	} {
		names, err := fs.Glob(effektsql.Files, pattern)
		if err != nil || len(names) == 0 {
			w.t.Fatal(pattern, err)
		}
		for _, name := range names {
			body, err := fs.ReadFile(effektsql.Files, name)
			if err != nil {
				w.t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: body}
		}
	}
	for name, from := range map[string]string{
		"late": "scb.late", "froze": "scb.froze", "both": "scb.late semi join scb.froze using (region, year)", "waits": "scb.waits", "stop": "scb.stop", "fail": "scb.fail", "void": "scb.never",
		"joined": "(from scb.old union all by name (from scb.fresh where year > 2022))",
	} {
		files["indicators/"+name+".sql"] = &fstest.MapFile{Data: []byte("-- X.\n-- grain: region, year, sex\nselect region, year, period, 'total' as sex, value, " +
			"null::double as numerator, null::double as denominator, cell_status(value, status) as status\nfrom " + from + "\n")}
	}
	return files
}

// program is the program as it starts today; out is what it says.
func (w *freshWorld) program(writing bool) (a *app, p *pipeline.Pipeline, out *bytes.Buffer) {
	w.t.Helper()
	out = &bytes.Buffer{}
	a = &app{stdout: out, stderr: &screen{to: &bytes.Buffer{}}, now: func() time.Time { return w.now }, logFormat: "text", configDir: w.folder, dataDir: w.dir}
	p, err := a.settings(config.Overrides{}, "")
	if err == nil {
		p.SQL, err = effektsql.Read(w.sql)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	open := a.read
	if writing {
		open = a.write
	}
	if err := open(p, w.dir); err != nil {
		w.t.Fatal(err)
	}
	return a, p, out
}

// live lives through a day: what the publishers do is fetched, and what is held is
// built, which a quiet day does only when something stands in another way.
func (w *freshWorld) live() {
	w.t.Helper()
	_, p, _ := w.program(true)
	event := events()[w.now.Format(time.DateOnly)]
	if event == nil {
		if _, err := p.Build(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	if err := w.server.Revise(event); err != nil {
		w.t.Fatal(err)
	}
	result, err := p.Refresh(w.t.Context(), run.Want{})
	if err != nil || !result.Degraded() { // a table that is not there
		w.t.Fatalf("%s: %v, degraded %v", w.now, err, result.Degraded())
	}
}
