package explain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"effekt/config"
	"effekt/pipeline/build"
	"effekt/pipeline/held"
	"effekt/pipeline/warehouse"
	"effekt/sources"
)

// trial is one question's private copy of what the indicator is made of, with the
// answer as far as it has come.
type trial struct {
	Material
	Explanation
	build    *warehouse.Build
	tables   map[string][]string     // the published file's, with their columns
	vintages map[string]string       // of the published file, by data set
	held     map[string]held.Dataset // what it takes of each
	known    map[string]table        // the sources' tables, by name
	models   []build.Model           // on the way to the indicator, in order
	others   []string                // tables read as they are published
	cells    []cellTable
	want     Figure // what a trial must give when nothing is lost
	filled   bool   // missing values are taken as 1, to find what a missing figure lacks
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
	place int // among the tables of cells
}

// rows is the table of the rows in use, numbered by n.
func (c cellTable) rows() string { return fmt.Sprintf("main.rows_%d", c.place) }

// String is the table's name as SQL writes it.
func (t table) String() string { return warehouse.QuoteTable(t.Schema + "." + t.Name) }

func begin(ctx context.Context, m Material, q Question) (*trial, error) {
	t := &trial{Material: m, Explanation: Explanation{Question: q}, held: map[string]held.Dataset{}, known: map[string]table{}}
	var err error
	if t.vintages, err = build.Vintages(ctx, m.Database); err != nil {
		return nil, err
	}
	for _, d := range m.Held.Config.Datasets {
		if t.held[d.Name], err = m.Held.Published(d, t.vintages[d.Name]); err != nil {
			return nil, err
		}
	}
	for _, s := range m.Sources {
		t.describe(s)
	}
	t.build, err = warehouse.Trial(ctx, m.Database)
	return t, err
}

// describe asks a source for its tables. One that holds several data sets has the
// coding of regions of each of them.
func (t *trial) describe(s sources.Source) {
	own := config.Region{Code: t.Region}
	if i := slices.IndexFunc(t.Held.Config.Regions, func(r config.Region) bool { return r.Code == t.Region }); i >= 0 {
		own = t.Held.Config.Regions[i]
	}
	var sets []sources.Set
	coding := map[string]string{}
	for _, d := range t.Held.Config.Datasets {
		if d.Source == s.Name() {
			sets = append(sets, t.held[d.Name].Set)
			coding[d.Name], coding[""] = d.RegionCoding, d.RegionCoding
		}
	}
	for _, described := range s.Tables(sets) {
		one := table{described, s, cmp.Or(own.In(coding[described.Dataset]), own.Code)}
		t.known[one.Schema+"."+one.Name] = one
	}
}

// prepare orders the SELECTs that lead to the indicator, tells tables of cells
// from the others, and reads the figure that all trials are held against.
func (t *trial) prepare(ctx context.Context) error {
	if err := build.Macros(ctx, t.build, t.SQL, ""); err != nil {
		return err
	}
	var err error
	if t.tables, err = t.columns(ctx, "'published'"); err != nil {
		return err
	}
	plan, err := build.NewPlan(ctx, t.build, t.Held.Config, t.SQL, func(table string) bool { return t.tables[table] != nil })
	if err != nil {
		return err
	}
	goal := "indicator." + t.Indicator
	t.models = plan.Needed(goal)
	schemas := []string{"core", "indicator"}
	for _, name := range plan.Rests(goal) {
		schema, _, _ := strings.Cut(name, ".")
		schemas = append(schemas, schema)
		if c, ok := t.cellTable(name); ok {
			t.cells = append(t.cells, c)
		} else {
			t.others = append(t.others, name)
		}
	}
	if err := t.build.Schemas(ctx, slices.Compact(slices.Sorted(slices.Values(schemas)))...); err != nil {
		return err
	}
	made, err := t.made(ctx, "published."+warehouse.QuoteTable(goal))
	if err != nil {
		return errors.Join(ErrNoFigure, err)
	}
	t.want = made[t.Region]
	return nil
}

// columns are those of a database's tables, by table; the database is in SQL.
func (t *trial) columns(ctx context.Context, database string) (map[string][]string, error) {
	type row struct {
		Table   string   `column:"name"`
		Columns []string `column:"columns"`
	}
	rows, err := warehouse.Select[row](ctx, t.build, `select schema_name || '.' || table_name as name, list(column_name order by column_index) as columns
		from duckdb_columns() where database_name = `+database+` group by all`)
	all := map[string][]string{}
	for _, row := range rows {
		all[row.Table] = row.Columns
	}
	return all, err
}

// cellTable describes a table whose rows are cells, and tells whether it is one.
// Where the archive has lost the published vintage the columns are the file's.
func (t *trial) cellTable(name string) (cellTable, bool) {
	described := t.known[name]
	if len(described.Key) == 0 {
		return cellTable{}, false
	}
	missing := func(column string) bool { return !slices.Contains(t.tables[name], column) }
	described.Key = slices.DeleteFunc(slices.Clone(described.Key), missing)
	if missing(described.Region) {
		described.Region = ""
	}
	return cellTable{described, len(t.cells)}, true
}

