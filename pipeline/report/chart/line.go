package chart

import (
	"effekt/pipeline/number"
	"fmt"
	"slices"
	"strconv"
)

// Role is what a series is to the report: it decides weight, dash and colour.
type Role int

// The roles of a series.
const (
	Own     Role = iota // the county
	Country             // the country, to compare with
	Other               // another county, in the background
	Women
	Men
)

// Observation is a series' value in a year; nil is missing and leaves a gap.
type Observation struct {
	Year        int
	Value       *float64
	Preliminary bool // drawn hollow
	Perturbed   bool // drawn as a diamond
}

// Series is a line. Other roles than Other are named at their end.
type Series struct {
	Name         string
	Role         Role
	Observations []Observation // by year
}

// Break is a break in the series: nothing is drawn across it.
type Break struct {
	Year   int // the first year of the new series
	Reason string
}

// Line is a chart of values over years.
type Line struct {
	ID          string // unique on the page; letters, digits, - and _
	Title       string // what the chart shows, as a finding
	Description string // for those who cannot see it
	Unit        string
	Decimals    int
	FromZero    bool
	Series      []Series
	Breaks      []Break
}

// The measures of a line chart in pixels.
const (
	lineWidth, lineHeight = 640.0, 300.0
	marginLeft            = 64.0
	marginBottom          = 34.0
	markRadius            = 3.4
	textSize              = 13.0
	titleSize             = 15.0
)

// SVG is the chart as a standing-alone SVG image.
func (l Line) SVG() []byte { return l.draw().svg(l.ID) }

// PNG is the chart as an image of twice its size in pixels.
func (l Line) PNG() ([]byte, error) { return l.draw().png() }

// plot is a line chart on its way.
type plot struct {
	*drawing
	years, values axis
	line          Line
}

func (l Line) draw() *drawing {
	d := &drawing{width: lineWidth, height: lineHeight, title: l.Title, description: l.Description}
	top := d.heading(l.Title)
	right := lineWidth - l.labelRoom()
	years, values := l.extent()
	p := plot{
		drawing: d, line: l,
		years:  axis{low: float64(years[0]), high: float64(max(years[1], years[0]+1)), from: marginLeft + 8, to: right - 8},
		values: newAxis(values, l.FromZero, lineHeight-marginBottom, top+22),
	}
	p.frame(right, top)
	for _, b := range l.Breaks {
		p.breakMark(b, top)
	}
	// The county last, over the others.
	order := []Role{Other, Country, Women, Men, Own}
	sorted := slices.Clone(l.Series)
	slices.SortStableFunc(sorted, func(a, b Series) int { return slices.Index(order, a.Role) - slices.Index(order, b.Role) })
	for _, s := range sorted {
		p.series(s)
	}
	p.names(right)
	return d
}

// heading writes the title over the chart and returns where it ends.
func (d *drawing) heading(title string) float64 {
	y := 8.0
	for _, line := range wrap(title, titleSize, d.width-20) {
		y += titleSize + 4
		d.write(point{10, y - 4}, line, titleSize, black, true, start)
	}
	return y + 6
}

// labelRoom is what the names at the ends of the lines need.
func (l Line) labelRoom() float64 {
	room := 20.0
	for _, s := range l.Series {
		if s.Role != Other {
			room = max(room, textWidth(s.Name, textSize, s.Role == Own)+18)
		}
	}
	return min(room, 220)
}

// extent is the first and last year, and all values.
func (l Line) extent() (years [2]int, values []float64) {
	found := false
	for _, s := range l.Series {
		for _, o := range s.Observations {
			if !found {
				years, found = [2]int{o.Year, o.Year}, true
			}
			years[0], years[1] = min(years[0], o.Year), max(years[1], o.Year)
			if o.Value != nil {
				values = append(values, *o.Value)
			}
		}
	}
	return years, values
}

func (p plot) frame(right, top float64) {
	p.write(point{10, top + 10}, p.line.Unit, textSize, grey, false, start)
	if p.values.withoutValues {
		p.write(point{p.width / 2, p.height / 2}, "Inga värden", textSize, grey, false, middle)
		return
	}
	for _, v := range p.values.ticks() {
		y := p.values.at(v)
		ink := faint
		if v == 0 {
			ink = grey
		}
		p.drawing.line(ink, 1, 0, point{marginLeft, y}, point{right, y})
		p.write(point{marginLeft - 8, y + 4.5}, number.Swedish(v, p.values.tickDecimals), textSize, grey, false, end)
	}
	for _, year := range yearTicks(int(p.years.low), int(p.years.high), right-marginLeft) {
		x := p.years.at(float64(year))
		p.drawing.line(grey, 1, 0, point{x, p.height - marginBottom}, point{x, p.height - marginBottom + 4})
		p.write(point{x, p.height - marginBottom + 19}, strconv.Itoa(year), textSize, grey, false, middle)
	}
}

