// Package jsonstat reads JSON-stat 2.0 data sets in every form that PxWeb
// servers send (scb-api.md section 11): as a cube, as Arrow records, and a cell
// back to its byte. It knows nothing of addresses, requests or configs.
package jsonstat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"effekt/sources/jsontext"
)

// Cube is a decoded data set. Cell i of Values has the codes that repeated
// division of i by the sizes gives, the last dimension fastest.
type Cube struct {
	ID                     string // extension.px.tableid
	Label, Source, Updated string
	Official               *bool    // extension.px.official-statistics
	Discontinued           bool     // extension.discontinued, which SCB seldom sets
	Notes                  []string // mandatory ones first
	Mandatory              int      // how many of Notes are mandatory
	Dimensions             []Dimension
	// Values has a NaN where the cell is missing; nil where the body has no
	// data part, as in a metadata answer.
	Values []float64
	// Missing counts the NaN in Values.
	Missing int
	// Symbols are the different statuses; the first is "", none.
	Symbols []string
	// Status is each cell's place in Symbols; nil where no cell has a status.
	Status []uint16
}

// StatusOf is the symbol of a cell, "" when it has none.
func (c *Cube) StatusOf(cell int) string {
	if c.Status == nil {
		return ""
	}
	return c.Symbols[c.Status[cell]]
}

// Cells is the product of the sizes, 1 without dimensions.
func (c *Cube) Cells() (int64, error) {
	sizes := make([]int, len(c.Dimensions))
	for i, d := range c.Dimensions {
		sizes[i] = len(d.Codes)
	}
	return Product(sizes)
}

// Product multiplies sizes. The server's own product is 32 bits wide and may
// wrap round (scb-api.md section 2), so the client must not.
func Product(sizes []int) (int64, error) {
	if slices.Contains(sizes, 0) {
		return 0, nil
	}
	cells := uint64(1)
	for _, size := range sizes {
		if size < 0 {
			return 0, fmt.Errorf("json-stat2: a size of %d", size)
		}
		high, low := bits.Mul64(cells, uint64(size))
		if high != 0 || low > 1<<62 {
			return 0, fmt.Errorf("json-stat2: %v codes make more cells than can be counted", sizes)
		}
		cells = low
	}
	return int64(cells), nil
}

// Decode reads a data set. Anything else is refused with a
// *jsontext.PositionError.
func Decode(body []byte) (*Cube, error) {
	p, err := decode(body)
	if err != nil {
		return nil, err
	}
	return p.cube, nil
}

// parts is a body whose members have been found but not yet put together: they
// may come in any order.
type parts struct {
	*jsontext.Scanner
	at     map[string]int // member → offset of its value
	inside map[string]int // the same for the members of dimension
	end    int            // of the body
	cube   *Cube
	roles  map[string]string // by dimension
	extra  rootExtension
}

type rootExtension struct {
	NoteMandatory map[string]bool `json:"noteMandatory"`
	Discontinued  json.RawMessage `json:"discontinued"`
	PX            struct {
		TableID  string `json:"tableid"`
		Official *bool  `json:"official-statistics"`
		Decimals int    `json:"decimals"`
	} `json:"px"`
}

func decode(body []byte) (*parts, error) {
	p := &parts{Scanner: jsontext.New(body), cube: &Cube{}, end: len(body)}
	p.at = p.Offsets(p.passMember)
	p.End()
	p.head()
	p.dimensions()
	p.data()
	if err := p.Err(); err != nil {
		return nil, fmt.Errorf("json-stat2: %w", err)
	}
	return p, nil
}

// passMember passes over a member of the data set. Its values, nearly all of the
// body, are passed over to the first closing bracket: whatever else stands
// there is refused when they are read.
func (p *parts) passMember(name string) {
	closing := map[byte]byte{'[': ']', '{': '}'}[p.Next()]
	if name != "value" || closing == 0 {
		p.Skip()
		return
	}
	length := bytes.IndexByte(p.Rest(), closing)
	if length < 0 {
		p.FailAt(p.end, "the body ends inside the values")
		return
	}
	p.Advance(length + 1)
}

// seek stands at a member's value; false when it is absent or after a fault.
func (p *parts) seek(name string) bool {
	at, ok := p.at[name]
	p.Seek(at)
	return ok && p.Err() == nil
}

// need stands at a member's value, and refuses a data set without it.
func (p *parts) need(name string) bool {
	if p.seek(name) {
		return true
	}
	p.FailAt(p.end, "no data set: %s is missing", name)
	return false
}

// head reads what stands beside the dimensions and the cells.
func (p *parts) head() {
	class := ""
	for _, member := range []struct {
		name string
		into *string
	}{{"class", &class}, {"label", &p.cube.Label}, {"source", &p.cube.Source}, {"updated", &p.cube.Updated}} {
		if p.seek(member.name) {
			*member.into = p.TextOrNull()
		}
	}
	if class != "" && class != "dataset" {
		p.FailAt(p.at["class"], "class %q, want dataset", class)
	}
	if p.seek("extension") {
		p.Unmarshal(&p.extra)
	}
	p.cube.ID, p.cube.Official = p.extra.PX.TableID, p.extra.PX.Official
	p.cube.Discontinued = string(p.extra.Discontinued) == "true"
	p.notes()
}

// notes puts the mandatory ones first.
func (p *parts) notes() {
	if !p.seek("note") || p.Null() {
		return
	}
	notes := p.Texts()
	for _, mandatory := range []bool{true, false} {
		for i, note := range notes {
			if p.extra.NoteMandatory[strconv.Itoa(i)] == mandatory {
				p.cube.Notes = append(p.cube.Notes, note)
			}
		}
		if mandatory {
			p.cube.Mandatory = len(p.cube.Notes)
		}
	}
}
