package explain

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/held"
	"effekt/pipeline/warehouse"
	"effekt/sources"
)

// mostRows bounds how much of one step is shown.
const mostRows = 200

// steps shows every SELECT with the rows that the inputs alone give.
func (t *trial) steps(ctx context.Context) error {
	if _, err := t.evaluate(ctx); err != nil {
		return err
	}
	tables, err := t.columns(ctx, "current_database()")
	if err != nil {
		return err
	}
	for _, model := range t.models {
		where := "true" // no column region: the same for all regions
		if slices.Contains(tables[model.Table], "region") {
			where = "region = " + warehouse.Text(t.Region+"#0")
		}
		found, err := t.build.Query(ctx, fmt.Sprintf("select * from %s where %s order by all limit %d", warehouse.QuoteTable(model.Table), where, mostRows), 0)
		if err != nil {
			return fmt.Errorf("%s: %w", model.Table, err)
		}
		for _, row := range found.Rows {
			for i, v := range row {
				if text, ok := v.(string); ok {
					row[i] = strings.TrimSuffix(text, "#0")
				}
			}
		}
		step := Step{Table: model.Table, SQL: strings.TrimSpace(model.Query), Columns: found.Columns, Rows: found.Rows}
		if strings.HasPrefix(model.Path, "sql/") {
			step.File = model.Path
		}
		t.Steps = append(t.Steps, step)
	}
	return nil
}

// inUse are the cells of a table that narrow has left, before they are traced, in
// the order of the table's columns.
func (t *trial) inUse(ctx context.Context, c cellTable) ([]Input, error) {
	type row struct {
		Value  *float64 `column:"value"`
		Status string   `column:"status"`
		Codes  []string `column:"codes"`
	}
	if t.Remark == remarkNoCells {
		return nil, nil
	}
	found, err := warehouse.Select[row](ctx, t.build, fmt.Sprintf("select value, status, [%s] as codes from %s order by %s",
		quoted(c.Key, "::varchar, "), c.rows(), quoted(t.tables[c.Schema+"."+c.Name], ", ")))
	cells := make([]Input, len(found))
	for i, row := range found {
		cells[i] = Input{Value: row.Value, Status: row.Status, codes: map[string]string{}}
		for k, column := range c.Key {
			cells[i].codes[column] = row.Codes[k]
		}
	}
	return cells, err
}

// quoted is a list of columns in SQL.
func quoted(columns []string, separator string) string {
	var all strings.Builder
	for _, column := range columns {
		all.WriteString(warehouse.Quote(column) + separator)
	}
	return strings.TrimSuffix(all.String(), ", ")
}

// trace finds each cell in the archive.
func (t *trial) trace(ctx context.Context) error {
	for _, c := range t.cells {
		cells, err := t.inUse(ctx, c)
		if err != nil {
			return err
		}
		for _, d := range t.Held.Config.Datasets {
			if d.Source != c.source.Name() || c.Dataset != "" && c.Dataset != d.Name {
				continue
			}
			if cells, err = t.dataset(c.table, t.held[d.Name], cells); err != nil {
				return fmt.Errorf("%s: %w", d.Name, err)
			}
		}
	}
	slices.SortFunc(t.Vintages, func(a, b Vintage) int { return strings.Compare(a.Dataset+a.Name, b.Dataset+b.Name) })
	return nil
}

// dataset traces those of the cells that are of a data set, and returns the others.
func (t *trial) dataset(in table, d held.Dataset, cells []Input) ([]Input, error) {
	for _, part := range d.Parts {
		var own, rest []Input
		for _, c := range cells {
			if holds(part, c) {
				own = append(own, c)
			} else {
				rest = append(rest, c)
			}
		}
		if cells = rest; len(own) == 0 {
			continue
		}
		v := d.Vintages[slices.IndexFunc(d.Vintages, func(v archive.Vintage) bool { return v.Name == part.Vintage })]
		if err := t.locate(in, d, part, v, own); err != nil {
			return nil, err
		}
		t.Inputs = append(t.Inputs, own...)
		t.Vintages = append(t.Vintages, Vintage{Dataset: d.Name, Name: v.Name, Title: v.Title, Stamp: v.SourceUpdated, Fetched: v.Fetched, Notes: v.Notes})
	}
	for i := range cells {
		if in.Dataset == d.Name { // of a vintage that the archive does not hold
			cells[i].about(in, d, sources.Part{Description: sources.Description{Table: d.Table}})
			cells[i].Missing = t.lost(d.Dataset)
			t.Inputs = append(t.Inputs, cells[i])
		}
	}
	return cells, nil
}

// holds tells whether a cell is taken from a part: one of all that a vintage
// holds, or of a series that is.
func holds(p sources.Part, c Input) bool {
	return len(p.Series) == 0 || slices.ContainsFunc(slices.Collect(maps.Values(c.codes)), func(code string) bool { return slices.Contains(p.Series, code) })
}

