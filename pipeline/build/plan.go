package build

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"effekt/config"
	"effekt/pipeline/warehouse"

	effektsql "effekt/sql"
)

// Plan is the SELECTs of a build in the order of their references, and what
// cannot be put in that order, with the reasons.
type Plan struct {
	Models []Model
	Failed map[string]error // by table
}

// Session parses SELECTs and runs statements: a database under construction.
type Session interface {
	References(ctx context.Context, query string) ([]warehouse.Table, error)
	Exec(ctx context.Context, statement string) error
}

// NewPlan reads the references of every SELECT that the config wants: core, the
// indicators that are on, those read straight from Kolada, and the marts. known
// tells which tables exist beforehand. A circle is an error; a SELECT that cannot
// be ordered is left out.
func NewPlan(ctx context.Context, db Session, c *config.Config, l *effektsql.Library, known func(table string) bool) (Plan, error) {
	p := Plan{Failed: map[string]error{}}
	var all []Model
	for _, file := range slices.Concat(l.Core, wanted(c, l), l.Marts) {
		tables, err := db.References(ctx, file.Query)
		if err != nil {
			p.Failed[file.Table()] = fmt.Errorf("sql/%s: %w", file.Path, err)
			continue
		}
		m := Model{Table: file.Table(), Query: file.Query, Path: "sql/" + file.Path, Grain: file.Grain}
		for _, t := range tables {
			m.Reads = append(m.Reads, t.String())
		}
		all = append(all, m)
	}
	all = append(all, directModels(c, all, p.Failed)...)
	ordered, broken, err := inOrder(all, known)
	maps.Copy(p.Failed, broken)
	p.Models = ordered
	return p, err
}

// wanted is the SQL of the indicators that the config describes and that are not
// off.
func wanted(c *config.Config, l *effektsql.Library) []effektsql.File {
	return slices.DeleteFunc(slices.Clone(l.Indicators), func(file effektsql.File) bool {
		return !slices.ContainsFunc(c.Indicators, func(i config.Indicator) bool { return i.ID == file.Name && i.Off == "" })
	})
}

// directModels are those of the indicators without SQL, which read one KPI.
func directModels(c *config.Config, all []Model, failed map[string]error) []Model {
	var direct []Model
	for _, i := range c.Indicators {
		table := "indicator." + i.ID
		made := slices.ContainsFunc(all, func(m Model) bool { return m.Table == table })
		switch {
		case i.Off != "" || made || failed[table] != nil:
		case i.KPI == "":
			failed[table] = fmt.Errorf("there is neither sql/indicators/%s.sql nor a kpi in its TOML", i.ID)
		default:
			sexes := make([]string, len(i.Sex))
			for n, sex := range i.Sex {
				sexes[n] = warehouse.Text(sex)
			}
			query := fmt.Sprintf("from kolada_indicator(%s, [%s])", warehouse.Text(i.KPI), strings.Join(sexes, ", "))
			direct = append(direct, Model{Table: table, Query: query, Path: "config/" + i.File, Reads: []string{"core.kolada"}})
		}
	}
	return direct
}

// Macros makes those that read what has been made so far: after is the last
// schema, "" before any.
func Macros(ctx context.Context, db Session, l *effektsql.Library, after string) error {
	for _, file := range l.Macros {
		if file.After != after {
			continue
		}
		if err := db.Exec(ctx, file.Query); err != nil {
			return fmt.Errorf("sql/%s: %w", file.Path, err)
		}
	}
	return nil
}

// Needed keeps the models that some tables are made of, themselves with them, in
// order.
func (p Plan) Needed(tables ...string) []Model {
	models, _ := reach(p.Models, tables...)
	return models
}

// Rests lists the tables beforehand that some tables rest on, directly or through
// other models, sorted.
func (p Plan) Rests(tables ...string) []string {
	_, beforehand := reach(p.Models, tables...)
	return beforehand
}

// datasetsOf lists the data sets that an indicator is made of: those its SQL
// reads, and those its TOML names. datasets are the data sets by their tables.
func (p Plan) datasetsOf(i config.Indicator, datasets map[string]string) []string {
	names := slices.Clone(i.Datasets)
	for _, table := range p.Rests("indicator." + i.ID) {
		if name, ok := datasets[table]; ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// kpisOf lists the Kolada KPIs that an indicator reads: the one its TOML names,
// or those of its data sets that the SQL it is made of writes as text. None means
// that they are not known, and every KPI may be its.
func (p Plan) kpisOf(c *config.Config, i config.Indicator, datasets map[string]string) []string {
	if i.KPI != "" {
		return []string{i.KPI}
	}
	var query strings.Builder
	for _, model := range p.Needed("indicator." + i.ID) {
		query.WriteString(model.Query)
	}
	var read []string
	for _, name := range p.datasetsOf(i, datasets) {
		d, _ := c.Dataset(name)
		for _, k := range d.KPIs {
			if strings.Contains(query.String(), "'"+k.ID+"'") {
				read = append(read, k.ID)
			}
		}
	}
	return read
}
