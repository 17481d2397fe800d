package report

import (
	"fmt"
	"slices"
	"strings"

	"effekt/pipeline/report/chart"
	"effekt/pipeline/report/document"
)

// background is how many other counties a line chart shows at most; more are
// a grey field without meaning.
const background = 20

// figures are an indicator's charts of a sex.
func (f Figures) figures(i Indicator, sex string) []document.Block {
	latest, ok := i.latest(f.County, sex)
	if !ok {
		return f.panels(i, sex)
	}
	line := f.line(i, sex)
	all := []document.Block{figure(line.Draw(), marks(line))}
	if c, ranked := i.comparison(latest.Year, sex); ranked && c.Rank > 0 {
		all = append(all, figure(f.dots(i, sex, latest, c).Draw(), ""))
	}
	return append(all, f.panels(i, sex)...)
}

func figure(d *chart.Drawing, marks string) document.Figure {
	return document.Figure{Caption: d.Title + "." + marks, Alt: d.Description, SVG: d.SVG(), PNG: d.PNG, Width: int(d.Width), Height: int(d.Height)}
}

// marks says what the points of a line stand for, of those that it has.
func marks(l chart.Line) string {
	var others, preliminary, perturbed bool
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
	var text strings.Builder
	for _, mark := range []struct {
		there bool
		means string
	}{
		{others, " Tunna grå linjer är de andra länen."},
		{preliminary, " Ihålig punkt är preliminär."},
		{perturbed, " Romb innehåller slumpbrus."},
		{len(l.Breaks) > 0, " Streckad lodrät linje är ett brott i serien."},
	} {
		if mark.there {
			text.WriteString(mark.means)
		}
	}
	return text.String()
}

// chart is what every chart of an indicator has; kind is its own in the page.
func (i Indicator) chart(kind, sex, title string) chart.Chart {
	c := chart.Chart{ID: kind + "-" + i.ID, Title: title, Unit: i.Unit, Decimals: i.Decimals}
	if sex != "total" {
		c.ID += "-" + sex
	}
	for _, b := range i.Breaks {
		c.Breaks = append(c.Breaks, b.Year)
	}
	return c
}

func series(name string, role chart.Role, values []Value) chart.Series {
	s := chart.Series{Name: name, Role: role}
	for _, v := range values {
		s.Observations = append(s.Observations, chart.Observation{
			Year: v.Year, Value: v.Value, Preliminary: slices.Contains(v.Flags, "preliminary"), Perturbed: slices.Contains(v.Flags, "perturbed"),
		})
	}
	return s
}

// regions are the series of a sex and level, of other regions than the county, in
// the order of the file.
func (f Figures) regions(i Indicator, level, sex string) []chart.Series {
	byRegion := map[string][]Value{}
	var order []string
	for _, v := range i.Values {
		if v.Level != level || v.Region == f.County || v.Sex != sex {
			continue
		}
		if byRegion[v.Region] == nil {
			order = append(order, v.Region)
		}
		byRegion[v.Region] = append(byRegion[v.Region], v)
	}
	var all []chart.Series
	for _, region := range order {
		all = append(all, series(byRegion[region][0].Name, chart.Other, byRegion[region]))
	}
	return all
}

// line is the county over the years, with the country, women and men where it is
// of both, and the other counties behind. A count is shown by itself: the country
// would dwarf it.
func (f Figures) line(i Indicator, sex string) chart.Line {
	l := chart.Line{Chart: i.chart("linje", sex, f.finding(i, sex))}
	add := func(name string, role chart.Role, values []Value) {
		if len(values) > 0 {
			l.Series = append(l.Series, series(name, role, values))
		}
	}
	add(i.words.bySex(f.CountyName, sex), chart.Own, i.series(f.County, sex))
	if !i.Additive {
		add(i.words.bySex("Riket", sex), chart.Country, i.series("00", sex))
		others := f.regions(i, "county", sex)
		l.Series = append(l.Series, others[:min(len(others), background)]...)
	}
	if !i.Additive && sex == "total" {
		add("Kvinnor", chart.Women, i.series(f.County, "women"))
		add("Män", chart.Men, i.series(f.County, "men"))
	}
	l.Description = l.Describe()
	return l
}

// dots ranks the counties in the county's latest year.
func (f Figures) dots(i Indicator, sex string, latest Value, c Comparison) chart.Dots {
	d := chart.Dots{Chart: i.chart("rang", sex, fmt.Sprintf("%s %d: %s på plats %d av %d", i.called(sex), latest.Year, f.CountyName, c.Rank, c.Of))}
	d.Unit += fmt.Sprintf(", %d", latest.Year)
	d.Description = fmt.Sprintf("Länen i ordning, %s. %s har %s.", i.words.bySex(i.first(), sex), f.CountyName, i.printed(latest.Value))
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
	return d
}

// panels are the county's municipalities, where there are several.
func (f Figures) panels(i Indicator, sex string) []document.Block {
	m := chart.Multiples{
		Chart:  i.chart("kommuner", sex, fmt.Sprintf("%s i kommunerna i %s", i.called(sex), f.CountyName)),
		Panels: f.regions(i, "municipality", sex),
	}
	m.Description = "En ruta per kommun, alla på samma skala, med länet i grått där det går att jämföra. Det senaste värdet är utskrivet."
	if !i.Additive {
		m.County = series("", chart.Other, i.series(f.County, sex)).Observations
	}
	if len(m.Panels) < 2 {
		return nil
	}
	return []document.Block{figure(m.Draw(), "")}
}
