package report

import (
	"effekt/pipeline/report/chart"
	"effekt/pipeline/report/document"
	"fmt"
	"slices"
	"strings"
)

// background is how many other counties a line chart shows at most; more are
// a grey field without meaning.
const background = 20

// figures are an indicator's charts of a sex.
func (f Figures) figures(i Indicator, sex string) []document.Figure {
	var all []document.Figure
	if line, ok := f.line(i, sex); ok {
		all = append(all, figureOf(line.Title+"."+marks(line), line.Description, line.SVG(), line.PNG))
	}
	if dots, ok := f.dots(i, sex); ok {
		all = append(all, figureOf(dots.Title+".", dots.Description, dots.SVG(), dots.PNG))
	}
	if panels, ok := f.panels(i, sex); ok {
		all = append(all, figureOf(panels.Title+".", panels.Description, panels.SVG(), panels.PNG))
	}
	return all
}

func figureOf(caption, alt string, svg []byte, png func() ([]byte, error)) document.Figure {
	width, height := sizeOf(svg)
	return document.Figure{Caption: caption, Alt: alt, SVG: svg, PNG: png, Width: width, Height: height}
}

// marks says what the points of a line stand for, of those that it has.
func marks(l chart.Line) string {
	var others, breaks, preliminary, perturbed bool
	for _, s := range l.Series {
		if s.Role == chart.Other {
			others = true
			continue
		}
		for _, o := range s.Observations {
			preliminary = preliminary || o.Preliminary && o.Value != nil
			perturbed = perturbed || o.Perturbed && o.Value != nil
		}
	}
	breaks = len(l.Breaks) > 0
	var text strings.Builder
	for _, mark := range []struct {
		there bool
		means string
	}{
		{others, "Tunna grå linjer är de andra länen."},
		{preliminary, "Ihålig punkt är preliminär."},
		{perturbed, "Romb innehåller slumpbrus."},
		{breaks, "Streckad lodrät linje är ett brott i serien."},
	} {
		if mark.there {
			text.WriteString(" " + mark.means)
		}
	}
	return text.String()
}

// sizeOf reads the size of a drawing of ours.
func sizeOf(svg []byte) (width, height int) {
	_, box, _ := strings.Cut(string(svg), `viewBox="0 0 `)
	var w, h float64
	if n, err := fmt.Sscanf(box, "%g %g", &w, &h); err != nil || n != 2 {
		return 640, 300
	}
	return int(w), int(h)
}

func observations(values []Value) []chart.Observation {
	var all []chart.Observation
	for _, v := range values {
		all = append(all, chart.Observation{
			Year: v.Year, Value: v.Value, Preliminary: slices.Contains(v.Flags, "preliminary"), Perturbed: slices.Contains(v.Flags, "perturbed"),
		})
	}
	return all
}

func chartBreaks(breaks []Break) []chart.Break {
	var all []chart.Break
	for _, b := range breaks {
		all = append(all, chart.Break{Year: b.Year, Reason: b.Reason})
	}
	return all
}

// chartID is a drawing's in the page.
func chartID(kind string, i Indicator, sex string) string {
	if sex == "total" {
		return kind + "-" + i.ID
	}
	return kind + "-" + i.ID + "-" + sex
}

// line is the county over the years, with the country, women and men where it is
// of both, and the other counties behind. A count is shown by itself: the country
// would dwarf it.
func (f Figures) line(i Indicator, sex string) (chart.Line, bool) {
	own := i.series(f.County, sex)
	if _, ok := i.latest(f.County, sex); !ok {
		return chart.Line{}, false
	}
	l := chart.Line{
		ID: chartID("linje", i, sex), Title: f.finding(i, sex), Unit: i.Unit, Decimals: i.Decimals, Breaks: chartBreaks(i.Breaks),
		Series: []chart.Series{{Name: bySex(f.CountyName, sex), Role: chart.Own, Observations: observations(own)}},
	}
	if !i.Additive {
		if country := i.series("00", sex); len(country) > 0 {
			l.Series = append(l.Series, chart.Series{Name: bySex("Riket", sex), Role: chart.Country, Observations: observations(country)})
		}
		l.Series = append(l.Series, f.others(i, sex)...)
	}
	for other, role := range map[string]chart.Role{"women": chart.Women, "men": chart.Men} {
		if values := i.series(f.County, other); sex == "total" && len(values) > 0 && !i.Additive {
			l.Series = append(l.Series, chart.Series{Name: strings.ToUpper(sexName(other)[:1]) + sexName(other)[1:], Role: role, Observations: observations(values)})
		}
	}
	slices.SortStableFunc(l.Series, func(a, b chart.Series) int { return int(a.Role) - int(b.Role) })
	l.Description = l.Describe()
	return l, true
}

