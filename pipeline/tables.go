package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/models"
	"effekt/pipeline/warehouse"
	"fmt"
	"slices"
	"strings"
)

// row is one row of a small table that the program itself fills.
type row = map[string]any

func columns(list string) []warehouse.Column {
	var all []warehouse.Column
	for field := range strings.SplitSeq(list, ", ") {
		name, kind, _ := strings.Cut(field, " ")
		all = append(all, warehouse.Column{Name: name, Type: kind})
	}
	return all
}

func (m *making) table(ctx context.Context, schema, name, list string, rows []row) error {
	m.sources[schema+"."+name] = true
	if rows == nil {
		rows = []row{}
	}
	return m.build.LoadRows(ctx, warehouse.Table{Schema: schema, Name: name}, columns(list), rows)
}

// loadConfig loads what the config says, so that SQL can read it.
func (m *making) loadConfig(ctx context.Context) error {
	c := m.pipeline.Config
	regions := make([]row, len(c.Regions))
	for i, r := range c.Regions {
		regions[i] = row{"region": r.Code, "name": r.Name, "level": r.Level, "county": empty(r.County), "nuts3": empty(r.NUTS3), "kolada_id": r.Kolada}
	}
	if err := m.table(ctx, "config", "region", "region VARCHAR, name VARCHAR, level VARCHAR, county VARCHAR, nuts3 VARCHAR, kolada_id VARCHAR", regions); err != nil {
		return err
	}
	setting := []row{{"county": c.County.Code, "synthetic": m.pipeline.Synthetic, "small_denominator": c.Figures.SmallDenominator, "small_action": c.Figures.SmallAction}}
	if err := m.table(ctx, "config", "setting", "county VARCHAR, synthetic BOOLEAN, small_denominator DOUBLE, small_action VARCHAR", setting); err != nil {
		return err
	}
	if err := m.table(ctx, "config", "pin", "dataset VARCHAR, variable VARCHAR, code VARCHAR, label VARCHAR", pins(c.Datasets)); err != nil {
		return err
	}
	return m.loadOps(ctx)
}

