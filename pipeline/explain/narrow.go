package explain

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"effekt/pipeline/warehouse"
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
	if err == nil && found && t.want.Value == nil {
		found, err = t.fill(ctx)
	}
	if err == nil && found {
		err = t.divide(ctx)
	}
	if err != nil {
		return fmt.Errorf("looking for the inputs: %w", err)
	}
	return nil
}

// window takes the fewest years from which the figure comes out the same. A
// missing figure may be missing for want of any year, so it gets them all.
func (t *trial) window(ctx context.Context) (bool, error) {
	for _, years := range []int{0, 1, 10, -1} {
		window := fmt.Sprintf("year between %d and %d", t.Year-years, t.Year)
		if years < 0 {
			window = "true"
		} else if t.want.Value == nil {
			continue
		}
		if err := t.take(ctx, window); err != nil {
			return false, err
		}
		made, err := t.evaluate(ctx)
		if err != nil || made[0].same(t.want) {
			return err == nil, err
		}
	}
	t.Remark = remarkElsewhere
	return false, t.each(ctx, func(c cellTable) string { return "delete from " + c.rows() })
}

// fill gives every missing value one, to find those for want of which the figure is
// missing. It tells whether the figure is there then; where it is not, the cells of
// its year and the year before show the gap.
func (t *trial) fill(ctx context.Context) (bool, error) {
	t.filled = true
	made, err := t.evaluate(ctx)
	if err != nil {
		return false, err
	}
	if t.want = made[0]; t.want.Value != nil {
		return true, nil
	}
	t.Remark = remarkNoCells
	return false, t.take(ctx, fmt.Sprintf("year between %d and %d", t.Year-1, t.Year))
}

// take brings the region's rows of some years into use.
func (t *trial) take(ctx context.Context, window string) error {
	return t.each(ctx, func(c cellTable) string {
		own := "true"
		if c.Region != "" {
			own = warehouse.Quote(c.Region) + " = " + warehouse.Text(c.own)
		}
		return fmt.Sprintf("create or replace table %s as select row_number() over () as n, * from (from published.%s where %s and %s order by all)",
			c.rows(), c, own, window)
	})
}

// each runs a statement for every table of cells.
func (t *trial) each(ctx context.Context, statement func(cellTable) string) error {
	for _, c := range t.cells {
		if err := t.build.Exec(ctx, statement(c)); err != nil {
			return err
		}
	}
	return nil
}

// group is rows of a table of cells that are hidden together, by their numbers.
type group struct {
	Table int   `column:"place"`
	From  int64 `column:"first"`
	To    int64 `column:"last"`
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
func (t *trial) whole(ctx context.Context) ([]group, error) {
	tables := []string{"select 0 as place, 0 as first, 0 as last where false"}
	for _, c := range t.cells {
		tables = append(tables, fmt.Sprintf("select %d, 1, max(n) from %s having max(n) > 0", c.place, c.rows()))
	}
	return warehouse.Select[group](ctx, t.build, strings.Join(tables, " union all ")+" order by place")
}

// split divides the groups; nil when all are single cells.
func split(groups []group) []group {
	var all []group
	single := true
	for _, g := range groups {
		single = single && g.From == g.To
		size := max(1, (g.To-g.From+fan)/fan)
		for from := g.From; from <= g.To; from += size {
			all = append(all, group{g.Table, from, min(from+size-1, g.To)})
		}
	}
	if single {
		return nil
	}
	return all
}

// matter keeps the groups whose loss changes the figure, and drops the rows of the
// others.
func (t *trial) matter(ctx context.Context, groups []group) (kept []group, err error) {
	var idle []group
	for len(groups) > 0 {
		n := t.batch(groups)
		made, err := t.evaluate(ctx, groups[:n]...)
		if err != nil {
			return nil, err
		}
		for k, g := range groups[:n] {
			if made[k].same(t.want) {
				idle = append(idle, g)
			} else {
				kept = append(kept, g)
			}
		}
		groups = groups[n:]
	}
	if len(idle) == 0 {
		return kept, nil
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
		if t.cells[g.Table].Region == "" {
			return max(n, 1)
		}
	}
	return len(groups)
}

// drop takes the rows of groups out of use. Where the figure changes without them
// although none of them matters, the calculation counts rows: they stay in use.
func (t *trial) drop(ctx context.Context, idle []group) error {
	if err := errors.Join(t.build.Exec(ctx, "begin"), t.hide(ctx, idle)); err != nil {
		return err
	}
	if err := t.each(ctx, func(c cellTable) string {
		return fmt.Sprintf("delete from %s where n in (select n from main.hidden where place = %d)", c.rows(), c.place)
	}); err != nil {
		return err
	}
	made, err := t.evaluate(ctx)
	if err != nil {
		return err
	}
	if made[0].same(t.want) {
		return t.build.Exec(ctx, "commit")
	}
	t.Remark = remarkCounted
	return t.build.Exec(ctx, "rollback")
}
