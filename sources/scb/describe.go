package scb

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Dataset is what the config asks of one table.
type Dataset struct {
	Name, Table string
	// RegionVariable is the variable on which Words apply, "Region".
	RegionVariable string
	// Select holds the terms by variable: a code, "25..64", "2000..", "all",
	// or one of Words.
	Select    map[string][]string
	Codelists map[string]string            // by variable
	Labels    map[string]map[string]string // variable → code → the label that must stand there
	Words     map[string][]string          // "counties" → codes in this table's coding
}

// Table is one table with the selection made out in its own codes.
type Table struct {
	ID, Title, Updated string
	Official           *bool
	Notes              []string // mandatory ones first
	Variables          []Variable
}

// Variable is a table's variable with the codes that are asked for.
type Variable struct {
	Code, Label string
	Column      string // in lower-case ASCII; ContentsCode is contents, Tid period
	Role        string // "time", "metric" or ""
	Elimination bool
	Codelist    string
	All         int    // codes the table has
	Codes       []Code // selected, in the table's order
}

// Code is one value of a variable.
type Code struct {
	Code, Label, Unit string
	Decimals          int
	Position          int // in the table
}

// Problems lists everything in a data set that does not fit the table.
type Problems struct {
	Table string
	List  []string
}

// Error is one line per problem.
func (p *Problems) Error() string {
	return "scb: " + p.Table + ": " + strings.Join(p.List, "; ")
}

func (p *Problems) add(format string, args ...any) {
	p.List = append(p.List, fmt.Sprintf(format, args...))
}

// Describe reads the table's metadata and makes out the selection. Everything
// that does not resolve is told at once in a *Problems.
func (s Source) Describe(ctx context.Context, d Dataset) (Table, error) {
	answer, err := s.metadata(ctx, d.Table)
	if err != nil {
		return Table{}, err
	}
	cube, err := Decode(answer.Body)
	if err != nil {
		return Table{}, fmt.Errorf("scb: %s: metadata: %w", d.Table, err)
	}
	t := Table{ID: d.Table, Title: cube.Label, Updated: cube.Updated, Official: cube.Official, Notes: cube.Notes}
	problems := &Problems{Table: d.Table}
	unnamed(d, cube, problems)
	for _, dimension := range cube.Dimensions {
		v, err := s.variable(ctx, d, dimension, problems)
		if err != nil {
			return Table{}, err
		}
		t.Variables = append(t.Variables, v)
	}
	name(t.Variables)
	if len(problems.List) > 0 {
		return Table{}, problems
	}
	return t, nil
}

// unnamed finds variables that one side has and the other lacks. Leaving a
// variable out would let the server sum it away or refuse (scb-api.md §5.3).
func unnamed(d Dataset, cube *Cube, problems *Problems) {
	var codes []string
	for _, dimension := range cube.Dimensions {
		codes = append(codes, dimension.Code)
		if _, ok := selected(d, dimension.Code); !ok {
			problems.add("the table has a variable %s (%s) that the data set does not select; left out it would be summed away silently", dimension.Code, dimension.Label)
		}
	}
	for variable := range d.Select {
		if !slices.ContainsFunc(codes, func(c string) bool { return strings.EqualFold(c, variable) }) {
			problems.add("there is no variable %s; the table has %s", variable, strings.Join(codes, ", "))
		}
	}
	slices.Sort(problems.List)
}

// selected finds a variable's terms; SCB does not mind the case of its code.
func selected(d Dataset, variable string) ([]string, bool) {
	if terms, ok := d.Select[variable]; ok {
		return terms, true
	}
	for name, terms := range d.Select {
		if strings.EqualFold(name, variable) {
			return terms, true
		}
	}
	return nil, false
}

func (s Source) variable(ctx context.Context, d Dataset, dimension Dimension, problems *Problems) (Variable, error) {
	v := Variable{
		Code: dimension.Code, Label: dimension.Label, Role: dimension.Role,
		Elimination: dimension.Elimination, All: len(dimension.Codes), Codelist: d.Codelists[dimension.Code],
	}
	offered := offer(dimension)
	if v.Codelist != "" {
		codes, err := s.codelist(ctx, v.Codelist)
		if err != nil {
			return Variable{}, err
		}
		offered = codes
	}
	terms, ok := selected(d, dimension.Code)
	if !ok {
		return v, nil
	}
	words := map[string][]string{}
	if strings.EqualFold(dimension.Code, d.RegionVariable) {
		words = d.Words
	}
	e := expansion{variable: v.Code, offered: offered, words: words, problems: problems}
	v.Codes = e.expand(terms)
	e.verify(d.Labels[dimension.Code])
	return v, nil
}

func offer(d Dimension) []Code {
	codes := make([]Code, len(d.Codes))
	for i, c := range d.Codes {
		codes[i] = Code{Code: c, Label: d.Labels[i], Position: i}
		if d.Units != nil {
			codes[i].Unit, codes[i].Decimals = d.Units[i].Base, d.Units[i].Decimals
		}
	}
	return codes
}
