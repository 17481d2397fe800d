package build

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources"
)

// making is one build under way: what has been loaded and made so far.
type making struct {
	Inputs
	db     *warehouse.Build
	goals  []string // the tables that are wanted; nil: all
	plan   Plan
	tables []sources.Table
	// datasets are the data sets by the tables that hold their cells.
	datasets    map[string]string
	loaded      map[string]bool  // tables that exist beforehand
	made        map[string]bool  // tables of models
	failed      map[string]error // tables of models left out
	corrections []tried
	unread      []run.LeftOut // data sets and KPIs whose bodies cannot be read
	rows        int64         // of all tables made or loaded
}

// newMaking is the one constructor: it asks each source for its tables and
// declares all that will exist before the models.
func newMaking(in Inputs, db *warehouse.Build, goals ...string) *making {
	m := &making{Inputs: in, db: db, goals: goals, datasets: map[string]string{}, loaded: map[string]bool{}, made: map[string]bool{}, failed: map[string]error{}}
	m.Trouble = maps.Clone(in.Trouble)
	if m.Trouble == nil {
		m.Trouble = map[string]error{}
	}
	for _, source := range in.Sources {
		var sets []sources.Set
		for _, d := range in.Config.Datasets {
			if d.Source == source.Name() {
				set := in.Datasets[d.Name].Set
				set.Dataset = d
				sets = append(sets, set)
			}
		}
		m.tables = append(m.tables, source.Tables(sets)...)
	}
	for _, t := range m.tables {
		m.loaded[t.Schema+"."+t.Name] = true
		if t.Dataset != "" {
			m.datasets[t.Schema+"."+t.Name] = t.Dataset
		}
	}
	for _, table := range ownTables() {
		m.loaded[table] = true
	}
	return m
}

// ownTables are those that the build itself fills, beside the sources'.
func ownTables() []string {
	tables := []string{
		"config.region", "config.setting", "config.pin", "config.dataset_kpi", "config.build", "config.indicator", "config.indicator_dataset", "config.indicator_kpi", "config.break",
		"config.activity", "config.goal", "config.question", "config.round", "config.cycle",
		"scb.code", "ops.dataset", "ops.request", "ops.run", "ops.model", "ops.correction",
		"outcome.effort", "outcome.result", "outcome.link", "outcome.answer", "outcome.rejected",
	}
	for _, t := range previousTables() {
		tables = append(tables, "previous."+t.name)
	}
	return tables
}

// all makes everything that is wanted, in order.
func (m *making) all(ctx context.Context, watch run.Watch) error {
	steps := []func(context.Context) error{m.order, m.load, m.describe, m.run}
	watch.Tell(run.Progress{Step: "build", Total: len(steps) + 3})
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
		watch.Tell(run.Progress{Step: "build", Done: 1})
	}
	return nil
}

// inTurn takes steps until one fails.
func inTurn(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// order makes the schemas and the plan of the models.
func (m *making) order(ctx context.Context) error {
	schemas := map[string]bool{"core": true, "indicator": true, "mart": true}
	for table := range m.loaded {
		schema, _, _ := strings.Cut(table, ".")
		schemas[schema] = true
	}
	if err := m.db.Schemas(ctx, slices.Sorted(maps.Keys(schemas))...); err != nil {
		return err
	}
	if err := m.db.Use(ctx); err != nil {
		return err
	}
	if err := Macros(ctx, m.db, m.SQL, ""); err != nil {
		return err
	}
	var err error
	if m.plan, err = NewPlan(ctx, m.db, m.Config, m.SQL, func(table string) bool { return m.loaded[table] }); err != nil {
		return err
	}
	for table, err := range m.plan.Failed {
		if err := m.leaveOut(table, err); err != nil {
			return err
		}
	}
	return nil
}

// models are those that are wanted.
func (m *making) models() []Model {
	if m.goals == nil {
		return m.plan.Models
	}
	return m.plan.Needed(m.goals...)
}

// run makes core, then the indicators, corrects, and then makes the marts over
// all of them.
func (m *making) run(ctx context.Context) error {
	if err := m.db.Use(ctx); err != nil { // loads turn to the memory
		return err
	}
	if err := inTurn(ctx, m.figures, m.correct, m.noteFreshness, m.noteModels); err != nil {
		return err
	}
	if err := m.schema(ctx, "mart"); err != nil {
		return err
	}
	return m.db.Exec(ctx, "drop schema previous cascade")
}

// figures makes core and the indicators, and lays the indicators under one
// another in core.indicator_value.
func (m *making) figures(ctx context.Context) error {
	if err := m.schema(ctx, "core"); err != nil {
		return err
	}
	// Without core.kolada its macro cannot be made, and nobody will call it.
	if m.made["core.kolada"] {
		if err := Macros(ctx, m.db, m.SQL, "core"); err != nil {
			return err
		}
	}
	if err := m.schema(ctx, "indicator"); err != nil {
		return err
	}
	for _, i := range m.Config.Indicators {
		if m.made["indicator."+i.ID] && m.made["core.indicator_value"] {
			if err := m.append(ctx, i.ID); err != nil {
				return fmt.Errorf("indicator %s: %w", i.ID, err)
			}
		}
	}
	return nil
}

func (m *making) schema(ctx context.Context, name string) error {
	for _, model := range m.models() {
		if strings.HasPrefix(model.Table, name+".") {
			if err := m.attempt(ctx, model); err != nil {
				return err
			}
		}
	}
	return nil
}

// append adds one indicator's rows to core.indicator_value. What is hidden is
// hidden here, below everything that is published: in the indicator's own table
// too.
func (m *making) append(ctx context.Context, indicator string) error {
	table := "indicator." + indicator
	if err := hide(ctx, m.db, indicator); err != nil {
		return err
	}
	all := warehouse.Table{Schema: "core", Name: "indicator_value"}
	err := m.db.Append(ctx, all, fmt.Sprintf("select %s as indicator_id, * from %s", warehouse.Text(indicator), warehouse.QuoteTable(table)))
	if warehouse.SelectFailed(err) {
		return m.leaveOut(table, err)
	}
	return err
}

// hide flags a municipality's rates over fewer persons than config.setting allows
// (catalogue 7.20), and takes them away where it says so.
func hide(ctx context.Context, db *warehouse.Build, indicator string) error {
	table := warehouse.QuoteTable("indicator." + indicator)
	if err := db.Exec(ctx, "alter table "+table+" add column if not exists flags varchar[]"); err != nil {
		return err
	}
	return db.Exec(ctx, fmt.Sprintf(`update %s as figure
		set flags = list_concat(coalesce(flags, []), ['small_denominator'], case when status = 'P' then ['preliminary'] else [] end),
			value = if(setting.suppresses and value is not null, null, value), numerator = if(setting.suppresses and value is not null, null, numerator), denominator = if(setting.suppresses and value is not null, null, denominator),
			status = if(setting.suppresses and value is not null, 'Q', status)
		from config.indicator as meta, core.region as region,
			(select small_denominator, small_action = 'suppress' as suppresses from config.setting) as setting
		where meta.indicator_id = %s and region.region = figure.region
			and small_rate(region.level, meta.denominator_counts, figure.denominator, setting.small_denominator)`, table, warehouse.Text(indicator)))
}
