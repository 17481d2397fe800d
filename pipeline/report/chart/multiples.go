package chart

import (
	"strconv"

	"effekt/pipeline/number"
)

// Multiples are small charts side by side on one scale, so that municipalities
// can be held against each other. County is drawn in each as the background.
type Multiples struct {
	Chart
	Panels []Series // one municipality's each
	County []Observation
}

const (
	panelWidth, panelHeight = 155.0, 88.0
	panelsAcross            = 4
)

// Draw draws the chart.
func (m Multiples) Draw() *Drawing {
	rows := (len(m.Panels) + panelsAcross - 1) / panelsAcross
	d, top := m.drawing(panelWidth*panelsAcross+20, 0)
	d.Height = top + 16 + float64(rows)*panelHeight + 10
	d.write(point{10, top + 10}, m.Unit, textSize, grey, false, start)
	all := append([]Series{{Observations: m.County}}, m.Panels...)
	for i, panel := range m.Panels {
		corner := point{10 + float64(i%panelsAcross)*panelWidth, top + 16 + float64(i/panelsAcross)*panelHeight}
		p := newPlot(d, all, point{corner.x + 4, corner.y + 22}, point{corner.x + panelWidth - 54, corner.y + panelHeight - 24})
		m.panel(p, panel, corner)
	}
	return d
}

func (m Multiples) panel(p plot, panel Series, corner point) {
	p.write(point{corner.x, corner.y + 13}, panel.Name, textSize-1, black, true, start)
	for _, v := range []float64{p.values.low, p.values.high} {
		p.line(faint, 1, 0, point{corner.x, p.values.at(v)}, point{p.years.to + 4, p.values.at(v)})
	}
	p.write(point{corner.x, corner.y + panelHeight - 10}, strconv.Itoa(p.first), textSize-3, grey, false, start)
	p.write(point{p.years.to + 4, corner.y + panelHeight - 10}, strconv.Itoa(p.last), textSize-3, grey, false, end)
	p.series(Series{Role: Other, Observations: m.County})
	p.pieces(Series{Role: Own, Observations: panel.Observations}, 2)
	known := panel.known()
	if len(known) == 0 {
		p.write(point{corner.x + 4, corner.y + panelHeight/2}, "inga värden", textSize-2, grey, false, start)
		return
	}
	last := known[len(known)-1]
	p.observation(last, Own)
	p.write(point{p.at(last).x + 6, p.at(last).y + 4}, number.Swedish(*last.Value, m.Decimals), textSize-2, blue, true, start)
}
