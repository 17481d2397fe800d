package scb

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

// expansion turns one variable's terms into the table's own codes.
type expansion struct {
	*resolver
	variable string
	time     bool
	offered  []sources.Code
	has      map[string]bool
	words    map[string][]string // on the region variable only
}

func newExpansion(r *resolver, d jsonstat.Dimension, offered []sources.Code) *expansion {
	e := &expansion{resolver: r, variable: d.Code, time: d.Role == "time", offered: offered, has: map[string]bool{}}
	for _, c := range offered {
		e.has[c.Code] = true
	}
	if r.find(r.RegionVariable) == d.Code {
		e.words = r.Words
	}
	return e
}

// expand gives the codes that the terms stand for together, each once, in the
// table's order.
func (e *expansion) expand(terms []string) []sources.Code {
	before := len(e.problems.List)
	chosen := map[string]bool{}
	for _, term := range terms {
		for _, code := range e.term(term) {
			chosen[code] = true
		}
	}
	var codes []sources.Code
	for _, c := range e.offered {
		if chosen[c.Code] {
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 && len(e.problems.List) == before {
		e.problems.add("variable %s: %q selects nothing; it has: %s", e.variable, terms, some(e.all()))
	}
	if e.time {
		e.datable(codes)
	}
	if e.time && e.Frequency == "year" {
		e.whole(codes)
	}
	return codes
}

// term gives the codes one term stands for. A literal code comes first, as at
// the server.
func (e *expansion) term(term string) []string {
	if e.has[term] {
		return []string{term}
	}
	if regions, ok := e.words[term]; ok {
		gone := e.gone(regions)
		switch {
		case len(gone) > 1 && len(gone) == len(regions):
			e.problems.add("%s has none of the regions that %q asks for (variable %s), %s; it has: %s: is region_coding right?",
				e.problems.Table, term, e.variable, some(gone), some(e.all()))
		case len(gone) > 0:
			e.problems.add("%s vanished from %s, which %q asks for (variable %s)", counted("region", gone), e.problems.Table, term, e.variable)
		}
		return regions
	}
	if term == "all" {
		return e.all()
	}
	if strings.HasPrefix(term, labelTerm) {
		if code := e.label(e.variable, e.offered, term, false); code != "" {
			return []string{code}
		}
		return nil
	}
	if from, to, ok := strings.Cut(term, ".."); ok && from+to != "" {
		return e.between(from, to)
	}
	e.lacks(term)
	return nil
}

func (e *expansion) all() []string {
	codes := make([]string, len(e.offered))
	for i, c := range e.offered {
		codes[i] = c.Code
	}
	return codes
}

func (e *expansion) gone(codes []string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return e.has[code] })
}

func (e *expansion) lacks(codes ...string) {
	e.problems.add("variable %s has no %s; it has: %s", e.variable, quoted(codes), some(e.all()))
}

// between gives the codes from one to another: single whole numbers, such as
// ages and years and never classes such as 25-29 or -4; or, of a time variable
// that has none, the periods of those years. A closed range must be whole.
func (e *expansion) between(from, to string) []string {
	low, lowOK := bound(from, 0)
	high, highOK := bound(to, 1<<31-1)
	if !lowOK || !highOK {
		return e.periods(from, to)
	}
	numbers := e.numbers(padded(from) || padded(to))
	var codes []string
	found := map[int]bool{}
	for _, c := range e.offered {
		if n, ok := numbers[c.Code]; ok && n >= low && n <= high {
			codes = append(codes, c.Code)
			found[n] = true
		}
	}
	switch {
	case low > high:
		e.problems.add("variable %s: the range %s..%s runs backwards", e.variable, from, to)
	case len(codes) == 0:
		e.problems.add("variable %s has no whole number in %s..%s; it has: %s", e.variable, from, to, some(e.all()))
	case from != "" && to != "" && len(found) <= high-low:
		e.lacks(absent(low, high, len(from), found)...)
	}
	return codes
}

// numbers are the codes that are whole numbers; padded ones (01) only where the
// range is written so. A time variable without any has the years of its
// periods.
func (e *expansion) numbers(padded bool) map[string]int {
	numbers := map[string]int{}
	for _, c := range e.offered {
		if n, ok := bound(c.Code, 0); ok && c.Code != "" && (padded || c.Code == strconv.Itoa(n)) {
			numbers[c.Code] = n
		}
	}
	if len(numbers) > 0 || !e.time {
		return numbers
	}
	for _, c := range e.offered {
		if year, ok := jsonstat.Year(c.Code); ok {
			numbers[c.Code] = year
		}
	}
	return numbers
}

