package pipeline_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources"
	"effekt/sources/replay"
	"effekt/testdata/demo"

	effektsql "effekt/sql"
)

// world is both publishers on loopback and a data folder refreshed from them:
// two small tables and one group of KPIs, through the shipped marts and checks.
type world struct {
	t           *testing.T
	library     *replay.Library
	server      atomic.Pointer[replay.Server] // swapped, so that the address stays
	scb, kolada string
	dir         datadir.Dir
	now         atomic.Pointer[time.Time]
	config, sql fstest.MapFS
}

// settings are those of somebody in a hurry: time-outs and waits of tests.
const settings = `county = "24"
[scb]
base_url = "http://127.0.0.1:1/api/v2"
language = "sv"
calls = 10000
window = "1s"
[kolada]
base_url = "http://127.0.0.1:1/v3"
calls = 10000
window = "1s"
[http]
user_agent = "effekt/test"
attempts = 3
header = "20s"
idle = "20s"
total = "30s"
wait_min = "1ms"
wait_max = "2ms"
retry_after_max = "2s"
max_body_mb = 4
in_flight = 2
[build]
memory_limit = "512MB"
threads = 1
[figures]
small_denominator = 0
small_action = "flag"
[schedule]
timezone = "Europe/Stockholm"
`

const incomeData = `source = "scb"
table = "TAB3554"
title = "Medianinkomst"
[select]
Region = ["country", "counties"]
Kon = ["1", "2", "1+2"]
Alder = ["tot16+"]
Inkomstklass = ["TOT"]
ContentsCode = ["HE0110J8"]
Tid = ["2015.."]
`

const grpData = `source = "scb"
table = "TAB3138"
title = "Bruttoregionprodukt"
[select]
Region = ["country", "counties"]
ContentsCode = ["NR0105AH"]
Tid = ["all"]
`

const healthData = `source = "kolada"
title = "Ohälsotal och nya företag"
regions = ["country", "counties"]
years = "2016..2025"
[[kpi]]
id = "N00957"
title = "Ohälsotal, dagar"
[[kpi]]
id = "N00999"
title = "Nystartade företag, antal/1000 inv, 16-64 år"
`

// meaning is an indicator's TOML, without what it is read from.
const meaning = `formula = "x"
source = "Källa: x"
decimals = 1
polarity = "neutral"
change = "points"
sex = ["total"]
minimum = 0.0
label = { sv = "x" }
unit = { sv = "x" }
`

const grpSQL = `-- Bruttoregionprodukt.
-- grain: region, year, sex
select region, year, period, 'total' as sex, value, null::double as numerator, null::double as denominator, cell_status(value, status) as status
from scb.grp
`

const incomeSQL = `-- Medianinkomst.
-- grain: region, year, sex
select
    region, year, period, case kon when '1' then 'men' when '2' then 'women' else 'total' end as sex,
    value, null::double as numerator, null::double as denominator, cell_status(value, status) as status
from scb.income
`

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t}
	w.at(time.Date(2026, 6, 10, 8, 0, 0, 0, time.UTC))
	w.library = library(t)
	w.serve(replay.Options{})
	running, err := replay.Start(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.server.Load().ServeHTTP(rw, r) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	w.scb, w.kolada = running.SCB(), running.Kolada()
	if w.dir, err = datadir.Open(filepath.Join(t.TempDir(), "d")); err != nil {
		t.Fatal(err)
	}
	w.config = fstest.MapFS{}
	w.copy(w.config, config.Embedded, "regions.toml", "framework.toml")
	for name, text := range map[string]string{
		"effekt.toml": settings, "datasets/income.toml": incomeData, "datasets/grp.toml": grpData, "datasets/health.toml": healthData,
		"indicators/income.toml": meaning + `datasets = ["income"]`, "indicators/grp.toml": meaning + `datasets = ["grp"]`,
		"indicators/sick.toml":  meaning + "kpi = \"N00957\"\ndatasets = [\"health\"]",
		"indicators/firms.toml": meaning + "kpi = \"N00999\"\ndatasets = [\"health\"]",
	} {
		w.configure(name, text)
	}
	w.sql = fstest.MapFS{"indicators/income.sql": {Data: []byte(incomeSQL)}, "indicators/grp.sql": {Data: []byte(grpSQL)}}
	w.copy(w.sql, effektsql.Files, "columns.toml", "macros/*.sql", "core/region.sql", "core/freshness.sql", "core/kolada.sql", "core/indicator_value.sql",
		"marts/indicator.sql", "marts/indicator_value.sql", "marts/revision.sql",
		"checks/value_range.sql", "checks/unknown_region.sql", "checks/missing_has_status.sql")
	return w
}

