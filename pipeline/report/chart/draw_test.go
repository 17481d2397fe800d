package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// read is what the SVG of a chart holds, read back by another decoder.
type read struct {
	texts  []string
	lines  int // polylines
	marks  int // polygons
	places []float64
}

func (r read) has(text string) bool { return slices.Contains(r.texts, text) }

func readSVG(t interface{ Fatal(...any) }, svg []byte) read {
	var r read
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return r
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.CharData:
			r.texts = append(r.texts, strings.TrimSpace(string(token)))
		case xml.StartElement:
			switch token.Name.Local {
			case "polyline":
				r.lines++
			case "polygon":
				r.marks++
			}
			for _, a := range token.Attr {
				if a.Name.Local != "points" {
					continue
				}
				for pair := range strings.FieldsFuncSeq(a.Value, func(c rune) bool { return c == ' ' || c == ',' }) {
					place, err := strconv.ParseFloat(pair, 64)
					if err != nil {
						t.Fatal(err)
					}
					r.places = append(r.places, place)
				}
			}
		}
	}
}

// observed is any series of up to thirty years, with gaps.
func observed(t *rapid.T, label string) []Observation {
	var all []Observation
	year := rapid.IntRange(1950, 2020).Draw(t, label+" first")
	for range rapid.IntRange(0, 30).Draw(t, label+" years") {
		o := Observation{Year: year, Preliminary: rapid.Bool().Draw(t, "preliminary"), Perturbed: rapid.Bool().Draw(t, "perturbed")}
		if rapid.IntRange(0, 4).Draw(t, "missing") > 0 {
			o.Value = new(rapid.Float64Range(-1e6, 1e6).Draw(t, "value"))
		}
		all = append(all, o)
		year += rapid.IntRange(1, 4).Draw(t, "step")
	}
	return all
}

// Whatever is drawn, every point lies within the chart, and each known value of a
// named series has a mark of its own.
func TestLinesStayWithinTheChart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := Line{Chart: Chart{ID: "x", Title: "T", Unit: "%"}, Series: []Series{
			{"Länet", Own, observed(t, "own")}, {"Riket", Country, observed(t, "country")}, {"Annat", Other, observed(t, "other")},
		}}
		d := l.Draw()
		got := readSVG(t, d.SVG())
		for i, place := range got.places {
			if limit := []float64{d.Width, d.Height}[i%2]; math.IsNaN(place) || place < 0 || place > limit {
				t.Fatalf("%v is outside of %v", place, limit)
			}
		}
		if least := len(l.Series[0].known()) + len(l.Series[1].known()); got.marks < least {
			t.Fatalf("%d marks for %d values", got.marks, least)
		}
		for _, s := range l.Series[:2] {
			if len(s.known()) > 0 && !got.has(s.Name) {
				t.Fatalf("%s is not named", s.Name)
			}
		}
	})
}

// A line is never drawn over a missing year or a break, nor over years that the
// series' own rhythm does not have.
func TestPieces(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for name, test := range map[string]struct {
		series []Observation
		breaks []int
		lines  int // of the series
		alone  int // values that are dots of their own
	}{
		"whole":             {yearly(2015, 1, 2, 3, 4), nil, 1, 0},
		"a missing year":    {yearly(2015, 1, 2, nan, 3, 4), nil, 2, 0},
		"a value alone":     {yearly(2015, 1, nan, 3, 4), nil, 1, 1},
		"a break":           {yearly(2015, 1, 2, 3, 4), []int{2017}, 2, 0},
		"a break before":    {yearly(2015, 1, 2, 3, 4), []int{2015}, 1, 0},
		"no row of a year":  {append(yearly(2015, 1, 2), yearly(2018, 3, 4)...), nil, 2, 0},
		"every fourth year": {append(append(yearly(2010, 1), yearly(2014, 2)...), yearly(2018, 3)...), nil, 1, 0},
		"nothing":           {yearly(2015, nan, nan), nil, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Series{"", Other, test.series}
			p := newPlot(&Drawing{Chart: Chart{Breaks: test.breaks}}, []Series{s}, point{0, 0}, point{100, 100})
			p.series(s)
			lines, dots := 0, 0
			for _, s := range p.shapes {
				if s.fill == "" {
					lines++
				} else {
					dots++
				}
			}
			if lines != test.lines || dots != test.alone {
				t.Errorf("%d lines and %d dots, want %d and %d", lines, dots, test.lines, test.alone)
			}
		})
	}
}

