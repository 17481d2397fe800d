package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"effekt/pipeline/number"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// printed is a value with its unit, rounded once.
func (i Indicator) printed(v *float64) string {
	if v == nil {
		return "uppgift saknas"
	}
	return swedish(v, i.Decimals) + nbsp + i.Unit
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
	return cmp.Or(map[string]string{"women": "kvinnor", "men": "män"}[sex], "totalt")
}

// sentences say what the figures of the county say, and no more.
func (f Figures) sentences(i Indicator, sex string) []string {
	latest, ok := i.latest(f.County, sex)
	if !ok {
		return []string{fmt.Sprintf("Uppgift saknas för %s: %s.", i.words.bySex(f.CountyName, sex), cmp.Or(i.Reason, "inget värde för länet"))}
	}
	all := []string{
		f.levelSentence(i, latest, sex), trendSentence(i, sex), breakSentence(i, latest), f.compareSentence(i, latest, sex),
		f.sexSentence(i, latest, sex), spreadSentence(i, latest, sex), f.lackingSentence(i, latest, sex),
	}
	return slices.DeleteFunc(all, func(sentence string) bool { return sentence == "" })
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
		parts = append(parts, i.gapSentence(c, latest))
	}
	if c.Rank > 0 {
		parts = append(parts, fmt.Sprintf("Länet har plats %d av %d bland länen (%s).", c.Rank, c.Of, i.words.bySex(i.first(), sex)))
	}
	return strings.Join(parts, " ")
}

// gapSentence tells of the gap to the country, of the distances to the point of
// balance where there is one.
func (i Indicator) gapSentence(c Comparison, latest Value) string {
	gap := i.rounded(*c.Gap)
	if gap == 0 {
		return "Värdet är på samma nivå som i riket."
	}
	name, farther := i.against(c, latest)
	if name == "" {
		name, farther = "Värdet", map[bool]string{true: "högre", false: "lägre"}[gap > 0]
	}
	return fmt.Sprintf("%s är %s %s %s än i riket.", name, number.Swedish(math.Abs(gap), i.Decimals), i.distance(), farther)
}

// first says what stands first in a ranking.
func (i Indicator) first() string {
	if i.Polarity == "lower_is_better" {
		return "lägst värde först"
	}
	return "högst värde först"
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
	s, ok := find(i.Spread, func(s Spread) bool { return s.Year == latest.Year && s.Sex == sex })
	if !ok || i.Additive || s.Count < 2 || s.Lowest == nil {
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
	if len(lacking) == 0 {
		return ""
	}
	return "Uppgiften finns inte " + enumerated(lacking, " eller ") + "."
}

// enumerated puts a word before the last of several.
func enumerated(all []string, before string) string {
	last := len(all) - 1
	if last < 1 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:last], ", ") + before + all[last]
}

// targetSentence tells of a target with its owner and source, and whether the
// latest figure reaches it.
func (i Indicator) targetSentence() string {
	reached := "Om värdet når målet går inte att säga."
	if i.Reached != nil {
		reached = map[bool]string{true: "Det senaste värdet når målet.", false: "Det senaste värdet når inte målet."}[*i.Reached]
	}
	return fmt.Sprintf("%s har satt målet %s till %d (källa: %s). %s Målet visar en riktning och är inte strategins mål.", i.Owner, i.printed(i.Aim), *i.AimYear, i.From, reached)
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
