package explain

import (
	"cmp"
	"context"
	"effekt/config"
	"effekt/pipeline/build"
	"effekt/pipeline/held"
	"effekt/pipeline/warehouse"
	"effekt/sources"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// trial is one question's private copy of what the indicator is made of.
type trial struct {
	Material
	question  Question
	build     *warehouse.Build
	vintages  map[string]string       // of the published file, by data set
	held      map[string]held.Dataset // what it takes of each
	described map[string]table        // the sources' tables, by name
	models    []build.Model           // on the way to the indicator, in order
	others    []string                // tables read as they are published
	cells     []cellTable
	want      figure
	filled    bool // missing values are taken as 1, to find what a missing figure lacks
	remark    string
}

// table is a source's table, with how it writes the figure's region.
type table struct {
	sources.Table
	source sources.Source
	own    string
}

// cellTable is a table of cells in which some may be hidden.
type cellTable struct {
	table
	rows   string // the rows in use, numbered by n
	hidden string // k, n: row n is hidden in copy k
}

// String is the table's name as SQL writes it.
func (t table) String() string { return warehouse.QuoteTable(t.Schema + "." + t.Name) }

func begin(ctx context.Context, m Material, q Question) (*trial, error) {
	t := &trial{Material: m, question: q, held: map[string]held.Dataset{}, described: map[string]table{}}
	var err error
	if t.vintages, err = build.Vintages(ctx, m.Database); err != nil {
		return nil, err
	}
	for _, d := range m.Held.Config.Datasets {
		if t.held[d.Name], err = m.Held.Published(d, t.vintages[d.Name]); err != nil {
			return nil, err
		}
	}
	t.describe()
	t.build, err = warehouse.Trial(ctx, m.Database)
	return t, err
}

// describe asks the sources for their tables.
func (t *trial) describe() {
	own := config.Region{Code: t.question.Region}
	for _, r := range t.Held.Config.Regions {
		if r.Code == t.question.Region {
			own = r
		}
	}
	for _, s := range t.Sources {
		var sets []sources.Set
		coding := map[string]string{}
		for _, d := range t.Held.Config.Datasets {
			if d.Source == s.Name() {
				sets = append(sets, t.held[d.Name].Set)
				coding[d.Name], coding[""] = d.RegionCoding, d.RegionCoding // a table of several has the coding of each
			}
		}
		for _, described := range s.Tables(sets) {
			code := own.In(coding[described.Dataset])
			t.described[described.Schema+"."+described.Name] = table{described, s, cmp.Or(code, own.Code)}
		}
	}
}

// prepare orders the SELECTs that lead to the indicator, tells tables of cells
// from the others, and reads the figure that all trials are held against.
func (t *trial) prepare(ctx context.Context) error {
	if err := build.Macros(ctx, t.build, t.SQL, ""); err != nil {
		return err
	}
	columns, err := t.columns(ctx)
	if err != nil {
		return err
	}
	plan, err := build.NewPlan(ctx, t.build, t.Held.Config, t.SQL, func(table string) bool { return columns[table] != nil })
	if err != nil {
		return err
	}
	goal := "indicator." + t.question.Indicator
	t.models = plan.Needed(goal)
	schemas := []string{"core", "indicator"}
	for _, name := range plan.Rests(goal) {
		schema, _, _ := strings.Cut(name, ".")
		schemas = append(schemas, schema)
		if c, ok := t.cellTable(name, columns[name]); ok {
			t.cells = append(t.cells, c)
		} else {
			t.others = append(t.others, name)
		}
	}
	if err := t.build.Schemas(ctx, slices.Compact(slices.Sorted(slices.Values(schemas)))...); err != nil {
		return err
	}
	figures, err := t.read(ctx, "published."+warehouse.QuoteTable(goal), "region = "+warehouse.Text(t.question.Region))
	if err != nil {
		return errors.Join(ErrNoFigure, err)
	}
	t.want = figures[t.question.Region]
	return nil
}

// columns are those of the published file's tables, by table.
func (t *trial) columns(ctx context.Context) (map[string][]string, error) {
	type row struct {
		Table   string   `column:"name"`
		Columns []string `column:"columns"`
	}
	rows, err := warehouse.Select[row](ctx, t.build, `select schema_name || '.' || table_name as name, list(column_name order by column_index) as columns
		from duckdb_columns() where database_name = 'published' group by all`)
	all := map[string][]string{}
	for _, row := range rows {
		all[row.Table] = row.Columns
	}
	return all, err
}

// cellTable describes a table whose rows are cells, and tells whether it is one.
// Where the archive has lost the published vintage the columns are the file's.
func (t *trial) cellTable(name string, columns []string) (cellTable, bool) {
	described, ok := t.described[name]
	there := func(column string) bool { return slices.Contains(columns, column) }
	if !ok || len(described.Key) == 0 {
		return cellTable{}, false
	}
	described.Key = slices.DeleteFunc(slices.Clone(described.Key), func(column string) bool { return !there(column) })
	if !there(described.Region) {
		described.Region = ""
	}
	place := fmt.Sprint(len(t.cells))
	return cellTable{described, "main.rows_" + place, "main.hidden_" + place}, true
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

// read gives the figures of the question's year and sex by region. Flags that the
// build adds to the SQL's own are passed over.
func (t *trial) read(ctx context.Context, from, condition string) (map[string]figure, error) {
	type row struct {
		Region      string   `column:"region"`
		Value       *float64 `column:"value"`
		Numerator   *float64 `column:"numerator"`
		Denominator *float64 `column:"denominator"`
		Status      string   `column:"status"`
		Flags       []string `column:"flags"`
	}
	rows, err := warehouse.Select[row](ctx, t.build, fmt.Sprintf(
		"select region, value, numerator, denominator, status, flags from (from %s union all by name (select null::varchar[] as flags limit 0)) where year = %d and sex = %s and %s",
		from, t.question.Year, warehouse.Text(t.question.Sex), condition))
	figures := map[string]figure{}
	for _, r := range rows {
		own := slices.DeleteFunc(r.Flags, func(flag string) bool { return flag == "small_denominator" })
		figures[r.Region] = figure{r.Value, r.Numerator, r.Denominator, r.Status, strings.Join(own, " ")}
	}
	return figures, err
}

// evaluate makes the indicator for copies of the region, 0 to copies-1, and
// returns their figures by copy. A copy without a row has the zero figure.
func (t *trial) evaluate(ctx context.Context, copies int) ([]figure, error) {
	if err := t.lay(ctx, copies); err != nil {
		return nil, err
	}
	core := true
	for _, model := range t.models {
		if core && strings.HasPrefix(model.Table, "indicator.") {
			if core = false; slices.ContainsFunc(t.models, func(m build.Model) bool { return m.Table == "core.kolada" }) {
				if err := build.Macros(ctx, t.build, t.SQL, "core"); err != nil {
					return nil, err
				}
			}
		}
		if err := t.build.Exec(ctx, "create or replace table "+warehouse.QuoteTable(model.Table)+" as\n"+model.Query); err != nil {
			return nil, fmt.Errorf("%s: %w", model.Path, err)
		}
	}
	byRegion, err := t.read(ctx, warehouse.QuoteTable("indicator."+t.question.Indicator), "true")
	figures := make([]figure, copies)
	for k := range figures {
		figures[k] = byRegion[fmt.Sprintf("%s#%d", t.question.Region, k)]
	}
	return figures, err
}

// lay lays the rows in use out, once for each copy, without what is hidden.
func (t *trial) lay(ctx context.Context, copies int) error {
	var statements []string
	for _, c := range t.cells {
		value := "r.value"
		if t.filled {
			value = "coalesce(r.value, 1)"
		}
		shown := fmt.Sprintf("case when h.n is null then %s end as value, case when h.n is null then r.status else '..' end as status", value)
		if c.Region == "" {
			statements = append(statements, fmt.Sprintf(`create or replace table %s as
				select r.* exclude (n) replace (%s) from %s as r left join %s as h on h.k = -1 and h.n = r.n`, c, shown, c.rows, c.hidden))
			continue
		}
		statements = append(statements, fmt.Sprintf(`create or replace table %s as
			select r.* exclude (n) replace (r.%s || '#' || m.k as %[2]s, %s)
			from %s as r cross join range(%d) as m(k) left join %s as h on h.k = m.k and h.n = r.n`,
			c, warehouse.Quote(c.Region), shown, c.rows, copies, c.hidden))
	}
	for _, name := range t.others {
		statements = append(statements, "create or replace table "+warehouse.QuoteTable(name)+" as "+t.other(name, copies))
	}
	return t.build.Exec(ctx, strings.Join(statements, ";\n"))
}

// other reads a table as it is published; lists of regions get the copies too,
// with every code of a copy new.
func (t *trial) other(name string, copies int) string {
	published := "published." + warehouse.QuoteTable(name)
	all := "select * from " + published
	more := func(replace, region, own string) string {
		return fmt.Sprintf("%s union all select * exclude (k) replace (%s) from %s, range(%d) as m(k) where %s = %s", all, replace, published, copies, region, warehouse.Text(own))
	}
	if name == "config.region" {
		return more("region || '#' || k as region, nuts3 || '#' || k as nuts3, kolada_id || '#' || k as kolada_id", "region", t.question.Region)
	}
	if list := t.described[name]; list.Region != "" {
		column := warehouse.Quote(list.Region)
		return more(column+" || '#' || k as "+column, column, list.own)
	}
	return all
}
