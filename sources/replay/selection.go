package replay

import (
	"slices"
	"strings"
)

// wanted is the body of POST /tables/{id}/data.
type wanted struct {
	Selection []wantedVariable
}

type wantedVariable struct {
	VariableCode, Codelist string
	ValueCodes             *[]string // nil: missing, at which the server stumbles
}

func (v wantedVariable) empty() bool { return v.ValueCodes == nil || len(*v.ValueCodes) == 0 }

// resolve turns a selection to positions, per variable in the table's order and
// per code in the request's. It checks in the order of PxWebApi's
// SelectionHandler, so that of several mistakes the same one is reported:
// variables and codelists as they come, then mandatory variables, then values,
// then the cell count.
func (l *Library) resolve(t *table, w wanted, most int) ([][]int, *answer) {
	asked := map[string]wantedVariable{}
	for _, v := range w.Selection {
		code := t.named(v.VariableCode)
		if code == "" {
			return nil, badRequest("Non-existent variable")
		}
		if refusal := l.checkCodelist(t.Dimension[code], v.Codelist); refusal != nil {
			return nil, refusal
		}
		if _, twice := asked[code]; twice || v.ValueCodes == nil {
			return nil, stumble()
		}
		asked[code] = v
	}
	for _, code := range t.ID {
		if asked[code].empty() && !t.Dimension[code].eliminable() {
			return nil, badRequest("Missing selection for mandantory variable")
		}
	}
	picked, refusal := l.pick(t, asked)
	if refusal != nil {
		return nil, refusal
	}
	cells := 1
	for _, positions := range picked {
		if cells *= len(positions); cells > most {
			return nil, badRequestTwice("Too many cells selected")
		}
	}
	return picked, nil
}

// named is the table's own spelling of a variable, "" if it has no such one.
func (t *table) named(variable string) string {
	i := slices.IndexFunc(t.ID, func(code string) bool { return strings.EqualFold(code, variable) })
	if i < 0 {
		return ""
	}
	return t.ID[i]
}

// checkCodelist refuses a list that is not one of the variable's own; the id is
// matched as written. A value set only narrows what may be asked for.
func (l *Library) checkCodelist(d dimension, id string) *answer {
	_, known := l.codelists[id]
	own := slices.ContainsFunc(d.codelists(), func(c codelistRef) bool { return c.ID == id })
	switch {
	case id == "" || known && own && strings.HasPrefix(id, "vs_"):
		return nil
	case known && own && strings.HasPrefix(id, "agg_"):
		return unserved("data by an aggregation")
	}
	return badRequest("Non-existent codelist")
}

// pick finds the values. Whatever is wrong with a value comes before the
// stumbling over a repeated one, which the real server does only when it fetches
// the data.
func (l *Library) pick(t *table, asked map[string]wantedVariable) ([][]int, *answer) {
	picked := make([][]int, len(t.ID))
	repeated, eliminated := false, false
	for i, variable := range t.ID {
		v := asked[variable]
		if v.empty() {
			eliminated = true
			continue
		}
		position := map[string]int{}
		for at, code := range t.Dimension[variable].Category.Index {
			position[code] = at
		}
		seen := map[string]bool{}
		for _, code := range *v.ValueCodes {
			at, ok := position[code]
			if !ok || v.Codelist != "" && !l.codelists[v.Codelist].has(code) {
				return nil, badRequest("Non-existent value")
			}
			repeated = repeated || seen[code]
			seen[code] = true
			picked[i] = append(picked[i], at)
		}
	}
	switch {
	case repeated:
		return nil, stumble()
	case eliminated:
		return nil, unserved("data without one of the variables")
	}
	return picked, nil
}

func (c codelist) has(code string) bool {
	for _, v := range c.Values {
		if v.Code == code {
			return true
		}
	}
	return false
}
