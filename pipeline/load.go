package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/warehouse"
	"effekt/sources/kolada"
	"effekt/sources/scb"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// load brings the vintages in use, and the config, into the new file.
func (m *making) load(ctx context.Context) error {
	if err := m.build.Schemas(ctx, "config", "scb", "kolada", "outcome", "ops", "core", "indicator", "mart"); err != nil {
		return err
	}
	for _, d := range m.pipeline.Config.Datasets {
		if d.Source != "scb" {
			continue
		}
		err := m.loadTable(ctx, d)
		if errors.As(err, &unreadable{}) {
			err = m.without(ctx, d, err)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", d.Name, err)
		}
	}
	if err := m.loadKolada(ctx); err != nil {
		return err
	}
	if err := m.loadConfig(ctx); err != nil {
		return err
	}
	if err := m.loadOutcomes(ctx); err != nil {
		return err
	}
	if err := m.loadBuild(ctx); err != nil {
		return err
	}
	return m.previous(ctx)
}

// bodies yields the bodies of a role, one vintage after another.
func (m *making) bodies(role string, vintages ...archive.Vintage) func() ([]byte, error) {
	var objects []string
	for _, v := range vintages {
		for _, request := range v.Data(role) {
			objects = append(objects, request.Object)
		}
	}
	return func() ([]byte, error) {
		if len(objects) == 0 {
			return nil, io.EOF
		}
		object := objects[0]
		objects = objects[1:]
		return m.pipeline.Archive.Get(object)
	}
}

func (m *making) stream(ctx context.Context, t warehouse.Table, r array.RecordReader) error {
	m.sources[t.String()] = true
	return m.feed(ctx, m.build.Load, t, r)
}

// feed loads all of r, and tells a body that cannot be read from what else may
// fail.
func (m *making) feed(ctx context.Context, load func(context.Context, warehouse.Table, array.RecordReader) (int64, error), t warehouse.Table, r array.RecordReader) error {
	defer r.Release()
	rows, err := load(ctx, t, r)
	m.rows += rows
	var file *fs.PathError
	if r.Err() != nil && ctx.Err() == nil && !errors.As(r.Err(), &file) && !errors.Is(r.Err(), archive.ErrDamaged) {
		return unreadable{r.Err()}
	}
	return err
}

// loadTable loads the latest vintage of an SCB data set, or an empty table of
// the same columns when none has ever come.
func (m *making) loadTable(ctx context.Context, d config.Dataset) error {
	t := warehouse.Table{Schema: "scb", Name: d.Name}
	vintages := m.in.vintages[d.Name]
	if len(vintages) == 0 {
		m.sources[t.String()] = true
		return m.build.Empty(ctx, t, emptyColumns(d))
	}
	var columns scb.Columns
	for _, v := range vintages[0].Variables {
		columns = append(columns, struct{ Code, Column string }{v.Code, v.Column})
	}
	return m.stream(ctx, t, scb.NewReader(columns, m.bodies("data", vintages[0])))
}

func emptyColumns(d config.Dataset) []warehouse.Column {
	var columns []warehouse.Column
	for variable := range d.Select {
		columns = append(columns, warehouse.Column{Name: scb.Column(variable), Type: "varchar"})
	}
	slices.SortFunc(columns, func(a, b warehouse.Column) int { return strings.Compare(a.Name, b.Name) })
	return append(columns, warehouse.Column{Name: "year", Type: "integer"}, warehouse.Column{Name: "value", Type: "double"}, warehouse.Column{Name: "status", Type: "varchar"})
}