func (f Figures) others(i Indicator, sex string) []chart.Series {
	byRegion := map[string][]Value{}
	var order []string
	for _, v := range i.Values {
		if v.Level != "county" || v.Region == f.County || v.Sex != sex {
			continue
		}
		if byRegion[v.Region] == nil {
			order = append(order, v.Region)
		}
		byRegion[v.Region] = append(byRegion[v.Region], v)
	}
	var all []chart.Series
	for _, region := range order[:min(len(order), background)] {
		all = append(all, chart.Series{Name: byRegion[region][0].Name, Role: chart.Other, Observations: observations(byRegion[region])})
	}
	return all
}

// dots ranks the counties in the county's latest year.
func (f Figures) dots(i Indicator, sex string) (chart.Dots, bool) {
	latest, ok := i.latest(f.County, sex)
	c, ranked := i.comparison(latest.Year, sex)
	if !ok || !ranked || c.Rank == 0 {
		return chart.Dots{}, false
	}
	d := chart.Dots{
		ID: chartID("rang", i, sex), Unit: i.Unit + ", " + fmt.Sprint(latest.Year), Decimals: i.Decimals,
		Title:       fmt.Sprintf("%s %d: %s på plats %d av %d", i.called(sex), latest.Year, f.CountyName, c.Rank, c.Of),
		Description: fmt.Sprintf("Länen i ordning, %s. %s har %s.", bySex(f.first(i), sex), f.CountyName, i.printed(latest.Value)),
	}
	if !i.Additive {
		d.Country = c.Country
	}
	for _, v := range i.Values {
		if v.Level == "county" && v.Year == latest.Year && v.Sex == sex && v.Value != nil {
			d.Dots = append(d.Dots, chart.Dot{Name: v.Name, Value: *v.Value, Own: v.Region == f.County})
		}
	}
	slices.SortStableFunc(d.Dots, func(a, b chart.Dot) int {
		switch lower := i.Polarity == "lower_is_better"; {
		case a.Value == b.Value:
			return strings.Compare(a.Name, b.Name)
		case (a.Value < b.Value) == lower:
			return -1
		}
		return 1
	})
	return d, true
}

// panels are the county's municipalities.
func (f Figures) panels(i Indicator, sex string) (chart.Multiples, bool) {
	m := chart.Multiples{
		ID: chartID("kommuner", i, sex), Unit: i.Unit, Decimals: i.Decimals, Breaks: chartBreaks(i.Breaks),
		Title:       fmt.Sprintf("%s i kommunerna i %s", i.called(sex), f.CountyName),
		Description: "En ruta per kommun, alla på samma skala, med länet i grått där det går att jämföra. Det senaste värdet är utskrivet.",
	}
	if !i.Additive {
		m.County = observations(i.series(f.County, sex))
	}
	byRegion := map[string][]Value{}
	var order []string
	for _, v := range i.Values {
		if v.Level == "municipality" && v.Sex == sex {
			if byRegion[v.Region] == nil {
				order = append(order, v.Region)
			}
			byRegion[v.Region] = append(byRegion[v.Region], v)
		}
	}
	for _, region := range order {
		m.Panels = append(m.Panels, chart.Panel{Name: byRegion[region][0].Name, Observations: observations(byRegion[region])})
	}
	return m, len(m.Panels) > 1
}
