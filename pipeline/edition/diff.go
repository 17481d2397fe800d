package edition

import (
	"archive/zip"
	"context"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	Kind      string `json:"kind"` // direction, rank, against_country or target
	Old       string `json:"old" column:"old"`
	New       string `json:"new" column:"new"`
}

// Compare tells two folders of published Parquet files apart, for a county. A
// forecast is no figure: its year's is added when the year has ended.
func Compare(ctx context.Context, old, fresh, county string) (d Diff, err error) {
	all, _, err := figures(ctx, old, fresh, "not coalesce(list_contains(flags, 'forecast'), false)")
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
	b, err := warehouse.Scratch(ctx)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, b.Abandon()) }()
	told := map[string]bool{}
	for _, kind := range conclusions() {
		if told[kind.name] {
			continue
		}
		both, err := kind.told(ctx, b, old, fresh)
		if err != nil {
			return d, fmt.Errorf("%s: %w", kind.name, err)
		}
		if !both {
			continue // an edition of a program that had no such table says nothing of it
		}
		told[kind.name] = true
		found, err := kind.compare(ctx, b, old, fresh, county)
		if err != nil {
			return d, fmt.Errorf("%s: %w", kind.name, err)
		}
		d.Conclusions = append(d.Conclusions, found...)
	}
	return d, nil
}

// conclusion is how one kind of statement is read from a table.
type conclusion struct{ name, table, column, year, sex, where, statement string }

func conclusions() []conclusion {
	return []conclusion{
		{"direction", "indicator_trend", "says", "0", "sex", "region", "says"},
		{"direction", "indicator_trend", "direction", "0", "sex", "region", "direction"}, // an older program's
		{"target", "indicator", "target_reached", "0", "'total'", "", "case target_reached when true then 'reached' when false then 'not reached' end"},
		{"rank", "indicator_compare", "rank", "year", "sex", "region", "rank::varchar || ' of ' || n::varchar"},
		{"against_country", "indicator_compare", "gap", "year", "sex", "region", "case when gap > 0 then 'above' when gap < 0 then 'below' when gap = 0 then 'equal' end"},
	}
}

// told tells whether all folders have the table, with the column that the
// statement is read from.
func (c conclusion) told(ctx context.Context, b *warehouse.Build, folders ...string) (bool, error) {
	for _, folder := range folders {
		path := filepath.Join(folder, "mart", c.table+".parquet")
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return false, nil
		}
		found, err := b.Query(ctx, "select name from parquet_schema("+warehouse.Text(path)+") where name = "+warehouse.Text(c.column), 0)
		if err != nil || len(found.Rows) == 0 {
			return false, err
		}
	}
	return true, nil
}

func (c conclusion) compare(ctx context.Context, b *warehouse.Build, old, fresh, county string) ([]Conclusion, error) {
	side := func(folder string) string {
		path := filepath.Join(folder, "mart", c.table+".parquet")
		where := "true"
		if c.where != "" {
			where = c.where + " = " + warehouse.Text(county)
		}
		return fmt.Sprintf("(select indicator_id, %s as year, %s as sex, %s as said from read_parquet(%s) where %s)",
			c.year, c.sex, c.statement, warehouse.Text(path), where)
	}
	changed, err := warehouse.Select[Conclusion](ctx, b, "select indicator_id, year::integer as year, sex, old.said as old, new.said as new from "+side(old)+" as old join "+side(fresh)+
		" as new using (indicator_id, year, sex) where old.said <> new.said order by all")
	for i := range changed {
		changed[i].Kind = c.name
	}
	return changed, err
}

// Export writes the edition in folder as one zip file, for the diary. The file
// is written under another name and renamed when it is whole.
func Export(ctx context.Context, folder, to string) (err error) {
	e, err := Read(folder)
	if err != nil {
		return err
	}
	if found, err := e.compare(folder); err != nil || len(found) > 0 {
		return errors.Join(err, fmt.Errorf("edition %s is not as it was frozen: see «effekt edition verify %[1]s»", e.Name))
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".export-*")
	if err != nil {
		return err
	}
	packed := zip.NewWriter(f)
	err = e.pack(ctx, packed, folder)
	err = errors.Join(err, packed.Close(), f.Sync(), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func (e Edition) pack(ctx context.Context, packed *zip.Writer, folder string) error {
	for _, f := range append([]File{{Path: file}, {Path: sealed}}, e.Files...) {
		if err := ctx.Err(); err != nil {
			return err
		}
		header := &zip.FileHeader{Name: e.Name + "/" + f.Path, Method: zip.Deflate, Modified: e.Frozen}
		if strings.HasSuffix(f.Path, ".zst") || strings.HasSuffix(f.Path, ".parquet") {
			header.Method = zip.Store // packed already
		}
		header.SetMode(0o444)
		w, err := packed.CreateHeader(header)
		if err != nil {
			return err
		}
		source, err := os.Open(filepath.Join(folder, filepath.FromSlash(f.Path)))
		if err != nil {
			return err
		}
		_, err = io.Copy(w, source)
		if err := errors.Join(err, source.Close()); err != nil {
			return err
		}
	}
	return nil
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
