package scb

import (
	"slices"
	"strings"

	"effekt/sources"
)

// changes holds a table against the last vintage of it.
type changes struct {
	sources.Task
	problems *Problems
}

// changed finds codes that mean something else than in the last vintage: they
// have another label or unit, or a term such as "all" selects others than it
// did. Each must be looked at before its figures are used. What the config pins
// has been looked at.
func changed(t sources.Task, now sources.Description) error {
	if !t.Held.SameTable() {
		return nil
	}
	c := changes{t, &Problems{Table: now.Table}}
	find := func(all []sources.Variable, code string) int {
		return slices.IndexFunc(all, func(v sources.Variable) bool { return v.Code == code })
	}
	held := t.Held.Newest().Variables
	for _, before := range held {
		i := find(now.Variables, before.Code)
		switch {
		case i < 0 && t.Held.Same:
			c.problems.add("the variable %s (%s) is gone, which was selected as optional; if the figures mean the same, take it out of [select] in %s", before.Code, before.Label, t.File)
		case i >= 0 && before.Role != "time":
			c.variable(before, now.Variables[i])
		}
	}
	for _, v := range now.Variables {
		if t.Held.Same && find(held, v.Code) < 0 {
			c.problems.add("the optional variable %s (%s) is new; if the codes under [select] mean what the table held before, take it out of optional in %s", v.Code, v.Label, t.File)
		}
	}
	return c.problems.orNil()
}

func (c changes) variable(before, now sources.Variable) {
	labels, units := section(c.Labels, now.Code), section(c.Units, now.Code)
	old := map[string]sources.Code{}
	for _, code := range before.Codes {
		old[code.Code] = code
	}
	for _, code := range now.Codes {
		was, known := old[code.Code]
		delete(old, code.Code)
		_, looked := labels[code.Code]
		switch {
		case !known && !looked:
			c.added(now, code)
		case known && !looked && !sameLabel(was.Label, code.Label):
			c.problems.add("variable %s: code %q is now labelled %q, it was %q; if the meaning is the same, pin the new label under [labels.%s] in %s",
				now.Code, code.Code, code.Label, was.Label, now.Code, c.File)
		}
		if _, looked := units[code.Code]; known && !looked && was.Unit != code.Unit {
			c.problems.add("variable %s: code %q is now in %q, it was in %q; if the calculation is right for it, pin the new unit under [units.%s] in %s",
				now.Code, code.Code, code.Unit, was.Unit, now.Code, c.File)
		}
	}
	for _, code := range before.Codes {
		if _, gone := old[code.Code]; gone && c.Held.Same {
			c.problems.add("variable %s: code %q (%s), which was selected, is gone; if the rest is still whole, name its codes under [select] in %s",
				now.Code, code.Code, code.Label, c.File)
		}
	}
}

// added tells of a code that a term such as "all" did not select before: where
// codes are summed it may be a total, or a part that was counted elsewhere. A
// new region or content stands for itself.
func (c changes) added(v sources.Variable, code sources.Code) {
	if !c.Held.Same || v.Role == "metric" || strings.EqualFold(v.Code, c.RegionVariable) {
		return
	}
	c.problems.add("variable %s: code %q (%s) is new and would be selected too; if it belongs there, pin its label under [labels.%s] in %s, else name the codes under [select]",
		v.Code, code.Code, code.Label, v.Code, c.File)
}