// The last year always has its tick, and no two stand closer than their text.
func TestYearTicks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.IntRange(1850, 2020).Draw(t, "first")
		last := first + rapid.IntRange(1, 180).Draw(t, "years")
		ticks := yearTicks(first, last, 556)
		if len(ticks) == 0 || ticks[len(ticks)-1] != last || ticks[0] < first || len(ticks) > 556/44 {
			t.Fatalf("%d–%d: %v", first, last, ticks)
		}
	})
}

// A step is 1, 2 or 5 times a power of ten, not below what is asked for and at
// most two and a half times that.
func TestRoundStep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		asked := math.Pow(10, rapid.Float64Range(-6, 9).Draw(t, "exponent"))
		step := roundStep(asked)
		power := math.Pow(10, math.Floor(math.Log10(step)+1e-9))
		leading := math.Round(step / power)
		if step < asked*(1-1e-6) || step > asked*2.5*(1+1e-6) || leading != 1 && leading != 2 && leading != 5 {
			t.Fatalf("%v for %v", step, asked)
		}
	})
}

// Equal values share a rank, the county is bold, and every region and value stands
// in the drawing.
func TestRanking(t *testing.T) {
	t.Parallel()
	got := readSVG(t, aRanking().Draw().SVG())
	for _, text := range []string{"1. Jönköpings län", "2. Hallands län", "2. Norrbottens län", "4. Västerbottens län", "5. Skåne län", "84,0", "83,5", "82,3", "−1,2", "riket"} {
		if !got.has(text) {
			t.Errorf("%q is not in %q", text, got.texts)
		}
	}
	if got.marks != 5 {
		t.Errorf("%d marks for 5 regions", got.marks)
	}
}

// Each municipality has its name, and its last known value or a word of there
// being none.
func TestPanels(t *testing.T) {
	t.Parallel()
	got := readSVG(t, somePanels().Draw().SVG())
	for _, text := range []string{"Umeå", "5,0", "Bjurholm", "2,0", "Åsele", "inga värden", "Vännäs", "4,0", "Malå", "1,0", "2015", "2018", "Spridning <mellan> kommunerna & åren"} {
		if !got.has(text) {
			t.Errorf("%q is not in %q", text, got.texts)
		}
	}
}

// A description holds the first and last known figure in Swedish print.
func TestDescribe(t *testing.T) {
	t.Parallel()
	if got, want := aLine().Describe(), "Västerbottens län: 80,1 % år 2015 och 82,3 % år 2024."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (Line{Series: []Series{{"Länet", Own, yearly(2015, math.NaN())}}}).Describe(); got != "Inga värden." {
		t.Error(got)
	}
	if got := (Line{Series: []Series{{"Riket", Country, yearly(2015, 1)}}}).Describe(); got != "" {
		t.Error(got)
	}
}

// The painted image is twice the drawing's size, white at the edges, with the
// county's blue in it and few enough colours for a palette.
func TestPaintedColours(t *testing.T) {
	t.Parallel()
	d := aLine().Draw()
	body, err := d.PNG()
	if err != nil {
		t.Fatal(err)
	}
	painted, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if size := painted.Bounds().Size(); size.X != int(2*d.Width) || size.Y != int(2*d.Height) {
		t.Errorf("%v for %v × %v", size, d.Width, d.Height)
	}
	count := map[color.Color]int{}
	for y := range painted.Bounds().Dy() {
		for x := range painted.Bounds().Dx() {
			count[painted.At(x, y)]++
		}
	}
	white, own := color.RGBA{255, 255, 255, 255}, color.RGBA{17, 85, 136, 255} // of the fifteen steps of each ink
	if len(count) > 256 || count[own] < 500 || painted.At(0, 0) != white {
		t.Errorf("%d colours, %d pixels of the county's, %v in the corner", len(count), count[own], painted.At(0, 0))
	}
}

// The dashes of a line cover half of it, end within it and never go back.
func TestDashes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dash, long := rapid.Float64Range(2, 8).Draw(t, "dash"), rapid.Float64Range(0, 500).Draw(t, "long")
		covered, at := 0.0, 0.0
		for _, d := range dashes([]point{{0, 0}, {long, 0}}, dash) {
			if d[0].x < at-1e-9 || d[1].x > long+1e-9 {
				t.Fatalf("%v after %v of %v", d, at, long)
			}
			covered, at = covered+d[1].x-d[0].x, d[1].x
		}
		if math.Abs(covered-long/2) > dash+1e-3 {
			t.Fatalf("%v of %v are covered by dashes of %v", covered, long, dash)
		}
	})
}
