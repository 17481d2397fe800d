package explain

import (
	"context"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"strings"
)

// mostCopies is how many copies of the region are calculated at once.
const mostCopies = 1500

// Remarks on a search that stopped short.
const (
	remarkElsewhere = "the figure cannot be calculated again from this region's own cells, so its inputs are not listed"
	remarkNoCells   = "the figure is missing because the series has no cell where it needs one"
	remarkCounted   = "the calculation counts cells: more are listed than those whose values it uses"
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
	return t.divide(ctx)
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
	return false, t.each(ctx, "delete from %s", func(c cellTable) []any { return []any{c.rows} })
}

// take brings the region's rows of some years into use, nothing hidden.
func (t *trial) take(ctx context.Context, window string) error {
	return t.each(ctx, `create or replace table %s as select row_number() over () as n, * from (from published.%s where %s and %s order by all);
		create or replace table %s (k integer, n bigint)`, func(c cellTable) []any {
		own := "true"
		if c.Region != "" {
			own = warehouse.Quote(c.Region) + " = " + warehouse.Text(c.own)
		}
		return []any{c.rows, c, own, window, c.hidden}
	})
}

// each runs a statement for every table of cells.
func (t *trial) each(ctx context.Context, statement string, about func(cellTable) []any) error {
	for _, c := range t.cells {
		if err := t.build.Exec(ctx, fmt.Sprintf(statement, about(c)...)); err != nil {
			return err
		}
	}
	return nil
}

// group is rows of a table that are hidden together, by their numbers.
type group struct {
	table    int
	from, to int64
}

// fan is into how many a group is split: more parts are more copies at a time,
// and fewer times.
const fan = 8

// divide hides ever smaller groups of cells and drops those whose loss does not
// change the figure, until each group is one cell. Neighbours have most codes in
// common, so that whole groups go early.
func (t *trial) divide(ctx context.Context) error {
	groups, err := t.whole(ctx)
	for err == nil && len(groups) > 0 {
		if groups, err = t.matter(ctx, groups); err == nil {
			groups = split(groups)
		}
	}
	return err
}

// whole is one group for each table that has any rows in use.
func (t *trial) whole(ctx context.Context) (groups []group, err error) {
	type row struct {
		N int64 `column:"n"`
	}
	for i, c := range t.cells {
		found, err := warehouse.Select[row](ctx, t.build, "select count(*) as n from "+c.rows)
		if err != nil {
			return nil, err
		}
		if found[0].N > 0 {
			groups = append(groups, group{i, 1, found[0].N})
		}
	}
	return groups, nil
}

// split divides the groups; nil when all are single cells.
func split(groups []group) []group {
	var all []group
	single := true
	for _, g := range groups {
		single = single && g.from == g.to
		size := max(1, (g.to-g.from+fan)/fan)
		for from := g.from; from <= g.to; from += size {
			all = append(all, group{g.table, from, min(from+size-1, g.to)})
		}
	}
	if single {
		return nil
	}
	return all
}

// matter keeps the groups whose loss changes the figure, and drops the rows of the
// others. Where the figure changes without those rows although none of them
// matters, the calculation counts rows: they stay in use.
func (t *trial) matter(ctx context.Context, groups []group) (kept []group, err error) {
	var idle []group
	for len(groups) > 0 {
		n := t.batch(groups)
		same, err := t.without(ctx, groups[:n])
		if err != nil {
			return nil, err
		}
		for k, g := range groups[:n] {
			if same[k] {
				idle = append(idle, g)
			} else {
				kept = append(kept, g)
			}
		}
		groups = groups[n:]
	}
	return kept, t.drop(ctx, idle)
}

// batch is how many of the first groups can be tried at once: a series that is the
// same for all regions has no copies.
func (t *trial) batch(groups []group) int {
	for n, g := range groups {
		if n == mostCopies {
			return n
		}
		if t.cells[g.table].Region == "" {
			return max(n, 1)
		}
	}
	return len(groups)
}

// without tells for each group whether the figure is the same without it.
func (t *trial) without(ctx context.Context, groups []group) ([]bool, error) {
	hidden := make([][]string, len(t.cells))
	for k, g := range groups {
		if t.cells[g.table].Region == "" {
			k = -1
		}
		hidden[g.table] = append(hidden[g.table], fmt.Sprintf("(%d, %d, %d)", k, g.from, g.to))
	}
	for i, c := range t.cells {
		if len(hidden[i]) == 0 {
			continue
		}
		if err := t.build.Exec(ctx, fmt.Sprintf("insert into %s select g.k, r.n from %s as r join (values %s) as g(k, first, last) on r.n between g.first and g.last",
			c.hidden, c.rows, strings.Join(hidden[i], ", "))); err != nil {
			return nil, err
		}
	}
	figures, err := t.evaluate(ctx, len(groups))
	same := make([]bool, len(groups))
	for k := range figures {
		same[k] = figures[k].same(t.want)
	}
	return same, errors.Join(err, t.each(ctx, "delete from %s", func(c cellTable) []any { return []any{c.hidden} }))
}

// drop takes the rows of groups out of use, if the figure is the same then.
func (t *trial) drop(ctx context.Context, idle []group) error {
	if len(idle) == 0 {
		return nil
	}
	if err := t.each(ctx, "create or replace table %s_before as from %[1]s", func(c cellTable) []any { return []any{c.rows} }); err != nil {
		return err
	}
	gone := make([][]string, len(t.cells))
	for _, g := range idle {
		gone[g.table] = append(gone[g.table], fmt.Sprintf("n between %d and %d", g.from, g.to))
	}
	for i, c := range t.cells {
		if len(gone[i]) == 0 {
			continue
		}
		if err := t.build.Exec(ctx, "delete from "+c.rows+" where "+strings.Join(gone[i], " or ")); err != nil {
			return err
		}
	}
	figures, err := t.evaluate(ctx, 1)
	if err != nil || figures[0].same(t.want) {
		return err
	}
	t.remark = remarkCounted
	return t.each(ctx, "create or replace table %s as from %[1]s_before", func(c cellTable) []any { return []any{c.rows} })
}
