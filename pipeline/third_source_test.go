package pipeline_test

import (
	"bytes"
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/run"
	"effekt/sources"
	"effekt/sources/records"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// leaflet is a publisher of one file: region, year and value as CSV, and its stamp
// beside it. It is all that a third source takes.
type leaflet struct{ base string }

func (leaflet) Name() string { return "leaflet" }

// stamp asks when the file was last changed.
func (s leaflet) stamp(ctx context.Context, ask sources.Caller) (string, error) {
	answer, err := ask.Call(ctx, sources.Request{Role: "listing", Method: http.MethodGet, URL: s.base + "/stamp"})
	return string(answer.Body), err
}

func (s leaflet) Due(ctx context.Context, ask sources.Caller, tasks []sources.Task) []sources.Verdict {
	verdicts := make([]sources.Verdict, len(tasks))
	for i, t := range tasks {
		stamp, err := s.stamp(ctx, ask)
		verdicts[i] = sources.Verdict{Due: err == nil && (t.Stale || stamp != t.Held.Newest().SourceUpdated), Err: err, Listed: stamp}
	}
	return verdicts
}

func (s leaflet) Fetch(ctx context.Context, ask sources.Caller, t sources.Task, due sources.Verdict) (sources.Fetched, error) {
	check := func(body []byte) error {
		_, err := leaves(body)
		return err
	}
	_, err := ask.Call(ctx, sources.Request{Role: "data", Method: http.MethodGet, URL: s.base + "/" + t.Table, Check: check})
	return sources.Fetched{Description: sources.Description{Table: t.Table, SourceUpdated: due.Listed}}, err
}

func (leaflet) Plan(context.Context, sources.Caller, sources.Task) (sources.Cost, error) {
	return sources.Cost{Requests: 1}, nil
}

func (s leaflet) Tables(sets []sources.Set) (tables []sources.Table) {
	for _, set := range sets {
		t := sources.Table{
			Schema: "leaflet", Name: set.Name, Dataset: set.Name, Title: set.Title, Region: "region", Key: []string{"region", "year"},
			Columns: []sources.Column{
				{Name: "region", Type: "varchar", Comment: "Region."}, {Name: "year", Type: "integer", Comment: "År."}, {Name: "value", Type: "double", Comment: "Värde."},
			},
		}
		if len(set.Parts) > 0 {
			t.Fill = []sources.Fill{{Dataset: set.Name, Read: func(...string) array.RecordReader { return s.read(set.Parts[0]) }}}
		}
		tables = append(tables, t)
	}
	return tables
}

func (leaflet) read(p sources.Part) array.RecordReader {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "region", Type: records.CodeType()}, {Name: "year", Type: arrow.PrimitiveTypes.Int32}, {Name: "value", Type: arrow.PrimitiveTypes.Float64},
	}, nil)
	next := p.Bodies("data")
	return records.NewReader(schema, func() (arrow.RecordBatch, error) {
		body, err := next()
		if err != nil {
			return nil, err
		}
		all, err := leaves(body)
		if err != nil {
			return nil, err
		}
		var codes records.Codes
		var regions, years []int32
		var values []float64
		for _, one := range all {
			regions, years, values = append(regions, codes.Number(one.region)), append(years, int32(one.year)), append(values, one.value)
		}
		return records.Batch(schema, len(all), records.Dictionary(codes.Texts, regions, nil), records.Numbers(years, nil), records.Numbers(values, nil)), nil
	})
}

// Locate finds the value that ends the cell's line.
func (leaflet) Locate(_ sources.Part, answer sources.Stored, cells []map[string]string) ([]sources.Place, error) {
	body, err := answer.Body()
	places := make([]sources.Place, len(cells))
	for i, cell := range cells {
		line := fmt.Sprintf("\n%s,%s,", cell["region"], cell["year"])
		if at := bytes.Index(body, []byte(line)); at >= 0 {
			raw, _, _ := strings.Cut(string(body[at+len(line):]), "\n")
			places[i] = sources.Place{Found: true, Cell: -1, Offset: int64(at + len(line)), Raw: raw}
		}
	}
	return places, err
}

type leaf struct {
	region string
	year   int
	value  float64
}

// leaves reads the file; its last line says how many there are, so that one cut
// short is known.
func leaves(body []byte) (all []leaf, err error) {
	r := csv.NewReader(bytes.NewReader(body))
	r.FieldsPerRecord = 3
	lines, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(lines) < 2 || lines[len(lines)-1][0] != "end" || lines[len(lines)-1][1] != strconv.Itoa(len(lines)-2) {
		return nil, errors.New("the file is cut short")
	}
	for _, line := range lines[1 : len(lines)-1] {
		year, wrong := strconv.Atoi(line[1])
		value, bad := strconv.ParseFloat(line[2], 64)
		all, err = append(all, leaf{line[0], year, value}), errors.Join(err, wrong, bad)
	}
	return all, err
}

// press serves the file and counts who asks for it.
type press struct {
	stamp, file atomic.Value
	data        atomic.Int64
}

func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/csv")
	body := p.stamp.Load()
	if r.URL.Path != "/stamp" {
		body = p.file.Load()
		p.data.Add(1)
	}
	_, _ = fmt.Fprint(w, body)
}

func (p *press) print(stamp, file string) {
	p.stamp.Store(stamp)
	p.file.Store(file)
}

// TestThirdSource adds a publisher that the pipeline has never heard of: what it has
// is due, fetched, archived, decoded and in the published database, and what it
// has cut short does not take the place of that.
func TestThirdSource(t *testing.T) {
	t.Parallel()
	w, publisher := newWorld(t), &press{}
	server := httptest.NewServer(publisher)
	t.Cleanup(server.Close)
	refresh := func() run.Result {
		t.Helper()
		p := w.open()
		p.Config.Datasets = append(p.Config.Datasets, config.Dataset{
			Name: "libraries", Source: "leaflet", Title: "Bibliotek", Table: "libraries.csv", Frequency: "year", RegionCoding: "scb", RefetchDays: 30,
		})
		p.Sources = append(slices.Clip(p.Sources), leaflet{server.URL})
		w.later(time.Minute)
		return must(t, p)
	}
	const query = "select region, year, value from leaflet.libraries order by all"
	expect := func(state string, asked int64, rows ...string) {
		t.Helper()
		result := refresh()
		if got := states(result); !strings.Contains(got, "libraries "+state) {
			t.Errorf("%s, want libraries %s: %v", got, state, result.Err())
		}
		if got := w.query(query); !slices.Equal(got, rows) || publisher.data.Load() != asked {
			t.Errorf("%q by %d requests, want %q by %d", got, publisher.data.Load(), rows, asked)
		}
	}
	publisher.print("1", "region,year,value\n24,2023,7.5\n00,2023,290\nend,2,\n")
	expect("fetched", 1, "00 2023 290", "24 2023 7.5")
	expect("unchanged", 1, "00 2023 290", "24 2023 7.5")
	publisher.print("2", "region,year,value\n24,2023,8\nend,1,\n")
	expect("fetched", 2, "24 2023 8")
	publisher.print("3", "region,year,value\n24,2023,9\n")
	expect("failed", 5, "24 2023 8")
	if n := w.vintages("leaflet", "libraries"); n != 2 {
		t.Errorf("%d vintages in the archive, want 2", n)
	}
}

func must(t *testing.T, p *pipeline.Pipeline) run.Result {
	t.Helper()
	result, err := p.Refresh(t.Context(), run.Want{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}
