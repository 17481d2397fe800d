package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/checks"
	"effekt/pipeline/models"
	"effekt/pipeline/publish"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	effektsql "effekt/sql"
)

// form changes when this program builds the same inputs into another file.
const form = "2"

// ErrNothing says that no data set has ever come, so there is nothing to build.
var ErrNothing = errors.New("nothing has been fetched yet: run «effekt refresh» where the sources can be reached")

// inputs is all that decides the content of a build.
type inputs struct {
	vintages map[string][]archive.Vintage // by data set, those in use, newest first
	results  map[string]DatasetResult
	id       string
}

// inputs chooses the vintages and names the build.
func (p *Pipeline) inputs(results []DatasetResult) (inputs, error) {
	in := inputs{vintages: map[string][]archive.Vintage{}, results: map[string]DatasetResult{}}
	parts := []any{form, p.Config.Hash, p.SQL.Hash, p.Synthetic, p.AsOf}
	for _, r := range results {
		in.results[r.Name] = r
	}
	var pruned []*archive.PrunedError
	for _, d := range p.Config.Datasets {
		all, err := p.vintages(d)
		if gone, ok := errors.AsType[*archive.PrunedError](err); ok {
			pruned = append(pruned, gone)
			continue
		}
		if err != nil {
			return in, err
		}
		if len(all) > 0 {
			in.vintages[d.Name] = all
			parts = append(parts, d.Name, all[0].Name)
		}
		parts = append(parts, d.Name, in.results[d.Name].Err != nil)
	}
	if len(pruned) > 0 {
		return in, p.pastIsGone(pruned)
	}
	for _, set := range []string{acceptedSet, rejectedSet} {
		submitted, err := p.outcomeVintages(set)
		if err != nil {
			return in, err
		}
		for _, v := range submitted {
			parts = append(parts, set, v.Name)
		}
	}
	for _, i := range p.Config.Indicators { // a forecast becomes an outcome with time alone
		parts = append(parts, i.EndedYear(p.today()))
	}
	corrections, err := p.correctionsID()
	if err != nil {
		return in, err
	}
	in.id = fingerprint(append(parts, corrections)...)
	if len(in.vintages) == 0 {
		return in, ErrNothing
	}
	return in, nil
}

// Build makes a database of the archive, config and SQL, checks it and
// publishes it. When nothing that decides the content has changed since the
// published file was built, that file is left alone.
func (p *Pipeline) Build(ctx context.Context, results []DatasetResult, force bool) (Result, error) {
	result := Result{Datasets: results}
	all, err := p.carried(results)
	if err != nil {
		return result, err
	}
	in, err := p.inputs(all)
	if err != nil {
		return result, err
	}
	result.BuildID = in.id
	if _, err := os.Stat(p.Dir.Database()); err == nil && !force && publish.ParquetID(p.Dir.Published()) == in.id {
		result.LeftOut, err = p.leftBefore(ctx)
		return result, err
	}
	if err := p.Dir.Clean(); err != nil {
		return result, err
	}
	if err := p.room(in); err != nil {
		return result, err
	}
	work, err := os.MkdirTemp(p.Dir.Work(), "build-*")
	if err != nil {
		return result, err
	}
	built := publish.Built{Database: filepath.Join(work, "effekt.duckdb"), Parquet: filepath.Join(work, "parquet"), ID: in.id}
	err = full(p.Dir.Root, p.write(ctx, in, built, work, &result))
	if err == nil {
		err = publish.Swap(p.Dir.Published(), built)
	}
	result.Published = err == nil
	return result, errors.Join(err, os.RemoveAll(work))
}

// write makes the private file and its Parquet.
func (p *Pipeline) write(ctx context.Context, in inputs, built publish.Built, work string, result *Result) error {
	b, err := warehouse.Create(ctx, built.Database, warehouse.Settings{
		MemoryLimit: p.Config.Build.MemoryLimit, Threads: p.Config.Build.Threads, TempDir: filepath.Join(work, "spill"),
	})
	if err != nil {
		return err
	}
	m := &making{pipeline: p, build: b, in: in}
	result.Checks, err = m.all(ctx, built)
	result.LeftOut, result.Rows = m.left(), m.rows
	if err != nil {
		return errors.Join(err, b.Abandon())
	}
	return b.Close(ctx)
}

// making is one build on its way.
type making struct {
	pipeline    *Pipeline
	build       *warehouse.Build
	in          inputs
	sources     map[string]bool // tables that exist before the models
	models      []models.Model
	made        map[string]bool  // tables of models
	failed      map[string]error // tables of models left out
	orderFailed []string         // those that could not even be ordered
	corrections []tried
	unreadable  []ModelError        // data sets and KPIs whose bodies cannot be read
	runID       string              // id of the run that builds
	grains      map[string][]string // of the models' tables
	rows        int64               // of all tables made or loaded
}

func (m *making) all(ctx context.Context, built publish.Built) ([]checks.Result, error) {
	m.sources, m.made, m.grains = map[string]bool{}, map[string]bool{}, map[string][]string{}
	steps := []func(context.Context) error{m.load, m.order, m.describe, m.run}
	m.pipeline.tell(Progress{Step: "build", Total: len(steps) + 3})
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
		m.pipeline.tell(Progress{Step: "build", Done: 1})
	}
	found, err := m.check(ctx)
	if err != nil {
		return found, err
	}
	if err := m.comment(ctx); err != nil {
		return found, err
	}
	m.pipeline.tell(Progress{Step: "build", Done: 2})
	if built.Parquet == "" {
		return found, nil
	}
	return found, m.build.Export(ctx, built.Parquet, map[string]string{"effekt_build": m.in.id, "effekt_synthetic": fmt.Sprint(m.pipeline.Synthetic)})
}

