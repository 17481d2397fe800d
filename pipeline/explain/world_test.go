package explain_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/explain"
	"effekt/pipeline/run"
	"effekt/sources/replay"
	"effekt/testdata/demo"

	effektsql "effekt/sql"
)

// world is a data folder that has been refreshed from both publishers on loopback:
// three small tables, one KPI, and indicators of every kind of calculation.
type world struct {
	*pipeline.Pipeline
	t      *testing.T
	server *replay.Server
	files  fstest.MapFS // of config
	now    time.Time
}

// datasets are the files of data sets, without the title.
func datasets() map[string]string {
	return map[string]string{
		"income": `source = "scb"
table = "TAB3554"
[select]
Region = ["country", "counties"]
Kon = ["1", "2", "1+2"]
Alder = ["tot16+"]
Inkomstklass = ["TOT"]
ContentsCode = ["HE0110J8"]
Tid = ["2019.."]
`,
		"grp": `source = "scb"
table = "TAB3138"
[select]
Region = ["country", "counties"]
ContentsCode = ["NR0105AH"]
Tid = ["2019.."]
`,
		"cpi": `source = "scb"
table = "TAB4352"
[select]
ContentsCode = ["000000KL"]
Tid = ["2019.."]
`,
		"health": `source = "kolada"
regions = ["country", "counties", "municipalities"]
years = "2019..2025"
[[kpi]]
id = "N00957"
title = "Ohälsotal, dagar"
`,
	}
}

// calculation is an indicator: the data set that it is made of and its SELECT.
type calculation struct{ id, dataset, query string }

// calculations are one of each kind; sick, which is read straight from Kolada, has no
// SELECT.
func calculations() []calculation {
	return []calculation{
		{"product", "grp", `
select region, year, period, 'total' as sex, value, null::double as numerator, null::double as denominator, cell_status(value, status) as status
from scb.grp`},
		{"wage", "income", `
select
    region, year, period, case kon when '1' then 'men' when '2' then 'women' else 'total' end as sex,
    value, null::double as numerator, null::double as denominator, cell_status(value, status) as status
from scb.income`},
		{"pay_ratio", "income", `
with pay as (
    select region, year, any_value(value) filter (where kon = '2') as women, any_value(value) filter (where kon = '1') as men
    from scb.income group by all
)
select
    region, year, year::varchar as period, 'total' as sex, women / men * 100 as value,
    women as numerator, men as denominator, if(women is null or men is null, 'O', 'A') as status
from pay`},
		{"growth", "grp", `
select
    region, year, year::varchar as period, 'total' as sex, now.value / before.value * 100 - 100 as value,
    now.value as numerator, before.value as denominator, if(now.value is null or before.value is null, 'O', 'A') as status
from scb.grp as now
join (select region, year + 1 as year, value from scb.grp) as before using (region, year)`},
		{"real_product", "grp", `
select
    region, year, year::varchar as period, 'total' as sex, grp.value / cpi.value * 100 as value,
    grp.value as numerator, cpi.value as denominator, if(grp.value is null, 'O', 'A') as status
from scb.grp as grp
join (select year, value from scb.cpi) as cpi using (year)`},
		{"counted", "income", `
select
    region, year, year::varchar as period, 'total' as sex, count(*)::double as value,
    null::double as numerator, null::double as denominator, 'A' as status
from scb.income group by all`},
		{"share", "grp", `
select
    region, year, year::varchar as period, 'total' as sex, grp.value / country.value * 100 as value,
    grp.value as numerator, country.value as denominator, if(grp.value is null or country.value is null, 'O', 'A') as status
from scb.grp as grp
join (select year, value from scb.grp where region = '00') as country using (year)`},
		{"ahead", "grp", `
select
    region, year, year::varchar as period, 'total' as sex, grp.value,
    null::double as numerator, null::double as denominator, cell_status(grp.value, grp.status) as status
from (select distinct region, unnest([2023, 2030]) as year from scb.grp)
left join scb.grp as grp using (region, year)`},
		{"rate", "health", `
select
    region, year, year::varchar as period, sex, value,
    value * 2 as numerator, value + 5 as denominator, cell_status(value, status) as status
from core.kolada where sex = 'total'`},
	}
}

