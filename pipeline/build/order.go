package build

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Model is one SELECT that becomes one table.
type Model struct {
	Table string   // "core.population"
	Query string   // one SELECT
	Path  string   // where it is written, for messages
	Reads []string // the tables it reads, "scb.education"
	Grain []string // the columns that identify a row
}

// rank is how far along the way of the data a schema lies, the sources' own before
// all others; a model may only read its own schema and those before it.
func rank(schema string) int {
	return slices.Index([]string{"config", "outcome", "ops", "previous", "core", "indicator", "mart", "check"}, schema)
}

// inOrder sorts models so that each comes after those it reads. broken says, by
// table, why a model cannot be made: it reads what nothing makes, or what comes
// later, or rests on such a one. known tells which tables exist beforehand. The
// error is a circle.
func inOrder(models []Model, known func(table string) bool) (ordered []Model, broken map[string]error, err error) {
	s := sorter{models: byTable(models), known: known, broken: map[string]error{}, begun: map[string]bool{}, done: map[string]bool{}}
	for _, table := range slices.Sorted(maps.Keys(s.models)) {
		if err := s.visit(table, nil); err != nil {
			return nil, s.broken, err
		}
	}
	return s.ordered, s.broken, nil
}

func byTable(models []Model) map[string]Model {
	all := map[string]Model{}
	for _, m := range models {
		all[m.Table] = m
	}
	return all
}

// sorter is a depth-first topological sort.
type sorter struct {
	models      map[string]Model
	known       func(table string) bool
	begun, done map[string]bool
	broken      map[string]error
	ordered     []Model
}

func (s *sorter) visit(table string, path []string) error {
	m, made := s.models[table]
	if !made || s.done[table] {
		return nil
	}
	if s.begun[table] {
		return fmt.Errorf("the models read each other in a circle: %s", strings.Join(append(path, table), " → "))
	}
	s.begun[table] = true
	wrong := s.misread(m)
	for _, read := range m.Reads {
		if wrong != nil {
			break
		}
		if err := s.visit(read, append(path, table)); err != nil {
			return err
		}
	}
	s.done[table] = true
	if wrong = cmp.Or(wrong, restsOn(m, s.broken)); wrong != nil {
		s.broken[table] = wrong
		return nil
	}
	s.ordered = append(s.ordered, m)
	return nil
}

// misread says what of a model's references is wrong in itself, all at once.
func (s *sorter) misread(m Model) error {
	var problems []error
	own, _, _ := strings.Cut(m.Table, ".")
	for _, read := range m.Reads {
		_, made := s.models[read]
		schema, _, _ := strings.Cut(read, ".")
		switch {
		case !made && !s.known(read):
			problems = append(problems, fmt.Errorf("%s: reads %s, which nothing makes", m.Path, read))
		case rank(schema) > rank(own):
			problems = append(problems, fmt.Errorf("%s: %s may not read %s, which comes later", m.Path, m.Table, read))
		}
	}
	return errors.Join(problems...)
}

// restsOn says which of the tables that m reads could not be made, nil when none.
func restsOn(m Model, broken map[string]error) error {
	for _, read := range m.Reads {
		if err, ok := broken[read]; ok {
			return fmt.Errorf("rests on %s: %w", read, err)
		}
	}
	return nil
}

// reach is everything that some tables are made of, directly or through other
// models: the models, in their order, and the tables beforehand, sorted.
func reach(models []Model, tables ...string) (made []Model, beforehand []string) {
	of, found := byTable(models), map[string]bool{}
	var walk func(tables []string)
	walk = func(tables []string) {
		for _, table := range tables {
			if !found[table] {
				found[table] = true
				walk(of[table].Reads)
			}
		}
	}
	walk(tables)
	for _, m := range models {
		if found[m.Table] {
			made = append(made, m)
		}
		delete(found, m.Table)
	}
	for _, table := range tables { // one that nothing makes rests on nothing
		delete(found, table)
	}
	return made, slices.Sorted(maps.Keys(found))
}
