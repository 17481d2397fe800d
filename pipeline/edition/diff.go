package edition

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"effekt/pipeline/warehouse"
)

// Diff is what has changed from one set of published tables to a later one.
// Conclusions come first: a revised figure matters most where what was said of
// it no longer holds.
type Diff struct {
	Conclusions []Conclusion `json:"conclusions"` // about the county
	Revised     []Difference `json:"revised"`     // the same figure, another value or status
	Withdrawn   []Difference `json:"withdrawn"`   // figures that are gone
	Added       int64        `json:"added"`       // figures that were not there: new years, new indicators
}

// Conclusion is a statement about a series that has changed. Year is 0 for one
// about the series as a whole.
type Conclusion struct {
	Indicator string `json:"indicator_id" column:"indicator_id"`
	Year      int    `json:"year,omitempty" column:"year"`
	Sex       string `json:"sex" column:"sex"`
	Kind      string `json:"kind" column:"kind"` // direction, rank, against_country or target
	Old       string `json:"old" column:"old"`
	New       string `json:"new" column:"new"`
}

// Compare tells two folders of published Parquet files apart, for a county. A
// forecast is no figure: its year's is added when the year has ended.
func Compare(ctx context.Context, old, fresh, county string) (d Diff, err error) {
	t, err := open(ctx, old, fresh)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, t.Abandon()) }()
	all, err := t.differences(ctx, "not coalesce(list_contains(flags, 'forecast'), false)")
	if err != nil {
		return d, err
	}
	for _, one := range all {
		switch {
		case one.OldStatus == "":
			d.Added++
		case one.NewStatus == "":
			d.Withdrawn = append(d.Withdrawn, one)
		default:
			d.Revised = append(d.Revised, one)
		}
	}
	d.Conclusions, err = t.conclusions(ctx, county)
	return d, err
}

// tables are two folders of published Parquet files in one session.
type tables struct {
	*warehouse.Build
	old, fresh string
}

func open(ctx context.Context, old, fresh string) (tables, error) {
	b, err := warehouse.Scratch(ctx)
	return tables{b, old, fresh}, err
}

func martPath(folder, table string) string { return filepath.Join(folder, "mart", table+".parquet") }

// rows reads a table of the mart in one of the folders, as SQL.
func rows(folder, table string) string {
	return "read_parquet(" + warehouse.Text(martPath(folder, table)) + ")"
}

// Difference is a figure as it was frozen and as it comes out.
type Difference struct {
	Indicator string   `json:"indicator_id" column:"indicator_id"`
	Region    string   `json:"region" column:"region"`
	Year      int      `json:"year" column:"year"`
	Sex       string   `json:"sex" column:"sex"`
	Old       *float64 `json:"old" column:"old"`
	New       *float64 `json:"new" column:"new"`
	OldStatus string   `json:"old_status" column:"old_status"`
	NewStatus string   `json:"new_status" column:"new_status"`
	// Source is the figure's. The vintages of its data sets are the same when it
	// has changed here: by other SQL or config, or a correction.
	Source     string `json:"source,omitempty" column:"source"`
	OldVintage string `json:"old_vintage,omitempty" column:"old_vintage"`
	NewVintage string `json:"new_vintage,omitempty" column:"new_vintage"`
}

// differences compares the indicator values that meet a condition. The order of
// additions may move the last digits of a binary fraction; what differs by more
// than a part in 10⁹ differs.
func (t tables) differences(ctx context.Context, which string) ([]Difference, error) {
	values := func(folder string) string {
		return "(from " + rows(folder, "indicator_value") + " where " + which + ")"
	}
	return warehouse.Select[Difference](ctx, t, `
		select indicator_id, region, year, sex, old.value as old, new.value as new, old.status as old_status, new.status as new_status,
			coalesce(new.source, old.source) as source, old.vintage as old_vintage, new.vintage as new_vintage
		from `+values(t.old)+` as old full join `+values(t.fresh)+` as new using (indicator_id, region, year, sex)
		where old.status is distinct from new.status or list_filter(old.flags, lambda f: f <> 'revised') is distinct from list_filter(new.flags, lambda f: f <> 'revised')
			or (old.value is null) <> (new.value is null)
			or abs(old.value - new.value) > 1e-9 * greatest(abs(old.value), abs(new.value))
		order by all`)
}

// count is how many indicator values the old folder has.
func (t tables) count(ctx context.Context) (int64, error) {
	type row struct {
		N int64 `column:"n"`
	}
	found, err := warehouse.Select[row](ctx, t, "select count(*) as n from "+rows(t.old, "indicator_value"))
	if err != nil {
		return 0, err
	}
	return found[0].N, nil
}

//go:embed conclusions.sql
var conclusionsSQL string

// conclusions are the statements about a county that are others now.
func (t tables) conclusions(ctx context.Context, county string) ([]Conclusion, error) {
	statements := []string{"set variable county = " + warehouse.Text(county)}
	for table, columns := range map[string]string{
		"indicator_trend":   "null::varchar as region, null::varchar as sex, null::varchar as says, null::varchar as direction",
		"indicator":         "null::boolean as target_reached",
		"indicator_compare": "null::varchar as region, null::integer as year, null::varchar as sex, null::bigint as rank, null::bigint as n, null::double as gap",
	} {
		statements = append(statements, "create temp view "+table+" as "+t.both(table, "null::varchar as indicator_id, "+columns))
	}
	if err := t.Exec(ctx, strings.Join(statements, ";\n")); err != nil {
		return nil, err
	}
	return warehouse.Select[Conclusion](ctx, t, conclusionsSQL)
}

// both is a table in both folders, told apart by the column folder. What an older
// program's lacks, the table or some of its columns, is empty.
func (t tables) both(table, columns string) string {
	all := []string{"(select null::varchar as folder, " + columns + " limit 0)"}
	for name, folder := range map[string]string{"old": t.old, "new": t.fresh} {
		if _, err := os.Stat(martPath(folder, table)); !errors.Is(err, fs.ErrNotExist) {
			all = append(all, fmt.Sprintf("(select %s as folder, * from %s)", warehouse.Text(name), rows(folder, table)))
		}
	}
	return strings.Join(all, " union all by name ")
}

// Newer are the vintages that the new figure rests on and the old one did not.
func (d Difference) Newer() string {
	var all []string
	for one := range strings.SplitSeq(d.NewVintage, ", ") {
		if !slices.Contains(strings.Split(d.OldVintage, ", "), one) {
			all = append(all, one)
		}
	}
	return strings.Join(all, ", ")
}
