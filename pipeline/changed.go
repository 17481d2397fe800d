package pipeline

import (
	"effekt/pipeline/archive"
	"effekt/sources/scb"
	"fmt"
	"slices"
	"strings"
)

// changes holds a table against the last vintage of it.
type changes struct {
	task     task
	problems *scb.Problems
}

// changed finds codes that mean something else than in the last vintage: they
// have another label or unit, or a term such as "all" selects others than it
// did. Each must be looked at before its figures are used. What the config pins
// has been looked at.
func changed(t task, table scb.Table) error {
	if !t.sameTable() {
		return nil
	}
	c := changes{t, &scb.Problems{Table: table.ID}}
	for _, before := range t.latest.Variables {
		i := slices.IndexFunc(table.Variables, func(now scb.Variable) bool { return now.Code == before.Code })
		switch {
		case i < 0 && t.latest.Asked == t.asked:
			c.tell("the variable %s (%s) is gone, which was selected as optional; if the figures mean the same, take it out of [select] in %s", before.Code, before.Label, t.File)
		case i >= 0 && before.Role != "time":
			c.variable(before, table.Variables[i])
		}
	}
	for _, now := range table.Variables {
		known := slices.ContainsFunc(t.latest.Variables, func(before archive.Variable) bool { return now.Code == before.Code })
		if !known && t.latest.Asked == t.asked {
			c.tell("the optional variable %s (%s) is new; if the codes under [select] mean what the table held before, take it out of optional in %s", now.Code, now.Label, t.File)
		}
	}
	if len(c.problems.List) > 0 {
		return c.problems
	}
	return nil
}

func (c changes) tell(format string, args ...any) {
	c.problems.List = append(c.problems.List, fmt.Sprintf(format, args...))
}

func (c changes) variable(before archive.Variable, now scb.Variable) {
	labels, units := scb.Section(c.task.Labels, now.Code), scb.Section(c.task.Units, now.Code)
	old := map[string]archive.Code{}
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
		case known && !looked && !scb.SameLabel(was.Label, code.Label):
			c.tell("variable %s: code %q is now labelled %q, it was %q; if the meaning is the same, pin the new label under [labels.%s] in %s",
				now.Code, code.Code, code.Label, was.Label, now.Code, c.task.File)
		}
		if _, looked := units[code.Code]; known && !looked && was.Unit != code.Unit {
			c.tell("variable %s: code %q is now in %q, it was in %q; if the calculation is right for it, pin the new unit under [units.%s] in %s",
				now.Code, code.Code, code.Unit, was.Unit, now.Code, c.task.File)
		}
	}
	for _, code := range before.Codes {
		if _, gone := old[code.Code]; gone {
			c.gone(now, code)
		}
	}
}

// added tells of a code that a term such as "all" did not select before: where
// codes are summed it may be a total, or a part that was counted elsewhere. A
// new region or content stands for itself.
func (c changes) added(v scb.Variable, code scb.Code) {
	if c.task.latest.Asked != c.task.asked || v.Role == "metric" || strings.EqualFold(v.Code, c.task.RegionVariable) {
		return
	}
	c.tell("variable %s: code %q (%s) is new and would be selected too; if it belongs there, pin its label under [labels.%s] in %s, else name the codes under [select]",
		v.Code, code.Code, code.Label, v.Code, c.task.File)
}

// gone tells of a code that was selected and is not there any more.
func (c changes) gone(v scb.Variable, code archive.Code) {
	if c.task.latest.Asked != c.task.asked {
		return
	}
	c.tell("variable %s: code %q (%s), which was selected, is gone; if the rest is still whole, name its codes under [select] in %s",
		v.Code, code.Code, code.Label, c.task.File)
}
