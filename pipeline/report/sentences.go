package report

import (
	"effekt/pipeline/number"
	"fmt"
	"math"
	"slices"
	"strings"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// printed is a value with its unit, rounded once.
func (i Indicator) printed(v *float64) string {
	if v == nil {
		return "uppgift saknas"
	}
	return number.Swedish(*v, i.Decimals) + nbsp + i.Unit
}

// bare is a value without its unit, for tables whose head says it.
func (i Indicator) bare(v *float64) string {
	if v == nil {
		return "–"
	}
	return number.Swedish(*v, i.Decimals)
}

// distance is the unit of a difference: points are told from per cent.
func (i Indicator) distance() string {
	if strings.HasPrefix(i.Unit, "%") { // «% av befolkningen» too
		return "procentenheter"
	}
	return i.Unit
}

// rounded is a value as it is printed, to tell whether a difference shows.
func (i Indicator) rounded(v float64) float64 {
	return number.Round(v, i.Decimals)
}

// sexName is the sex in running text.
func sexName(sex string) string {
	switch sex {
	case "women":
		return "kvinnor"
	case "men":
		return "män"
	}
	return "totalt"
}

// trend is the trend of a sex.
func (i Indicator) trend(sex string) (Trend, bool) {
	k := slices.IndexFunc(i.Trend, func(t Trend) bool { return t.Sex == sex })
	if k < 0 {
		return Trend{}, false
	}
	return i.Trend[k], true
}

// comparison is the county's place in a year.
func (i Indicator) comparison(year int, sex string) (Comparison, bool) {
	k := slices.IndexFunc(i.Compare, func(c Comparison) bool { return c.Year == year && c.Sex == sex })
	if k < 0 {
		return Comparison{}, false
	}
	return i.Compare[k], true
}

// sentences say what the figures of the county say, and no more.
func (f Figures) sentences(i Indicator, sex string) []string {
	latest, ok := i.latest(f.County, sex)
	if !ok {
		reason := i.Reason
		if reason == "" {
			reason = "inget värde för länet"
		}
		return []string{fmt.Sprintf("Uppgift saknas för %s: %s.", bySex(f.CountyName, sex), reason)}
	}
	all := []string{f.levelSentence(i, latest, sex)}
	for _, sentence := range []string{
		trendSentence(i, sex), breakSentence(i, latest), f.compareSentence(i, latest, sex), f.sexSentence(i, latest, sex), spreadSentence(i, latest, sex), f.lackingSentence(i, latest, sex),
	} {
		if sentence != "" {
			all = append(all, sentence)
		}
	}
	return all
}

func (f Figures) levelSentence(i Indicator, latest Value, sex string) string {
	whose := ""
	if sex != "total" {
		whose = " bland " + sexName(sex)
	}
	sentence := sentenceEnd(fmt.Sprintf("%s%s i %s %d: %s", i.Label, whose, f.CountyName, latest.Year, i.printed(latest.Value)))
	if latest.Period != "" && latest.Period != fmt.Sprint(latest.Year) {
		sentence += fmt.Sprintf(" Värdet avser perioden %s.", latest.Period)
	}
	if slices.Contains(latest.Flags, "preliminary") {
		sentence += " Uppgiften är preliminär."
	}
	if slices.Contains(latest.Flags, "perturbed") {
		sentence += " Uppgiften innehåller slumpbrus (CKM) och är något osäker."
	}
	return sentence
}

func trendSentence(i Indicator, sex string) string {
	t, ok := i.trend(sex)
	switch {
	case !ok:
		return ""
	case t.Slope == nil || t.SlopeLow == nil || t.SlopeHigh == nil:
		return fmt.Sprintf("Serien har för få år (%d) för att säga något om utvecklingen.", t.Years)
	}
	decimals := i.slopeDecimals(t)
	interval := fmt.Sprintf("%s till %s", number.Signed(*t.SlopeLow, decimals), number.Signed(*t.SlopeHigh, decimals))
	years := fmt.Sprintf("Under %d–%d", t.First, t.Last)
	switch {
	case t.Direction == "flat":
		return fmt.Sprintf("%s är värdet i stort sett oförändrat: intervallet för förändringen per år, %s %s, rymmer noll.", years, interval, i.distance())
	case t.says() == "flat":
		return fmt.Sprintf("%s är värdet i stort sett oförändrat: avrundat är det %s alla år.", years, i.printed(t.LastValue))
	case t.says() == "unclear":
		return fmt.Sprintf("%s har värdet ingen entydig riktning: linjen genom åren pekar %s, men värdet var %s %d och %s %d.",
			years, pointing(t.Direction), i.printed(t.FirstValue), t.First, i.printed(t.LastValue), t.Last)
	}
	mean := fmt.Sprintf("%s %s per år (95-procentigt intervall %s).", number.Signed(*t.Slope, decimals), i.distance(), interval)
	if name, verb, side := i.apart(t); name != "" {
		return fmt.Sprintf("%s har %s %s%s: värdet har i genomsnitt ändrats med %s", years, name, verb, side, mean)
	}
	return fmt.Sprintf("%s har värdet %s, i genomsnitt %s", years, i.development(t), mean)
}

// slopeDecimals is one more than the level has, for a slope is small beside it,
// and more where an end of an interval without zero would be printed as zero.
func (i Indicator) slopeDecimals(t Trend) int {
	const most = 6
	decimals := i.Decimals + 1
	for decimals < most && t.Direction != "flat" && (number.Round(*t.SlopeLow, decimals) == 0 || number.Round(*t.SlopeHigh, decimals) == 0) {
		decimals++
	}
	return decimals
}

// breakSentence tells of breaks in the last ten years.
func breakSentence(i Indicator, latest Value) string {
	for _, b := range i.Breaks {
		if b.Year > latest.Year-10 && b.Year <= latest.Year {
			return fmt.Sprintf("Bruten serie %d: %s Värden före och efter jämförs inte.", b.Year, sentenceEnd(b.Reason))
		}
	}
	return ""
}

func sentenceEnd(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

func (f Figures) compareSentence(i Indicator, latest Value, sex string) string {
	c, ok := i.comparison(latest.Year, sex)
	if !ok {
		return ""
	}
	var parts []string
	if c.Gap != nil && !i.Additive {
		name, farther := i.against(c, latest)
		switch gap := i.rounded(*c.Gap); {
		case gap != 0 && name != "":
			parts = append(parts, fmt.Sprintf("%s är %s %s %s än i riket.", name, number.Swedish(math.Abs(gap), i.Decimals), i.distance(), farther))
		case gap > 0:
			parts = append(parts, fmt.Sprintf("Värdet är %s %s högre än i riket.", number.Swedish(gap, i.Decimals), i.distance()))
		case gap < 0:
			parts = append(parts, fmt.Sprintf("Värdet är %s %s lägre än i riket.", number.Swedish(-gap, i.Decimals), i.distance()))
		default:
			parts = append(parts, "Värdet är på samma nivå som i riket.")
		}
	}
	if c.Rank > 0 {
		parts = append(parts, fmt.Sprintf("Länet har plats %d av %d bland länen (%s).", c.Rank, c.Of, bySex(f.first(i), sex)))
	}
	return strings.Join(parts, " ")
}

// first says what stands first in a ranking.
func (f Figures) first(i Indicator) string {
	switch i.Polarity {
	case "higher_is_better", "neutral":
		return "högst värde först"
	}
	return "lägst värde först"
}

// sexSentence tells of women and men beside the total.
func (f Figures) sexSentence(i Indicator, latest Value, sex string) string {
	women, hasWomen := i.latest(f.County, "women")
	men, hasMen := i.latest(f.County, "men")
	if sex != "total" || !hasWomen || !hasMen || women.Year != latest.Year || men.Year != latest.Year {
		return ""
	}
	return sentenceEnd("Kvinnor: "+i.printed(women.Value)) + " " + sentenceEnd("Män: "+i.printed(men.Value))
}

func spreadSentence(i Indicator, latest Value, sex string) string {
	k := slices.IndexFunc(i.Spread, func(s Spread) bool { return s.Year == latest.Year && s.Sex == sex })
	if k < 0 || i.Additive {
		return ""
	}
	s := i.Spread[k]
	if s.Count < 2 || s.Lowest == nil {
		return ""
	}
	of := ""
	if s.Count < s.MunicipalitiesInIt {
		of = fmt.Sprintf(" (%d av %d har uppgift)", s.Count, s.MunicipalitiesInIt)
	}
	return fmt.Sprintf("Bland länets kommuner%s är värdet lägst i %s (%s) och högst i %s (%s); medianen är %s.",
		of, s.LowestName, i.bare(s.Lowest), s.HighestName, i.bare(s.Highest), i.bare(s.Median))
}

// lackingSentence says what the reader might look for and will not find, so that
// nothing is missing without a word.
func (f Figures) lackingSentence(i Indicator, latest Value, sex string) string {
	var lacking []string
	if c, ok := i.comparison(latest.Year, sex); !ok || c.Rank == 0 {
		lacking = append(lacking, "för de andra länen")
	}
	// One that holds women against men is about sex as it is.
	if len(i.series(f.County, "women")) == 0 && len(i.series(f.County, "men")) == 0 && !strings.Contains(strings.ToLower(i.Label), "kvinn") {
		lacking = append(lacking, "efter kön")
	}
	if !slices.ContainsFunc(i.Values, func(v Value) bool { return v.Level == "municipality" && v.Value != nil }) {
		lacking = append(lacking, "för kommuner")
	}
	switch n := len(lacking); n {
	case 0:
		return ""
	case 1:
		return "Uppgiften finns inte " + lacking[0] + "."
	default:
		return "Uppgiften finns inte " + strings.Join(lacking[:n-1], ", ") + " eller " + lacking[n-1] + "."
	}
}

// targetSentence tells of a target with its owner and source, and whether the
// latest figure reaches it.
func (i Indicator) targetSentence() string {
	t := i.Target
	sentence := fmt.Sprintf("%s har satt målet %s till %d (källa: %s).", t.Owner, i.printed(&t.Value), t.Year, t.Source)
	switch {
	case t.Reached == nil:
		sentence += " Om värdet når målet går inte att säga."
	case *t.Reached:
		sentence += " Det senaste värdet når målet."
	default:
		sentence += " Det senaste värdet når inte målet."
	}
	return sentence + " Målet visar en riktning och är inte strategins mål."
}

// finding is a chart's title: what it shows, with no more said than the trend
// allows.
func (f Figures) finding(i Indicator, sex string) string {
	t, ok := i.trend(sex)
	if !ok || t.Slope == nil {
		return fmt.Sprintf("%s, %s: för få år för en trend", i.called(sex), f.CountyName)
	}
	return fmt.Sprintf("%s: %s i %s %d–%d", i.called(sex), i.has(t), f.CountyName, t.First, t.Last)
}
