package chart

import (
	"effekt/pipeline/number"
	"fmt"
	"slices"
	"strconv"
)

// Dot is one region's value in a ranking.
type Dot struct {
	Name  string
	Value float64
	Own   bool
}

// Dots ranks regions in one year, best first, as dots on a common scale.
type Dots struct {
	ID, Title, Description string
	Unit                   string
	Decimals               int
	Dots                   []Dot    // best first
	Country                *float64 // drawn as a line when known
}

const (
	rowHeight = 16.5
	dotsWidth = 640.0
)

// SVG is the chart as a standing-alone SVG image.
func (c Dots) SVG() []byte { return c.draw().svg(c.ID) }

// PNG is the chart as an image of twice its size in pixels.
func (c Dots) PNG() ([]byte, error) { return c.draw().png() }

func (c Dots) draw() *drawing {
	d := &drawing{width: dotsWidth, title: c.Title, description: c.Description}
	top := d.heading(c.Title) + 22
	d.height = top + float64(len(c.Dots))*rowHeight + 34
	left, right := c.nameRoom(), dotsWidth-70
	var values []float64
	for _, dot := range c.Dots {
		values = append(values, dot.Value)
	}
	if c.Country != nil {
		values = append(values, *c.Country)
	}
	scale := newAxis(values, false, left, right)
	d.write(point{10, top - 8}, c.Unit, textSize-1, grey, false, start)
	bottom := top + float64(len(c.Dots))*rowHeight
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
		c.row(d, i, dot, scale, top)
	}
	return d
}

func (c Dots) nameRoom() float64 {
	room := 60.0
	for i, dot := range c.Dots {
		room = max(room, textWidth(strconv.Itoa(i+1)+". "+dot.Name, textSize-1, dot.Own)+20)
	}
	return min(room, 240)
}

func (c Dots) row(d *drawing, i int, dot Dot, scale axis, top float64) {
	y := top + (float64(i)+0.5)*rowHeight
	color, radius := grey, 3.6
	if dot.Own {
		color, radius = blue, 5.4
	}
	d.write(point{10, y + 4.5}, fmt.Sprintf("%d. %s", c.rank(i), dot.Name), textSize-1, color, dot.Own, start)
	d.mark(point{scale.at(dot.Value), y}, disc, radius, color, !dot.Own)
	d.write(point{scale.at(dot.Value) + 9, y + 4.5}, number.Swedish(dot.Value, c.Decimals), textSize-1, color, dot.Own, start)
}

// rank is shared by equal values.
func (c Dots) rank(i int) int {
	return 1 + slices.IndexFunc(c.Dots, func(d Dot) bool { return d.Value == c.Dots[i].Value })
}
