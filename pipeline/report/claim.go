package report

import (
	"fmt"
	"slices"

	"effekt/pipeline/number"
)

// claim returns the word when the figures support it: what is said of the trend of
// the last ten years, or since a year of that from the year on. It is never the
// first and last figures alone that decide, nor the line alone.
func (r Report) claim(word, id string, rest ...any) (string, error) {
	of, rest := whose(rest)
	i, latest, err := r.figure(id, of...)
	if err != nil {
		return "", fmt.Errorf("claim %q: %w", word, err)
	}
	if words := i.assertable(); !slices.Contains(words, word) {
		return "", fmt.Errorf("claim %q about %s: want one of %q", word, id, words)
	}
	sex := latest.Sex
	if len(rest) > 0 {
		from, ok := sinceYear(rest)
		if !ok {
			return "", fmt.Errorf("claim %q about %s: want since and a year, as in since 2020", word, id)
		}
		return word, r.holdSince(i, word, sex, from, latest)
	}
	trend, ok := i.trend(sex)
	if !ok {
		return "", fmt.Errorf("claim %q about %s: there is no trend", word, id)
	}
	if !slices.Contains(i.holding(trend), word) {
		return "", fmt.Errorf("claim %q about %s does not hold: %s, and the latest figure is %s in %d", word, id, i.says(trend), i.printed(latest.Value), latest.Year)
	}
	return word, nil
}

func sinceYear(rest []any) (int, bool) {
	if len(rest) != 2 {
		return 0, false
	}
	_, isSince := rest[0].(since)
	year, isYear := rest[1].(int)
	return year, isSince && isYear
}

// holdSince tries a claim against what is said of the trend from a year.
func (r Report) holdSince(i Indicator, word, sex string, from int, latest Value) error {
	claim := fmt.Sprintf("claim %q about %s since %d", word, i.ID, from)
	for _, b := range i.Breaks {
		if b.Year > from && b.Year <= latest.Year {
			return fmt.Errorf("%s: the series is broken %d", claim, b.Year)
		}
	}
	before := i.at(r.County, sex, from)
	if before == nil {
		return fmt.Errorf("%s: there is no figure for %d", claim, from)
	}
	trend, ok := find(i.Since, func(t Trend) bool { return t.Sex == sex && t.First == from })
	if !ok {
		return fmt.Errorf("%s: there is no trend from %d: the year is more than 32 years back, or the figures are of an edition that kept none", claim, from)
	}
	if !slices.Contains(i.holding(trend), word) {
		return fmt.Errorf("%s does not hold: %s; %s in %d, %s in %d", claim, i.says(trend), i.printed(before), from, i.printed(latest.Value), latest.Year)
	}
	return nil
}

// says is what a trend says, with its figures, for whoever must mend a claim.
func (i Indicator) says(t Trend) string {
	said := fmt.Sprintf("the trend %d–%d says %q", t.First, t.Last, i.holding(t)[0])
	if t.Slope == nil || t.SlopeLow == nil || t.SlopeHigh == nil {
		return fmt.Sprintf("%s (%d)", said, t.Years)
	}
	decimals := i.slopeDecimals(t)
	return fmt.Sprintf("%s, %s %s a year (%s to %s)", said, number.Signed(*t.Slope, decimals), i.distance(), number.Signed(*t.SlopeLow, decimals), number.Signed(*t.SlopeHigh, decimals))
}
