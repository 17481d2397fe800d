package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden charts")

func yearly(first int, values ...float64) []Observation {
	var all []Observation
	for i, v := range values {
		o := Observation{Year: first + i}
		if !math.IsNaN(v) {
			o.Value = new(v)
		}
		all = append(all, o)
	}
	return all
}

func aLine() Line {
	own := yearly(2015, 80.1, 80.4, math.NaN(), 81, 81.2, 80.2, 80.9, 81.5, 81.8, 82.3)
	own[8].Perturbed, own[9].Preliminary = true, true
	return Line{
		Chart: Chart{ID: "rate", Title: "Sysselsättningsgraden har ökat i länet sedan 2020", Description: "Länet och riket.", Unit: "%", Decimals: 1, Breaks: []int{2020}},
		Series: []Series{
			{"Västerbottens län", Own, own},
			{"Riket", Country, yearly(2015, 79, 79.5, 80, 80.2, 80.1, 78.9, 79.9, 80.6, 81.2, 81.4)},
			{"Norrbottens län", Other, yearly(2015, 78, 78.5, 79, 79.2, 79.1, 78.1, 78.9, 79.6, 80.2, 80.4)},
			{"Kvinnor", Women, yearly(2015, 79, 79.2, math.NaN(), 80, 80.1, 79.1, 79.7, 80.2, 80.6, 81.1)},
		},
	}
}

func aRanking() Dots {
	return Dots{
		Chart: Chart{ID: "rank", Title: "Västerbotten ligger på fjärde plats av fem län", Description: "Rangordning.", Unit: "%", Decimals: 1}, Country: new(81.4),
		Dots: []Dot{{"Jönköpings län", 84, false}, {"Hallands län", 83.5, false}, {"Norrbottens län", 83.5, false}, {"Västerbottens län", 82.3, true}, {"Skåne län", -1.2, false}},
	}
}

func somePanels() Multiples {
	return Multiples{
		Chart:  Chart{ID: "kommuner", Title: "Spridning <mellan> kommunerna & åren", Description: "Fem kommuner.", Unit: "%", Decimals: 1, Breaks: []int{2017}},
		County: yearly(2015, 1, 2, 3, 4),
		Panels: []Series{
			{Name: "Umeå", Observations: yearly(2015, 1, 2, 2, 5)},
			{Name: "Bjurholm", Observations: yearly(2015, 3, math.NaN(), 1, 2)},
			{Name: "Åsele"},
			{Name: "Vännäs", Observations: yearly(2018, 4)},
			{Name: "Malå", Observations: yearly(2015, 1, 1, 1, 1)},
		},
	}
}

// The drawings are looked at before they are kept: -update.
func TestGoldenCharts(t *testing.T) {
	t.Parallel()
	for name, svg := range map[string][]byte{
		"line": aLine().Draw().SVG(), "dots": aRanking().Draw().SVG(), "multiples": somePanels().Draw().SVG(), "nothing": Line{Chart: Chart{ID: "x", Title: "Inget"}}.Draw().SVG(),
	} {
		path := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(path, svg, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(svg)); diff != "" {
			t.Errorf("%s (-want +got): %s", name, diff)
		}
		wellFormed(t, svg)
	}
}

func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPNG(t *testing.T) {
	t.Parallel()
	for _, paint := range []func() ([]byte, error){aLine().Draw().PNG, aRanking().Draw().PNG, somePanels().Draw().PNG} {
		once, err := paint()
		if err != nil {
			t.Fatal(err)
		}
		twice, err := paint()
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("painted twice, not the same: %v", err)
		}
		if _, err := png.Decode(bytes.NewReader(once)); err != nil {
			t.Error(err)
		}
	}
}

// Whatever the values, the scale holds them, its ticks are few and even, and
// nothing is drawn outside the chart.
func TestAxisHoldsItsValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e9, 1e9), 1, 20).Draw(t, "values")
		a := newAxis(values, 300, 20)
		for _, v := range values {
			if y := a.at(v); y < 20-1e-6 || y > 300+1e-6 {
				t.Fatalf("%v is drawn at %v: %+v", v, y, a)
			}
		}
		if n := len(a.ticks()); n < 2 || n > 12 {
			t.Fatalf("%d ticks: %+v", n, a)
		}
	})
}
