package scb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

// Problems lists everything in a data set that does not fit the table.
type Problems struct {
	Table string
	List  []string
}

// Error is one line per problem, each beginning with the table.
func (p *Problems) Error() string {
	return p.Table + ": " + strings.Join(p.List, "\n"+p.Table+": ")
}

func (p *Problems) add(format string, args ...any) {
	p.List = append(p.List, fmt.Sprintf(format, args...))
}

// orNil is p as an error, nil when nothing is wrong.
func (p *Problems) orNil() error {
	if len(p.List) == 0 {
		return nil
	}
	return p
}

// describe reads the table's metadata, and the codelists that the data set
// names, and resolves the selection to the table's own codes. Everything that
// does not resolve is told at once in a *Problems.
func (s *Source) describe(ctx context.Context, ask sources.Caller, t sources.Task) (sources.Description, error) {
	cube, err := s.metadata(ctx, ask, t.Table)
	if err != nil {
		return sources.Description{}, err
	}
	r := &resolver{Task: t, cube: cube, problems: &Problems{Table: t.Table}}
	r.compareVariables()
	d := sources.Description{Table: t.Table, Title: cube.Label, SourceUpdated: cube.Updated, Official: cube.Official, Discontinued: cube.Discontinued}
	d.Notes, d.Mandatory = notes(cube)
	for _, dimension := range cube.Dimensions {
		codelist := r.codelist(dimension)
		offered := own(dimension)
		if codelist != "" {
			if offered, err = s.codelist(ctx, ask, codelist); err != nil {
				return sources.Description{}, err
			}
		}
		d.Variables = append(d.Variables, r.variable(dimension, codelist, offered))
	}
	nameColumns(d.Variables)
	d.Resolved = r.resolved
	return d, r.problems.orNil()
}

// notes are the table's, with each variable's mandatory ones after the table's
// mandatory ones.
func notes(cube *jsonstat.Cube) (all []string, mandatory int) {
	all = slices.Clone(cube.Notes[:cube.Mandatory])
	for _, d := range cube.Dimensions {
		for _, note := range d.Notes {
			all = append(all, d.Label+": "+note)
		}
	}
	return append(all, cube.Notes[cube.Mandatory:]...), len(all)
}

// resolver holds a data set against its table.
type resolver struct {
	sources.Task
	cube     *jsonstat.Cube
	problems *Problems
	resolved []sources.Resolved
}

// compareVariables finds variables that one side has and the other lacks.
func (r *resolver) compareVariables() {
	if id := r.cube.ID; id != "" && !strings.EqualFold(id, r.Table) {
		r.problems.add("the metadata that came is of table %s", id)
	}
	r.unknown("select", slices.DeleteFunc(slices.Collect(maps.Keys(r.Select)), func(name string) bool {
		return slices.Contains(r.Optional, name) && r.find(name) == ""
	}))
	r.unknown("codelists", slices.Collect(maps.Keys(r.Codelists)))
	r.unknown("labels", slices.Collect(maps.Keys(r.Labels)))
	r.unknown("units", slices.Collect(maps.Keys(r.Units)))
	for _, d := range r.cube.Dimensions {
		if section(r.Select, d.Code) == nil {
			r.problems.add("variable %s (%s) is not selected; left out it would be summed away silently, so name its codes under [select] in %s; it has %d: %s",
				d.Code, d.Label, r.File, len(d.Codes), some(labelled(own(d))))
		}
	}
}

// unknown finds names in a section that are no variable of the table, or two
// spellings of one.
func (r *resolver) unknown(section string, names []string) {
	taken := map[string]string{}
	for _, name := range slices.Sorted(slices.Values(names)) {
		variable := r.find(name)
		if variable == "" {
			r.problems.add("there is no variable %s (in %s); the table has: %s", name, section, some(r.variables()))
			continue
		}
		if other, ok := taken[variable]; ok {
			r.problems.add("%s and %s (in %s) are the same variable", other, name, section)
		}
		taken[variable] = name
	}
}

// find is the table's variable of a name: the very code first, else the one that
// differs only in case, since SCB does not mind it (scb-api.md section 3).
func (r *resolver) find(name string) string {
	codes := r.variables()
	if slices.Contains(codes, name) {
		return name
	}
	i := slices.IndexFunc(codes, func(code string) bool { return strings.EqualFold(code, name) })
	if i < 0 {
		return ""
	}
	return codes[i]
}

func (r *resolver) variables() []string {
	codes := make([]string, len(r.cube.Dimensions))
	for i, d := range r.cube.Dimensions {
		codes[i] = d.Code
	}
	return codes
}

// section is what a section of the config says of a variable, whose code may be
// written there in another case.
func section[T any](all map[string]T, variable string) T {
	if found, ok := all[variable]; ok {
		return found
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.EqualFold(name, variable) {
			return all[name]
		}
	}
	var none T
	return none
}

// codelist is the one to read the variable by, if the table offers it.
func (r *resolver) codelist(d jsonstat.Dimension) string {
	id := section(r.Codelists, d.Code)
	offered := make([]sources.Code, len(d.Codelists))
	for i, c := range d.Codelists {
		offered[i] = sources.Code{Code: c.ID, Label: c.Label}
	}
	if strings.HasPrefix(id, labelTerm) {
		return r.label(d.Code, offered, id, true)
	}
	if id != "" && !slices.ContainsFunc(offered, func(c sources.Code) bool { return c.Code == id }) {
		r.problems.add("variable %s has no codelist %q; it has: %s", d.Code, id, some(labelled(offered)))
		return ""
	}
	return id
}

// variable selects the codes of a variable and holds what the config pins of it.
func (r *resolver) variable(d jsonstat.Dimension, codelist string, offered []sources.Code) sources.Variable {
	e := newExpansion(r, d, offered)
	v := sources.Variable{Code: d.Code, Label: d.Label, Role: d.Role, Codelist: codelist}
	if terms := section(r.Select, d.Code); terms != nil {
		v.Codes = e.expand(terms)
	}
	e.verify(section(r.Labels, d.Code), section(r.Units, d.Code))
	return v
}

// own are a dimension's own codes.
func own(d jsonstat.Dimension) []sources.Code {
	codes := make([]sources.Code, len(d.Codes))
	for i, code := range d.Codes {
		codes[i] = sources.Code{Code: code, Label: d.Labels[i], Position: i}
		if d.Units != nil {
			codes[i].Unit, codes[i].Decimals = d.Units[i].Base, d.Units[i].Decimals
		}
	}
	return codes
}

// labelled are codes with their labels.
func labelled(codes []sources.Code) []string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = c.Code
		if c.Label != "" && c.Label != c.Code {
			texts[i] += " (" + c.Label + ")"
		}
	}
	return texts
}
