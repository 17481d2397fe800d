package scb

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Tables gives each data set a table of its own, scb.<name>: a text column for
// each variable, then year, value and status. Before anything has come its
// columns are the variables that the config selects.
func (s *Source) Tables(sets []sources.Set) []sources.Table {
	tables := make([]sources.Table, len(sets))
	for i, set := range sets {
		tables[i] = table(set)
	}
	return tables
}

func table(set sources.Set) sources.Table {
	id := set.Table
	if len(set.Parts) > 0 {
		id = set.Newest().Table
	}
	t := sources.Table{Schema: "scb", Name: set.Name, Dataset: set.Name, Title: fmt.Sprintf("%s. Från SCB, tabell %s, ord för ord.", set.Title, id)}
	for _, v := range columns(set) {
		text := fmt.Sprintf("SCB:s variabel %s.", v.Code)
		if v.Label != "" {
			text = fmt.Sprintf("SCB:s variabel %s: %s.", v.Code, v.Label)
		}
		t.Columns = append(t.Columns, sources.Column{Name: v.Column, Type: "varchar", Variable: v.Code, Comment: text})
		t.Key = append(t.Key, v.Column)
		if strings.EqualFold(v.Code, set.RegionVariable) {
			t.Region = v.Column
		}
	}
	t.Columns = append(t.Columns, sources.Column{Name: "year", Type: "integer"}, sources.Column{Name: "value", Type: "double"}, sources.Column{Name: "status", Type: "varchar"})
	if len(set.Parts) > 0 {
		t.Fill = []sources.Fill{{Dataset: set.Name, Read: func(...string) array.RecordReader {
			var all jsonstat.Columns
			for _, v := range set.Newest().Variables {
				all = append(all, struct{ Code, Column string }{v.Code, v.Column})
			}
			return jsonstat.NewReader(all, set.Parts[0].Bodies("data"))
		}}}
	}
	return t
}

// columns are the variables of what is held, else those of the selection, by
// column.
func columns(set sources.Set) []sources.Variable {
	if len(set.Parts) > 0 {
		return set.Newest().Variables
	}
	var all []sources.Variable
	for variable := range set.Select {
		all = append(all, sources.Variable{Code: variable, Column: Column(variable)})
	}
	slices.SortFunc(all, func(a, b sources.Variable) int { return strings.Compare(a.Column, b.Column) })
	return all
}

// Locate finds those of the cells that a stored request asked for in its answer.
func (s *Source) Locate(p sources.Part, answer sources.Stored, cells []map[string]string) ([]sources.Place, error) {
	if answer.Sent == nil {
		return nil, errors.New("scb: the stored answer has no request")
	}
	sent, err := answer.Sent()
	if err != nil {
		return nil, err
	}
	var asked selection
	if err := json.Unmarshal(sent, &asked); err != nil {
		return nil, fmt.Errorf("scb: the stored request: %w", err)
	}
	places := make([]sources.Place, len(cells))
	var here []int
	var codes []map[string]string
	for i, cell := range cells {
		byVariable := map[string]string{}
		for _, v := range p.Variables {
			byVariable[v.Code] = cell[v.Column]
		}
		holds := !slices.ContainsFunc(asked.Selection, func(item selectionItem) bool {
			return !slices.Contains(item.ValueCodes, byVariable[item.VariableCode])
		})
		if holds {
			here, codes = append(here, i), append(codes, byVariable)
		}
	}
	if len(here) == 0 {
		return places, nil
	}
	body, err := answer.Body()
	if err != nil {
		return nil, err
	}
	found, err := jsonstat.Locate(body, codes)
	for n, place := range found {
		places[here[n]] = sources.Place{Found: true, Cell: place.Cell, Offset: place.Offset, Raw: place.Raw, Status: place.Status}
	}
	return places, err
}
