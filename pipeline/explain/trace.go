package explain

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/warehouse"
	"effekt/sources/kolada"
	"effekt/sources/scb"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// cell is a row of a table of cells as it is published.
type cell struct {
	schema, table string
	codes         map[string]string // by column
	value         *float64
	status        string
}

// mostRows bounds how much of one step is shown.
const mostRows = 200

// steps shows every SELECT with the rows that the inputs alone give.
func (t *trial) steps(ctx context.Context) ([]Step, error) {
	if _, err := t.evaluate(ctx, 1); err != nil {
		return nil, err
	}
	copied := warehouse.Text(t.question.Region + "#0")
	var steps []Step
	for _, model := range t.models {
		step := Step{Table: model.Table, SQL: strings.TrimSpace(model.Query)}
		if file, ok := t.sqlFile(model.Table); ok {
			step.File = "sql/" + file.Path
		}
		found, err := t.build.Query(ctx, fmt.Sprintf("select * from %s where columns(c -> c = 'region')::varchar in (%s) order by all limit %d", model.Table, copied, mostRows), 0)
		if err != nil { // no column region: the same for all regions
			found, err = t.build.Query(ctx, fmt.Sprintf("select * from %s order by all limit %d", model.Table, mostRows), 0)
		}
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

// cells are those in use once narrow is done.
func (t *trial) cells(ctx context.Context) ([]cell, error) {
	if t.remark == remarkNoCells {
		return nil, nil
	}
	var cells []cell
	for _, c := range t.tables {
		found, err := t.build.Query(ctx, "select * exclude (n) from "+c.rows+" order by all", 0)
		if err != nil {
			return nil, err
		}
		for _, row := range found.Rows {
			one := cell{schema: c.Schema, table: c.Name, codes: map[string]string{}}
			for i, column := range found.Columns {
				switch {
				case column == "value":
					one.value = double(row[i])
				case column == "status" && row[i] != nil:
					one.status = fmt.Sprint(row[i])
				case slices.Contains(c.columns, column):
					one.codes[column] = fmt.Sprint(row[i])
				}
			}
			cells = append(cells, one)
		}
	}
	return cells, nil
}

// published names the vintage of each data set that the published file is made
// of: the archive may hold a newer one, of which nothing has been published.
func (t *trial) published(ctx context.Context) (map[string]string, error) {
	found, err := t.build.Query(ctx, "select name, vintage from published.ops.dataset where vintage is not null", 0)
	vintages := map[string]string{}
	for _, row := range found.Rows {
		vintages[fmt.Sprint(row[0])] = fmt.Sprint(row[1])
	}
	return vintages, err
}

// tracer finds cells in the archive.
type tracer struct {
	Material
	published map[string]string  // vintage by data set
	used      map[string]Vintage // by data set and vintage
}

// vintages are a data set's from the published one backwards, as many as it
// takes to find every KPI of it; none when the archive has lost the published one.
func (t tracer) vintages(d config.Dataset) ([]archive.Vintage, error) {
	missing := map[string]bool{}
	for _, k := range d.KPIs {
		missing[k.ID] = true
	}
	var all []archive.Vintage
	for v, err := range t.Archive.Newest(d.Source, d.Name) {
		if err != nil {
			return nil, err
		}
		if name := t.published[d.Name]; len(all) == 0 && v.Name != name && name != "" {
			continue
		}
		all = append(all, v)
		for _, kpi := range v.KPIs {
			delete(missing, kpi)
		}
		if len(missing) == 0 {
			break
		}
	}
	return all, nil
}

func trace(m Material, published map[string]string, cells []cell) ([]Input, []Vintage, error) {
	t := tracer{Material: m, published: published, used: map[string]Vintage{}}
	byTable := map[string][]cell{}
	for _, c := range cells {
		byTable[c.schema+"."+c.table] = append(byTable[c.schema+"."+c.table], c)
	}
	var inputs []Input
	for _, d := range m.Config.Datasets {
		var found []Input
		var err error
		switch d.Source {
		case "scb":
			found, err = t.table(d, byTable["scb."+d.Name])
		case "kolada":
			found, err = t.group(d, byTable["kolada.value"])
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		inputs = append(inputs, found...)
	}
	var vintages []Vintage
	for _, v := range t.used {
		vintages = append(vintages, v)
	}
	slices.SortFunc(vintages, func(a, b Vintage) int { return strings.Compare(a.Dataset+a.Name, b.Dataset+b.Name) })
	return inputs, vintages, nil
}

func (t tracer) use(d config.Dataset, v archive.Vintage) {
	t.used[d.Name+" "+v.Name] = Vintage{Dataset: d.Name, Name: v.Name, Title: v.Title, Stamp: v.SourceUpdated, Fetched: v.Fetched, Notes: v.Notes}
}

// table traces the cells of an SCB data set through its latest vintage.
func (t tracer) table(d config.Dataset, cells []cell) ([]Input, error) {
	if len(cells) == 0 {
		return nil, nil
	}
	all, err := t.vintages(d)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return t.lost(d, cells), nil
	}
	v := all[0]
	t.use(d, v)
	inputs := make([]Input, len(cells))
	wanted := make([]map[string]string, len(cells))
	for i, c := range cells {
		inputs[i] = Input{Dataset: d.Name, Table: v.Table, Value: c.value, Status: c.status, Missing: "no stored answer holds the cell"}
		wanted[i] = map[string]string{}
		for _, variable := range v.Variables {
			code := c.codes[variable.Column]
			wanted[i][variable.Code] = code
			inputs[i].Codes = append(inputs[i].Codes, Code{variable.Code, code, label(variable, code)})
		}
	}
	for _, r := range v.Data("data") {
		if err := t.locate(v, r, wanted, inputs); err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

// lost are cells of a vintage that the archive does not hold.
func (t tracer) lost(d config.Dataset, cells []cell) []Input {
	missing := "the archive does not hold the vintage " + t.published[d.Name]
	arrivals, err := t.Archive.Arrivals(d.Source, d.Name)
	for _, a := range arrivals {
		if err == nil && a.Vintage == t.published[d.Name] && a.Gone != nil {
			missing = (&archive.PrunedError{Dataset: d.Name, Removed: *a.Gone}).Error()
		}
	}
	inputs := make([]Input, len(cells))
	for i, c := range cells {
		inputs[i] = Input{Dataset: d.Name, Table: d.Table, Value: c.value, Status: c.status, Missing: missing}
		for _, column := range slices.Sorted(maps.Keys(c.codes)) {
			inputs[i].Codes = append(inputs[i].Codes, Code{Variable: column, Code: c.codes[column]})
		}
	}
	return inputs
}

func label(v archive.Variable, code string) string {
	i := slices.IndexFunc(v.Codes, func(c archive.Code) bool { return c.Code == code })
	if i < 0 {
		return ""
	}
	return v.Codes[i].Label
}

// locate finds those of the cells that one request asked for in its answer.
func (t tracer) locate(v archive.Vintage, r archive.Request, wanted []map[string]string, inputs []Input) error {
	sent, err := t.Archive.Get(r.BodySHA256)
	if err != nil {
		return err
	}
	var asked struct {
		Selection []struct {
			VariableCode string   `json:"variableCode"`
			ValueCodes   []string `json:"valueCodes"`
		} `json:"selection"`
	}
	if err := json.Unmarshal(sent, &asked); err != nil {
		return fmt.Errorf("the stored request %s: %w", r.BodySHA256, err)
	}
	var here []int
	var codes []map[string]string
	for i, w := range wanted {
		holds := true
		for _, item := range asked.Selection {
			holds = holds && slices.Contains(item.ValueCodes, w[item.VariableCode])
		}
		if holds {
			here, codes = append(here, i), append(codes, w)
		}
	}
	if len(here) == 0 {
		return nil
	}
	body, err := t.Archive.Get(r.Object)
	if err != nil {
		return err
	}
	places, err := scb.Locate(body, codes)
	if err != nil {
		return fmt.Errorf("the stored answer %s: %w", r.Object, err)
	}
	for n, i := range here {
		inputs[i].Origin, inputs[i].Missing = t.origin(v, r), ""
		inputs[i].Origin.Cell, inputs[i].Origin.Offset, inputs[i].Origin.Raw = places[n].Cell, places[n].Offset, places[n].Raw
	}
	return nil
}

// maxSent bounds how much of a request's body is shown.
const maxSent = 4000

// origin is the answer to a request; a body that the archive has lost is not
// shown, for nothing rests on it.
func (t tracer) origin(v archive.Vintage, r archive.Request) *Origin {
	sent := ""
	if r.BodySHA256 != "" {
		body, err := t.Archive.Get(r.BodySHA256)
		if runes := []rune(string(body)); err == nil {
			sent = string(runes[:min(len(runes), maxSent)])
		}
	}
	return &Origin{Sent: sent, Vintage: v.Name, Method: r.Method, URL: r.URL, Body: r.BodySHA256, HTTP: r.Status, At: r.Received, Object: r.Object, Cell: -1, Offset: -1}
}

// group traces the figures of a group of KPIs, each through the newest vintage
// that holds its KPI.
func (t tracer) group(d config.Dataset, cells []cell) ([]Input, error) {
	if len(cells) == 0 {
		return nil, nil
	}
	all, err := t.vintages(d)
	if err != nil {
		return nil, err
	}
	var inputs []Input
	for _, c := range cells {
		i := slices.IndexFunc(d.KPIs, func(k config.KPI) bool { return k.ID == c.codes["kpi"] })
		if i < 0 {
			continue
		}
		input := Input{Dataset: d.Name, Table: "Kolada " + c.codes["kpi"], Value: c.value, Status: c.status, Missing: "no stored answer holds the figure", Codes: []Code{
			{"kpi", c.codes["kpi"], d.KPIs[i].Title},
			{"municipality", c.codes["municipality"], ""},
			{"period", c.codes["year"], ""},
			{"gender", c.codes["gender"], ""},
		}}
		v := slices.IndexFunc(all, func(v archive.Vintage) bool { return slices.Contains(v.KPIs, c.codes["kpi"]) })
		if v >= 0 {
			t.use(d, all[v])
			if err := t.page(all[v], c, &input); err != nil {
				return nil, err
			}
		}
		inputs = append(inputs, input)
	}
	return inputs, nil
}

// page finds the page that holds a figure.
func (t tracer) page(v archive.Vintage, c cell, input *Input) error {
	year, err := strconv.Atoi(c.codes["year"])
	if err != nil {
		return err
	}
	key := kolada.Key{KPI: c.codes["kpi"], Municipality: c.codes["municipality"], Year: year, Gender: c.codes["gender"]}
	for _, r := range v.Data("data") {
		body, err := t.Archive.Get(r.Object)
		if err != nil {
			return err
		}
		place, found, err := kolada.Locate(body, key)
		if err != nil {
			return fmt.Errorf("the stored answer %s: %w", r.Object, err)
		}
		if found {
			input.Origin, input.Missing = t.origin(v, r), ""
			input.Origin.Offset, input.Origin.Raw = place.Offset, place.Raw
			return nil
		}
	}
	return nil
}