// pins are the labels and titles that the config says a code must have.
func pins(datasets []config.Dataset) []row {
	var rows []row
	for _, d := range datasets {
		for variable, labels := range d.Labels {
			for code, label := range labels {
				rows = append(rows, row{"dataset": d.Name, "variable": variable, "code": code, "label": label})
			}
		}
		for _, k := range d.KPIs {
			if k.Title != "" {
				rows = append(rows, row{"dataset": d.Name, "variable": "kpi", "code": k.ID, "label": k.Title})
			}
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return rows
}

func empty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// describe loads the indicators' meaning and what each rests on, which only the
// order of the models tells.
func (m *making) describe(ctx context.Context) error {
	var indicators, breaks, links, figures []row
	for _, i := range m.pipeline.Config.Indicators {
		indicators = append(indicators, m.indicatorRow(i))
		for _, b := range i.Breaks {
			breaks = append(breaks, row{"indicator_id": i.ID, "year": b.Year, "reason": b.Reason})
		}
		for _, name := range m.rests(i) {
			links = append(links, row{"indicator_id": i.ID, "dataset": name})
		}
		for _, kpi := range m.kpis(i) {
			figures = append(figures, row{"indicator_id": i.ID, "kpi": kpi})
		}
	}
	const meaning = "indicator_id VARCHAR, label_sv VARCHAR, label_en VARCHAR, description_sv VARCHAR, areas VARCHAR[], goals VARCHAR[], kind VARCHAR, " +
		"unit VARCHAR, unit_en VARCHAR, decimals INTEGER, polarity VARCHAR, change VARCHAR, balance DOUBLE, balance_above VARCHAR, balance_below VARCHAR, balance_side_above VARCHAR, balance_side_below VARCHAR, sexes VARCHAR[], minimum DOUBLE, maximum DOUBLE, " +
		"formula VARCHAR, source VARCHAR, official BOOLEAN, caveats VARCHAR[], off_reason VARCHAR, kpi VARCHAR, lag_months INTEGER, every INTEGER, ended_year INTEGER, denominator_counts VARCHAR, additive BOOLEAN, " +
		"target_value DOUBLE, target_year INTEGER, target_source VARCHAR, target_owner VARCHAR"
	if err := m.table(ctx, "config", "indicator", meaning, indicators); err != nil {
		return err
	}
	if err := m.table(ctx, "config", "break", "indicator_id VARCHAR, year INTEGER, reason VARCHAR", breaks); err != nil {
		return err
	}
	if err := m.table(ctx, "config", "indicator_kpi", "indicator_id VARCHAR, kpi VARCHAR", figures); err != nil {
		return err
	}
	return m.table(ctx, "config", "indicator_dataset", "indicator_id VARCHAR, dataset VARCHAR", links)
}

func (m *making) indicatorRow(i config.Indicator) row {
	kind := "computed"
	if i.KPI != "" {
		kind = "direct"
	}
	source := i.Source
	if m.pipeline.Synthetic {
		source = "SYNTETISKA DEMODATA (" + source + ")"
	}
	r := row{
		"indicator_id": i.ID, "label_sv": i.Label.SV, "label_en": empty(i.Label.EN), "description_sv": empty(i.Description), "areas": i.Areas, "goals": i.Goals,
		"kind": kind, "unit": i.Unit.SV, "unit_en": empty(i.Unit.EN), "decimals": i.Decimals, "polarity": i.Polarity, "change": i.Change, "sexes": i.Sex,
		"minimum": i.Minimum, "maximum": i.Maximum, "formula": i.Formula, "source": source, "official": i.Official, "caveats": i.Caveats, "off_reason": empty(i.Off), "kpi": empty(i.KPI),
		"lag_months": i.LagMonths, "every": i.Every, "ended_year": i.EndedYear(m.pipeline.today()), "denominator_counts": empty(i.Denominator), "additive": i.Additive,
	}
	if b := i.Balance; b != nil {
		r["balance"], r["balance_above"], r["balance_below"], r["balance_side_above"], r["balance_side_below"] = b.At, b.Above, b.Below, empty(b.SideAbove), empty(b.SideBelow)
	}
	if t := i.Target; t != nil {
		r["target_value"], r["target_year"], r["target_source"], r["target_owner"] = t.Value, t.Year, t.Source, t.Owner
	}
	return r
}

// rests lists the data sets that an indicator is made of: those its SQL reads,
// and those its TOML names.
func (m *making) rests(i config.Indicator) []string {
	names := slices.Clone(i.Datasets)
	for _, table := range models.Sources(m.models, "indicator."+i.ID) {
		if name, ok := strings.CutPrefix(table, "scb."); ok && name != "code" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// kpis lists the Kolada KPIs that an indicator reads: the one its TOML names, or
// those of its data sets that the SQL it is made of writes as text. None means
// that they are not known, and every KPI may be its.
func (m *making) kpis(i config.Indicator) []string {
	if i.KPI != "" {
		return []string{i.KPI}
	}
	var query strings.Builder
	for _, model := range models.Needed(m.models, "indicator."+i.ID) {
		query.WriteString(model.Query)
	}
	var read []string
	for _, name := range m.rests(i) {
		d, _ := m.pipeline.Config.Dataset(name)
		for _, k := range d.KPIs {
			if strings.Contains(query.String(), "'"+k.ID+"'") {
				read = append(read, k.ID)
			}
		}
	}
	return read
}

// loadOps loads the ledger's view of the data sets, their codes and requests.
func (m *making) loadOps(ctx context.Context) error {
	var datasets, codes, requests []row
	for _, d := range m.pipeline.Config.Datasets {
		datasets = append(datasets, m.datasetRow(d))
		for n, v := range m.in.vintages[d.Name] {
			if n > 0 {
				break
			}
			for _, variable := range v.Variables {
				for _, c := range variable.Codes {
					codes = append(codes, row{"dataset": d.Name, "variable": variable.Code, "code": c.Code, "label": c.Label, "position": c.Position, "unit": empty(c.Unit), "decimals": c.Decimals})
				}
			}
			for k, r := range v.Requests {
				requests = append(requests, row{
					"dataset": d.Name, "vintage": v.Name, "position": k, "role": r.Role, "method": r.Method, "url": r.URL, "body_sha256": empty(r.BodySHA256),
					"http_status": r.Status, "bytes": r.Bytes, "received": stamp(r.Received), "took_ms": r.TookMS, "attempts": r.Attempts, "object": r.Object,
				})
			}
		}
	}
	if err := m.table(ctx, "ops", "dataset", "name VARCHAR, source VARCHAR, table_id VARCHAR, title VARCHAR, frequency VARCHAR, successor VARCHAR, vintage VARCHAR, source_updated VARCHAR, "+
		"fetched TIMESTAMP, last_period VARCHAR, requests INTEGER, error VARCHAR, official BOOLEAN, notes VARCHAR[], standing VARCHAR", datasets); err != nil {
		return err
	}
	if err := m.table(ctx, "scb", "code", "dataset VARCHAR, variable VARCHAR, code VARCHAR, label VARCHAR, position INTEGER, unit VARCHAR, decimals INTEGER", codes); err != nil {
		return err
	}
	if err := m.table(ctx, "ops", "request", "dataset VARCHAR, vintage VARCHAR, position INTEGER, role VARCHAR, method VARCHAR, url VARCHAR, body_sha256 VARCHAR, "+
		"http_status INTEGER, bytes BIGINT, received TIMESTAMP, took_ms BIGINT, attempts INTEGER, object VARCHAR", requests); err != nil {
		return err
	}
	return m.loadRuns(ctx)
}

// standing is how fresh a table at SCB is on the day that the build is of, by
// the rule of status.
func (m *making) standing(d config.Dataset) Standing {
	if d.Source != "scb" {
		return ""
	}
	p := *m.pipeline
	p.Now = m.pipeline.at
	last := func(name string) string {
		if all := m.in.vintages[name]; len(all) > 0 {
			return lastPeriod(all[0].Manifest)
		}
		return ""
	}
	l := StatusLine{Name: d.Name, LastPeriod: last(d.Name)}
	l.Standing, _ = p.worst(d, map[string]string{"": l.LastPeriod})
	if m.in.vintages[d.Name][0].Discontinued {
		l.Standing = Stopped
	}
	p.succeeded(&l, map[string]string{d.Successor: last(d.Successor)})
	return l.Standing
}

func (m *making) datasetRow(d config.Dataset) row {
	r := row{"name": d.Name, "source": d.Source, "table_id": empty(d.Table), "title": d.Title, "frequency": d.Frequency, "successor": empty(d.Successor)}
	if vintages := m.in.vintages[d.Name]; len(vintages) > 0 {
		v := vintages[0]
		if v.Table != "" {
			r["table_id"] = v.Table // the config may name another by now
		}
		r["vintage"], r["source_updated"], r["fetched"] = v.Name, empty(v.SourceUpdated), stamp(v.Fetched)
		r["last_period"], r["requests"] = empty(lastPeriod(v.Manifest)), len(v.Requests)
		r["standing"] = empty(string(m.standing(d)))
		r["official"], r["notes"] = v.Official, v.Notes[:min(v.Mandatory, len(v.Notes))]
	}
	if err := m.in.results[d.Name].Err; err != nil {
		r["error"] = err.Error()
	}
	return r
}
