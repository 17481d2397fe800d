package explain_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"effekt/pipeline/explain"
	"effekt/sources/replay"
)

// of is a question of the county for the year in which the tests know the figures.
func of(indicator, sex string) explain.Question {
	return explain.Question{Indicator: indicator, Region: "24", Year: 2023, Sex: sex}
}

// Every kind of calculation goes back to the cells that it uses, and no others, and
// each cell to bytes in the archive that say what it says.
func TestEveryKindOfCalculation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refresh()
	for _, test := range []struct {
		question explain.Question
		inputs   []string // data set and the codes that tell the cells apart
		figure   func(v []float64) float64
		steps    string
	}{
		{of("product", "total"), []string{"grp 24 2023"}, func(v []float64) float64 { return v[0] }, "indicator.product"},
		{of("wage", "women"), []string{"income 24 2 2023"}, func(v []float64) float64 { return v[0] }, "indicator.wage"},
		{of("wage", "total"), []string{"income 24 1+2 2023"}, func(v []float64) float64 { return v[0] }, "indicator.wage"},
		{of("pay_ratio", "total"), []string{"income 24 1 2023", "income 24 2 2023"}, func(v []float64) float64 { return v[1] / v[0] * 100 }, "indicator.pay_ratio"},
		{of("growth", "total"), []string{"grp 24 2022", "grp 24 2023"}, func(v []float64) float64 { return v[1]/v[0]*100 - 100 }, "indicator.growth"},
		{of("real_product", "total"), []string{"cpi 2023", "grp 24 2023"}, func(v []float64) float64 { return v[1] / v[0] * 100 }, "indicator.real_product"},
		{of("sick", "total"), []string{"health N00957 0024 2023 T"}, func(v []float64) float64 { return v[0] }, "core.region core.kolada indicator.sick"},
	} {
		e, err := w.explain(test.question)
		if err != nil || e.Value == nil || e.Remark != "" || e.Status != "A" || e.Formula != "en formel" {
			t.Fatalf("%v %+v", err, e)
		}
		var cells, steps []string
		var values []float64
		for _, in := range e.Inputs {
			cells, values = append(cells, cellName(in)), append(values, *in.Value)
			w.holds(t, in)
		}
		if !slices.Equal(cells, test.inputs) {
			t.Fatalf("%v is made of %q, want %q", test.question, cells, test.inputs)
		}
		if want := test.figure(values); *e.Value != want {
			t.Errorf("%v: the inputs come to %v, the figure is %v", test.question, want, *e.Value)
		}
		for _, s := range e.Steps {
			steps = append(steps, s.Table)
		}
		if got := strings.Join(steps, " "); got != test.steps {
			t.Errorf("%v: by way of %q, want %q", test.question, got, test.steps)
		}
	}
}

// cellName is a cell's data set and the codes of region, sex, series and year.
func cellName(in explain.Input) string {
	name := in.Dataset
	for _, c := range in.Codes {
		if !slices.Contains([]string{"Alder", "Inkomstklass", "ContentsCode"}, c.Variable) {
			name += " " + c.Code
		}
	}
	return name
}

// holds reads the body at the byte that the explanation names.
func (w *world) holds(t *testing.T, in explain.Input) {
	t.Helper()
	if in.Origin == nil || in.Missing != "" {
		t.Fatalf("%s: %s", cellName(in), in.Missing)
	}
	body, err := w.Archive.Get(in.Origin.Object)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(body[in.Origin.Offset:], []byte(in.Origin.Raw)) {
		t.Errorf("%s: byte %d does not begin with %q", cellName(in), in.Origin.Offset, in.Origin.Raw)
	}
	if in.Value == nil {
		if in.Origin.Raw != "null" {
			t.Errorf("%s has no value, the bytes say %s", cellName(in), in.Origin.Raw)
		}
	} else if said, err := strconv.ParseFloat(in.Origin.Raw, 64); err != nil || said != *in.Value {
		t.Errorf("%s is %v, the bytes say %s", cellName(in), *in.Value, in.Origin.Raw)
	}
	if in.Dataset != "health" && !strings.Contains(in.Origin.Sent, "ContentsCode") {
		t.Errorf("%s: what was sent is %q", cellName(in), in.Origin.Sent)
	}
}

