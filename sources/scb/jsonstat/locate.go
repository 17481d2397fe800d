package jsonstat

import (
	"errors"
	"fmt"
	"slices"
)

// Place is where a cell stands in a stored answer.
type Place struct {
	Cell   int    // counted with the last dimension fastest
	Offset int64  // byte of the value in the body; -1 where a sparse body leaves the cell out
	Raw    string // the value as the bytes have it: a number or null
	Status string // the symbol, "" when none
}

// Locate finds cells of a data answer, each by its code of every variable, and
// gives their places in the order asked. A variable without a code, and a code
// that the answer lacks, are errors.
func Locate(body []byte, wanted []map[string]string) ([]Place, error) {
	p, err := decode(body)
	if err != nil {
		return nil, err
	}
	if p.cube.Values == nil {
		return nil, errors.New("json-stat2: a body without values")
	}
	places := make([]Place, len(wanted))
	asked := map[int][]int{} // cell → who asked for it
	for i, codes := range wanted {
		cell, err := p.cube.cell(codes)
		if err != nil {
			return nil, err
		}
		places[i] = Place{Cell: cell, Offset: -1, Raw: "null", Status: p.cube.StatusOf(cell)}
		asked[cell] = append(asked[cell], i)
	}
	p.find(places, asked)
	return places, p.Err()
}

// cell is the place of the codes among the values.
func (c *Cube) cell(codes map[string]string) (int, error) {
	cell := 0
	for _, d := range c.Dimensions {
		code, ok := codes[d.Code]
		if !ok {
			return 0, fmt.Errorf("json-stat2: no code is given for variable %s", d.Code)
		}
		place := slices.Index(d.Codes, code)
		if place < 0 {
			return 0, fmt.Errorf("json-stat2: variable %s has no code %q in this answer", d.Code, code)
		}
		cell = cell*len(d.Codes) + place
	}
	return cell, nil
}

// find notes where the values stand; the body is known to be whole.
func (p *parts) find(places []Place, asked map[int][]int) {
	note := func(cell int) {
		at := p.Offset()
		raw := p.Raw()
		for _, i := range asked[cell] {
			places[i].Offset, places[i].Raw = int64(at), string(raw)
		}
	}
	p.seek("value")
	if p.Next() == '{' {
		p.byCell(len(p.cube.Values), note)
		return
	}
	cell := 0
	p.Elements(func() {
		note(cell)
		cell++
	})
}