// yearTicks are years that fit side by side, the last one always among them.
func yearTicks(first, last int, width float64) []int {
	step := 1
	for _, wider := range []int{1, 2, 5, 10, 20, 50} {
		step = wider
		if float64((last-first)/step+1)*44 <= width {
			break
		}
	}
	var years []int
	for year := last; year >= first; year -= step {
		years = append(years, year)
	}
	slices.Reverse(years)
	return years
}

func (p plot) breakMark(b Break, top float64) {
	if float64(b.Year) <= p.years.low || float64(b.Year) > p.years.high {
		return
	}
	x := p.years.at(float64(b.Year) - 0.5)
	p.drawing.line(grey, 1.2, 4, point{x, top + 22}, point{x, p.height - marginBottom})
	p.write(point{x + 4, top + 32}, "brott "+strconv.Itoa(b.Year), textSize-2, grey, false, start)
}

// style is how a role is drawn.
func (r Role) style() (color string, width, dash float64, kind markKind) {
	switch r {
	case Own:
		return blue, 3, 0, disc
	case Country:
		return grey, 2, 6, disc
	case Women:
		return plum, 2, 0, disc
	case Men:
		return green, 2, 3, square
	}
	return pale, 1, 0, disc
}

// series draws a line and, for those that are named, a mark at each value.
func (p plot) series(s Series) {
	color, width, _, kind := s.Role.style()
	p.pieces(s, width)
	if s.Role == Other {
		return
	}
	for _, o := range s.Observations {
		if o.Value != nil {
			p.observation(o, kind, color, s.Role)
		}
	}
}

// pieces draws the line in pieces: it is never drawn over a missing year or a
// break. A value that stands alone is a dot.
func (p plot) pieces(s Series, width float64) {
	color, _, dash, _ := s.Role.style()
	var piece []point
	last := 0
	flush := func() {
		switch len(piece) {
		case 0:
		case 1:
			p.mark(piece[0], disc, max(width*0.7, 1), color, false)
		default:
			p.drawing.line(color, width, dash, piece...)
		}
		piece = nil
	}
	for _, o := range s.Observations {
		if o.Value == nil {
			flush()
			continue
		}
		if len(piece) > 0 && p.broken(last, o.Year) {
			flush()
		}
		piece, last = append(piece, point{p.years.at(float64(o.Year)), p.values.at(*o.Value)}), o.Year
	}
	flush()
}

func (p plot) observation(o Observation, kind markKind, color string, role Role) {
	if o.Perturbed {
		kind = diamond
	}
	radius := markRadius
	if role == Country {
		radius = 2.4
	}
	p.mark(point{p.years.at(float64(o.Year)), p.values.at(*o.Value)}, kind, radius, color, o.Preliminary)
}

// broken tells whether years that are not read as one series lie between: a
// break, or a year without a row. Series of elections and surveys are dense at
// their own rhythm, which is the shortest distance between two of their years.
func (p plot) broken(from, to int) bool {
	return slices.ContainsFunc(p.line.Breaks, func(b Break) bool { return b.Year > from && b.Year <= to }) || to-from > p.rhythm()
}

func (p plot) rhythm() int {
	shortest := 0
	for _, s := range p.line.Series {
		for i := 1; i < len(s.Observations); i++ {
			if distance := s.Observations[i].Year - s.Observations[i-1].Year; distance > 0 && (shortest == 0 || distance < shortest) {
				shortest = distance
			}
		}
	}
	return max(shortest, 1)
}

// names writes each line's name at its end, moved apart where they would meet.
func (p plot) names(right float64) {
	type label struct {
		y     float64
		text  string
		color string
		bold  bool
	}
	var labels []label
	for _, s := range p.line.Series {
		i := len(s.Observations) - 1
		for ; i >= 0 && s.Observations[i].Value == nil; i-- {
			continue
		}
		if s.Role == Other || i < 0 {
			continue
		}
		color, _, _, _ := s.Role.style()
		labels = append(labels, label{p.values.at(*s.Observations[i].Value), s.Name, color, s.Role == Own})
	}
	slices.SortStableFunc(labels, func(a, b label) int { return int(a.y*10) - int(b.y*10) })
	for i := 1; i < len(labels); i++ {
		labels[i].y = max(labels[i].y, labels[i-1].y+textSize+2)
	}
	for _, l := range labels {
		p.write(point{right + 8, l.y + 4.5}, l.text, textSize, l.color, l.bold, start)
	}
}

// Describe puts the county's first and last value in words, for a description
// that would otherwise be empty.
func (l Line) Describe() string {
	for _, s := range l.Series {
		if s.Role != Own {
			continue
		}
		var known []Observation
		for _, o := range s.Observations {
			if o.Value != nil {
				known = append(known, o)
			}
		}
		if len(known) == 0 {
			return "Inga värden."
		}
		first, last := known[0], known[len(known)-1]
		return fmt.Sprintf("%s: %s %s år %d och %s %s år %d.", s.Name,
			number.Swedish(*first.Value, l.Decimals), l.Unit, first.Year, number.Swedish(*last.Value, l.Decimals), l.Unit, last.Year)
	}
	return ""
}