// A search that stops short says why, and lists no cells that it does not know of.
func TestRemarks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.server.Revise(func(l *replay.Library) error { return l.Blank("TAB3138", "Tid", "..", "2021") }); err != nil {
		t.Fatal(err)
	}
	w.refresh()
	at := func(indicator string, year int) explain.Question {
		return explain.Question{Indicator: indicator, Region: "24", Year: year, Sex: "total"}
	}
	for _, test := range []struct {
		question explain.Question
		remark   string
		inputs   []string
	}{
		{at("counted", 2023), "counts cells", []string{"income 24 1 2023", "income 24 1+2 2023", "income 24 2 2023"}},
		{at("share", 2023), "from this region's own cells", nil},
		{at("ahead", 2030), "the series has no cell where it needs one", nil},
		{at("ahead", 2023), "", []string{"grp 24 2023"}},
		{at("product", 2021), "", []string{"grp 24 2021"}},
		{at("growth", 2022), "", []string{"grp 24 2021", "grp 24 2022"}},
	} {
		e, err := w.explain(test.question)
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, in := range e.Inputs {
			cells = append(cells, cellName(in))
			w.holds(t, in)
		}
		if !slices.Equal(cells, test.inputs) || !strings.Contains(e.Remark, test.remark) || test.remark == "" && e.Remark != "" {
			t.Errorf("%v: made of %q, remark %q, want %q and %q", test.question, cells, e.Remark, test.inputs, test.remark)
		}
		if missing := test.question.Year == 2021 || test.question.Year == 2022 || test.question.Year == 2030; missing != (e.Value == nil) {
			t.Errorf("%v: value %v", test.question, e.Value)
		}
	}
}

// Questions that have no answer are told from those whose answer is hidden.
func TestRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refresh()
	for _, test := range []struct {
		question explain.Question
		want     error
	}{
		{explain.Question{Indicator: "nothing", Region: "24", Year: 2023, Sex: "total"}, explain.ErrNoFigure},
		{explain.Question{Indicator: "product", Region: "99", Year: 2023, Sex: "total"}, explain.ErrNoFigure},
		{explain.Question{Indicator: "product", Region: "24", Year: 1950, Sex: "total"}, explain.ErrNoFigure},
		{explain.Question{Indicator: "product", Region: "24", Year: 2023, Sex: "women"}, explain.ErrNoFigure},
		{explain.Question{Indicator: "product", Region: "24' or 'a' = 'a", Year: 2023, Sex: "total"}, explain.ErrNoFigure},
		{explain.Question{Indicator: "rate", Region: "2480", Year: 2023, Sex: "total"}, explain.ErrSuppressed},
	} {
		e, err := w.explain(test.question)
		if !errors.Is(err, test.want) {
			t.Errorf("%v: %v, want %v", test.question, err, test.want)
		}
		if e.Value != nil || e.Numerator != nil || e.Denominator != nil || len(e.Steps)+len(e.Inputs) > 0 {
			t.Errorf("%v is refused, and shown: %+v", test.question, e)
		}
		why, err := explain.WhyChanged(t.Context(), w.side(), w.side(), true, test.question, "then")
		if !errors.Is(err, test.want) || len(why.Parts) > 0 || why.New != nil || why.Old != nil {
			t.Errorf("why-changed of %v: %v, %+v", test.question, err, why)
		}
	}
	if e, err := w.explain(of("rate", "total")); err != nil || e.Value == nil { // the county's is no small one
		t.Errorf("the county's: %v %v", e.Value, err)
	}
}

// A figure whose vintage the archive has lost is explained, and says what is lost.
func TestLostVintage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refresh()
	folder := filepath.Join(w.Dir.Archive(), "scb", "grp")
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	e, err := w.explain(of("product", "total"))
	if err != nil || len(e.Inputs) != 1 || e.Inputs[0].Origin != nil || !strings.Contains(e.Inputs[0].Missing, "the archive does not hold the vintage 2026") {
		t.Fatalf("%v %+v", err, e.Inputs)
	}
	if in := e.Inputs[0]; *in.Value != 100 || in.Table != "TAB3138" {
		t.Errorf("%+v", in)
	}
}
