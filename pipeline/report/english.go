package report

import (
	"fmt"
	"slices"
	"strings"

	"effekt/pipeline/report/document"
)

// standingEnglish is the standing sentence in English.
const standingEnglish = "The region's own work and the statistics stand side by side in the Swedish report. It does not claim that an effort caused a change. " +
	"An indicator says something about society; it is not the goal."

// English lays out a summary in English: every indicator's own latest figure
// with its change, trend and place, and where it comes from. The region's own
// words, the efforts and the charts are in the Swedish report alone; names of
// areas, agencies and regions are as they are in Swedish.
func (r Report) English() document.Document {
	r = r.inEnglish()
	d := r.document("en", fmt.Sprintf("Report-back %d: summary in English", r.Year), fmt.Sprintf("%s. Societal effects in official statistics, built %s.", r.CountyName, day(r.Built)))
	d.Words = document.Words{Contents: "Contents", Skip: "Skip to the contents", Table: "Table", Figure: "Figure"}
	d.Blocks = []document.Block{
		heading(1, "about", "About this summary"),
		boxed(standingEnglish),
		plain("Each indicator is shown for its own latest year. Changes of shares are in percentage points, of levels in per cent. The trend is a least-squares line over at most ten years without breaks; " +
			"it is called flat when its 95 per cent interval holds zero or all its figures are the same in print, and unclear when the first and last of them do not go its way. Of a signed difference, or a ratio with a point of balance, it tells whether the value has gone farther from that or closer to it. Place 1 of the counties is best where a direction is better, else highest."),
	}
	for _, goal := range r.ofKind(true) {
		d.Blocks = append(d.Blocks, heading(1, "area-"+strings.ToLower(goal.Code), goal.Name), listed(r.englishArea(goal.Code, goal.Name), "No indicator belongs to this area."))
	}
	sources := r.words.table("Källor", "Indikator", "Källa", "Officiell statistik", "State")
	for _, i := range r.Indicators {
		sources.Rows = append(sources.Rows, row(i.Label, i.Source, r.official(i), i.State))
	}
	d.Blocks = append(d.Blocks, heading(1, "corrections", "Corrections made here"), listed(r.corrected(), r.words.say(noCorrections)),
		heading(1, "sources", "Sources"), sources, note("Build "+r.BuildID+"."))
	return d
}

func (r Report) englishArea(code, name string) document.Table {
	t := r.words.table("Indicators: "+name, "Indicator", "Year", "Value", "Unit", "1 year", "5 years", "Trend", "Country", "Women", "Men", "Place")
	r.told(code, func(i Indicator, sex string) {
		latest, ok := i.latest(r.County, sex)
		latest.Sex = sex
		trend, _ := i.trend(sex)
		said := document.Cell{Text: i.englishTrend(trend), Number: !ok}
		c, _ := i.comparison(latest.Year, sex)
		one, five := i.changes(latest)
		t.Rows = append(t.Rows, slices.Concat(i.lead(sex, latest), row(one, five, said), r.beside(i, latest), row(i.place(c))))
	})
	return t
}
