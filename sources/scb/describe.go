package scb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Dataset is what the config asks of one table. Variables are named by code;
// the case of a variable's code does not matter, that of a value's does.
type Dataset struct {
	Name, File string
	Table      string // "TAB638"
	// RegionVariable is the variable on which Words apply, "Region".
	RegionVariable string
	// Select holds the terms by variable: a code, "25..64", "2000..", "..2024",
	// "all", one of Words, or "label:" and a code's exact label.
	Select map[string][]string
	// Optional are variables of Select that the table may lack, where no source
	// tells whether it has them.
	Optional  []string
	Codelists map[string]string            // by variable: an id, or "label:" and its exact label
	Labels    map[string]map[string]string // variable → code → the label that must stand there
	Units     map[string]map[string]string // the same for units
	Words     map[string][]string          // "counties" → codes in this table's coding
	County    string                       // in the same coding; a first answer without it is a problem
	Yearly    bool                         // a part of a year, or spans of different length, are a problem
	Pins      Pins                         // a label that stands for anything else is a problem
}

// Table is one table with the selection made out in its own codes.
type Table struct {
	ID, Title, Updated string
	Resolved           []Resolved
	Discontinued       bool
	Official           *bool    // nil where the table does not say
	Notes              []string // mandatory ones first
	Mandatory          int      // how many of Notes SCB asks to be shown with the figures
	Variables          []Variable
}

// Variable is a table's variable with the codes that are asked for.
type Variable struct {
	Code, Label string
	Column      string // as Column names it; unique in the table
	Role        string // "time", "metric" or ""
	Elimination bool   // left out, SCB would sum it away without a word
	Codelist    string // "" for the table's own codes
	All         int    // codes the variable has, or the codelist where one is used
	Codes       []Code // selected, in the table's order
}

// Code is one value of a variable.
type Code struct {
	Code, Label, Unit string
	Decimals          int
	Position          int // in the table, or in the codelist where one is used
}

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

// Describe reads the table's metadata, and the codelists that the data set
// names, and makes out the selection. Everything that does not resolve is told
// at once in a *Problems.
func (s Source) Describe(ctx context.Context, d Dataset) (Table, error) {
	cube, err := s.Metadata(ctx, d.Table)
	if err != nil {
		return Table{}, err
	}
	t := Table{ID: d.Table, Title: cube.Label, Updated: cube.Updated, Official: cube.Official, Discontinued: cube.Discontinued}
	t.Notes, t.Mandatory = notes(cube)
	w := wish{dataset: d, cube: cube, problems: &Problems{Table: d.Table}}
	w.check()
	for _, dimension := range cube.Dimensions {
		codelist := w.codelist(dimension)
		offered := own(dimension)
		if codelist != "" {
			if offered, err = s.codelist(ctx, codelist); err != nil {
				return Table{}, err
			}
		}
		v := w.variable(dimension, offered)
		v.Codelist = codelist
		t.Variables = append(t.Variables, v)
	}
	nameColumns(t.Variables)
	if len(w.problems.List) > 0 {
		return Table{}, w.problems
	}
	t.Resolved = w.resolved
	return t, nil
}

// notes are the table's, with each variable's mandatory ones after the table's
// mandatory ones.
func notes(cube *Cube) (all []string, mandatory int) {
	all = slices.Clone(cube.Notes[:cube.Mandatory])
	for _, d := range cube.Dimensions {
		for _, note := range d.Notes {
			all = append(all, d.Label+": "+note)
		}
	}
	return append(all, cube.Notes[cube.Mandatory:]...), len(all)
}

// wish holds a data set against a table.
type wish struct {
	dataset  Dataset
	cube     *Cube
	problems *Problems
	resolved []Resolved
}

// check finds variables that one side has and the other lacks.
func (w *wish) check() {
	if id := w.cube.ID; id != "" && !strings.EqualFold(id, w.dataset.Table) {
		w.problems.add("the metadata that came is of table %s", id)
	}
	w.unknown("select", slices.DeleteFunc(slices.Collect(maps.Keys(w.dataset.Select)), func(name string) bool {
		return slices.Contains(w.dataset.Optional, name) && w.resolve(name) == ""
	}))
	w.unknown("codelists", slices.Collect(maps.Keys(w.dataset.Codelists)))
	w.unknown("labels", slices.Collect(maps.Keys(w.dataset.Labels)))
	w.unknown("units", slices.Collect(maps.Keys(w.dataset.Units)))
	for _, d := range w.cube.Dimensions {
		if _, ok := lookUp(w, w.dataset.Select, d.Code); !ok {
			w.problems.add("variable %s (%s) is not selected; left out it would be summed away silently, so name its codes under [select] in %s; it has %d: %s",
				d.Code, d.Label, w.dataset.File, len(d.Codes), some(listed(own(d))))
		}
	}
}

