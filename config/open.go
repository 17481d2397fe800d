package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Open is a label in a data set: what it stands for, only the live metadata can
// tell.
type Open struct {
	Variable string
	Term     string // "label:Andel sysselsatta"
	Codelist bool   // the label is a codelist's
}

// String is the term with the variable that it selects from.
func (o Open) String() string { return fmt.Sprintf("%s %q", o.Variable, o.Term) }

// Open lists what the source's metadata must resolve, by variable.
func (d Dataset) Open() []Open {
	var open []Open
	for variable, terms := range d.Select {
		for _, term := range terms {
			if strings.HasPrefix(term, "label:") {
				open = append(open, Open{Variable: variable, Term: term})
			}
		}
	}
	for variable, term := range d.Codelists {
		if strings.HasPrefix(term, "label:") {
			open = append(open, Open{Variable: variable, Term: term, Codelist: true})
		}
	}
	slices.SortStableFunc(open, func(a, b Open) int {
		return cmp.Or(cmp.Compare(a.Variable, b.Variable), cmp.Compare(a.Term, b.Term))
	})
	return open
}

// Open lists what must be resolved before an indicator can be calculated.
func (c *Config) Open(i Indicator) []Open {
	var open []Open
	for _, name := range i.Datasets {
		d, _ := c.Dataset(name)
		open = append(open, d.Open()...)
	}
	return open
}
