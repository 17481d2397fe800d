package chart

import (
	"fmt"
	"slices"
	"strconv"

	"effekt/pipeline/number"
)

// Dot is one region's value in a ranking.
type Dot struct {
	Name  string
	Value float64
	Own   bool
}

// Dots ranks regions in one year, best first, as dots on a common scale.
type Dots struct {
	Chart
	Dots    []Dot    // best first
	Country *float64 // drawn as a line when known
}

const (
	rowHeight = 16.5
	dotsWidth = 640.0
)

// Draw draws the chart.
func (c Dots) Draw() *Drawing {
	d, above := c.drawing(dotsWidth, 0)
	top := above + 22
	bottom := top + float64(len(c.Dots))*rowHeight
	d.Height = bottom + 34
	room, values := 60.0, []float64{}
	for i, dot := range c.Dots {
		room = max(room, textWidth(strconv.Itoa(i+1)+". "+dot.Name, textSize-1, dot.Own)+20)
		values = append(values, dot.Value)
	}
	if c.Country != nil {
		values = append(values, *c.Country)
	}
	scale := newAxis(values, min(room, 240), dotsWidth-70)
	d.write(point{10, top - 8}, c.Unit, textSize-1, grey, false, start)
	for _, v := range scale.ticks() {
		d.line(faint, 1, 0, point{scale.at(v), top - 4}, point{scale.at(v), bottom})
		d.write(point{scale.at(v), bottom + 16}, number.Swedish(v, scale.tickDecimals), textSize, grey, false, middle)
	}
	if c.Country != nil {
		x := scale.at(*c.Country)
		d.line(grey, 1.5, 5, point{x, top - 6}, point{x, bottom})
		d.write(point{x, top - 8}, "riket", textSize-1, grey, false, middle)
	}
	for i, dot := range c.Dots {
		c.row(d, i, point{scale.at(dot.Value), top + (float64(i)+0.5)*rowHeight})
	}
	return d
}

func (c Dots) row(d *Drawing, i int, at point) {
	dot, color, radius := c.Dots[i], grey, 3.6
	if dot.Own {
		color, radius = blue, 5.4
	}
	d.write(point{10, at.y + 4.5}, fmt.Sprintf("%d. %s", c.rank(i), dot.Name), textSize-1, color, dot.Own, start)
	d.mark(at, disc, radius, color, !dot.Own)
	d.write(point{at.x + 9, at.y + 4.5}, number.Swedish(dot.Value, c.Decimals), textSize-1, color, dot.Own, start)
}

// rank is shared by equal values.
func (c Dots) rank(i int) int {
	return 1 + slices.IndexFunc(c.Dots, func(d Dot) bool { return d.Value == c.Dots[i].Value })
}