const meaning = `
formula = "en formel"
source = "Källa: x"
decimals = 1
polarity = "neutral"
change = "points"
sex = ["total"]
denominator = "persons"
label = { sv = "x" }
unit = { sv = "x" }
`

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 6, 10, 8, 0, 0, 0, time.UTC), files: fstest.MapFS{}}
	copied(t, w.files, config.Embedded, "effekt.toml", "regions.toml", "framework.toml")
	settings := w.files["effekt.toml"]
	settings.Data = []byte(strings.NewReplacer("calls = 30", "calls = 10000", "calls = 4", "calls = 10000", `"flag"`, `"suppress"`).Replace(string(settings.Data)))
	queries := fstest.MapFS{}
	copied(t, queries, effektsql.Files, "columns.toml", "macros/*.sql", "core/region.sql", "core/freshness.sql", "core/kolada.sql", "core/indicator_value.sql",
		"marts/indicator.sql", "marts/indicator_value.sql", "marts/revision.sql")
	for name, text := range datasets() {
		w.files["datasets/"+name+".toml"] = &fstest.MapFile{Data: []byte("title = \"x\"\n" + text)}
	}
	w.files["indicators/sick.toml"] = &fstest.MapFile{Data: []byte("kpi = \"N00957\"\ndatasets = [\"health\"]" + meaning)}
	for _, c := range calculations() {
		w.files["indicators/"+c.id+".toml"] = &fstest.MapFile{Data: []byte("datasets = [\"" + c.dataset + "\"]" + meaning)}
		queries["indicators/"+c.id+".sql"] = &fstest.MapFile{Data: []byte("-- x\n-- grain: region, year, sex" + c.query + "\n")}
	}
	w.server = replay.New(library(t), replay.Options{Now: func() time.Time { return w.now }, MaxCells: 300})
	w.assemble(queries)
	return w
}

// library is the part of the demonstration's data that a world uses, with figures
// of the county that the tests know.
func library(t *testing.T) *replay.Library {
	t.Helper()
	folder := fstest.MapFS{}
	copied(t, folder, demo.Files, "scb/TAB3138.json.zst", "scb/TAB3554.json.zst", "scb/TAB4352.json.zst", "kolada/kpi.json", "kolada/municipality.json", "kolada/data/N00957.json.zst")
	l, err := replay.Open(folder)
	if err == nil {
		sick := 20.0
		err = errors.Join(l.SetValue("TAB3138", product("2022"), 80, ""), l.SetValue("TAB3138", product("2023"), 100, ""),
			l.SetKolada("N00957", "0024", 2023, "T", &sick, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func product(year string) map[string]string {
	return map[string]string{"Region": "24", "ContentsCode": "NR0105AH", "Tid": year}
}

func (w *world) assemble(queries fs.FS) {
	w.t.Helper()
	running, err := replay.Start(w.server)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = running.Close() })
	w.Pipeline = &pipeline.Pipeline{Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return w.now }, Version: "test", Command: "test"}
	if w.Dir, err = datadir.Open(filepath.Join(w.t.TempDir(), "d")); err != nil {
		w.t.Fatal(err)
	}
	if w.Config, err = config.Load(w.files, config.Overrides{SCBBaseURL: running.SCB(), KoladaBaseURL: running.Kolada()}); err != nil {
		w.t.Fatal(err)
	}
	if w.SQL, err = effektsql.Read(queries); err != nil {
		w.t.Fatal(err)
	}
	if w.Archive, err = archive.Open(w.Dir.Archive(), w.Now); err != nil {
		w.t.Fatal(err)
	}
	client, err := pipeline.NewClient(w.Config, w.Dir, w.Log, w.Now)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Client, w.Sources = client, pipeline.Sources(w.Config, client)
}

func copied(t *testing.T, to fstest.MapFS, from fs.FS, patterns ...string) {
	t.Helper()
	for _, pattern := range patterns {
		names, err := fs.Glob(from, pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			body, err := fs.ReadFile(from, name)
			if err != nil {
				t.Fatal(err)
			}
			to[name] = &fstest.MapFile{Data: body}
		}
	}
}

// refresh publishes what the servers have, a day later.
func (w *world) refresh() {
	w.t.Helper()
	w.now = w.now.Add(24 * time.Hour)
	result, err := w.Refresh(w.t.Context(), run.Want{})
	if err == nil {
		err = result.Err()
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// revise changes the county's regional product of 2023 at the agency.
func (w *world) revise(value float64) {
	w.t.Helper()
	if err := w.server.Revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", product("2023"), value, ""), l.SetUpdated("TAB3138", w.now.Format(time.RFC3339)))
	}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) explain(q explain.Question) (explain.Explanation, error) {
	w.t.Helper()
	return explain.Explain(w.t.Context(), explain.Material{SQL: w.SQL, Held: w.Held(), Sources: w.Sources, Database: w.Dir.Database()}, q)
}

func (w *world) side() explain.Side {
	return explain.Side{Store: w.Held(), SQL: w.SQL, Sources: w.Sources}
}
