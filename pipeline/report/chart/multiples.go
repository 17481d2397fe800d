package chart

import (
	"effekt/pipeline/number"
	"slices"
	"strconv"
)

// Panel is one municipality's series.
type Panel struct {
	Name         string
	Observations []Observation
}

// Multiples are small charts side by side on one scale, so that municipalities
// can be held against each other. County is drawn in each as the background.
type Multiples struct {
	ID, Title, Description string
	Unit                   string
	Decimals               int
	Panels                 []Panel
	County                 []Observation
	Breaks                 []Break
}

const (
	panelWidth, panelHeight = 155.0, 88.0
	panelsAcross            = 4
)

// SVG is the chart as a standing-alone SVG image.
func (m Multiples) SVG() []byte { return m.draw().svg(m.ID) }

// PNG is the chart as an image of twice its size in pixels.
func (m Multiples) PNG() ([]byte, error) { return m.draw().png() }

func (m Multiples) draw() *drawing {
	d := &drawing{width: panelWidth*panelsAcross + 20, title: m.Title, description: m.Description}
	top := d.heading(m.Title)
	rows := (len(m.Panels) + panelsAcross - 1) / panelsAcross
	d.height = top + 16 + float64(rows)*panelHeight + 10
	d.write(point{10, top + 10}, m.Unit, textSize, grey, false, start)
	all := Line{Series: []Series{{Observations: m.County}}, Breaks: m.Breaks}
	for _, p := range m.Panels {
		all.Series = append(all.Series, Series{Observations: p.Observations})
	}
	for i, panel := range m.Panels {
		corner := point{10 + float64(i%panelsAcross)*panelWidth, top + 16 + float64(i/panelsAcross)*panelHeight}
		m.panel(d, all, panel, corner)
	}
	return d
}

func (m Multiples) panel(d *drawing, all Line, panel Panel, corner point) {
	years, values := all.extent()
	p := plot{
		drawing: d, line: all,
		years:  axis{low: float64(years[0]), high: float64(max(years[1], years[0]+1)), from: corner.x + 4, to: corner.x + panelWidth - 54},
		values: newAxis(values, false, corner.y+panelHeight-24, corner.y+22),
	}
	d.write(point{corner.x, corner.y + 13}, panel.Name, textSize-1, black, true, start)
	for _, v := range []float64{p.values.low, p.values.high} {
		d.line(faint, 1, 0, point{corner.x, p.values.at(v)}, point{p.years.to + 4, p.values.at(v)})
	}
	d.write(point{corner.x, corner.y + panelHeight - 10}, strconv.Itoa(years[0]), textSize-3, grey, false, start)
	d.write(point{p.years.to + 4, corner.y + panelHeight - 10}, strconv.Itoa(years[1]), textSize-3, grey, false, end)
	p.series(Series{Role: Other, Observations: m.County})
	p.pieces(Series{Role: Own, Observations: panel.Observations}, 2)
	known := slices.DeleteFunc(slices.Clone(panel.Observations), func(o Observation) bool { return o.Value == nil })
	if len(known) == 0 {
		d.write(point{corner.x + 4, corner.y + panelHeight/2}, "inga värden", textSize-2, grey, false, start)
		return
	}
	last := known[len(known)-1]
	at := point{p.years.at(float64(last.Year)), p.values.at(*last.Value)}
	p.observation(last, disc, blue, Own)
	d.write(point{at.x + 6, at.y + 4}, number.Swedish(*last.Value, m.Decimals), textSize-2, blue, true, start)
}
