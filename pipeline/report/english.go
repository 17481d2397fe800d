package report

import (
	"effekt/pipeline/number"
	"effekt/pipeline/report/document"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// standingEnglish is the standing sentence in English.
const standingEnglish = "The region's own work and the statistics stand side by side in the Swedish report. It does not claim that an effort caused a change. " +
	"An indicator says something about society; it is not the goal."

// English lays out a summary in English: every indicator's own latest figure
// with its change, trend and place, and where it comes from. The region's own
// words, the efforts and the charts are in the Swedish report alone; names of
// areas, agencies and regions are as they are in Swedish.
func (r Report) English() document.Document {
	d := document.Document{
		Language: "en", Title: fmt.Sprintf("Report-back %d: summary in English", r.Year),
		Words:    document.Words{Contents: "Contents", Skip: "Skip to the contents", Table: "Table", Figure: "Figure"},
		Subtitle: fmt.Sprintf("%s. Societal effects in official statistics, built %s.", r.CountyName, r.Built.Format("2006-01-02")),
	}
	if r.Edition != "" {
		d.Subtitle += " Edition " + r.Edition + "."
	}
	if r.Synthetic {
		d.Banner = "SYNTHETIC DATA (SYNTETISKA DEMODATA): the figures are invented and are no statistics."
	}
	d.Blocks = []document.Block{
		heading(1, "about", "About this summary"),
		document.Paragraph{Style: document.Boxed, Text: document.Plainly(standingEnglish)},
		plain("Each indicator is shown for its own latest year. Changes of shares are in percentage points, of levels in per cent. The trend is a least-squares line over at most ten years without breaks; " +
			"it is called flat when its 95 per cent interval holds zero or all its figures are the same in print, and unclear when the first and last of them do not go its way. Of a signed difference, or a ratio with a point of balance, it tells whether the value has gone farther from that or closer to it. Place 1 of the counties is best where a direction is better, else highest."),
	}
	for _, goal := range r.Framework.Goals {
		if goal.Kind == "national" {
			d.Blocks = append(d.Blocks, r.englishArea(goal.Code, goal.Name)...)
		}
	}
	d.Blocks = append(d.Blocks, r.englishCorrected()...)
	d.Blocks = append(d.Blocks, r.englishSources()...)
	return d
}

func (r Report) englishArea(code, name string) []document.Block {
	blocks := []document.Block{heading(1, "area-"+strings.ToLower(code), name)}
	t := document.Table{Caption: "Indicators: " + name, Header: []string{"Indicator", "Year", "Value", "Unit", "1 year", "5 years", "Trend", "Country", "Women", "Men", "Place"}}
	for _, i := range r.Indicators {
		if !slices.Contains(i.Areas, code) {
			continue
		}
		for _, sex := range i.told(r.County) {
			t.Rows = append(t.Rows, r.englishRow(i, sex))
		}
	}
	if len(t.Rows) == 0 {
		return append(blocks, plain("No indicator belongs to this area."))
	}
	return append(blocks, t)
}

func (r Report) englishRow(i Indicator, sex string) []document.Cell {
	name, parts := i.english(), []string{"women", "men"}
	if sex != "total" {
		name, parts = name+", "+sex, []string{"", ""} // the row itself is of one sex
	}
	latest, ok := i.latest(r.County, sex)
	if !ok {
		row := []document.Cell{{Text: name}, {Text: "–"}, numeric("–"), {Text: i.englishUnit()}}
		for range 7 {
			row = append(row, numeric("–"))
		}
		return row
	}
	trend, _ := i.trend(sex)
	place := "–"
	if c, ranked := i.comparison(latest.Year, sex); ranked && c.Rank > 0 {
		place = fmt.Sprintf("%d of %d", c.Rank, c.Of)
	}
	return []document.Cell{
		{Text: name},
		{Text: strconv.Itoa(latest.Year)},
		numeric(i.englishNumber(latest.Value)),
		{Text: i.englishUnit()},
		numeric(i.englishChange(latest.Change1, latest.Percent1)),
		numeric(i.englishChange(latest.Change5, latest.Percent5)),
		{Text: i.englishTrend(trend)},
		numeric(i.englishNumber(i.at("00", sex, latest.Year))),
		numeric(i.englishNumber(i.at(r.County, parts[0], latest.Year))),
		numeric(i.englishNumber(i.at(r.County, parts[1], latest.Year))),
		{Text: place, Number: true},
	}
}

// english is the indicator's name, in Swedish where it has no other.
func (i Indicator) english() string {
	if i.LabelEN != "" {
		return i.LabelEN
	}
	return i.Label
}

func (i Indicator) englishUnit() string {
	if i.UnitEN != "" {
		return i.UnitEN
	}
	return i.Unit
}

// englishSource is the source line, with the agencies' own names as they are.
func (i Indicator) englishSource() string {
	return strings.NewReplacer("Källa: ", "Source: ", "Egen beräkning på uppgifter från", "Own calculation on data from", "tabellen ", "table ", " och ", " and ", "SYNTETISKA DEMODATA", "SYNTHETIC DATA").Replace(i.Source)
}

func (i Indicator) englishNumber(v *float64) string {
	if v == nil {
		return "–"
	}
	return number.English(number.Swedish(*v, i.Decimals))
}

func (i Indicator) englishChange(points, percent *float64) string {
	return number.English(i.change(points, percent))
}

// englishCorrected are the corrections of our own; reasons are as they were
// written.
func (r Report) englishCorrected() []document.Block {
	blocks := []document.Block{heading(1, "corrections", "Corrections made here")}
	if len(r.Corrections) == 0 {
		return append(blocks, plain("No figure of a source has been corrected here."))
	}
	words := workbookWords()
	t := document.Table{Caption: "Corrections of the sources' figures, made here"}
	for _, name := range correctionHead() {
		t.Header = append(t.Header, words[name])
	}
	for _, c := range r.Corrections {
		t.Rows = append(t.Rows, []document.Cell{
			{Text: c.Corrects},
			numeric(number.English(exact(c.Found))), numeric(number.English(exact(c.Value))),
			{Text: words[correctionStates()[c.State]]},
			{Text: c.Reason},
			{Text: c.Who},
			{Text: c.Reference},
			{Text: c.ValidUntil.Format("2006-01-02")},
		})
	}
	return append(blocks, t)
}

func (r Report) englishSources() []document.Block {
	t := document.Table{Caption: "Sources", Header: []string{"Indicator", "Source", "Official statistics", "State"}}
	for _, i := range r.Indicators {
		flag := "not stated"
		if i.Official != nil {
			flag = map[bool]string{true: "yes", false: "no"}[*i.Official]
		}
		t.Rows = append(t.Rows, []document.Cell{{Text: i.english()}, {Text: i.englishSource()}, {Text: flag}, {Text: i.State}})
	}
	return []document.Block{heading(1, "sources", "Sources"), t, note("Build " + r.BuildID + ".")}
}