// library is the part of the demonstration's data that a world uses.
func library(t *testing.T) *replay.Library {
	t.Helper()
	folder := fstest.MapFS{}
	for _, name := range []string{"scb/TAB3138.json.zst", "scb/TAB3554.json.zst", "kolada/kpi.json", "kolada/municipality.json", "kolada/data/N00957.json.zst", "kolada/data/N00999.json.zst"} {
		body, err := demo.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		folder[name] = &fstest.MapFile{Data: body}
	}
	lib, err := replay.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func (w *world) copy(to fstest.MapFS, from fs.FS, patterns ...string) {
	w.t.Helper()
	for _, pattern := range patterns {
		names, err := fs.Glob(from, pattern)
		if err != nil || len(names) == 0 {
			w.t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			body, err := fs.ReadFile(from, name)
			if err != nil {
				w.t.Fatal(err)
			}
			to[name] = &fstest.MapFile{Data: body}
		}
	}
}

// configure puts a config file in place; "" takes it away.
func (w *world) configure(name, text string) {
	if delete(w.config, name); text != "" {
		w.config[name] = &fstest.MapFile{Data: []byte(text)}
	}
}

// set changes what is set wherever it stands in the settings.
func (w *world) set(from, to string) {
	w.t.Helper()
	before := string(w.config["effekt.toml"].Data)
	after := strings.ReplaceAll(before, from, to)
	if after == before {
		w.t.Fatalf("no %q in the settings", from)
	}
	w.configure("effekt.toml", after)
}

// serve starts the publishers anew with the library as it was at first.
// Answers are cut small, so that every data set is several of them.
func (w *world) serve(o replay.Options) {
	o.Now = w.clock
	o.MaxCells, o.PageSize, o.CacheBytes = 400, 350, 8<<20
	w.server.Store(replay.New(w.library, o))
}

func (w *world) clock() time.Time { return *w.now.Load() }

func (w *world) at(now time.Time) { w.now.Store(&now) }

func (w *world) later(d time.Duration) { w.at(w.clock().Add(d)) }

func (w *world) revise(edit func(*replay.Library) error) {
	w.t.Helper()
	if err := w.server.Load().Revise(edit); err != nil {
		w.t.Fatal(err)
	}
}

// asked counts the requests since the last forget in these roles; none is all.
func (w *world) asked(roles ...string) int { return w.server.Load().Count("", roles...) }

func (w *world) forget() { w.server.Load().Forget() }

// open makes what a new process would.
func (w *world) open() *pipeline.Pipeline {
	w.t.Helper()
	p, err := assemble(w.config, w.sql, w.scb, w.kolada, w.dir, w.clock)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func assemble(configFS, sqlFS fs.FS, scb, kolada string, dir datadir.Dir, now func() time.Time) (*pipeline.Pipeline, error) {
	p := &pipeline.Pipeline{Dir: dir, Log: slog.New(slog.DiscardHandler), Now: now, Version: "test", Command: "effekt refresh"}
	var err error
	if p.Config, err = config.Load(configFS, config.Overrides{SCBBaseURL: scb, KoladaBaseURL: kolada}); err != nil {
		return nil, err
	}
	if p.SQL, err = effektsql.Read(sqlFS); err != nil {
		return nil, err
	}
	if p.Archive, err = archive.Open(dir.Archive(), now); err != nil {
		return nil, err
	}
	client, err := pipeline.NewClient(p.Config, dir, p.Log, now)
	p.Client, p.Sources = client, pipeline.Sources(p.Config, client)
	return p, err
}

// publishers reads the answers of those that a config names.
func publishers(c *config.Config) []sources.Source { return pipeline.Sources(c, nil) }

// anew takes away the name of the published build, so that the next is made though
// nothing has changed.
func anew(dir datadir.Dir) { _ = os.Remove(filepath.Join(dir.Parquet(), "_build")) }

func (w *world) buildAnew() (run.Result, error) {
	anew(w.dir)
	return w.open().Build(w.t.Context())
}

// refresh runs the main job; the clock moves on, as it does.
func (w *world) refresh() run.Result {
	w.t.Helper()
	return w.refreshWanting(run.Want{})
}

func (w *world) refreshWanting(want run.Want) run.Result {
	w.t.Helper()
	w.later(time.Minute)
	result, err := w.open().Refresh(w.t.Context(), want)
	if err != nil {
		w.t.Fatal(err)
	}
	return result
}

// sound refreshes and demands that nothing failed.
func (w *world) sound() run.Result {
	w.t.Helper()
	result := w.refresh()
	if result.Degraded() {
		w.t.Fatalf("degraded: %v", result.Err())
	}
	return result
}

// states is how each data set fared, "grp fetched, health unchanged".
func states(result run.Result) string {
	var all []string
	for _, d := range result.Datasets {
		all = append(all, d.Name+" "+d.State)
	}
	return strings.Join(all, ", ")
}

// query reads the published file, a row a line.
func (w *world) query(statement string) []string {
	w.t.Helper()
	lines, err := query(w.t.Context(), w.dir.Database(), statement)
	if err != nil {
		w.t.Fatal(err)
	}
	return lines
}

func query(ctx context.Context, path, statement string) ([]string, error) {
	r, err := warehouse.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	answer, err := r.Query(ctx, statement, 0)
	if err != nil {
		return nil, err
	}
	lines := make([]string, len(answer.Rows))
	for i, row := range answer.Rows {
		lines[i] = strings.Trim(fmt.Sprint(row), "[]")
	}
	return lines, nil
}

// allFigures is everything that a county's report is made of.
const allFigures = "select indicator_id, region, year, sex, value, status from mart.indicator_value order by all"

// one demands a single row.
func (w *world) one(statement, want string) {
	w.t.Helper()
	if got := w.query(statement); len(got) != 1 || got[0] != want {
		w.t.Errorf("%s: %q, want %q", statement, got, want)
	}
}

// figure is one published value of the county and its status.
func figure(indicator string, year int) string {
	return fmt.Sprintf("select value, status from mart.indicator_value where indicator_id = '%s' and region = '24' and year = %d and sex = 'total'", indicator, year)
}

// file is what tells one published file from another.
func (w *world) file() os.FileInfo {
	w.t.Helper()
	info, err := os.Stat(w.dir.Database())
	if err != nil {
		w.t.Fatal(err)
	}
	return info
}

// untouched demands that the file is the very same.
func (w *world) untouched(before os.FileInfo) {
	w.t.Helper()
	after := w.file()
	if !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) || before.Size() != after.Size() {
		w.t.Errorf("the published file was replaced")
	}
}

// vintages counts the manifests of a data set.
func (w *world) vintages(source, name string) int {
	w.t.Helper()
	all, err := filepath.Glob(filepath.Join(w.dir.Archive(), source, name, "2*Z.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	return len(all)
}