// loadKolada lays all groups in one table. A KPI that its group's latest
// vintage had to leave out comes from the last vintage that holds it.
func (m *making) loadKolada(ctx context.Context) error {
	value := warehouse.Table{Schema: "kolada", Name: "value"}
	m.sources[value.String()] = true
	if err := m.build.Empty(ctx, value, []warehouse.Column{
		{Name: "kpi", Type: "varchar"},
		{Name: "municipality", Type: "varchar"},
		{Name: "year", Type: "integer"},
		{Name: "gender", Type: "varchar"},
		{Name: "value", Type: "double"},
		{Name: "count", Type: "bigint"},
		{Name: "status", Type: "varchar"},
	}); err != nil {
		return err
	}
	var used []archive.Vintage
	for _, d := range m.pipeline.Config.Datasets {
		for _, part := range parts(d, m.in.vintages[d.Name]) {
			if err := m.loadReadable(ctx, d, value, part); err != nil {
				return fmt.Errorf("%s: %w", d.Name, err)
			}
			used = append(used, part.vintage)
		}
	}
	slices.Reverse(used) // what came last holds
	if err := m.stream(ctx, warehouse.Table{Schema: "kolada", Name: "kpi"}, kolada.NewKPIReader(m.bodies("kpi", used...))); err != nil {
		return err
	}
	return m.stream(ctx, warehouse.Table{Schema: "kolada", Name: "municipality"}, kolada.NewMunicipalityReader(m.bodies("municipality", used...)))
}

// part is the KPIs that one vintage is used for.
type part struct {
	vintage archive.Vintage
	kpis    []string
}

// parts goes from the newest vintage backwards until every KPI is found.
func parts(d config.Dataset, newestFirst []archive.Vintage) []part {
	if d.Source != "kolada" {
		return nil
	}
	wanted := map[string]bool{}
	for _, k := range d.KPIs {
		wanted[k.ID] = true
	}
	var all []part
	for _, v := range newestFirst {
		p := part{vintage: v}
		for _, kpi := range v.KPIs {
			if wanted[kpi] {
				p.kpis = append(p.kpis, kpi)
				delete(wanted, kpi)
			}
		}
		if len(p.kpis) > 0 {
			all = append(all, p)
		}
	}
	return all
}

func (m *making) loadPart(ctx context.Context, value warehouse.Table, p part) error {
	return m.feed(ctx, m.build.LoadMore, value, kolada.NewReader(m.bodies("data", p.vintage), p.kpis...))
}

// title is a table's Swedish description.
func (m *making) title(t warehouse.Table) string {
	prefix := m.pipeline.asOf()
	if m.pipeline.Synthetic {
		prefix += "SYNTETISKA DEMODATA. "
	}
	for _, file := range slices.Concat(m.pipeline.SQL.Core, m.pipeline.SQL.Indicators, m.pipeline.SQL.Marts) {
		if file.Table() == t.String() {
			return prefix + file.Title
		}
	}
	if d, ok := m.pipeline.Config.Dataset(t.Name); ok && t.Schema == "scb" {
		id := d.Table
		if vintages := m.in.vintages[d.Name]; len(vintages) > 0 {
			id = vintages[0].Table
		}
		return fmt.Sprintf("%s%s. Från SCB, tabell %s, ord för ord.", prefix, d.Title, id)
	}
	for _, i := range m.pipeline.Config.Indicators {
		if t.Schema == "indicator" && i.ID == t.Name {
			return prefix + i.Description
		}
	}
	text, ok := m.pipeline.SQL.Columns[t.String()]
	if !ok {
		text = "Tabell " + t.String() + "."
	}
	return prefix + text
}

// variable describes a column that bears a variable's name at SCB.
func (m *making) variable(t warehouse.Table, column string) string {
	for _, v := range m.in.vintages[t.Name] {
		for _, variable := range v.Variables {
			if variable.Column == column && t.Schema == "scb" {
				return fmt.Sprintf("SCB:s variabel %s: %s.", variable.Code, variable.Label)
			}
		}
	}
	if d, ok := m.pipeline.Config.Dataset(t.Name); ok && t.Schema == "scb" {
		for variable := range d.Select {
			if scb.Column(variable) == column {
				return fmt.Sprintf("SCB:s variabel %s.", variable)
			}
		}
	}
	return "Kolumnen " + column + "."
}

func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
