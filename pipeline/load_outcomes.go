package pipeline

import (
	"context"
	"effekt/pipeline/warehouse"
	"effekt/sources/outcomes"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// loadOutcomes loads what the organisation has reported. Values too small to
// be published stay in the archive.
func (m *making) loadOutcomes(ctx context.Context) error {
	_, handed, err := m.pipeline.Reported()
	if err != nil {
		return err
	}
	outcomes.Hide(handed, m.pipeline.Config.Framework.Small.Floor)
	for _, s := range outcomes.Sheets() {
		record, err := s.Record(handed)
		if err != nil {
			return err
		}
		reader, err := array.NewRecordReader(record.Schema(), []arrow.RecordBatch{record})
		record.Release()
		if err != nil {
			return fmt.Errorf("outcome.%s: %w", s.Table(), err)
		}
		if err := m.stream(ctx, warehouse.Table{Schema: "outcome", Name: s.Table()}, reader); err != nil {
			return err
		}
	}
	if err := m.loadRejections(ctx); err != nil {
		return err
	}
	return m.loadFramework(ctx)
}

func (m *making) loadRejections(ctx context.Context) error {
	rejections, err := m.pipeline.Rejections()
	if err != nil {
		return err
	}
	var rows []row
	for _, r := range rejections {
		reading := outcomes.Reading{Problems: r.Problems}
		var why []string
		for _, p := range r.Problems {
			if !p.Warning && len(why) < 5 {
				why = append(why, strings.TrimSpace(p.Sheet+" "+p.Cell+" "+p.Column)+": "+p.Rule)
			}
		}
		rows = append(rows, row{
			"omgang": empty(r.Stamp.Round), "inlamnande_enhet": empty(r.Stamp.Unit), "filer": strings.Join(r.Files, ", "), "arbetsbok": r.Vintage,
			"inlast": stamp(r.Received), "antal_fel": reading.Errors(), "skal": strings.Join(why, " | "),
		})
	}
	return m.table(ctx, "outcome", "rejected", "omgang VARCHAR, inlamnande_enhet VARCHAR, filer VARCHAR, arbetsbok VARCHAR, inlast TIMESTAMP, antal_fel INTEGER, skal VARCHAR", rows)
}

// loadFramework loads the framework, so that SQL can read it.
func (m *making) loadFramework(ctx context.Context) error {
	f := m.pipeline.Config.Framework
	var activities, goals, questions, rounds, cycle []row
	for _, a := range f.Activities {
		activities = append(activities, row{"activity": a.Number, "name": a.Name, "definition": a.Definition, "performance": a.Performance, "outcome": a.Outcome})
	}
	for _, g := range f.Goals {
		goals = append(goals, row{"goal": g.Code, "reported_as": g.Reported(), "kind": g.Kind, "name": g.Name})
	}
	for _, q := range f.Questions {
		questions = append(questions, row{"question": q.Number, "domain": q.Domain, "text": q.Text, "who": q.Who})
	}
	for _, r := range f.Rounds {
		first, last := halfYear(r.Name)
		rounds = append(rounds, row{"round": r.Name, "opens": r.Opens.Format("2006-01-02"), "due": r.Due.Format("2006-01-02"), "first_day": first, "last_day": last})
	}
	for i, s := range f.Cycle {
		cycle = append(cycle, row{"step": i + 1, "domain": s.Domain, "what": s.What, "how": s.How, "who": s.Who, "timing": s.When, "reports": s.Reports})
	}
	for _, t := range []struct {
		name, columns string
		rows          []row
	}{
		{"activity", "activity INTEGER, name VARCHAR, definition VARCHAR, performance VARCHAR, outcome VARCHAR", activities},
		{"goal", "goal VARCHAR, reported_as VARCHAR, kind VARCHAR, name VARCHAR", goals},
		{"question", "question INTEGER, domain VARCHAR, text VARCHAR, who VARCHAR", questions},
		{"round", "round VARCHAR, opens DATE, due DATE, first_day DATE, last_day DATE", rounds},
		{"cycle", "step INTEGER, domain VARCHAR, what VARCHAR, how VARCHAR, who VARCHAR, timing VARCHAR, reports VARCHAR", cycle},
	} {
		if err := m.table(ctx, "config", t.name, t.columns, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// halfYear is the first and last day of "2026H1".
func halfYear(name string) (first, last string) {
	if name[4:] == "H2" {
		return name[:4] + "-07-01", name[:4] + "-12-31"
	}
	return name[:4] + "-01-01", name[:4] + "-06-30"
}

// outcomeColumn describes a column of the reported tables by the workbook's own
// rule for it.
func outcomeColumn(t warehouse.Table, column string) (string, bool) {
	if t.Schema != "outcome" {
		return "", false
	}
	for _, s := range outcomes.Sheets() {
		if c, ok := s.Column(column); ok && s.Table() == t.Name {
			return "Som i arbetsboken: " + c.Rule, true
		}
	}
	return "", false
}