// order reads the references of every SELECT and sorts them.
func (m *making) order(ctx context.Context) error {
	if err := m.build.Use(ctx); err != nil {
		return err
	}
	if err := m.macros(ctx, ""); err != nil {
		return err
	}
	var all []models.Model
	for _, files := range [][]effektsql.File{m.pipeline.SQL.Core, m.wantedSQL(), m.pipeline.SQL.Marts} {
		for _, file := range files {
			m.grains[file.Table()] = file.Grain
			tables, err := m.build.References(ctx, file.Query)
			if err != nil {
				if err := m.leaveOut(file.Table(), fmt.Errorf("sql/%s: %w", file.Path, err)); err != nil {
					return err
				}
				continue
			}
			model := models.Model{Table: file.Table(), Query: file.Query, Path: "sql/" + file.Path}
			for _, t := range tables {
				model.Reads = append(model.Reads, t.String())
			}
			all = append(all, model)
		}
	}
	for _, promised := range []string{"ops.dataset", "ops.model", "ops.correction", "config.indicator", "config.indicator_dataset", "config.indicator_kpi", "config.break"} {
		m.sources[promised] = true
	}
	sound, broken := models.Sound(all, m.sources)
	for table, err := range broken {
		if err := m.leaveOut(table, err); err != nil {
			return err
		}
	}
	m.orderFailed = slices.Collect(maps.Keys(m.failed))
	var err error
	m.models, err = models.Order(sound, m.sources)
	return err
}

// macros makes those that read what has been made so far.
func (m *making) macros(ctx context.Context, after string) error {
	for _, file := range m.pipeline.SQL.Macros {
		if file.After != after {
			continue
		}
		if err := m.build.Exec(ctx, file.Query); err != nil {
			return fmt.Errorf("sql/%s: %w", file.Path, err)
		}
	}
	return nil
}

// wantedSQL is the SQL of the indicators that the config describes and that
// are not off.
func (m *making) wantedSQL() []effektsql.File {
	on := map[string]bool{}
	for _, i := range m.pipeline.Config.Indicators {
		on[i.ID] = i.Off == ""
	}
	var files []effektsql.File
	for _, file := range m.pipeline.SQL.Indicators {
		if on[file.Name] {
			files = append(files, file)
		}
	}
	return files
}

// run makes core, then the indicators, then the marts over all of them.
func (m *making) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{m.figures, m.correct, m.noteModels} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := m.schema(ctx, "mart"); err != nil {
		return err
	}
	return m.forget(ctx)
}

// figures makes core and the indicators.
func (m *making) figures(ctx context.Context) error {
	for _, schema := range []string{"core", "indicator"} {
		if err := m.schema(ctx, schema); err != nil {
			return err
		}
	}
	return m.indicators(ctx)
}

func (m *making) schema(ctx context.Context, name string) error {
	for _, model := range m.models {
		if strings.HasPrefix(model.Table, name+".") {
			if err := m.attempt(ctx, model); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *making) make(ctx context.Context, table, query string) error {
	t, err := warehouse.ParseTable(table)
	if err != nil {
		return err
	}
	rows, err := m.build.CreateTable(ctx, t, query)
	if err != nil {
		return err
	}
	m.rows += rows
	m.made[table] = true
	return nil
}

// indicators makes those read straight from Kolada and lays all under one
// another in core.indicator_value.
func (m *making) indicators(ctx context.Context) error {
	// Without core.kolada its macro cannot be made, and nobody will call it.
	if err := m.macros(ctx, "core"); err != nil && m.failed["core.kolada"] == nil {
		return err
	}
	for _, i := range m.pipeline.Config.Indicators {
		if i.Off != "" {
			continue
		}
		if err := m.append(ctx, i); err != nil {
			return fmt.Errorf("indicator %s: %w", i.ID, err)
		}
	}
	return nil
}

// append adds one indicator's rows to core.indicator_value.
func (m *making) append(ctx context.Context, i config.Indicator) error {
	table := "indicator." + i.ID
	if m.failed[table] == nil && !m.made[table] {
		if i.KPI == "" {
			return m.leaveOut(table, fmt.Errorf("there is neither sql/indicators/%s.sql nor a kpi in its TOML", i.ID))
		}
		model := models.Model{Table: table, Query: direct(i), Path: "config/" + i.File, Reads: []string{"core.kolada"}}
		if err := m.attempt(ctx, model); err != nil {
			return err
		}
	}
	if _, left := m.failed[table]; left {
		return nil
	}
	all := warehouse.Table{Schema: "core", Name: "indicator_value"}
	err := m.build.Append(ctx, all, fmt.Sprintf("select '%s' as indicator_id, * from %s", i.ID, table))
	if warehouse.SelectFailed(err) {
		return m.leaveOut(table, err)
	}
	return err
}

// direct is the SELECT of an indicator read straight from Kolada.
func direct(i config.Indicator) string {
	return fmt.Sprintf("from kolada_indicator('%s', ['%s'])", i.KPI, strings.Join(i.Sex, "', '"))
}

// comment writes the Swedish description of every table and column.
func (m *making) comment(ctx context.Context) error {
	tables, err := m.build.Columns(ctx)
	if err != nil {
		return err
	}
	for t, columns := range tables {
		comments := warehouse.Comments{Table: m.title(t), Columns: map[string]string{}}
		for _, c := range columns {
			text, ok := outcomeColumn(t, c.Name)
			if !ok {
				text, ok = m.pipeline.SQL.Describe(t.String(), c.Name)
			}
			if !ok {
				text = m.variable(t, c.Name)
			}
			comments.Columns[c.Name] = text
		}
		if err := m.build.Comment(ctx, t, comments); err != nil {
			return err
		}
	}
	return nil
}
