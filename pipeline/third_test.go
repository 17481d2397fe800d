package pipeline_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/explain"
	"effekt/pipeline/run"
	"effekt/sources"
	"effekt/sources/replay"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// wells is a third publisher, of one table: CSV over HTTP, with a stamp that tells
// whether there is news. It is all that a new source needs.
type wells struct{ base string }

func (wells) Name() string { return "wells" }

func (s wells) Due(ctx context.Context, ask sources.Caller, tasks []sources.Task) []sources.Verdict {
	stamp, err := ask.Call(ctx, sources.Request{Role: "listing", Method: http.MethodGet, URL: s.base + "/stamp"})
	verdicts := make([]sources.Verdict, len(tasks))
	for i, t := range tasks {
		verdicts[i] = sources.Verdict{Err: err, Listed: string(stamp.Body), Due: t.Stale || string(stamp.Body) != t.Held.Newest().ListedUpdated}
	}
	return verdicts
}

func (s wells) Fetch(ctx context.Context, ask sources.Caller, _ sources.Task, due sources.Verdict) (sources.Fetched, error) {
	var last string
	check := func(body []byte) error {
		rows, err := rowsOf(body)
		if err == nil {
			last = fmt.Sprint(rows.Column(1).(*array.Int32).Value(int(rows.NumRows()) - 1))
		}
		return err
	}
	answer, err := ask.Call(ctx, sources.Request{Role: "data", Method: http.MethodGet, URL: s.base + "/wells.csv", Check: check})
	description := sources.Description{
		Table: "wells", Title: "Brunnar", ListedUpdated: due.Listed, SourceUpdated: answer.At.Format(time.RFC3339),
		Variables: []sources.Variable{{Code: "year", Column: "year", Role: "time", Codes: []sources.Code{{Code: last}}}},
	}
	return sources.Fetched{Description: description}, err
}

func (wells) Plan(context.Context, sources.Caller, sources.Task) (sources.Cost, error) {
	return sources.Cost{Requests: 1}, nil
}

func (wells) Tables(sets []sources.Set) []sources.Table {
	var all []sources.Table
	for _, set := range sets {
		t := sources.Table{
			Schema: "wells", Name: set.Name, Dataset: set.Name, Title: "Brunnar efter län och år.", Region: "region", Key: []string{"region", "year"},
			Columns: []sources.Column{{Name: "region", Type: "VARCHAR"}, {Name: "year", Type: "INTEGER"}, {Name: "value", Type: "DOUBLE"}, {Name: "status", Type: "VARCHAR"}},
		}
		for _, part := range set.Parts {
			t.Fill = append(t.Fill, sources.Fill{Dataset: set.Name, Read: func(...string) array.RecordReader {
				body, err := part.Stored("data")[0].Body()
				if err != nil {
					body = nil // nothing can be read of it
				}
				return reader(body)
			}})
		}
		all = append(all, t)
	}
	return all
}

func (wells) Locate(_ sources.Part, answer sources.Stored, cells []map[string]string) ([]sources.Place, error) {
	body, err := answer.Body()
	places := make([]sources.Place, len(cells))
	for i, cell := range cells {
		line := cell["region"] + "," + cell["year"] + ","
		at := bytes.Index(body, []byte(line))
		raw, _, _ := strings.Cut(string(body[max(0, at)+len(line):]), ",")
		places[i] = sources.Place{Found: at >= 0, Cell: -1, Offset: int64(at + len(line)), Raw: raw}
	}
	return places, err
}

// reader reads the body, or nothing where it is cut.
func reader(body []byte) array.RecordReader {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "region", Type: arrow.BinaryTypes.String},
		{Name: "year", Type: arrow.PrimitiveTypes.Int32},
		{Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "status", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	into := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	lines, _ := csv.NewReader(bytes.NewReader(body)).ReadAll()
	for _, line := range lines[min(1, len(lines)):] {
		for i, cell := range line {
			if cell == "" {
				into.Field(i).AppendNull()
			} else if err := into.Field(i).AppendValueFromString(cell); err != nil {
				into.Field(i).AppendNull()
			}
		}
	}
	batch := into.NewRecordBatch()
	rows, _ := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	return rows
}

