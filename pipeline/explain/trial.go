package explain

import (
	"context"
	"effekt/config"
	"effekt/pipeline/models"
	"effekt/pipeline/warehouse"
	"effekt/sources/scb"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	effektsql "effekt/sql"
)

// trial is one question's private copy of what the indicator is made of.
type trial struct {
	Material
	question Question
	build    *warehouse.Build
	models   []models.Model // on the way to the indicator, in order
	others   []string       // tables read as they are published
	tables   []cellTable
	want     figure
	filled   bool // missing values are taken as 1, to find what a missing figure lacks
	remark   string
}

// cellTable is a table of cells in which some may be hidden.
type cellTable struct {
	warehouse.Table
	columns []string // variables' columns
	region  string   // the column of regions; empty for a national series
	own     string   // the figure's region as this table writes it
	rows    string   // the rows in use, numbered by n
	hidden  string   // k, n: row n is hidden in copy k
}

func begin(ctx context.Context, m Material, q Question) (*trial, error) {
	t := &trial{Material: m, question: q}
	var err error
	if t.build, err = warehouse.Trial(ctx, m.Database); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{t.macros(""), t.order, t.prepare} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, t.build.Abandon())
		}
	}
	return t, nil
}

func (t *trial) macros(after string) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, file := range t.SQL.Macros {
			if file.After != after {
				continue
			}
			if err := t.build.Exec(ctx, file.Query); err != nil {
				return fmt.Errorf("sql/%s: %w", file.Path, err)
			}
		}
		return nil
	}
}

// order finds the SELECTs that lead to the indicator.
func (t *trial) order(ctx context.Context) error {
	goal := "indicator." + t.question.Indicator
	var all []models.Model
	for _, file := range slices.Concat(t.SQL.Core, t.SQL.Indicators) {
		reads, err := t.build.References(ctx, file.Query)
		if err != nil {
			continue // it was left out of what is published
		}
		model := models.Model{Table: file.Table(), Query: file.Query, Path: "sql/" + file.Path}
		for _, table := range reads {
			model.Reads = append(model.Reads, table.String())
		}
		all = append(all, model)
	}
	if model, ok := t.direct(goal, all); ok {
		all = append(all, model)
	}
	needed := models.Needed(all, goal)
	beforehand := map[string]bool{}
	for _, table := range models.Sources(needed, goal) {
		beforehand[table] = true
		t.others = append(t.others, table)
	}
	var err error
	t.models, err = models.Order(needed, beforehand)
	return err
}

// direct is the SELECT of an indicator that is read straight from Kolada.
func (t *trial) direct(goal string, all []models.Model) (models.Model, bool) {
	made := func(m models.Model) bool { return m.Table == goal }
	i := slices.IndexFunc(t.Config.Indicators, func(i config.Indicator) bool { return "indicator."+i.ID == goal })
	if i < 0 || slices.ContainsFunc(all, made) || t.Config.Indicators[i].KPI == "" {
		return models.Model{}, false
	}
	about := t.Config.Indicators[i]
	query := fmt.Sprintf("from kolada_indicator('%s', ['%s'])", about.KPI, strings.Join(about.Sex, "', '"))
	return models.Model{Table: goal, Query: query, Reads: []string{"core.kolada"}}, true
}

// prepare makes the schemas, tells tables of cells from the others, and reads
// the figure that all trials are held against.
func (t *trial) prepare(ctx context.Context) error {
	if err := t.build.Schemas(ctx, "config", "scb", "kolada", "ops", "core", "indicator"); err != nil {
		return err
	}
	var rest []string
	for _, name := range t.others {
		table, err := warehouse.ParseTable(name)
		if err != nil {
			return err
		}
		cells, ok, err := t.cellTable(ctx, table)
		if err != nil {
			return err
		}
		if ok {
			t.tables = append(t.tables, cells)
		} else {
			rest = append(rest, name)
		}
	}
	t.others = rest
	figures, err := t.read(ctx, "published.indicator."+t.question.Indicator, "region = "+warehouse.Text(t.question.Region))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoFigure, err)
	}
	t.want = figures[t.question.Region]
	return nil
}

// cellTable describes a table whose rows are cells, and tells whether it is one.
func (t *trial) cellTable(ctx context.Context, table warehouse.Table) (c cellTable, ok bool, err error) {
	place := fmt.Sprint(len(t.tables))
	c = cellTable{Table: table, rows: "main.rows_" + place, hidden: "main.hidden_" + place}
	own := t.ownRegion()
	switch d, known := t.Config.Dataset(table.Name); {
	case table.Schema == "kolada" && table.Name == "value":
		c.region, c.own = "municipality", own.Kolada
	case table.Schema == "scb" && known:
		c.region, c.own = scb.Column(d.RegionVariable), own.Code
		if d.RegionCoding == "nuts3" && own.NUTS3 != "" {
			c.own = own.NUTS3
		}
	default:
		return c, false, nil
	}
	found, err := t.build.Query(ctx, "select column_name from duckdb_columns() where database_name = 'published' and schema_name = "+
		warehouse.Text(table.Schema)+" and table_name = "+warehouse.Text(table.Name)+" order by column_index", 0)
	for _, row := range found.Rows {
		if name := fmt.Sprint(row[0]); !slices.Contains([]string{"year", "value", "status", "count"}, name) {
			c.columns = append(c.columns, name)
		}
	}
	if !slices.Contains(c.columns, c.region) {
		c.region = ""
	}
	if c.Schema == "kolada" {
		c.columns = append(c.columns, "year")
	}
	return c, true, err
}

