package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/datadir"
	"effekt/pipeline/models"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	effektsql "effekt/sql"
)

// Figure is one figure as archive, config and SQL give it, before a
// municipality's small denominator may hide it.
type Figure struct {
	Value    *float64 // nil when missing
	Status   string   // "" when there is no such figure
	Vintages map[string]Used
}

// Used is a vintage that the indicator is made of.
type Used struct{ Vintage, Stamp string }

// Figure makes one figure and nothing else, in a temporary file. It writes
// nothing in the data folder.
func (p *Pipeline) Figure(ctx context.Context, indicator, region string, year int, sex string) (f Figure, err error) {
	work, err := os.MkdirTemp("", "effekt-figure-*")
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	b, err := warehouse.Create(ctx, filepath.Join(work, "figure.duckdb"), warehouse.Settings{MemoryLimit: p.Config.Build.MemoryLimit, Threads: p.Config.Build.Threads, TempDir: filepath.Join(work, "spill")})
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, b.Abandon()) }()
	only, err := p.narrowed(ctx, b, indicator)
	if errors.Is(err, errNoIndicator) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	only.Dir = datadir.Dir{Root: work} // where nothing is published and no run is known
	in, err := only.inputs(nil)
	if errors.Is(err, ErrNothing) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f.Vintages = map[string]Used{}
	for name, all := range in.vintages {
		f.Vintages[name] = Used{all[0].Name, all[0].SourceUpdated}
	}
	m := &making{pipeline: only, build: b, in: in, sources: map[string]bool{}, made: map[string]bool{}, grains: map[string][]string{}}
	for _, step := range []func(context.Context) error{m.load, m.order, m.describe, m.figures, m.correct} {
		if err := step(ctx); err != nil {
			return f, err
		}
	}
	return f, f.read(ctx, b, fmt.Sprintf("indicator_id = %s and region = %s and year = %d and sex = %s", warehouse.Text(indicator), warehouse.Text(region), year, warehouse.Text(sex)))
}

func (f *Figure) read(ctx context.Context, b *warehouse.Build, where string) error {
	found, err := b.Query(ctx, "select value, status from core.indicator_value where "+where, 1)
	if err != nil || len(found.Rows) == 0 {
		return err
	}
	if value, ok := found.Rows[0][0].(float64); ok {
		f.Value = &value
	}
	f.Status = fmt.Sprint(found.Rows[0][1])
	return nil
}

// errNoIndicator says that a config lacks the indicator, as that of an edition
// lacks one that has come since.
var errNoIndicator = errors.New("no such indicator")

// narrowed is the pipeline with only what one indicator is made of.
func (p *Pipeline) narrowed(ctx context.Context, b *warehouse.Build, indicator string) (*Pipeline, error) {
	i := slices.IndexFunc(p.Config.Indicators, func(i config.Indicator) bool { return i.ID == indicator })
	if i < 0 {
		return nil, errNoIndicator
	}
	about := p.Config.Indicators[i]
	goal := models.Model{Table: "indicator." + indicator, Reads: []string{"core.kolada"}}
	var all []models.Model
	for _, file := range slices.Concat(p.SQL.Core, p.SQL.Indicators) {
		reads, err := b.References(ctx, file.Query)
		if err != nil {
			continue // it would be left out
		}
		model := models.Model{Table: file.Table()}
		for _, t := range reads {
			model.Reads = append(model.Reads, t.String())
		}
		all = append(all, model)
	}
	if !slices.ContainsFunc(all, func(m models.Model) bool { return m.Table == goal.Table }) {
		all = append(all, goal)
	}
	kept := map[string]bool{"core.indicator_value": true, "core.region": true, "core.kolada": true}
	for _, m := range models.Needed(all, goal.Table) {
		kept[m.Table] = true
	}
	sources := models.Sources(all, goal.Table)
	return p.only(about, kept, func(d config.Dataset) bool {
		return slices.Contains(sources, "scb."+d.Name) || d.Source == "kolada" && slices.Contains(sources, "kolada.value") || slices.Contains(about.Datasets, d.Name)
	}), nil
}

// only copies the pipeline with one indicator, the tables kept and some data
// sets.
func (p *Pipeline) only(about config.Indicator, kept map[string]bool, used func(config.Dataset) bool) *Pipeline {
	gone := func(f effektsql.File) bool { return !kept[f.Table()] }
	c, library, q := *p.Config, *p.SQL, *p
	c.Indicators = []config.Indicator{about}
	c.Datasets = slices.DeleteFunc(slices.Clone(c.Datasets), func(d config.Dataset) bool { return !used(d) })
	c.Corrections = slices.DeleteFunc(slices.Clone(c.Corrections), func(one config.Correction) bool {
		_, ok := c.Dataset(one.Dataset)
		return one.Indicator != about.ID && !ok
	})
	library.Core = slices.DeleteFunc(slices.Clone(library.Core), gone)
	library.Indicators = slices.DeleteFunc(slices.Clone(library.Indicators), gone)
	library.Marts, library.Checks = nil, nil
	q.Config, q.SQL, q.Watch = &c, &library, nil
	return &q
}
