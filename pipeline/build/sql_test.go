package build

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/config"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources"
	"effekt/sources/kolada"
	"effekt/sources/scb"

	"github.com/google/go-cmp/cmp"

	effektsql "effekt/sql"
)

var updateSQL = flag.Bool("update", false, "rewrite what the cases of testdata/sql want")

// TestSQL runs each testdata/sql/*.txtar: small tables in, one table out, by
// the shipped SQL. How a case is written stands in testdata/sql/README.md.
func TestSQL(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../testdata/sql/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	desks := make(chan *desk, runtime.GOMAXPROCS(0))
	for range cap(desks) {
		desks <- newDesk(t)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			d := <-desks
			defer func() { desks <- d }()
			runCase(t, d, path)
		})
	}
	for _, file := range library(t).Core {
		if file.Name == "region" { // the config's
			continue
		}
		t.Run("core."+file.Name+".nothing", func(t *testing.T) {
			t.Parallel()
			d := <-desks
			defer func() { desks <- d }()
			got, err := d.answer(t.Context(), sqlCase{model: "core." + file.Name})
			if err != nil || len(got.rows) > 0 {
				t.Errorf("of empty tables: %v, %v", got.rows, err)
			}
		})
	}
}

func library(t *testing.T) *effektsql.Library {
	t.Helper()
	l, err := effektsql.Read(effektsql.Files)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestEveryTableHasACase demands a case of its own of each table and check that
// the shipped SQL makes.
func TestEveryTableHasACase(t *testing.T) {
	t.Parallel()
	l := library(t)
	for _, file := range slices.Concat(l.Core, l.Indicators, l.Marts, l.Checks) {
		cases, err := filepath.Glob(filepath.Join("../../testdata/sql", file.Schema+"."+file.Name+".*txtar"))
		if err != nil {
			t.Fatal(err)
		}
		if len(cases) == 0 {
			t.Errorf("sql/%s has no case in testdata/sql", file.Path)
		}
		for _, path := range cases {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			table := file.Schema + map[bool]string{true: ":", false: "."}[file.Schema == "check"] + file.Name
			if c, err := parseCase(body); err != nil || c.model != table {
				t.Errorf("%s is a case of %s, want %s (%v)", path, c.model, table, err)
			}
		}
	}
}

func runCase(t *testing.T, d *desk, path string) {
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := parseCase(body)
	if err != nil && !*updateSQL {
		t.Fatal(err)
	}
	got, err := d.answer(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if *updateSQL {
		if err := os.WriteFile(path, c.rewritten(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(c.want.text(), got.likened(c.want).text()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", c.model, diff)
	}
}

// desk is a database in which every table of the pipeline exists and is empty,
// but for config.*, which is the shipped config. A case is a transaction that is
// rolled back.
type desk struct {
	build  *warehouse.Build
	models []Model // in order
	checks map[string]string
	tables map[string]bool
}

// anyDay is the day of tests that do not care.
func anyDay() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }

// emptyMaking is a build of a config and SQL for which nothing has been fetched.
func emptyMaking(t *testing.T, configFS, sqlFS fs.FS) *making {
	t.Helper()
	c, err := config.Load(configFS, config.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	library, err := effektsql.Read(sqlFS)
	if err != nil {
		t.Fatal(err)
	}
	return makingOf(t, Inputs{
		Config: c, SQL: library, Sources: []sources.Source{&scb.Source{}, kolada.Source{}}, Now: anyDay(), Warn: func(string, ...any) {},
		Own: run.Run{ID: "20260301T090000Z", Outcome: run.Running},
	})
}

// makingOf is a build of in before anything is made.
func makingOf(t *testing.T, in Inputs) *making {
	t.Helper()
	db, err := warehouse.Create(t.Context(), filepath.Join(t.TempDir(), "effekt.duckdb"), warehouse.Settings{MemoryLimit: "500MB", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Abandon(); err != nil {
			t.Error(err)
		}
	})
	return newMaking(in, db)
}

// made makes all that is wanted.
func made(t *testing.T, m *making) *making {
	t.Helper()
	if err := m.all(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return m
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	m := emptyMaking(t, config.Embedded, effektsql.Files)
	for i := range m.Config.Indicators {
		m.Config.Indicators[i].Off = "" // its SQL has cases too
	}
	made(t, m)
	for table, err := range m.failed {
		t.Errorf("%s cannot be made of empty tables: %v", table, err)
	}
	if err := m.db.Schemas(t.Context(), "previous"); err != nil { // run has dropped it
		t.Fatal(err)
	}
	if err := m.loadPrevious(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := &desk{build: m.db, models: m.plan.Models, checks: map[string]string{}}
	for _, check := range m.SQL.Checks {
		d.checks["check:"+check.Name] = check.Query
	}
	if err := d.empty(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// empty forgets what the load itself put in ops.*.
func (d *desk) empty(ctx context.Context) error {
	columns, err := d.build.Columns(ctx)
	if err != nil {
		return err
	}
	d.tables = map[string]bool{}
	for table := range columns {
		d.tables[table.String()] = true
		if table.Schema == "ops" {
			if err := d.build.Exec(ctx, "delete from "+table.String()); err != nil {
				return err
			}
		}
	}
	return nil
}

// answer lays out the given tables, makes what lies between them and the
// wanted one, and reads that.
func (d *desk) answer(ctx context.Context, c sqlCase) (answer grid, err error) {
	if err := d.build.Exec(ctx, "begin"); err != nil {
		return grid{}, err
	}
	defer func() { err = errors.Join(err, d.build.Exec(context.WithoutCancel(ctx), "rollback")) }()
	for table, content := range c.given {
		if err := d.lay(ctx, table, content); err != nil {
			return grid{}, fmt.Errorf("%s: %w", table, err)
		}
	}
	query, isCheck := d.checks[c.model]
	start := []string{c.model}
	if isCheck {
		if start, err = d.references(ctx, query); err != nil {
			return grid{}, err
		}
	} else {
		query = "from " + c.model
	}
	if err := d.make(ctx, c, d.needed(c, start)); err != nil {
		return grid{}, err
	}
	columns := "*"
	if len(c.want.columns) > 0 {
		columns = strings.Join(c.want.columns, ", ")
	}
	result, err := d.build.Query(ctx, "select "+columns+" from (\n"+query+"\n)", 0)
	return readGrid(result), err
}

func (d *desk) references(ctx context.Context, query string) ([]string, error) {
	tables, err := d.build.References(ctx, query)
	var names []string
	for _, t := range tables {
		names = append(names, t.String())
	}
	return names, err
}

// lay puts the given rows in a table that exists, or makes it of the types in
// its header.
func (d *desk) lay(ctx context.Context, table string, content grid) error {
	statement := "delete from " + table
	if !d.tables[table] {
		statement = fmt.Sprintf("create table %s (%s)", table, content.definition())
	}
	if err := d.build.Exec(ctx, statement); err != nil {
		return err
	}
	if len(content.rows) == 0 {
		return nil
	}
	return d.build.Exec(ctx, content.insert(table))
}

// needed lists the tables to make: all that start rests on, up to those given.
func (d *desk) needed(c sqlCase, start []string) map[string]bool {
	byTable := map[string]Model{}
	for _, m := range d.models {
		byTable[m.Table] = m
	}
	needed := map[string]bool{}
	for len(start) > 0 {
		table := start[0]
		start = start[1:]
		if _, given := c.given[table]; given || needed[table] {
			continue
		}
		needed[table] = true
		start = append(start, byTable[table].Reads...)
		if table == "core.indicator_value" {
			start = append(start, "core.region") // what is hidden depends on it
		}
	}
	return needed
}

// make makes the needed tables; core.indicator_value is the given indicators
// under one another, as the build lays them.
func (d *desk) make(ctx context.Context, c sqlCase, needed map[string]bool) error {
	for _, schema := range []string{"core", "indicator", "mart"} {
		for _, m := range d.models {
			if !needed[m.Table] || !strings.HasPrefix(m.Table, schema+".") {
				continue
			}
			if err := d.build.Exec(ctx, "create or replace table "+m.Table+" as\n"+m.Query); err != nil {
				return fmt.Errorf("%s: %w", m.Table, err)
			}
		}
		if schema != "indicator" || !needed["core.indicator_value"] {
			continue
		}
		for table := range c.given {
			if id, ok := strings.CutPrefix(table, "indicator."); ok {
				for _, column := range []string{"numerator double", "denominator double"} {
					if err := d.build.Exec(ctx, "alter table "+table+" add column if not exists "+column); err != nil {
						return err
					}
				}
				if err := hide(ctx, d.build, id); err != nil {
					return err
				}
				if err := d.build.Exec(ctx, fmt.Sprintf("insert into core.indicator_value by name select '%s' as indicator_id, * from %s", id, table)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
