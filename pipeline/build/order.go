package build

import (
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

// inOrder sorts models so that each comes after those it reads. known tells which
// tables exist beforehand. All unknown tables, references backwards and
// cycles are reported together.
func inOrder(models []Model, known func(table string) bool) ([]Model, error) {
	byTable := map[string]Model{}
	for _, m := range models {
		byTable[m.Table] = m
	}
	var problems []error
	for _, m := range models {
		problems = append(problems, lint(m, byTable, known)...)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	s := sorter{models: byTable, state: map[string]int{}}
	for _, table := range slices.Sorted(maps.Keys(byTable)) {
		if err := s.visit(table, nil); err != nil {
			return nil, err
		}
	}
	return s.ordered, nil
}

func lint(m Model, models map[string]Model, known func(table string) bool) []error {
	var problems []error
	own, _, _ := strings.Cut(m.Table, ".")
	for _, read := range m.Reads {
		_, made := models[read]
		schema, _, _ := strings.Cut(read, ".")
		switch {
		case !made && !known(read):
			problems = append(problems, fmt.Errorf("%s: reads %s, which nothing makes", m.Path, read))
		case rank(schema) > rank(own):
			problems = append(problems, fmt.Errorf("%s: %s may not read %s, which comes later", m.Path, m.Table, read))
		}
	}
	return problems
}

// sorter is a depth-first topological sort; state 1 is under way, 2 is done.
type sorter struct {
	models  map[string]Model
	state   map[string]int
	ordered []Model
}

func (s *sorter) visit(table string, path []string) error {
	m, made := s.models[table]
	if !made || s.state[table] == 2 {
		return nil
	}
	if s.state[table] == 1 {
		return fmt.Errorf("the models read each other in a circle: %s", strings.Join(append(path, table), " → "))
	}
	s.state[table] = 1
	for _, read := range m.Reads {
		if err := s.visit(read, append(path, table)); err != nil {
			return err
		}
	}
	s.state[table] = 2
	s.ordered = append(s.ordered, m)
	return nil
}

// sourcesOf lists, for each model, the tables beforehand that it rests on,
// directly or through other models.
func sourcesOf(models []Model, table string) []string {
	byTable := map[string]Model{}
	for _, m := range models {
		byTable[m.Table] = m
	}
	found := map[string]bool{}
	var walk func(string)
	walk = func(table string) {
		if found[table] {
			return
		}
		found[table] = true
		for _, read := range byTable[table].Reads {
			walk(read)
		}
	}
	walk(table)
	for made := range byTable {
		delete(found, made)
	}
	delete(found, table)
	return slices.Sorted(maps.Keys(found))
}

// needed keeps the models that one table is made of, itself with them.
func needed(models []Model, table string) []Model {
	byTable := map[string]Model{}
	for _, m := range models {
		byTable[m.Table] = m
	}
	var kept []Model
	found := map[string]bool{}
	var walk func(string)
	walk = func(table string) {
		m, made := byTable[table]
		if !made || found[table] {
			return
		}
		found[table] = true
		kept = append(kept, m)
		for _, read := range m.Reads {
			walk(read)
		}
	}
	walk(table)
	return kept
}
