package scb

import (
	"cmp"
	"effekt/sources"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// LabelTerm begins a term that names a code by its exact label, for tables
// whose codes no source gives.
const LabelTerm = "label:"

// Resolved is what a label stood for when the metadata was read.
type Resolved struct {
	Variable string
	Term     string // as in the config, "label:Andel sysselsatta"
	Code     string // of the value, or the codelist's id
	Codelist bool   // the label of a codelist, not of a value
}

// Pins is what a data set's labels stood for when it was last fetched.
type Pins []Resolved

// Of is what a label of a variable stood for, "" where nothing is pinned.
func (p Pins) Of(variable, term string, codelist bool) string {
	for _, r := range p {
		if strings.EqualFold(r.Variable, variable) && r.Term == term && r.Codelist == codelist {
			return r.Code
		}
	}
	return ""
}

// clean is a label as it is compared: composed (NFC), without space around, and
// with plain dashes and spaces, which SCB writes in both ways: «2-3 år» in the
// older API is «2–3 år» in the newer one.
func clean(label string) string {
	plain := strings.NewReplacer("–", "-", "\u2011", "-", "−", "-", "\u00a0", " ", "\u202f", " ")
	return strings.TrimSpace(plain.Replace(norm.NFC.String(label)))
}

// wordings are the labels that a term allows, "label:this|or this", where
// sources write the same content in different words.
func wordings(term string) []string {
	all := strings.Split(strings.TrimPrefix(term, LabelTerm), "|")
	for i := range all {
		all[i] = clean(all[i])
	}
	return all
}

// SameLabel tells whether two labels differ in nothing but how their accents
// are written and the space around them.
func SameLabel(a, b string) bool { return clean(a) == clean(b) }

// Section is what a section of the config says of a variable, whose code may be
// written there in another case.
func Section[T any](section map[string]T, variable string) T {
	if found, ok := section[variable]; ok {
		return found
	}
	for _, name := range slices.Sorted(maps.Keys(section)) {
		if strings.EqualFold(name, variable) {
			return section[name]
		}
	}
	var none T
	return none
}

// labels looks up codes by label among what a variable offers.
type labels struct {
	problems *Problems
	variable string
	codelist bool // the labels are those of the variable's codelists
	file     string
	offered  []Code
	pinned   string // the code the label stood for before, "" when none
}

// noun is what the labels belong to, and section where they stand in the
// config.
func (l labels) noun() (noun, section string) {
	if l.codelist {
		return "codelist", "[codelists]"
	}
	return "code", "[select]"
}

// tell adds a problem, with what to write once a person has looked at it.
func (l labels) tell(code, format string, args ...any) {
	_, section := l.noun()
	l.problems.add("variable %s: %s write %s in place of the label under %s in %s",
		l.variable, fmt.Sprintf(format, args...), code, section, l.file)
}

// find gives the one code with the term's label; "" when a problem was told.
func (l labels) find(term string) string {
	allowed := wordings(term)
	want := strings.Join(allowed, "|")
	var found []string
	for _, c := range l.offered {
		if slices.Contains(allowed, clean(c.Label)) {
			found = append(found, c.Code)
		}
	}
	noun, _ := l.noun()
	switch {
	case len(found) > 1:
		l.tell("the right one", "the %ss %s all have the label %q;", noun, some(found), want)
	case len(found) == 1 && (l.pinned == "" || l.pinned == found[0]):
		return found[0]
	case len(found) == 1:
		l.tell(strconv.Quote(found[0]), "the label %q now stands for %s %q, it stood for %q; if the meaning is the same,", want, noun, found[0], l.pinned)
	default:
		l.none(want)
	}
	return ""
}

func (l labels) none(want string) {
	noun, _ := l.noun()
	i := slices.IndexFunc(l.offered, func(c Code) bool { return c.Code == l.pinned })
	if l.pinned != "" && i >= 0 {
		l.tell(strconv.Quote(l.pinned), "%s %q is now labelled %q, it was %q; if the meaning is the same,", noun, l.pinned, l.offered[i].Label, want)
		return
	}
	l.problems.add("variable %s: no %s has the label %q; the nearest are: %s", l.variable, noun, want, some(nearest(l.offered, want)))
}

// nearest are the five codes whose labels take the fewest changes.
func nearest(offered []Code, want string) []string {
	type near struct {
		code     Code
		distance int
	}
	all := make([]near, len(offered))
	for i, c := range offered {
		all[i] = near{c, sources.Distance(strings.ToLower(clean(c.Label)), strings.ToLower(want))}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(a.distance, b.distance) })
	var texts []string
	for _, n := range all[:min(5, len(all))] {
		texts = append(texts, fmt.Sprintf("%q (%s)", n.code.Label, n.code.Code))
	}
	return texts
}