// locate finds cells of a part in its stored answers, in their order.
func (t *trial) locate(in table, d held.Dataset, part sources.Part, v archive.Vintage, cells []Input) error {
	for i := range cells {
		cells[i].about(in, d, part)
		cells[i].Missing = "no stored answer holds the cell"
	}
	requests := v.Data("data")
	for r, stored := range part.Stored("data") {
		var left []*Input
		var wanted []map[string]string
		for i := range cells {
			if cells[i].Origin == nil {
				left, wanted = append(left, &cells[i]), append(wanted, cells[i].codes)
			}
		}
		if len(left) == 0 {
			break
		}
		places, err := in.source.Locate(part, stored, wanted)
		if err != nil {
			return fmt.Errorf("the stored answer %s: %w", requests[r].Object, err)
		}
		for k, place := range places {
			if place.Found {
				left[k].Missing, left[k].Origin = "", t.origin(v, requests[r], place)
			}
		}
	}
	return nil
}

// about says where the cell is from: the publisher's table, or the publisher with
// the series, and the codes by the publisher's names of its variables.
func (c *Input) about(in table, d held.Dataset, p sources.Part) {
	name := in.source.Name()
	c.Dataset, c.Table = d.Name, cmp.Or(p.Table, strings.ToUpper(name[:1])+name[1:]+" "+c.codes[in.Key[0]])
	for _, column := range in.Columns {
		if !slices.Contains(in.Key, column.Name) {
			continue
		}
		code := Code{Variable: cmp.Or(column.Variable, column.Name), Code: c.codes[column.Name]}
		for _, v := range p.Variables {
			if i := slices.IndexFunc(v.Codes, func(known sources.Code) bool { return known.Code == code.Code }); v.Code == code.Variable && i >= 0 {
				code.Label = v.Codes[i].Label
			}
		}
		if i := slices.IndexFunc(d.KPIs, func(k config.KPI) bool { return k.ID == code.Code }); i >= 0 {
			code.Label = d.KPIs[i].Title
		}
		c.Codes = append(c.Codes, code)
	}
}

// lost is why the archive does not hold the published vintage of a data set.
func (t *trial) lost(d config.Dataset) string {
	arrivals, err := t.Held.Archive.Arrivals(d.Source, d.Name)
	for _, a := range arrivals {
		if err == nil && a.Vintage == t.vintages[d.Name] && a.Gone != nil {
			return (&archive.PrunedError{Dataset: d.Name, Removed: *a.Gone}).Error()
		}
	}
	return "the archive does not hold the vintage " + t.vintages[d.Name]
}

// maxSent bounds how much of a request's body is shown.
const maxSent = 4000

// origin is the answer to a request; a body that the archive has lost is not
// shown, for nothing rests on it.
func (t *trial) origin(v archive.Vintage, r archive.Request, place sources.Place) *Origin {
	sent := ""
	if r.BodySHA256 != "" {
		body, err := t.Held.Archive.Get(r.BodySHA256)
		if runes := []rune(string(body)); err == nil {
			sent = string(runes[:min(len(runes), maxSent)])
		}
	}
	return &Origin{
		Vintage: v.Name, Method: r.Method, URL: r.URL, Body: r.BodySHA256, Sent: sent, HTTP: r.Status, At: r.Received, Object: r.Object,
		Cell: place.Cell, Offset: place.Offset, Raw: place.Raw,
	}
}

// corrections are those of the figure itself, and of cells in the data sets that
// a corrected figure rests on. A file of an older program has none. An input is
// marked where the body holds another value than the one that was calculated with.
func (t *trial) corrections(ctx context.Context) (err error) {
	if t.tables["ops.correction"] == nil {
		return nil
	}
	datasets := []string{"''"}
	for _, v := range t.Vintages {
		if slices.Contains(t.Flags, "corrected") {
			datasets = append(datasets, warehouse.Text(v.Dataset))
		}
	}
	t.Corrections, err = warehouse.Select[Correction](ctx, t.build, fmt.Sprintf(
		`select corrects, state, expected, found, value, reason, who, reference, valid_until::varchar as valid_until, coalesce(dataset, '') as dataset
		from published.ops.correction where %s or dataset in (%s) order by number`, t.row(), strings.Join(datasets, ", ")))
	for i := range t.Inputs {
		one := &t.Inputs[i]
		ours := func(c Correction) bool { return c.Dataset == one.Dataset && c.State == "applied" }
		one.Corrected = one.Origin != nil && slices.ContainsFunc(t.Corrections, ours) && differs(one.Origin.Raw, one.Value)
	}
	return err
}

// differs tells whether the bytes of a body say another value; null is none.
func differs(raw string, v *float64) bool {
	sent, err := strconv.ParseFloat(raw, 64)
	if err != nil || v == nil {
		return (err == nil) != (v != nil)
	}
	return sent != *v
}
