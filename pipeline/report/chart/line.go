package chart

import (
	"fmt"
	"slices"
	"strconv"

	"effekt/pipeline/number"
)

// Role is what a series is to the report: it decides weight, dash and colour,
// and the order in which lines are drawn, the county's last, over the others.
type Role int

// The roles of a series.
const (
	Other   Role = iota // another county, in the background
	Country             // the country, to compare with
	Women
	Men
	Own // the county
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

// known are the observations with a value.
func (s Series) known() []Observation {
	return slices.DeleteFunc(slices.Clone(s.Observations), func(o Observation) bool { return o.Value == nil })
}

// Line is a chart of values over years.
type Line struct {
	Chart
	Series []Series
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

// plot is a line chart on its way.
type plot struct {
	*Drawing
	first, last   int // years
	years, values axis
	all           []Series
}

// newPlot puts the years and values of series between two corners.
func newPlot(d *Drawing, all []Series, topLeft, bottomRight point) plot {
	var years []int
	var values []float64
	for _, s := range all {
		for _, o := range s.Observations {
			years = append(years, o.Year)
			if o.Value != nil {
				values = append(values, *o.Value)
			}
		}
	}
	p := plot{Drawing: d, all: all, values: newAxis(values, bottomRight.y, topLeft.y)}
	if len(years) > 0 {
		p.first, p.last = slices.Min(years), slices.Max(years)
	}
	p.years = axis{low: float64(p.first), high: float64(max(p.last, p.first+1)), from: topLeft.x, to: bottomRight.x}
	return p
}

// Draw draws the chart.
func (l Line) Draw() *Drawing {
	d, top := l.drawing(lineWidth, lineHeight)
	right := lineWidth - l.labelRoom()
	p := newPlot(d, l.Series, point{marginLeft + 8, top + 22}, point{right - 8, lineHeight - marginBottom})
	p.frame(right, top)
	for _, b := range l.Breaks {
		p.breakMark(b, top)
	}
	for _, s := range slices.SortedStableFunc(slices.Values(l.Series), func(a, b Series) int { return int(a.Role) - int(b.Role) }) {
		p.series(s)
	}
	p.names(right)
	return d
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

func (p plot) frame(right, top float64) {
	p.write(point{10, top + 10}, p.Unit, textSize, grey, false, start)
	if p.values.withoutValues {
		p.write(point{p.Width / 2, p.Height / 2}, "Inga värden", textSize, grey, false, middle)
		return
	}
	for _, v := range p.values.ticks() {
		y := p.values.at(v)
		ink := faint
		if v == 0 {
			ink = grey
		}
		p.line(ink, 1, 0, point{marginLeft, y}, point{right, y})
		p.write(point{marginLeft - 8, y + 4.5}, number.Swedish(v, p.values.tickDecimals), textSize, grey, false, end)
	}
	bottom := p.Height - marginBottom
	for _, year := range yearTicks(int(p.years.low), int(p.years.high), right-marginLeft) {
		x := p.years.at(float64(year))
		p.line(grey, 1, 0, point{x, bottom}, point{x, bottom + 4})
		p.write(point{x, bottom + 19}, strconv.Itoa(year), textSize, grey, false, middle)
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

func (p plot) breakMark(year int, top float64) {
	if float64(year) <= p.years.low || float64(year) > p.years.high {
		return
	}
	x := p.years.at(float64(year) - 0.5)
	p.line(grey, 1.2, 4, point{x, top + 22}, point{x, p.Height - marginBottom})
	p.write(point{x + 4, top + 32}, "brott "+strconv.Itoa(year), textSize-2, grey, false, start)
}

// style is how a role is drawn.
type style struct {
	color               string
	width, dash, radius float64
	kind                markKind
}

func (r Role) style() style {
	switch r {
	case Own:
		return style{blue, 3, 0, markRadius, disc}
	case Country:
		return style{grey, 2, 6, 2.4, disc}
	case Women:
		return style{plum, 2, 0, markRadius, disc}
	case Men:
		return style{green, 2, 3, markRadius, square}
	}
	return style{pale, 1, 0, 0, disc}
}

// series draws a line and, for those that are named, a mark at each value.
func (p plot) series(s Series) {
	p.pieces(s, s.Role.style().width)
	if s.Role == Other {
		return
	}
	for _, o := range s.known() {
		p.observation(o, s.Role)
	}
}

// at is where an observation with a value stands.
func (p plot) at(o Observation) point {
	return point{p.years.at(float64(o.Year)), p.values.at(*o.Value)}
}

// pieces draws the line in pieces: it is never drawn over a missing year or a
// break. A value that stands alone is a dot.
func (p plot) pieces(s Series, width float64) {
	style := s.Role.style()
	var piece []point
	last := 0
	flush := func() {
		switch len(piece) {
		case 0:
		case 1:
			p.mark(piece[0], disc, max(width*0.7, 1), style.color, false)
		default:
			p.line(style.color, width, style.dash, piece...)
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
		piece, last = append(piece, p.at(o)), o.Year
	}
	flush()
}

func (p plot) observation(o Observation, role Role) {
	style := role.style()
	if o.Perturbed {
		style.kind = diamond
	}
	p.mark(p.at(o), style.kind, style.radius, style.color, o.Preliminary)
}

// broken tells whether years that are not read as one series lie between: a
// break, or a year without a row. Series of elections and surveys are dense at
// their own rhythm, which is the shortest distance between two of their years.
func (p plot) broken(from, to int) bool {
	return slices.ContainsFunc(p.Breaks, func(year int) bool { return year > from && year <= to }) || to-from > p.rhythm()
}

func (p plot) rhythm() int {
	shortest := 0
	for _, s := range p.all {
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
		y      float64
		series Series
	}
	var labels []label
	for _, s := range p.all {
		if known := s.known(); s.Role != Other && len(known) > 0 {
			labels = append(labels, label{p.at(known[len(known)-1]).y, s})
		}
	}
	slices.SortStableFunc(labels, func(a, b label) int { return int(a.y*10) - int(b.y*10) })
	for i, l := range labels {
		if i > 0 {
			l.y = max(l.y, labels[i-1].y+textSize+2)
		}
		labels[i] = l
		p.write(point{right + 8, l.y + 4.5}, l.series.Name, textSize, l.series.Role.style().color, l.series.Role == Own, start)
	}
}

// Describe puts the county's first and last value in words, for a description
// that would otherwise be empty.
func (l Line) Describe() string {
	k := slices.IndexFunc(l.Series, func(s Series) bool { return s.Role == Own })
	if k < 0 {
		return ""
	}
	known := l.Series[k].known()
	if len(known) == 0 {
		return "Inga värden."
	}
	first, last := known[0], known[len(known)-1]
	return fmt.Sprintf("%s: %s %s år %d och %s %s år %d.", l.Series[k].Name,
		number.Swedish(*first.Value, l.Decimals), l.Unit, first.Year, number.Swedish(*last.Value, l.Decimals), l.Unit, last.Year)
}
