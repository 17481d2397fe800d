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
	Corrects   string   `json:"corrects" column:"corrects"`
	State      string   `json:"state" column:"state"`       // applied, stopped or expired
	Expected   *float64 `json:"expected" column:"expected"` // the agency's value when it was written
	Found      *float64 `json:"found" column:"found"`       // the agency's value in this build
	Value      *float64 `json:"value" column:"value"`       // what stands in its place
	Reason     string   `json:"reason" column:"reason"`
	Who        string   `json:"who" column:"who"`
	Reference  string   `json:"reference" column:"reference"`
	ValidUntil string   `json:"valid_until" column:"valid_until"`
	Dataset    string   `json:"-" column:"dataset"` // of a cell
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
	return warehouse.Select[Correction](ctx, t.build, fmt.Sprintf(
		`select corrects, state, expected, found, value, reason, who, reference, valid_until::varchar as valid_until, coalesce(dataset, '') as dataset
		from published.ops.correction where %s or dataset in (%s) order by number`, t.question.row(), strings.Join(datasets, ", ")))
}

// markCorrected marks the inputs of which the body holds another value than the
// one that was calculated with, in data sets in which a cell is corrected.
func (e *Explanation) markCorrected() {
	for i := range e.Inputs {
		one := &e.Inputs[i]
		ours := func(c Correction) bool { return c.Dataset == one.Dataset && c.State == "applied" }
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
