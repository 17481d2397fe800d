// Package chart draws the report's charts: to SVG for the page, and to PNG for
// documents that cannot show SVG. The same chart gives the same bytes. Charts
// hold in black and white and for the colour-blind: series are told apart by
// weight, dash and mark, and named where they end instead of in a legend.
package chart

import (
	"math"
	"strings"
)

// Chart is what every kind of chart has.
type Chart struct {
	ID          string // unique on the page; letters, digits, - and _
	Title       string // what the chart shows, as a finding
	Description string // for those who cannot see it
	Unit        string
	Decimals    int
	Breaks      []int // first years of new series: no line is drawn across one
}

// Drawing is a chart as shapes on a white ground; lengths are CSS pixels, y goes
// downwards.
type Drawing struct {
	Chart
	Width, Height float64
	shapes        []shape
}

// drawing has the title over the chart; it returns where that ends.
func (c Chart) drawing(width, height float64) (d *Drawing, top float64) {
	d = &Drawing{Chart: c, Width: width, Height: height}
	y := 8.0
	for _, line := range wrap(c.Title, titleSize, width-20) {
		y += titleSize + 4
		d.write(point{10, y - 4}, line, titleSize, black, true, start)
	}
	return d, y + 6
}

// point is a place on the ground.
type point struct{ x, y float64 }

// shape is one thing drawn: a line through points, a filled polygon, or text.
type shape struct {
	points []point
	fill   string // of a polygon; empty: the points are a line
	stroke string
	width  float64 // of the stroke
	dash   float64 // length of dash and gap; 0: whole
	text   string  // drawn at points[0] when not empty
	size   float64 // of the text
	bold   bool
	anchor anchor
}

// anchor is which part of a text stands at its point.
type anchor string

const (
	start  anchor = "start"
	middle anchor = "middle"
	end    anchor = "end"
)

// Colours keep a contrast of 4.5 or more against white wherever they carry
// text, and differ in lightness.
const (
	black = "#1a1a1a"
	grey  = "#595959"
	pale  = "#c8c8c8"
	faint = "#e6e6e6"
	blue  = "#0b4f8a"
	plum  = "#7a2a6b"
	green = "#2b6a35"
	white = "#ffffff"
)

func (d *Drawing) line(color string, width, dash float64, points ...point) {
	d.shapes = append(d.shapes, shape{points: points, stroke: color, width: width, dash: dash})
}

func (d *Drawing) polygon(fill, stroke string, points ...point) {
	d.shapes = append(d.shapes, shape{points: points, fill: fill, stroke: stroke, width: 1.5})
}

func (d *Drawing) write(at point, text string, size float64, color string, bold bool, a anchor) {
	d.shapes = append(d.shapes, shape{points: []point{at}, text: text, size: size, stroke: color, bold: bold, anchor: a})
}

// mark draws a point's sign: a disc, a square or a diamond, hollow when what it
// stands for is preliminary.
func (d *Drawing) mark(at point, kind markKind, radius float64, color string, hollow bool) {
	fill := color
	if hollow {
		fill = white
	}
	var corners []point
	switch kind {
	case square:
		r := radius * 0.9
		corners = []point{{at.x - r, at.y - r}, {at.x + r, at.y - r}, {at.x + r, at.y + r}, {at.x - r, at.y + r}}
	case diamond:
		r := radius * 1.25
		corners = []point{{at.x, at.y - r}, {at.x + r, at.y}, {at.x, at.y + r}, {at.x - r, at.y}}
	default:
		for i := range 16 {
			angle := float64(i) * math.Pi / 8
			corners = append(corners, point{at.x + radius*math.Cos(angle), at.y + radius*math.Sin(angle)})
		}
	}
	d.polygon(fill, color, corners...)
}

type markKind int

const (
	disc markKind = iota
	square
	diamond
)

// textWidth is how wide a text is at most in the sans-serif faces that readers
// have, in pixels: the widths are those of DejaVu Sans, the widest of them.
func textWidth(text string, size float64, bold bool) float64 {
	width := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljI.,:;'|[] \u00a0", r):
			width += 0.33
		case strings.ContainsRune("tfr()-", r):
			width += 0.41
		case strings.ContainsRune("mwMWÅÄÖ%—", r):
			width += 0.97
		case r >= 'A' && r <= 'Z':
			width += 0.74
		default:
			width += 0.63
		}
	}
	if bold {
		width *= 1.12
	}
	return width * size
}

// wrap breaks a bold text into lines that fit a width.
func wrap(text string, size, width float64) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && textWidth(longer, size, true) > width {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	return append(lines, line)
}
