package outcomes

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule is what a row must keep to; rules.toml says what its fields mean.
type rule struct {
	Sheets                []string
	Column, Says, Action  string
	Across, Warning, Idle bool
	Form, After, Missing  string
	Low, High             *float64
	Units, Is, Not        []string
	Check                 string
}

// predicate gives nil of a row that keeps to a rule of a column, else what the
// rule's texts name.
type predicate func(r *reader, e *entry, column string) []any

// when is what a predicate gives.
func when(wrong bool, names ...any) []any {
	if !wrong {
		return nil
	}
	return append([]any{}, names...)
}

// check holds every row against the rules of its own, or against those across rows.
func (r *reader) check(across bool) {
	checks := checks()
	for _, rule := range rules() {
		if rule.Across != across {
			continue
		}
		wrong := rule.predicate(checks)
		for _, sheet := range rule.Sheets {
			for _, e := range r.entries[sheet] {
				if e.idle && !rule.Idle || r.hopeless() {
					continue
				}
				if names := wrong(r, e, rule.Column); names != nil {
					r.add(e, rule.Column, rule.Warning, named(rule.Says, names), named(rule.Action, names))
				}
			}
		}
	}
}

func named(text string, names []any) string {
	if !strings.Contains(text, "%[") {
		return text
	}
	return fmt.Sprintf(text, names...)
}

// predicate is what a rule asks.
func (u rule) predicate(checks map[string]predicate) predicate {
	form := regexp.MustCompile(u.Form)
	switch {
	case u.Check != "":
		return checks[u.Check]
	case u.Form != "":
		return func(_ *reader, e *entry, c string) []any { return when(e.get(c) != "" && !form.MatchString(e.get(c))) }
	case u.After != "":
		return func(_ *reader, e *entry, c string) []any {
			return when(e.get(c) != "" && e.get(c) < e.get(u.After), e.get(u.After))
		}
	case u.Missing != "":
		return func(_ *reader, e *entry, c string) []any {
			by := e.get(u.Missing)
			asked := u.Missing == c || by != "" && (u.Is == nil || slices.Contains(u.Is, by)) && !slices.Contains(u.Not, by)
			return when(asked && e.get(c) == "" && !e.broken[c])
		}
	}
	return func(_ *reader, e *entry, c string) []any {
		f, ok := e.number(c)
		ok = ok && (u.Units == nil || slices.Contains(u.Units, e.get("enhet")))
		return when(ok && (u.Low != nil && f < *u.Low || u.High != nil && f > *u.High))
	}
}

func (e *entry) number(column string) (float64, bool) {
	f, err := strconv.ParseFloat(e.get(column), 64)
	return f, err == nil
}

// checks is the predicates that rules name.
func checks() map[string]predicate {
	return map[string]predicate{
		"amount of an internal effort": func(_ *reader, e *entry, c string) []any {
			return when(e.get(c) != "" && e.get("insatstyp") == "intern")
		},
		"main activity among the others": func(_ *reader, e *entry, c string) []any {
			main := e.get("generisk_aktivitet")
			return when(main != "" && slices.Contains(strings.Split(e.get(c), ";"), main))
		},
		"unit that does not report": func(r *reader, e *entry, c string) []any {
			units := r.book.Units
			return when(e.get(c) != "" && len(units) > 0 && !slices.Contains(units, e.get(c)), strings.Join(units, ", "))
		},
		"id of another effort": func(r *reader, e *entry, c string) []any {
			known, ok := r.known.Current(Efforts, e.get("insats_id"))
			was := known.Values[c]
			return when(ok && e.get("ersatter") == "" && e.get(c) != "" && fold(was) != fold(e.get(c)), known.ID, shown(known.Values["insats_namn"]), shown(was), known.Name())
		},
		"later than the round": func(r *reader, e *entry, c string) []any {
			until, told := r.stamp.Round, e.broken[c]
			if c == "ar" { // whose other rule does not say the same
				until, told = until[:min(4, len(until))], e.get(c) == ""
			}
			return when(until != "" && !told && e.get(c) > until, r.stamp.Round)
		},
		"day to come": func(r *reader, e *entry, c string) []any {
			return when(!r.book.Today.IsZero() && e.get(c) > r.book.Today.AddDate(0, 0, 1).Format(time.DateOnly))
		},
		"number of a measure in words": func(_ *reader, e *entry, c string) []any { return when(e.get(c) != "" && e.get("enhet") == "text") },
		"neither yes nor no": func(_ *reader, e *entry, c string) []any {
			return when(e.get("enhet") == "ja_nej" && !slices.Contains([]string{"", "0", "1"}, e.get(c)))
		},
		"more women and men than in all": tooMany,
		"fewer than four words": func(_ *reader, e *entry, c string) []any {
			return when(e.get(c) != "" && len(strings.Fields(e.get(c))) < 4)
		},
		"unknown effort": func(r *reader, e *entry, c string) []any {
			return when(e.get(c) != "" && !e.broken[c] && r.effortNamed(e.get(c)) == nil, e.get(c))
		},
		"outside the effort's time":        outOfTime,
		"project report of another effort": report(false),
		"half-year report of a project":    report(true),
		"measure that changed":             changedMeasure,
		"outcome without a performance": func(r *reader, e *entry, c string) []any {
			performed := func(v map[string]string) bool { return v["niva"] == "prestation" }
			return when(e.get(c) == "utfall" && e.get("insats_id") != "" && !slices.ContainsFunc(r.resultsOf(e.get("insats_id")), performed))
		},
		"final report before the first": func(r *reader, e *entry, _ string) []any {
			first, _, final := r.progress(e)
			return when(final && (first == "" || first > e.get("period")))
		},
		"final report before another": func(r *reader, e *entry, _ string) []any {
			_, last, final := r.progress(e)
			return when(final && last > e.get("period"), last)
		},
		"link from an unknown measure": func(r *reader, e *entry, c string) []any {
			level, ok := r.level(e)
			return when(ok && level == "", e.get(c), e.get("insats_id"))
		},
		"link from what is no outcome": func(r *reader, e *entry, c string) []any {
			level, ok := r.level(e)
			return when(ok && level != "" && level != "utfall", e.get(c), level)
		},
	}
}

// tooMany finds more women and men than there are in all.
func tooMany(_ *reader, e *entry, _ string) []any {
	total, ok := e.number("uppnatt_varde")
	women, anyWomen := e.number("varav_kvinnor")
	men, anyMen := e.number("varav_man")
	swedish := func(f float64) string { return strings.Replace(strconv.FormatFloat(f, 'f', -1, 64), ".", ",", 1) }
	const slack = 1e-9 // of decimals that have no exact binary form
	return when(e.get("enhet") == "antal" && ok && (anyWomen || anyMen) && women+men > total+slack, swedish(women+men), swedish(total))
}
