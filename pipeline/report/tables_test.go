package report

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/report/document"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// number reads a number in Swedish print back.
func readBack(t interface{ Fatal(...any) }, printed string) float64 {
	v, err := strconv.ParseFloat(strings.NewReplacer("−", "-", nbsp, "", ",", ".", "+", "").Replace(printed), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A correction is printed with all its digits in both languages, and the workbook
// has the same number.
func TestExactNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := math.Round(rapid.Float64Range(-1e6, 1e6).Draw(t, "value")*1e4) / 1e4
		cell := Report{}.exact(&v)
		if got := readBack(t, cell.Text); got != v {
			t.Fatalf("%v is printed %q", v, cell.Text)
		}
		english := Report{words: english()}.exact(&v).Text
		if got := readBack(t, strings.ReplaceAll(english, ",", "")); got != v {
			t.Fatalf("%v is printed %q", v, english)
		}
		if in, ok := cell.Value.(*float64); !ok || *in != v {
			t.Fatalf("the workbook has %v", cell.Value)
		}
	})
	if got := (Report{}).exact(nil).Text; got != "–" {
		t.Error(got)
	}
}

// A printed value lies within half its last digit of the number.
func TestPrintedValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, decimals := rapid.Float64Range(-1e7, 1e7).Draw(t, "value"), rapid.IntRange(0, 4).Draw(t, "decimals")
		i := Indicator{Unit: "kr", Decimals: decimals}
		if off := math.Abs(readBack(t, i.bare(&v)) - v); off > 0.5*math.Pow(10, -float64(decimals))*(1+1e-6) {
			t.Fatalf("%v is printed %q", v, i.bare(&v))
		}
		if i.printed(&v) != i.bare(&v)+nbsp+"kr" {
			t.Fatalf("%q and %q", i.printed(&v), i.bare(&v))
		}
	})
}

// Cells of a row by their kinds: what stands in print, and in the workbook.
func TestRow(t *testing.T) {
	t.Parallel()
	one := 1.0
	got := row("text", 2025, 0, time.Date(2026, 2, 21, 8, 0, 0, 0, time.UTC), numeric("1,0", &one))
	want := []document.Cell{{Text: "text"}, {Text: "2025", Value: 2025}, {Text: "–", Value: 0}, {Text: "2026-02-21"}, {Text: "1,0", Number: true, Value: &one}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Only columns in which nothing is said go, and the rest stay as they were.
func TestFilled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 6).Draw(t, "columns")
		made := document.Table{}
		for n := range width {
			made.Header = append(made.Header, strconv.Itoa(n))
		}
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			var cells []document.Cell
			for range width {
				cells = append(cells, document.Cell{Text: rapid.SampledFrom([]string{"", "–", "1", "x"}).Draw(t, "cell")})
			}
			made.Rows = append(made.Rows, cells)
		}
		kept := filled(made)
		for column, head := range made.Header {
			said := column < 2
			for _, row := range made.Rows {
				said = said || row[column].Text != "" && row[column].Text != "–"
			}
			at := slices.Index(kept.Header, head)
			if (at >= 0) != said {
				t.Fatalf("column %s of %v: kept %v", head, made.Rows, at >= 0)
			}
			for n := range made.Rows {
				if said && kept.Rows[n][at].Text != made.Rows[n][column].Text {
					t.Fatalf("%v became %v", made.Rows, kept.Rows)
				}
			}
		}
	})
}

// A change is in points where the indicator is a share, in per cent where it is a
// level, and signed.
func TestChange(t *testing.T) {
	t.Parallel()
	points, percent := -0.25, 12.34
	for _, test := range []struct {
		i    Indicator
		p, q *float64
		want string
	}{
		{Indicator{Change: "points", Decimals: 1}, &points, &percent, "−0,3"},
		{Indicator{Change: "percent", Decimals: 0}, &points, &percent, "+12,3" + nbsp + "%"},
		{Indicator{Change: "percent"}, &points, nil, "–"},
		{Indicator{Change: "points"}, nil, &percent, "–"},
		{Indicator{Change: "percent", words: english()}, nil, &percent, "+12.3%"},
	} {
		if got := test.i.change(test.p, test.q).Text; got != test.want {
			t.Errorf("%+v: %q, want %q", test.i.Change, got, test.want)
		}
	}
}

// Every word of a flag and status has its own in English, and unknown ones are
// silent rather than shown as codes.
func TestRemarks(t *testing.T) {
	t.Parallel()
	v := Value{Status: "M", Flags: []string{"break", "unheard_of", "forecast"}}
	if got := wording(nil).remarks(v); !slices.Equal(got, []string{"brott", "prognos", "kan inte förekomma"}) {
		t.Errorf("%q", got)
	}
	if got := english().remarks(v); !slices.Equal(got, []string{"break", "forecast", "cannot occur"}) {
		t.Errorf("%q", got)
	}
}