func padded(text string) bool { return len(text) > 1 && text[0] == '0' }

// absent names the numbers from low to high that were not found, the first
// hundred, in the width they are written in.
func absent(low, high, width int, found map[int]bool) []string {
	var codes []string
	for n := low; n <= high && len(codes) < 100; n++ {
		if !found[n] {
			codes = append(codes, fmt.Sprintf("%0*d", width, n))
		}
	}
	return codes
}

// bound reads digits and nothing else; "" is the open end.
func bound(text string, open int) (int, bool) {
	if text == "" {
		return open, true
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n < 1<<31
}

// periods gives a range such as 2025M01..2025M12: SCB's periods of one kind are
// in the order of their text.
func (e *expansion) periods(from, to string) []string {
	ends := slices.DeleteFunc([]string{from, to}, func(end string) bool { return end == "" })
	if !e.time {
		e.problems.add("variable %s: %q is neither one of its codes nor a range of whole numbers; it has: %s", e.variable, from+".."+to, some(e.all()))
		return nil
	}
	if gone := e.gone(ends); len(gone) > 0 {
		e.lacks(gone...)
		return nil
	}
	var codes []string
	for _, c := range e.offered {
		if kind(c.Code) == kind(ends[0]) && c.Code >= from && (to == "" || c.Code <= to) {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// kind is a period with its digits alike, which tells months from quarters.
func kind(period string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '9'
		}
		return r
	}, period)
}

// datable finds periods that no year can be read from.
func (e *expansion) datable(codes []sources.Code) {
	var odd []string
	for _, c := range codes {
		if _, ok := jsonstat.Year(c.Code); !ok {
			odd = append(odd, c.Code)
		}
	}
	if len(odd) > 0 {
		e.problems.add("variable %s: no year can be read from %s", e.variable, quoted(odd))
	}
}

// whole finds periods that are no years: one quarter would stand for all of its
// year, and a span among years, or among longer spans, for something else.
func (e *expansion) whole(codes []sources.Code) {
	var parts []string
	lengths := map[int]string{} // a period of each length
	for _, c := range codes {
		if n, ok := jsonstat.Span(c.Code); !ok {
			parts = append(parts, c.Code)
		} else if lengths[n] == "" {
			lengths[n] = c.Code
		}
	}
	if len(parts) > 0 {
		e.problems.add("variable %s: %s, where whole years are wanted; if the table is read so, say frequency in the data set", e.variable, quoted(parts))
	}
	if len(lengths) > 1 {
		e.problems.add("variable %s: periods of different length, as %s; name those of one length under [select]",
			e.variable, quoted(slices.Sorted(maps.Values(lengths))))
	}
}

// verify compares the labels and units that the config pins.
func (e *expansion) verify(labels, units map[string]string) {
	for _, c := range e.offered {
		if want, ok := labels[c.Code]; ok && !sameLabel(want, c.Label) {
			e.problems.add("variable %s: code %q is now labelled %q, the config pins %q", e.variable, c.Code, c.Label, want)
		}
		if want, ok := units[c.Code]; ok && want != c.Unit {
			e.problems.add("variable %s: code %q is now in %q, the config pins %q", e.variable, c.Code, c.Unit, want)
		}
	}
	pinned := slices.Concat(slices.Collect(maps.Keys(labels)), slices.Collect(maps.Keys(units)))
	slices.Sort(pinned)
	if gone := e.gone(slices.Compact(pinned)); len(gone) > 0 {
		e.lacks(gone...)
	}
}

// counted says "region 24 has" or "regions 24, 2480 have".
func counted(noun string, names []string) string {
	if len(names) == 1 {
		return noun + " " + names[0] + " has"
	}
	return noun + "s " + some(names) + " have"
}

func quoted(codes []string) string {
	quotes := make([]string, len(codes))
	for i, code := range codes {
		quotes[i] = strconv.Quote(code)
	}
	if len(quotes) == 1 {
		return "code " + quotes[0]
	}
	return "codes " + some(quotes)
}

// some names the first forty.
func some(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	if len(names) > 40 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:40], ", "), len(names)-40)
	}
	return strings.Join(names, ", ")
}