// unknown finds names in a section that are no variable of the table, or two
// spellings of one.
func (w *wish) unknown(section string, names []string) {
	taken := map[string]string{}
	for _, name := range slices.Sorted(slices.Values(names)) {
		variable := w.resolve(name)
		if variable == "" {
			w.problems.add("there is no variable %s (in %s); the table has: %s", name, section, some(w.codes()))
			continue
		}
		if other, ok := taken[variable]; ok {
			w.problems.add("%s and %s (in %s) are the same variable", other, name, section)
		}
		taken[variable] = name
	}
}

// resolve finds the table's variable of a name: the very code first, else the
// one that differs only in case, since SCB does not mind it (scb-api.md §3).
func (w *wish) resolve(name string) string {
	codes := w.codes()
	if slices.Contains(codes, name) {
		return name
	}
	i := slices.IndexFunc(codes, func(code string) bool { return strings.EqualFold(code, name) })
	if i < 0 {
		return ""
	}
	return codes[i]
}

func (w *wish) codes() []string {
	codes := make([]string, len(w.cube.Dimensions))
	for i, d := range w.cube.Dimensions {
		codes[i] = d.Code
	}
	return codes
}

// lookUp finds what a section of the data set says of a variable.
func lookUp[T any](w *wish, section map[string]T, variable string) (T, bool) {
	for _, name := range slices.Sorted(maps.Keys(section)) {
		if w.resolve(name) == variable {
			return section[name], true
		}
	}
	var none T
	return none, false
}

// codelist is the one to read the variable by, if the table offers it.
func (w *wish) codelist(d Dimension) string {
	id, ok := lookUp(w, w.dataset.Codelists, d.Code)
	if strings.HasPrefix(id, LabelTerm) {
		return w.label(d, d.Codelists, id, true)
	}
	if ok && !slices.ContainsFunc(d.Codelists, func(c Code) bool { return c.Code == id }) {
		w.problems.add("variable %s has no codelist %q; it has: %s", d.Code, id, some(listed(d.Codelists)))
		return ""
	}
	return id
}

// listed are codes with their labels.
func listed(codes []Code) []string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = c.Code
		if c.Label != "" && c.Label != c.Code {
			texts[i] += " (" + c.Label + ")"
		}
	}
	return texts
}

// label finds and notes what a label term stands for.
func (w *wish) label(d Dimension, offered []Code, term string, codelist bool) string {
	code := labels{
		problems: w.problems, variable: d.Code, codelist: codelist, file: w.dataset.File, offered: offered,
		pinned: w.dataset.Pins.Of(d.Code, term, codelist),
	}.find(term)
	if code != "" {
		w.resolved = append(w.resolved, Resolved{Variable: d.Code, Term: term, Code: code, Codelist: codelist})
	}
	return code
}

func (w *wish) variable(d Dimension, offered []Code) Variable {
	v := Variable{Code: d.Code, Label: d.Label, Role: d.Role, Elimination: d.Elimination, All: len(offered)}
	e := newExpansion(w.problems, d, offered)
	e.yearly = w.dataset.Yearly
	e.label = func(term string) string { return w.label(d, offered, term, false) }
	if w.resolve(w.dataset.RegionVariable) == d.Code {
		e.words = w.dataset.Words
	}
	if terms, ok := lookUp(w, w.dataset.Select, d.Code); ok {
		v.Codes = e.expand(terms)
	}
	labels, _ := lookUp(w, w.dataset.Labels, d.Code)
	units, _ := lookUp(w, w.dataset.Units, d.Code)
	e.verify(labels, units)
	return v
}

// own are a dimension's own codes.
func own(d Dimension) []Code {
	codes := make([]Code, len(d.Codes))
	for i, code := range d.Codes {
		codes[i] = Code{Code: code, Label: d.Labels[i], Position: i}
		if d.Units != nil {
			codes[i].Unit, codes[i].Decimals = d.Units[i].Base, d.Units[i].Decimals
		}
	}
	return codes
}