func (t *trial) ownRegion() config.Region {
	i := slices.IndexFunc(t.Config.Regions, func(r config.Region) bool { return r.Code == t.question.Region })
	if i < 0 {
		return config.Region{Code: t.question.Region}
	}
	return t.Config.Regions[i]
}

// figure is what a trial is judged by.
type figure struct {
	value, numerator, denominator *float64
	status, flags                 string
}

// tolerance is relative: the same cells may be added in another order, which
// moves the last digits of a binary fraction; a hidden cell moves far more.
const tolerance = 1e-9

func (f figure) same(g figure) bool {
	near := func(a, b *float64) bool {
		if a == nil || b == nil {
			return a == b
		}
		return math.Abs(*a-*b) <= tolerance*math.Max(math.Abs(*a), math.Abs(*b))
	}
	return f.status == g.status && f.flags == g.flags &&
		near(f.value, g.value) && near(f.numerator, g.numerator) && near(f.denominator, g.denominator)
}

// read gives the figures of the question's year and sex by region.
func (t *trial) read(ctx context.Context, table, condition string) (map[string]figure, error) {
	query := fmt.Sprintf("select * from %s where year = %d and sex = %s and %s", table, t.question.Year, warehouse.Text(t.question.Sex), condition)
	found, err := t.build.Query(ctx, query, 0)
	if err != nil {
		return nil, err
	}
	column := func(row []any, name string) any {
		if i := slices.Index(found.Columns, name); i >= 0 {
			return row[i]
		}
		return nil
	}
	figures := map[string]figure{}
	for _, row := range found.Rows {
		figures[fmt.Sprint(column(row, "region"))] = figure{
			value: double(column(row, "value")), numerator: double(column(row, "numerator")), denominator: double(column(row, "denominator")),
			status: fmt.Sprint(column(row, "status")), flags: fmt.Sprint(column(row, "flags")),
		}
	}
	return figures, nil
}

// evaluate makes the indicator for copies of the region, 0 to copies-1, and
// returns their figures by copy. A copy without a row has the zero figure.
func (t *trial) evaluate(ctx context.Context, copies int) ([]figure, error) {
	if err := t.lay(ctx, copies); err != nil {
		return nil, err
	}
	for _, model := range t.models {
		if model.Path == "" { // straight from Kolada, by a macro that reads core
			if err := t.macros("core")(ctx); err != nil {
				return nil, err
			}
		}
		if err := t.build.Exec(ctx, "create or replace table "+model.Table+" as\n"+model.Query); err != nil {
			return nil, fmt.Errorf("%s: %w", model.Path, err)
		}
	}
	byRegion, err := t.read(ctx, "indicator."+t.question.Indicator, "true")
	figures := make([]figure, copies)
	for k := range figures {
		figures[k] = byRegion[fmt.Sprintf("%s#%d", t.question.Region, k)]
	}
	return figures, err
}

// lay lays the rows in use out, once for each copy, without what is hidden.
func (t *trial) lay(ctx context.Context, copies int) error {
	var statements []string
	for _, c := range t.tables {
		value := "r.value"
		if t.filled {
			value = "coalesce(r.value, 1)"
		}
		shown := fmt.Sprintf("case when h.n is null then %s end as value, case when h.n is null then r.status else '..' end as status", value)
		if c.region == "" {
			statements = append(statements, fmt.Sprintf(`create or replace table %s as
				select r.* exclude (n) replace (%s) from %s as r left join %s as h on h.k = -1 and h.n = r.n`, c, shown, c.rows, c.hidden))
			continue
		}
		statements = append(statements, fmt.Sprintf(`create or replace table %s as
			select r.* exclude (n) replace (r.%s || '#' || m.k as %[2]s, %s)
			from %s as r cross join range(%d) as m(k) left join %s as h on h.k = m.k and h.n = r.n`,
			c, warehouse.Quote(c.region), shown, c.rows, copies, c.hidden))
	}
	for _, name := range t.others {
		statements = append(statements, "create or replace table "+name+" as "+t.other(name, copies))
	}
	return t.build.Exec(ctx, strings.Join(statements, ";\n"))
}

// other reads a table as it is published; lists of regions get the copies too.
func (t *trial) other(name string, copies int) string {
	all := "select * from published." + name
	own := t.ownRegion()
	switch name {
	case "config.region":
		return fmt.Sprintf(`%s union all select * exclude (k) replace (region || '#' || k as region, nuts3 || '#' || k as nuts3, kolada_id || '#' || k as kolada_id)
			from published.config.region, range(%d) as m(k) where region = %s`, all, copies, warehouse.Text(own.Code)) // every code of a copy is new
	case "kolada.municipality":
		return fmt.Sprintf("%s union all select * exclude (k) replace (id || '#' || k as id) from published.kolada.municipality, range(%d) as m(k) where id = %s",
			all, copies, warehouse.Text(own.Kolada))
	}
	return all
}

// sqlFile is the file that makes a table.
func (t *trial) sqlFile(table string) (effektsql.File, bool) {
	files := slices.Concat(t.SQL.Core, t.SQL.Indicators)
	i := slices.IndexFunc(files, func(f effektsql.File) bool { return f.Table() == table })
	if i < 0 {
		return effektsql.File{}, false
	}
	return files[i], true
}
