package jsonstat

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"effekt/sources/records"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
)

// part is a dimension of a made-up body.
type part struct {
	code  string
	codes []string
}

// numbered names n codes, the first one first.
func numbered(first, n int) []string {
	codes := make([]string, n)
	for i := range codes {
		codes[i] = strconv.Itoa(first + i)
	}
	return codes
}

// made is a body of those dimensions, with value i*step in cell i; every
// gap'th cell is missing with a status, none when gap is 0.
func made(step, gap int, parts ...part) string {
	var b bytes.Buffer
	var ids, sizes []string
	cells := 1
	for _, p := range parts {
		ids, sizes, cells = append(ids, strconv.Quote(p.code)), append(sizes, strconv.Itoa(len(p.codes))), cells*len(p.codes)
	}
	fmt.Fprintf(&b, `{"class":"dataset","role":{"time":["Tid"]},"id":[%s],"size":[%s],"dimension":{`, strings.Join(ids, ","), strings.Join(sizes, ","))
	for i, p := range parts {
		if i > 0 {
			b.WriteByte(',')
		}
		index := strings.TrimSuffix(`"`+strings.Join(p.codes, `","`)+`"`, `""`)
		fmt.Fprintf(&b, `"%s":{"category":{"index":[%s]}}`, p.code, index)
	}
	var statuses []string
	b.WriteString(`},"value":[`)
	for i := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		if gap > 0 && i%gap == 0 {
			b.WriteString("null")
			statuses = append(statuses, fmt.Sprintf(`"%d":"%s"`, i, []string{"..", "-", "."}[i%3]))
			continue
		}
		b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(i*step), 10))
	}
	fmt.Fprintf(&b, `],"status":{%s}}`, strings.Join(statuses, ","))
	return b.String()
}

// drained are the reader's rows as text, and how many each record had.
func drained(t *testing.T, r array.RecordReader) (lines []string, lengths []int64) {
	t.Helper()
	for r.Next() {
		record := r.RecordBatch()
		lengths = append(lengths, record.NumRows())
		for row := range int(record.NumRows()) {
			cells := make([]string, record.NumCols())
			for i, column := range record.Columns() {
				cells[i] = column.ValueStr(row)
			}
			lines = append(lines, strings.Join(cells, " "))
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return lines, lengths
}

// expected is what drained should give, worked out cell by cell.
func expected(t *testing.T, columns Columns, bodies ...string) []string {
	t.Helper()
	var lines []string
	for _, body := range bodies {
		cube, err := Decode([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		for cell := range cube.Values {
			lines = append(lines, expectedLine(cube, columns, cell))
		}
	}
	return lines
}

func expectedLine(cube *Cube, columns Columns, cell int) string {
	var words []string
	at := codesAt(cube, cell)
	year := array.NullValueStr
	for _, column := range columns {
		for i, d := range cube.Dimensions {
			if d.Code == column.Code {
				words = append(words, at[i])
			}
			if y, ok := Year(at[i]); ok && d.Role == "time" {
				year = strconv.Itoa(y)
			}
		}
	}
	value, status := array.NullValueStr, array.NullValueStr
	if v := cube.Values[cell]; !math.IsNaN(v) {
		value = strconv.FormatFloat(v, 'g', -1, 64)
	}
	if s := cube.StatusOf(cell); s != "" {
		status = s
	}
	return strings.Join(append(words, year, value, status), " ")
}

// regional are the columns of the bodies below.
func regional() Columns {
	return Columns{{"Region", "region"}, {"Alder", "alder"}, {"Tid", "period"}}
}

// TestReaderCutsAnew gives bodies of every length beside the records', with
// variables in another order and codes of their own.
func TestReaderCutsAnew(t *testing.T) {
	t.Parallel()
	bodies := []string{
		made(1, 0, part{"Region", numbered(10, 7)}, part{"Alder", numbered(0, 101)}, part{"Tid", numbered(1990, 30)}),
		made(2, 9, part{"Region", numbered(14, 2)}, part{"Alder", []string{"tot", "7"}}, part{"Tid", []string{"2019", "2020/okänd", "2021K3"}}),
		made(3, 1000, part{"Tid", numbered(1968, 57)}, part{"Alder", numbered(50, 60)}, part{"Region", numbered(2400, 41)}),
		made(1, 0, part{"Tid", nil}, part{"Alder", numbered(50, 60)}, part{"Region", numbered(2400, 41)}),
		made(5, 2, part{"Alder", numbered(0, 1)}, part{"Tid", numbered(2024, 1)}, part{"Region", numbered(1, 123_000)}),
	}
	r := NewReader(regional(), from(io.EOF, bodies...))
	defer r.Release()
	got, lengths := drained(t, r)
	want := expected(t, regional(), bodies...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%.2000s", diff)
	}
	rest := int64(len(want))
	for i, n := range lengths {
		if want := min(rest, records.Rows); n != want {
			t.Errorf("record %d has %d rows, want %d", i, n, want)
		}
		rest -= n
	}
}

func TestReaderRefusesTwoColumnsOfOneVariable(t *testing.T) {
	t.Parallel()
	body := made(1, 0, part{"Region", numbered(10, 2)}, part{"Alder", numbered(0, 2)}, part{"Tid", numbered(1990, 2)})
	r := NewReader(Columns{{"Tid", "a"}, {"Alder", "alder"}, {"Tid", "b"}}, from(io.EOF, body))
	defer r.Release()
	if r.Next() || r.Err() == nil || !strings.Contains(r.Err().Error(), "two columns of the variable Tid") {
		t.Errorf("%v", r.Err())
	}
}

// BenchmarkReader takes 24 bodies of 150 000 cells to Arrow: all numbers, and
// every third cell missing with a status. Budget: 10 Mcells/s.
func BenchmarkReader(b *testing.B) {
	shape := func(region int) []part {
		return []part{{"Region", numbered(region, 10)}, {"Alder", numbered(0, 300)}, {"Tid", numbered(1975, 50)}}
	}
	for name, gap := range map[string]int{"numbers": 0, "statuses": 3} {
		b.Run(name, func(b *testing.B) {
			bodies := make([]string, 24)
			for i := range bodies {
				bodies[i] = made(7919, gap, shape(1000+10*i)...)
			}
			benchmarkReader(b, bodies)
		})
	}
}

func benchmarkReader(b *testing.B, bodies []string) {
	b.Helper()
	b.ReportAllocs()
	cells := 0
	for b.Loop() {
		r := NewReader(regional(), from(io.EOF, bodies...))
		for cells = 0; r.Next(); {
			cells += int(r.RecordBatch().NumRows())
		}
		if r.Err() != nil {
			b.Fatal(r.Err())
		}
		r.Release()
	}
	b.ReportMetric(float64(cells)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mcells/s")
}
