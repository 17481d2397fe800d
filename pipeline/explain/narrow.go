package explain

import (
	"context"
	"effekt/pipeline/warehouse"
	"fmt"
	"slices"
	"strings"
)

// mostCells is how many cells are hidden one by one; a figure of more is
// explained by code.
const mostCells = 1500

// Remarks on a search that stopped short.
const (
	remarkElsewhere = "the figure cannot be calculated again from this region's own cells, so its inputs are not listed"
	remarkNoCells   = "the figure is missing because the series has no cell where it needs one"
	remarkByCode    = "more cells than can be tried one by one: every cell is listed whose codes all matter"
)

// narrow leaves the cells in use that the figure rests on.
func (t *trial) narrow(ctx context.Context) error {
	found, err := t.window(ctx)
	if err != nil || !found {
		return err
	}
	if t.want.value == nil {
		t.filled = true
		figures, err := t.evaluate(ctx, 1)
		if err != nil {
			return err
		}
		if figures[0].value == nil {
			t.remark = remarkNoCells
			year := t.question.Year // what there is shows the gap
			return t.take(ctx, fmt.Sprintf("year between %d and %d", year-1, year))
		}
		t.want = figures[0]
	}
	for _, step := range []func(context.Context) error{t.byCode, t.byCell, t.national} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// window takes the fewest years from which the figure comes out the same. A
// missing figure may be missing for want of any year, so it gets them all.
func (t *trial) window(ctx context.Context) (bool, error) {
	year := t.question.Year
	windows := []string{
		fmt.Sprintf("year = %d", year), fmt.Sprintf("year between %d and %d", year-1, year),
		fmt.Sprintf("year between %d and %d", year-10, year), "true",
	}
	if t.want.value == nil {
		windows = windows[len(windows)-1:]
	}
	for _, window := range windows {
		if err := t.take(ctx, window); err != nil {
			return false, err
		}
		figures, err := t.evaluate(ctx, 1)
		if err != nil {
			return false, err
		}
		if figures[0].same(t.want) {
			return true, nil
		}
	}
	t.remark = remarkElsewhere
	return false, t.empty(ctx)
}

// take brings the region's rows of some years into use, nothing hidden.
func (t *trial) take(ctx context.Context, window string) error {
	for _, c := range t.tables {
		own := "true"
		if c.region != "" {
			own = warehouse.Quote(c.region) + " = " + warehouse.Text(c.own)
		}
		err := t.build.Exec(ctx, fmt.Sprintf(`create or replace table %s as select row_number() over () as n, * from published.%s where %s and %s;
			create or replace table %s (k integer, n bigint)`, c.rows, c, own, window, c.hidden))
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) empty(ctx context.Context) error {
	for _, c := range t.tables {
		if err := t.build.Exec(ctx, "delete from "+c.rows); err != nil {
			return err
		}
	}
	return nil
}

// mask is one set of cells that a copy hides.
type mask struct {
	table  int
	column int
	code   string
}

// byCode hides all cells of a code at a time and drops those of codes that do
// not matter.
func (t *trial) byCode(ctx context.Context) error {
	masks := []mask{{table: -1}} // copy 0 hides nothing
	for i, c := range t.tables {
		if c.region == "" {
			continue
		}
		for k, column := range c.columns {
			codes, err := t.build.Query(ctx, fmt.Sprintf("select distinct %s::varchar from %s order by 1", warehouse.Quote(column), c.rows), 0)
			if err != nil {
				return err
			}
			for _, row := range codes.Rows {
				masks = append(masks, mask{i, k, fmt.Sprint(row[0])})
			}
		}
	}
	for k, m := range masks[1:] {
		c := t.tables[m.table]
		if err := t.build.Exec(ctx, fmt.Sprintf("insert into %s select %d, n from %s where %s::varchar = %s",
			c.hidden, k+1, c.rows, warehouse.Quote(c.columns[m.column]), warehouse.Text(m.code))); err != nil {
			return err
		}
	}
	figures, err := t.evaluate(ctx, len(masks))
	if err != nil {
		return err
	}
	return t.drop(ctx, masks, figures)
}

// drop deletes the cells that have a code which does not matter.
func (t *trial) drop(ctx context.Context, masks []mask, figures []figure) error {
	for i, c := range t.tables {
		if c.region == "" {
			continue
		}
		var conditions []string
		for column, name := range c.columns {
			matter := []string{"''"}
			for k, m := range masks {
				if m.table == i && m.column == column && !figures[k].same(t.want) {
					matter = append(matter, warehouse.Text(m.code))
				}
			}
			conditions = append(conditions, fmt.Sprintf("%s::varchar not in (%s)", warehouse.Quote(name), strings.Join(matter, ", ")))
		}
		if err := t.build.Exec(ctx, fmt.Sprintf("delete from %s where %s; delete from %s", c.rows, strings.Join(conditions, " or "), c.hidden)); err != nil {
			return err
		}
	}
	return nil
}

// byCell hides one cell at a time.
func (t *trial) byCell(ctx context.Context) error {
	first := make([]int, len(t.tables)+1) // the copy of each table's first row
	first[0] = 1
	for i, c := range t.tables {
		first[i+1] = first[i]
		if c.region == "" {
			continue
		}
		// Numbered anew, so that the rows' numbers are the copies'.
		renumber := fmt.Sprintf("create or replace table %s as select row_number() over (order by n) as n, * exclude (n) from %[1]s; "+
			"insert into %s select %d + n - 1, n from %[1]s", c.rows, c.hidden, first[i])
		if err := t.build.Exec(ctx, renumber); err != nil {
			return err
		}
		count, err := t.build.Query(ctx, "select count(*) from "+c.rows, 0)
		if err != nil {
			return err
		}
		rows, _ := count.Rows[0][0].(int64)
		first[i+1] += int(rows)
	}
	copies := first[len(t.tables)]
	if copies > mostCells {
		t.remark = remarkByCode
		return t.show(ctx)
	}
	figures, err := t.evaluate(ctx, copies)
	if err != nil {
		return err
	}
	if !figures[0].same(t.want) {
		t.remark = remarkByCode // the SQL counts rows, and those that are gone were counted
		return t.show(ctx)
	}
	for i, c := range t.tables {
		var idle []string
		for k := first[i]; k < first[i+1]; k++ {
			if figures[k].same(t.want) {
				idle = append(idle, fmt.Sprint(k-first[i]+1))
			}
		}
		if err := t.remove(ctx, c, idle); err != nil {
			return err
		}
	}
	return t.show(ctx)
}

func (t *trial) remove(ctx context.Context, c cellTable, numbers []string) error {
	if len(numbers) == 0 {
		return nil
	}
	return t.build.Exec(ctx, fmt.Sprintf("delete from %s where n in (%s)", c.rows, strings.Join(numbers, ", ")))
}

// show hides nothing any more.
func (t *trial) show(ctx context.Context) error {
	for _, c := range t.tables {
		if err := t.build.Exec(ctx, "delete from "+c.hidden); err != nil {
			return err
		}
	}
	return nil
}

// national finds the cells of series that are the same for every region, by
// hiding ever smaller parts of them.
func (t *trial) national(ctx context.Context) error {
	for _, c := range t.tables {
		if c.region != "" {
			continue
		}
		found, err := t.build.Query(ctx, "select n from "+c.rows+" order by n", 0)
		if err != nil {
			return err
		}
		var all []string
		for _, row := range found.Rows {
			all = append(all, fmt.Sprint(row[0]))
		}
		matter, err := t.matter(ctx, c, all)
		if err != nil {
			return err
		}
		idle := slices.DeleteFunc(all, func(n string) bool { return slices.Contains(matter, n) })
		if err := t.remove(ctx, c, idle); err != nil {
			return err
		}
	}
	return nil
}

// matter are the rows among numbers whose loss changes the figure.
func (t *trial) matter(ctx context.Context, c cellTable, numbers []string) ([]string, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	hide := fmt.Sprintf("insert into %s select -1, n from %s where n in (%s)", c.hidden, c.rows, strings.Join(numbers, ", "))
	if err := t.build.Exec(ctx, hide); err != nil {
		return nil, err
	}
	figures, err := t.evaluate(ctx, 1)
	if err := firstOf(err, t.show(ctx)); err != nil {
		return nil, err
	}
	switch {
	case figures[0].same(t.want):
		return nil, nil
	case len(numbers) == 1:
		return numbers, nil
	}
	left, err := t.matter(ctx, c, numbers[:len(numbers)/2])
	if err != nil {
		return nil, err
	}
	right, err := t.matter(ctx, c, numbers[len(numbers)/2:])
	return slices.Concat(left, right), err
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