func rowsOf(body []byte) (arrow.RecordBatch, error) {
	rows := reader(body)
	if rows.Next(); rows.RecordBatch() != nil && rows.RecordBatch().NumRows() > 0 {
		return rows.RecordBatch(), nil
	}
	return nil, errors.New("no row")
}

// A third source goes the whole way, from due to the published file and back to
// its bytes, and nothing of the pipeline knows of it.
func TestAThirdSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const first = "region,year,value,status\n00,2024,9,\n24,2023,2.5,\n24,2024,,..\n"
	var body atomic.Value
	body.Store(first)
	running, err := replay.Start(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stamp" {
			fmt.Fprintf(rw, "%x", run.Fingerprint(body.Load())[:8])
			return
		}
		fmt.Fprint(rw, body.Load())
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	base := strings.TrimSuffix(running.Kolada(), "/v3")
	w.sql["indicators/wells.sql"] = &fstest.MapFile{Data: []byte(`-- Brunnar.
-- grain: region, year, sex
select region, year, year::varchar as period, 'total' as sex, value, null::double as numerator, null::double as denominator, cell_status(value, status) as status
from wells.wells
`)}
	refresh := func() run.Result {
		t.Helper()
		w.later(time.Minute)
		p := w.open()
		p.Sources = append(p.Sources, wells{base})
		p.Config.Datasets = append(p.Config.Datasets, config.Dataset{Name: "wells", Source: "wells", Title: "Brunnar", Frequency: "year", RegionCoding: "scb", RefetchDays: 30})
		own := p.Config.Indicators[slices.IndexFunc(p.Config.Indicators, func(i config.Indicator) bool { return i.ID == "grp" })]
		own.ID, own.File, own.Datasets = "wells", "indicators/wells.toml", nil
		p.Config.Indicators = append(p.Config.Indicators, own)
		result, err := p.Refresh(t.Context(), run.Want{})
		if err != nil || result.Degraded() {
			t.Fatal(err, result.Err())
		}
		explained(t, p)
		return result
	}
	if got := states(refresh()); !strings.Contains(got, "wells fetched") {
		t.Errorf("the first time: %s", got)
	}
	figures := "select region, year, value, status from mart.indicator_value where indicator_id = 'wells' and region in ('00', '24') order by 1, 2"
	if got := fmt.Sprint(w.query(figures)); got != "[00 2024 9 A 24 2023 2.5 A 24 2024 <nil> O]" {
		t.Errorf("figures %s", got)
	}
	w.one("select last_period || ' ' || standing from ops.dataset where name = 'wells'", "2024 ok")
	w.one("select string_agg(dataset, ' ') from config.indicator_dataset where indicator_id = 'wells'", "wells")
	if got := states(refresh()); !strings.Contains(got, "wells unchanged") {
		t.Errorf("with nothing new: %s", got)
	}
	body.Store(strings.Replace(first, "2.5", "3.5", 1))
	refresh()
	w.one("select value from mart.indicator_value where indicator_id = 'wells' and region = '24' and year = 2023", "3.5")
	w.one("select old_value || ' ' || new_value from mart.revision where indicator_id = 'wells'", "2.5 3.5")
}

// explained finds a figure of the third source in its bytes.
func explained(t *testing.T, p *pipeline.Pipeline) {
	t.Helper()
	m := explain.Material{SQL: p.SQL, Held: p.Held(), Sources: p.Sources, Database: p.Dir.Database()}
	e, err := explain.Explain(t.Context(), m, explain.Question{Indicator: "wells", Region: "24", Year: 2023, Sex: "total"})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Inputs) != 1 || e.Inputs[0].Dataset != "wells" || e.Inputs[0].Origin == nil || e.Inputs[0].Origin.Raw != fmt.Sprint(*e.Value) || e.Inputs[0].Origin.Offset <= 0 {
		t.Errorf("the figure %v rests on %+v", *e.Value, e.Inputs)
	}
}
