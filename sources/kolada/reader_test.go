package kolada

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
)

// lines reads all batches as text, a row a line.
func lines(r array.RecordReader) []string {
	var all []string
	for r.Next() {
		batch := r.RecordBatch()
		for i := range int(batch.NumRows()) {
			var cells []string
			for _, column := range batch.Columns() {
				cells = append(cells, column.ValueStr(i))
			}
			all = append(all, strings.Join(cells, "|"))
		}
	}
	return all
}

// body makes a page of records written as JSON.
func body(records ...string) []byte {
	return []byte(`{"values":[` + strings.Join(records, ",") + `],"next_url":null}`)
}

func TestReader(t *testing.T) {
	t.Parallel()
	first := body(
		`{"kpi":"N1","municipality":"2480","period":2023,"values":[{"gender":"M","count":1,"status":"","value":1.5,"isdeleted":false},{"gender":"K","value":null,"count":0,"status":null}]}`,
		`{"kpi":"N1","municipality":"0024","period":"2023","values":[{"gender":"T","value":2,"isdeleted":true},{"gender":"F","value":3,"status":"x"}]}`,
	)
	second := body(
		`{"kpi":"N1","municipality":"2480","period":2023,"values":[{"gender":"K","value":null,"count":0,"status":null},{"gender":"T","value":4}]}`,
		`{"kpi":"N2","municipality":"2480","period":2023,"values":[{"gender":"T","value":5},{"gender":"T","value":5}]}`,
	)
	empty := body()
	r := NewReader(from(first, empty, second, first))
	defer r.Release()
	got := lines(r)
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	null := array.NullValueStr
	want := []string{
		"N1|2480|2023|M|1.5|1|",
		fmt.Sprintf("N1|2480|2023|K|%s|0|%s", null, null),
		fmt.Sprintf("N1|0024|2023|F|3|%s|x", null),
		fmt.Sprintf("N1|2480|2023|T|4|%s|%s", null, null),
		fmt.Sprintf("N2|2480|2023|T|5|%s|%s", null, null),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("rows (-want +got):\n", diff)
	}
	schema := "kpi municipality year gender value count status"
	var names []string
	for _, f := range r.Schema().Fields() {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != schema {
		t.Errorf("columns %q, want %q", got, schema)
	}
	if r.Next() || r.RecordBatch() != nil {
		t.Error("a batch after the end")
	}
}

func TestReaderNamesAKeyWithTwoFigures(t *testing.T) {
	t.Parallel()
	row := func(value string) []byte {
		return body(`{"kpi":"N1","municipality":"2480","period":2023,"values":[{"gender":"K","value":` + value + `,"count":1,"status":""}]}`)
	}
	for _, test := range []struct {
		name   string
		bodies [][]byte
		want   string
	}{
		{"value", [][]byte{row("1.5"), row("1.6")}, `kolada: body 2: byte 11: kpi N1, municipality 2480, year 2023, gender K comes twice: as 1.5 (count 1, status "") and as 1.6 (count 1, status "")`},
		{"null", [][]byte{row("1.5"), row("null")}, `and as null (count 1, status "")`},
		{"deleted", [][]byte{row("1.5"), row(`1.5,"isdeleted":true`)}, "and as deleted"},
		{"in one record", [][]byte{body(`{"kpi":"N1","municipality":"2480","period":2023,"values":[{"gender":"K","value":1},{"gender":"K","value":2}]}`)}, "comes twice"},
	} {
		_, err := rows(t, test.bodies...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestReaderFailsThroughErr(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	good := body(`{"kpi":"N1","municipality":"2480","period":2023,"values":[{"gender":"K","value":1}]}`)
	calls := 0
	r := NewReader(func() ([]byte, error) {
		if calls++; calls == 1 {
			return good, nil
		}
		return nil, broken
	})
	defer r.Release()
	if !r.Next() || r.Next() || r.Next() || !errors.Is(r.Err(), broken) || !strings.Contains(r.Err().Error(), "kolada: body 2: ") {
		t.Errorf("got %v", r.Err())
	}
	if calls != 2 {
		t.Errorf("%d bodies asked for, want 2", calls)
	}
	if _, err := rows(t, good, good[:40]); err == nil || !strings.Contains(err.Error(), "kolada: body 2: byte 40: ") {
		t.Errorf("got %v", err)
	}
}

// TestBatchesOutliveTheReader: a consumer may hold several batches at a time.
func TestBatchesOutliveTheReader(t *testing.T) {
	t.Parallel()
	var bodies [][]byte
	for i := range 5 {
		bodies = append(bodies, body(fmt.Sprintf(`{"kpi":"N%d","municipality":"24%02d","period":2023,"values":[{"gender":"T","value":%d}]}`, i, i, i)))
	}
	r := NewReader(from(bodies...))
	r.Retain()
	r.Release()
	var held []string
	for r.Next() {
		b := r.RecordBatch()
		b.Retain()
		defer func() {
			held = append(held, b.Column(0).ValueStr(0)+b.Column(4).ValueStr(0))
			b.Release()
			if len(held) == 5 && !slices.Equal(held, []string{"N44", "N33", "N22", "N11", "N00"}) {
				t.Error(held)
			}
		}()
	}
	r.Release()
}

func TestKPIReader(t *testing.T) {
	t.Parallel()
	first := body(
		`{"id":"N1","title":"Ohälsotal, dagar","description":"Källa: \\n","is_divided_by_gender":1,"municipality_type":"A","auspice":null,"operating_area":"Hälsa","perspective":"Övrigt","prel_publication_date":null,"publication_date":"2027-01-16","publ_period":2026,"has_ou_data":0}`,
		`{"id":"N2","title":"old"}`,
	)
	second := body(`{"id":"N2","title":"new","is_divided_by_gender":false,"has_ou_data":true,"publ_period":"2025"}`)
	r := newListReader(from(first, second), columns(kpiColumns))
	defer r.Release()
	null := array.NullValueStr
	want := []string{
		`N1|Ohälsotal, dagar|Källa: \n|true|A|` + null + `|Hälsa|Övrigt|` + null + `|2027-01-16|2026|false`,
		`N2|new|` + null + `|false|` + strings.Repeat(null+"|", 6) + `2025|true`,
	}
	if diff := cmp.Diff(want, lines(r)); diff != "" || r.Err() != nil {
		t.Error(r.Err(), "(-want +got):\n", diff)
	}
	bad := newListReader(from(first, []byte(`{"detail":"x"}`)), columns(kpiColumns))
	defer bad.Release()
	if bad.Next() || bad.Err() == nil {
		t.Error("no error for a bad body")
	}
	none := newListReader(from(), columns(kpiColumns))
	defer none.Release()
	if none.Next() || none.Err() != nil {
		t.Error("rows of nothing, or an error", none.Err())
	}
}

func TestMunicipalityReader(t *testing.T) {
	t.Parallel()
	r := newListReader(from(body(`{"id":"0024","title":"Region Västerbotten","type":"L"}`, `{"id":"2480","title":"Umeå","type":"K"}`)), columns(municipalityColumns))
	defer r.Release()
	want := []string{"0024|Region Västerbotten|L", "2480|Umeå|K"}
	if diff := cmp.Diff(want, lines(r)); diff != "" || r.Err() != nil {
		t.Error(r.Err(), "(-want +got):\n", diff)
	}
	if _, _, err := decodeList(body(`{"title":"Umeå"}`), columns(municipalityColumns)); err == nil {
		t.Error("a municipality without id")
	}
}

// TestReaderOfSomeKPIs passes over the others, even where they contradict
// themselves.
func TestReaderOfSomeKPIs(t *testing.T) {
	t.Parallel()
	page := body(
		`{"kpi":"N1","municipality":"2480","period":2023,"values":[{"gender":"T","value":1}]}`,
		`{"kpi":"N2","municipality":"2480","period":2023,"values":[{"gender":"T","value":2}]}`,
		`{"kpi":"N2","municipality":"2480","period":2023,"values":[{"gender":"T","value":3}]}`,
		`{"kpi":"N3","municipality":"2480","period":2023,"values":[{"gender":"T","value":4}]}`,
	)
	r := NewReader(from(page), "N3", "N1")
	defer r.Release()
	null := array.NullValueStr
	want := []string{
		fmt.Sprintf("N1|2480|2023|T|1|%s|%s", null, null),
		fmt.Sprintf("N3|2480|2023|T|4|%s|%s", null, null),
	}
	if diff := cmp.Diff(want, lines(r)); diff != "" || r.Err() != nil {
		t.Error(diff, r.Err())
	}
}
