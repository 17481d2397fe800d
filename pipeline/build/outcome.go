package build

import (
	"context"
	"fmt"
	"strings"

	"effekt/pipeline/warehouse"
	"effekt/sources/outcomes"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// rejectedRow is a row of outcome.rejected, named as the workbook speaks.
type rejectedRow struct {
	Round    string `json:"omgang,omitempty"`
	Unit     string `json:"inlamnande_enhet,omitempty"`
	Files    string `json:"filer"`
	Vintage  string `json:"arbetsbok"`
	Received string `json:"inlast" type:"TIMESTAMP"`
	Errors   int    `json:"antal_fel"`
	Why      string `json:"skal"`
}

// mostReasons are told of a submission that was refused.
const mostReasons = 5

// loadOutcomes loads what the organisation has reported. Values too small to be
// published stay in the archive.
func (m *making) loadOutcomes(ctx context.Context) error {
	rows := append([]outcomes.Handed(nil), m.Reported.Rows...)
	outcomes.Hide(rows, m.Config.Framework.Small.Floor)
	for _, s := range outcomes.Sheets() {
		record, err := s.Record(rows)
		if err != nil {
			return err
		}
		reader, err := array.NewRecordReader(record.Schema(), []arrow.RecordBatch{record})
		record.Release()
		if err != nil {
			return fmt.Errorf("outcome.%s: %w", s.Table(), err)
		}
		if err := m.feed(ctx, m.db.Load, warehouse.Table{Schema: "outcome", Name: s.Table()}, reader); err != nil {
			return err
		}
	}
	var rejected []rejectedRow
	for _, r := range m.Reported.Rejected {
		var why []string
		for _, p := range r.Problems {
			if !p.Warning && len(why) < mostReasons {
				why = append(why, strings.TrimSpace(p.Sheet+" "+p.Cell+" "+p.Column)+": "+p.Rule)
			}
		}
		errors := outcomes.Reading{Problems: r.Problems}.Errors()
		rejected = append(rejected, rejectedRow{r.Stamp.Round, r.Stamp.Unit, strings.Join(r.Files, ", "), r.Vintage, stamp(r.Received), errors, strings.Join(why, " | ")})
	}
	return load(ctx, m, "outcome", "rejected", rejected)
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
