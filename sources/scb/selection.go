package scb

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// expansion turns one variable's terms into the table's own codes.
type expansion struct {
	variable string
	offered  []Code
	words    map[string][]string
	problems *Problems
}

func (e *expansion) expand(terms []string) []Code {
	chosen := map[string]bool{}
	for _, term := range terms {
		for _, code := range e.term(term) {
			chosen[code] = true
		}
	}
	var codes []Code
	for _, c := range e.offered {
		if chosen[c.Code] {
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 && len(e.problems.List) == 0 {
		e.problems.add("variable %s: %s selects nothing", e.variable, strings.Join(terms, ", "))
	}
	return codes
}

// term gives the codes one term stands for; a literal code comes first, as at
// the server.
func (e *expansion) term(term string) []string {
	if e.has(term) {
		return []string{term}
	}
	if regions, ok := e.words[term]; ok {
		e.missing("region", regions)
		return regions
	}
	if term == "all" {
		return e.codes()
	}
	if from, to, ok := strings.Cut(term, ".."); ok {
		return e.between(from, to)
	}
	e.missing("code", []string{term})
	return nil
}

func (e *expansion) has(code string) bool {
	return slices.ContainsFunc(e.offered, func(c Code) bool { return c.Code == code })
}

func (e *expansion) codes() []string {
	codes := make([]string, len(e.offered))
	for i, c := range e.offered {
		codes[i] = c.Code
	}
	return codes
}

func (e *expansion) missing(what string, codes []string) {
	var gone []string
	for _, code := range codes {
		if !e.has(code) {
			gone = append(gone, code)
		}
	}
	if len(gone) == 0 {
		return
	}
	has := e.codes()
	if len(has) > 40 {
		has = append(has[:40:40], "…")
	}
	e.problems.add("variable %s has no %s %s; it has: %s", e.variable, what, strings.Join(gone, ", "), strings.Join(has, ", "))
}

// between gives the codes that are single whole numbers from one to the other;
// an age or a year. A closed range must be whole.
func (e *expansion) between(from, to string) []string {
	low, lowErr := bound(from, -1<<31)
	high, highErr := bound(to, 1<<31-1)
	if lowErr != nil || highErr != nil || low > high {
		e.problems.add("variable %s: %q is not a range of whole numbers", e.variable, from+".."+to)
		return nil
	}
	var codes []string
	found := map[int]bool{}
	for _, c := range e.offered {
		n, err := strconv.Atoi(c.Code)
		if err == nil && n >= low && n <= high {
			codes = append(codes, c.Code)
			found[n] = true
		}
	}
	if from != "" && to != "" && high-low < 1000 {
		var gone []string
		for n := low; n <= high; n++ {
			if !found[n] {
				gone = append(gone, fmt.Sprint(n))
			}
		}
		e.missing("code", gone)
	}
	return codes
}

func bound(text string, open int) (int, error) {
	if text == "" {
		return open, nil
	}
	return strconv.Atoi(text)
}

// verify compares the labels that the config pins.
func (e *expansion) verify(labels map[string]string) {
	for _, c := range e.offered {
		if want, ok := labels[c.Code]; ok && want != c.Label {
			e.problems.add("variable %s: code %s is now labelled %q, the config pins %q", e.variable, c.Code, c.Label, want)
		}
	}
	for code := range labels {
		if !e.has(code) {
			e.missing("code", []string{code})
		}
	}
}

// Year is the year a period is filed under: its last four-digit year, or the
// end of a school year written 2023/24.
func Year(period string) (int, bool) {
	if start, end, ok := strings.Cut(period, "/"); ok && len(end) == 2 && len(start) == 4 {
		period = start[:2] + end
	}
	if _, last, ok := strings.Cut(period, "-"); ok {
		period = last
	}
	if len(period) < 4 {
		return 0, false
	}
	year, err := strconv.Atoi(period[:4])
	if err != nil || year < 1700 || year > 2200 {
		return 0, false
	}
	return year, true
}

// name gives every variable its column name.
func name(variables []Variable) {
	taken := map[string]bool{"year": true, "value": true, "status": true}
	for i, v := range variables {
		column := Column(v.Code)
		for n := 2; taken[column]; n++ {
			column = fmt.Sprintf("%s_%d", Column(v.Code), n)
		}
		taken[column] = true
		variables[i].Column = column
	}
}

// Column is a variable's code as a column name in lower-case ASCII.
func Column(variable string) string {
	switch variable {
	case "ContentsCode":
		return "contents"
	case "Tid":
		return "period"
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'å' || r == 'ä':
			return 'a'
		case r == 'ö':
			return 'o'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, strings.ToLower(variable))
}