// made gives the indicator's figures of the question's year and sex, by region.
// The flag that the build adds to those of the SQL is passed over.
func (t *trial) made(ctx context.Context, table string) (map[string]Figure, error) {
	from := fmt.Sprintf(`(select * replace (list_filter(flags, lambda f: f <> '%s') as flags)
		from (from %s union all by name (select null::varchar[] as flags limit 0)))`, smallDenominator, table)
	found, err := figures(ctx, t.build, from, fmt.Sprintf("year = %d and sex = %s", t.Year, warehouse.Text(t.Sex)))
	all := map[string]Figure{}
	for _, f := range found {
		all[f.Region] = f.Figure
	}
	return all, err
}

// evaluate makes the indicator once for each group of cells, in a copy of the
// region without that group; or once, nothing hidden. A figure that has no row is
// the zero figure.
func (t *trial) evaluate(ctx context.Context, hidden ...group) ([]Figure, error) {
	all := make([]Figure, max(1, len(hidden)))
	if err := t.hide(ctx, hidden); err != nil {
		return all, err
	}
	if err := t.lay(ctx, len(all)); err != nil {
		return all, err
	}
	// The macros that read Kolada's KPIs can be made when their table has been.
	core := slices.ContainsFunc(t.models, func(m build.Model) bool { return m.Table == "core.kolada" })
	for _, model := range t.models {
		if core && strings.HasPrefix(model.Table, "indicator.") {
			core = false
			if err := build.Macros(ctx, t.build, t.SQL, "core"); err != nil {
				return all, err
			}
		}
		if err := t.build.Exec(ctx, "create or replace table "+warehouse.QuoteTable(model.Table)+" as\n"+model.Query); err != nil {
			return all, fmt.Errorf("%s: %w", model.Path, err)
		}
	}
	made, err := t.made(ctx, warehouse.QuoteTable("indicator."+t.Indicator))
	for k := range all {
		all[k] = made[fmt.Sprintf("%s#%d", t.Region, k)]
	}
	return all, err
}

// hide hides each group in its own copy, 0 and up; one of a series that is the same
// for all regions in copy -1, the only one there is. What was hidden before is not.
func (t *trial) hide(ctx context.Context, groups []group) error {
	hidden := []string{"(0, 0, 1, 0)"} // no row
	for k, g := range groups {
		if t.cells[g.Table].Region == "" {
			k = -1
		}
		hidden = append(hidden, fmt.Sprintf("(%d, %d, %d, %d)", g.Table, k, g.From, g.To))
	}
	return t.build.Exec(ctx, "create or replace table main.hidden as select place, k, unnest(range(first, last + 1)) as n from (values "+
		strings.Join(hidden, ", ")+") as g(place, k, first, last)")
}

// lay lays the rows in use out, once for each copy, without what is hidden.
func (t *trial) lay(ctx context.Context, copies int) error {
	var statements []string
	for _, c := range t.cells {
		statements = append(statements, fmt.Sprintf("create or replace table %s as %s", c, c.laid(copies, t.filled)))
	}
	for _, name := range t.others {
		statements = append(statements, "create or replace table "+warehouse.QuoteTable(name)+" as "+t.other(name, copies))
	}
	return t.build.Exec(ctx, strings.Join(statements, ";\n"))
}

// laid selects the rows in use for each copy; those of a series that is the same
// for all regions once, as copy -1. A hidden cell has no value.
func (c cellTable) laid(copies int, filled bool) string {
	copied, shown := "(values (-1))", "r.value"
	if filled {
		shown = "coalesce(r.value, 1)"
	}
	replaced := "case when h.n is null then " + shown + " end as value, case when h.n is null then r.status else '..' end as status"
	if c.Region != "" {
		copied = fmt.Sprintf("range(%d)", copies)
		replaced += fmt.Sprintf(", r.%s || '#' || m.k as %[1]s", warehouse.Quote(c.Region))
	}
	return fmt.Sprintf("select r.* exclude (n) replace (%s) from %s as r cross join %s as m(k) left join main.hidden as h on h.place = %d and h.k = m.k and h.n = r.n",
		replaced, c.rows(), copied, c.place)
}

// other reads a table as it is published; lists of regions get the copies too,
// with every code of a copy new.
func (t *trial) other(name string, copies int) string {
	published := "published." + warehouse.QuoteTable(name)
	all := "select * from " + published
	more := func(replace, region, own string) string {
		return all + fmt.Sprintf(" union all select * exclude (k) replace (%s) from %s, range(%d) as m(k) where %s = %s",
			replace, published, copies, region, warehouse.Text(own))
	}
	if name == "config.region" {
		return more("region || '#' || k as region, nuts3 || '#' || k as nuts3, kolada_id || '#' || k as kolada_id", "region", t.Region)
	}
	if list := t.known[name]; list.Region != "" {
		column := warehouse.Quote(list.Region)
		return more(column+" || '#' || k as "+column, column, list.own)
	}
	return all
}
