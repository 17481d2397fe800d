package explain

import (
	"context"
	"effekt/pipeline/warehouse"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Correction is one of our own that may have made the figure another than the
// agency's; see config/corrections.toml.
type Correction struct {
	Corrects   string   `json:"corrects"`
	State      string   `json:"state"`    // applied, stopped or expired
	Expected   *float64 `json:"expected"` // the agency's value when it was written
	Found      *float64 `json:"found"`    // the agency's value in this build
	Value      *float64 `json:"value"`    // what stands in its place
	Reason     string   `json:"reason"`
	Who        string   `json:"who"`
	Reference  string   `json:"reference"`
	ValidUntil string   `json:"valid_until"`
	dataset    string   // of a cell
}

// corrections are those of the figure itself, and of cells in the data sets that
// a corrected figure rests on. A file of an older program has none.
func (t *trial) corrections(ctx context.Context, e Explanation) ([]Correction, error) {
	there, err := t.build.Query(ctx, "select 1 from duckdb_tables() where database_name = 'published' and schema_name = 'ops' and table_name = 'correction'", 0)
	if err != nil || len(there.Rows) == 0 {
		return nil, err
	}
	datasets := []string{"''"}
	if slices.Contains(e.Flags, "corrected") {
		for _, v := range e.Vintages {
			datasets = append(datasets, warehouse.Text(v.Dataset))
		}
	}
	q := t.question
	found, err := t.build.Query(ctx, fmt.Sprintf(`select corrects, state, expected, found, value, reason, who, reference, valid_until::varchar, coalesce(dataset, '')
		from published.ops.correction
		where indicator_id = %s and region = %s and year = %d and sex = %s or dataset in (%s) order by number`,
		warehouse.Text(q.Indicator), warehouse.Text(q.Region), q.Year, warehouse.Text(q.Sex), strings.Join(datasets, ", ")), 0)
	var all []Correction
	for _, row := range found.Rows {
		all = append(all, Correction{
			Corrects: fmt.Sprint(row[0]), State: fmt.Sprint(row[1]), Expected: double(row[2]), Found: double(row[3]), Value: double(row[4]),
			Reason: fmt.Sprint(row[5]), Who: fmt.Sprint(row[6]), Reference: fmt.Sprint(row[7]), ValidUntil: fmt.Sprint(row[8]), dataset: fmt.Sprint(row[9]),
		})
	}
	return all, err
}

// markCorrected marks the inputs of which the body holds another value than the
// one that was calculated with, in data sets in which a cell is corrected.
func (e *Explanation) markCorrected() {
	for i := range e.Inputs {
		one := &e.Inputs[i]
		ours := func(c Correction) bool { return c.dataset == one.Dataset && c.State == "applied" }
		one.Corrected = one.Origin != nil && slices.ContainsFunc(e.Corrections, ours) && differs(one.Origin.Raw, one.Value)
	}
}

func differs(raw string, v *float64) bool {
	sent, err := strconv.ParseFloat(raw, 64)
	if err != nil || v == nil {
		return (err == nil) != (v != nil)
	}
	return sent != *v
}
