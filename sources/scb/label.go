package scb

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"effekt/sources"

	"golang.org/x/text/unicode/norm"
)

// labelTerm begins a term that names a code by its exact label, for tables
// whose codes no source gives.
const labelTerm = "label:"

// clean is a label as it is compared: composed (NFC), without space around, and
// with plain dashes and spaces, which SCB writes in both ways: «2-3 år» in the
// older API is «2–3 år» in the newer one.
func clean(label string) string {
	plain := strings.NewReplacer("–", "-", "\u2011", "-", "−", "-", "\u00a0", " ", "\u202f", " ")
	return strings.TrimSpace(plain.Replace(norm.NFC.String(label)))
}

// sameLabel tells whether two labels differ in nothing but how their accents
// are written and the space around them.
func sameLabel(a, b string) bool { return clean(a) == clean(b) }

// pinned is what a label stood for when the table was last fetched, "" where
// nothing is known.
func (r *resolver) pinned(variable, term string, codelist bool) string {
	if !r.Held.SameTable() {
		return ""
	}
	for _, was := range r.Held.Newest().Resolved {
		if strings.EqualFold(was.Variable, variable) && was.Term == term && was.Codelist == codelist {
			return was.Code
		}
	}
	return ""
}

// label finds and notes the one code with a term's label, "label:this|or this"
// where sources word it differently; "" when a problem was told, with what to
// write once a person has looked at it.
func (r *resolver) label(variable string, offered []sources.Code, term string, codelist bool) string {
	noun, place := "code", "[select]"
	if codelist {
		noun, place = "codelist", "[codelists]"
	}
	tell := func(code, format string, args ...any) {
		r.problems.add("variable %s: %s write %s in place of the label under %s in %s", variable, fmt.Sprintf(format, args...), code, place, r.File)
	}
	allowed := strings.Split(strings.TrimPrefix(term, labelTerm), "|")
	for i := range allowed {
		allowed[i] = clean(allowed[i])
	}
	want, pinned := strings.Join(allowed, "|"), r.pinned(variable, term, codelist)
	var found []string
	for _, c := range offered {
		if slices.Contains(allowed, clean(c.Label)) {
			found = append(found, c.Code)
		}
	}
	still := slices.IndexFunc(offered, func(c sources.Code) bool { return c.Code == pinned && pinned != "" })
	switch {
	case len(found) > 1:
		tell("the right one", "the %ss %s all have the label %q;", noun, some(found), want)
	case len(found) == 1 && (pinned == "" || pinned == found[0]):
		r.resolved = append(r.resolved, sources.Resolved{Variable: variable, Term: term, Code: found[0], Codelist: codelist})
		return found[0]
	case len(found) == 1:
		tell(strconv.Quote(found[0]), "the label %q now stands for %s %q, it stood for %q; if the meaning is the same,", want, noun, found[0], pinned)
	case still >= 0:
		tell(strconv.Quote(pinned), "%s %q is now labelled %q, it was %q; if the meaning is the same,", noun, pinned, offered[still].Label, want)
	default:
		r.problems.add("variable %s: no %s has the label %q; the nearest are: %s", variable, noun, want, some(nearest(offered, want)))
	}
	return ""
}

// nearest are the five codes whose labels take the fewest changes.
func nearest(offered []sources.Code, want string) []string {
	distance := func(c sources.Code) int {
		return sources.Distance(strings.ToLower(clean(c.Label)), strings.ToLower(want))
	}
	all := slices.SortedStableFunc(slices.Values(offered), func(a, b sources.Code) int { return cmp.Compare(distance(a), distance(b)) })
	var texts []string
	for _, c := range all[:min(5, len(all))] {
		texts = append(texts, fmt.Sprintf("%q (%s)", c.Label, c.Code))
	}
	return texts
}
