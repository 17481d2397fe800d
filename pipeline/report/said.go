package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// says is mart.indicator_trend's, which alone decides what may be said.
func (t Trend) says() string { return cmp.Or(t.Says, t.Direction) }

// moves tells whether a trend goes somewhere.
func (t Trend) moves() bool {
	return !slices.Contains([]string{"", "flat", "unclear", "too_few_years"}, t.says())
}

// developments is the fixed vocabulary for what a trend says, of an indicator
// without a point of balance.
func developments() map[string]string {
	return map[string]string{"up": "ökat", "down": "minskat", "flat": "i stort sett oförändrat", "unclear": "ingen entydig riktning", "too_few_years": "för få år"}
}

// development is what a trend says. Of an indicator with a point of balance it is
// the distance to that which grows or shrinks.
func (i Indicator) development(t Trend) string {
	if name, verb, side := i.apart(t); verb != "" {
		return name + " har " + verb + side
	}
	if says := t.says(); strings.HasPrefix(says, "crossed_") {
		return "gått " + i.over(says)
	}
	return cmp.Or(developments()[t.says()], developments()["too_few_years"])
}

// has is the development as a clause of its own.
func (i Indicator) has(t Trend) string {
	if name, _, _ := i.apart(t); name == "" && t.moves() {
		return "har " + i.development(t)
	}
	return i.development(t)
}

// apart is what the distance to the point of balance is called, what has become of
// it, and on which side the last value lies; nothing where that is not what a
// trend tells.
func (i Indicator) apart(t Trend) (name, verb, side string) {
	verb = map[string]string{"away": "ökat", "closer": "minskat"}[t.says()]
	if verb == "" || i.Balance == nil {
		return "", "", ""
	}
	if side = map[string]string{"above": i.Balance.SideAbove, "below": i.Balance.SideBelow}[t.Side]; side != "" {
		side = ", " + side
	}
	if i.rising(t) {
		return i.Balance.Above, verb, side
	}
	return i.Balance.Below, verb, side
}

// rising tells whether a distance has changed above the point of balance, where it
// changes as the value does.
func (i Indicator) rising(t Trend) bool { return (t.says() == "away") == (t.Direction == "up") }

// over is how a value has gone over the point of balance.
func (i Indicator) over(says string) string {
	under, above := "minus", "plus"
	if at := i.balanceAt(); at != "0" {
		under, above = "under "+at, "över "+at
	}
	if says == "crossed_up" {
		return "från " + under + " till " + above
	}
	return "från " + above + " till " + under
}

// balanceAt is the point of balance in Swedish print.
func (i Indicator) balanceAt() string {
	if i.Balance == nil {
		return "0"
	}
	return strings.Replace(strconv.FormatFloat(i.Balance.At, 'f', -1, 64), ".", ",", 1)
}

// pointing is the direction of the line itself.
func pointing(direction string) string {
	return map[string]string{"up": "uppåt", "down": "nedåt"}[direction]
}

// against is the distance of the county and the country to the point of balance,
// where both lie on one side of it: what it is called, and whose is the larger.
func (i Indicator) against(c Comparison, latest Value) (name, farther string) {
	if i.Balance == nil || c.Country == nil || latest.Value == nil {
		return "", ""
	}
	own, country := i.rounded(*latest.Value)-i.Balance.At, i.rounded(*c.Country)-i.Balance.At
	name, larger := i.Balance.Above, *latest.Value > *c.Country
	switch {
	case own*country < 0:
		return "", ""
	case own < 0 || country < 0:
		name, larger = i.Balance.Below, !larger
	}
	return upperFirst(name), map[bool]string{true: "större", false: "mindre"}[larger]
}

func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// assertable are what a claim may assert of an indicator.
func (i Indicator) assertable() []string {
	var all []string
	for _, says := range []string{"up", "down", "flat", "too_few_years"} {
		all = append(all, developments()[says])
	}
	if b := i.Balance; b != nil {
		for _, name := range slices.Compact([]string{b.Above, b.Below}) {
			all = append(all, name+" har ökat", name+" har minskat")
		}
		all = append(all, "gått "+i.over("crossed_up"), "gått "+i.over("crossed_down"))
	}
	return all
}

// holding are the words that a trend lets a claim assert. Of a distance the bare
// verb will do where nothing else can be meant by it: the indicator is itself a
// difference, or the value has gone the same way. Below the point of balance an
// «ökat» of a net rate would be read as the opposite.
func (i Indicator) holding(t Trend) []string {
	name, verb, _ := i.apart(t)
	switch {
	case name == "":
		return []string{i.development(t)}
	case i.Balance.Above == i.Balance.Below || i.rising(t):
		return []string{name + " har " + verb, verb}
	}
	return []string{name + " har " + verb}
}

// englishTrend is what a trend says in the English summary.
func (i Indicator) englishTrend(t Trend) string {
	at := strings.Replace(i.balanceAt(), ",", ".", 1)
	side := map[string]string{"above": ", above", "below": ", below"}[t.Side]
	words := map[string]string{
		"up": "up", "down": "down", "flat": "flat", "unclear": "unclear", "too_few_years": "too few years",
		"away": fmt.Sprintf("farther from %s%s", at, side), "closer": fmt.Sprintf("closer to %s%s", at, side),
		"crossed_up": "from below to above " + at, "crossed_down": "from above to below " + at,
	}
	return cmp.Or(words[t.says()], "–")
}
