package explain

import (
	"cmp"
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/held"
	"effekt/pipeline/warehouse"
	"effekt/sources"
	"fmt"
	"slices"
	"strings"
)

// cell is a row of a table of cells as it is published.
type cell struct {
	codes  map[string]string // by column
	value  *float64
	status string
}

// mostRows bounds how much of one step is shown.
const mostRows = 200

// steps shows every SELECT with the rows that the inputs alone give.
func (t *trial) steps(ctx context.Context) ([]Step, error) {
	if _, err := t.evaluate(ctx, 1); err != nil {
		return nil, err
	}
	copied := t.question.Region + "#0"
	var steps []Step
	for _, model := range t.models {
		step := Step{Table: model.Table, SQL: strings.TrimSpace(model.Query)}
		if strings.HasPrefix(model.Path, "sql/") {
			step.File = model.Path
		}
		columns, err := t.build.Query(ctx, "select * from "+warehouse.QuoteTable(model.Table)+" limit 0", 0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", model.Table, err)
		}
		where := "true" // no column region: the same for all regions
		if slices.Contains(columns.Columns, "region") {
			where = "region = " + warehouse.Text(copied)
		}
		found, err := t.build.Query(ctx, fmt.Sprintf("select * from %s where %s order by all limit %d", warehouse.QuoteTable(model.Table), where, mostRows), 0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", model.Table, err)
		}
		step.Columns, step.Rows = found.Columns, found.Rows
		for _, row := range step.Rows {
			for i, v := range row {
				if text, ok := v.(string); ok {
					row[i] = strings.TrimSuffix(text, "#0")
				}
			}
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// inUse are the cells of a table that narrow has left.
func (t *trial) inUse(ctx context.Context, c cellTable) ([]cell, error) {
	if t.remark == remarkNoCells {
		return nil, nil
	}
	found, err := t.build.Query(ctx, "select * exclude (n) from "+c.rows+" order by all", 0)
	if err != nil {
		return nil, err
	}
	var cells []cell
	for _, row := range found.Rows {
		one := cell{codes: map[string]string{}}
		for i, column := range found.Columns {
			switch v := row[i]; {
			case column == "value":
				if number, ok := v.(float64); ok {
					one.value = &number
				}
			case column == "status" && v != nil:
				one.status = fmt.Sprint(v)
			case slices.Contains(c.Key, column):
				one.codes[column] = fmt.Sprint(v)
			}
		}
		cells = append(cells, one)
	}
	return cells, nil
}

// trace finds each cell in the archive.
func (t *trial) trace(ctx context.Context) (inputs []Input, used []Vintage, err error) {
	for _, c := range t.cells {
		cells, err := t.inUse(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range t.Held.Config.Datasets {
			if d.Source != c.source.Name() || c.Dataset != "" && c.Dataset != d.Name {
				continue
			}
			found, from, err := t.dataset(c.table, t.held[d.Name], &cells)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", d.Name, err)
			}
			inputs, used = append(inputs, found...), append(used, from...)
		}
	}
	slices.SortFunc(used, func(a, b Vintage) int { return strings.Compare(a.Dataset+a.Name, b.Dataset+b.Name) })
	return inputs, used, nil
}

// dataset traces those of the cells that are of a data set, and takes them off.
func (t *trial) dataset(in table, d held.Dataset, cells *[]cell) (inputs []Input, used []Vintage, err error) {
	for n, part := range d.Parts {
		var own, rest []cell
		for _, c := range *cells {
			if holds(part, c) {
				own = append(own, c)
			} else {
				rest = append(rest, c)
			}
		}
		*cells = rest
		if len(own) == 0 {
			continue
		}
		found, err := t.part(in, d, n, own)
		if err != nil {
			return nil, nil, err
		}
		v := d.Vintages[slices.IndexFunc(d.Vintages, func(v archive.Vintage) bool { return v.Name == part.Vintage })]
		inputs = append(inputs, found...)
		used = append(used, Vintage{Dataset: d.Name, Name: v.Name, Title: v.Title, Stamp: v.SourceUpdated, Fetched: v.Fetched, Notes: v.Notes})
	}
	for _, c := range *cells {
		if in.Dataset == d.Name { // of a vintage that the archive does not hold
			inputs = append(inputs, Input{Dataset: d.Name, Table: d.Table, Value: c.value, Status: c.status, Missing: t.lost(d.Set.Dataset), Codes: codesOf(in, d, sources.Part{}, c)})
		}
	}
	return inputs, used, nil
}

// holds tells whether a cell is taken from a part: one of all that a vintage
// holds, or of a series that is.
func holds(p sources.Part, c cell) bool {
	if len(p.Series) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Series, func(series string) bool {
		for _, code := range c.codes {
			if code == series {
				return true
			}
		}
		return false
	})
}

// part traces cells through the stored answers of a part, in their order.
func (t *trial) part(in table, d held.Dataset, n int, cells []cell) ([]Input, error) {
	part := d.Parts[n]
	v := d.Vintages[slices.IndexFunc(d.Vintages, func(v archive.Vintage) bool { return v.Name == part.Vintage })]
	inputs := make([]Input, len(cells))
	left := make([]int, len(cells)) // those not found yet
	for i, c := range cells {
		left[i] = i
		inputs[i] = Input{
			Dataset: d.Name, Table: tableOf(in, part, c), Value: c.value, Status: c.status, Codes: codesOf(in, d, part, c),
			Missing: "no stored answer holds the cell",
		}
	}
	requests := v.Data("data")
	for r, stored := range part.Stored("data") {
		wanted := make([]map[string]string, len(left))
		for k, i := range left {
			wanted[k] = cells[i].codes
		}
		if len(left) == 0 {
			break
		}
		places, err := in.source.Locate(part, stored, wanted)
		if err != nil {
			return nil, fmt.Errorf("the stored answer %s: %w", requests[r].Object, err)
		}
		var rest []int
		for k, i := range left {
			if !places[k].Found {
				rest = append(rest, i)
				continue
			}
			inputs[i].Missing, inputs[i].Origin = "", t.origin(v, requests[r], places[k])
		}
		left = rest
	}
	return inputs, nil
}

// tableOf names the publisher's table, or the publisher with the series.
func tableOf(in table, p sources.Part, c cell) string {
	if p.Table != "" {
		return p.Table
	}
	name := in.source.Name()
	return strings.ToUpper(name[:1]) + name[1:] + " " + c.codes[in.Key[0]]
}

// codesOf are a cell's codes by the publisher's names of its variables.
func codesOf(in table, d held.Dataset, p sources.Part, c cell) []Code {
	var codes []Code
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
		codes = append(codes, code)
	}
	return codes
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
