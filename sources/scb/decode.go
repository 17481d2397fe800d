package scb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
)

// Cube is a decoded JSON-stat 2.0 data set. Cell i of Values has the codes that
// repeated division of i by the sizes gives, the last dimension fastest.
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

// parts is a body taken to pieces but not yet put together: where the members
// that are read begin, in whatever order they came.
type parts struct {
	scan   *scanner
	at     map[string]int // member → offset of its value
	inside map[string]int // the same for the members of dimension
	end    int            // of the data set
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

// Decode reads a JSON-stat 2.0 data set in every form that PxWeb servers send
// (scb-api.md §11), and a JSON-stat 1.x bundle of one. Anything else is refused
// with a *PositionError.
func Decode(body []byte) (*Cube, error) {
	scan, err := newScanner(body)
	if err != nil {
		return nil, err
	}
	p := &parts{scan: scan, cube: &Cube{}}
	if err := p.takeApart(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{p.head, p.dimensions, p.data} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p.cube, nil
}

// takeApart notes where the members begin, of the one data set of a bundle
// where the body is a bundle.
func (p *parts) takeApart() (err error) {
	s := p.scan
	if p.at, err = p.root(); err != nil {
		return err
	}
	if s.space(); s.at != len(s.body) {
		return s.refuse("something follows the data set")
	}
	p.end = s.at
	bundled, ok := p.at["dataset"]
	if _, flat := p.at["id"]; !ok || flat {
		return nil
	}
	if at, ok := p.at["value"]; ok {
		return s.refuseAt(at, "values beside the data set of a bundle")
	}
	s.at = bundled
	p.at, err = p.root()
	p.end = s.at
	return err
}

// root notes where the members of a data set begin. Its values, nearly all of
// the body, are passed over in a leap.
func (p *parts) root() (map[string]int, error) {
	return p.scan.offsets(func(key string) error {
		if key == "value" {
			return p.scan.skipNumbers()
		}
		return p.scan.skip(0)
	})
}

// inner notes where the members of any other object begin.
func (p *parts) inner() (map[string]int, error) {
	return p.scan.offsets(func(string) error { return p.scan.skip(0) })
}

// offsets passes over an object and says where each of its values begins.
func (s *scanner) offsets(pass func(key string) error) (map[string]int, error) {
	at := map[string]int{}
	err := s.members(func(key string) error {
		at[key] = s.at
		return pass(key)
	})
	return at, err
}

// skipNumbers passes over an array or object of numbers: to the first closing
// bracket, since whatever else stands there is refused when it is read.
func (s *scanner) skipNumbers() error {
	closing := byte(']')
	if s.peek() == '{' {
		closing = '}'
	} else if s.peek() != '[' {
		return s.skip(0)
	}
	length := bytes.IndexByte(s.body[s.at:], closing)
	if length < 0 {
		s.at = len(s.body)
		return s.refuse("the body ends inside the values")
	}
	s.at += length + 1
	return nil
}

// seek stands at a member's value; false when it is absent.
func (p *parts) seek(key string) bool {
	at, ok := p.at[key]
	if ok {
		p.scan.at = at
	}
	return ok
}

// missing refuses a data set for what it lacks.
func (p *parts) missing(what string) error {
	return p.scan.refuseAt(p.end, "no data set: %s is missing", what)
}

// head reads what stands beside the dimensions and the cells.
func (p *parts) head() error {
	s, class := p.scan, ""
	for _, member := range []struct {
		key  string
		into *string
	}{{"class", &class}, {"label", &p.cube.Label}, {"source", &p.cube.Source}, {"updated", &p.cube.Updated}} {
		if !p.seek(member.key) {
			continue
		}
		text, err := s.textOrNull()
		if err != nil {
			return err
		}
		*member.into = text
	}
	if class != "" && class != "dataset" {
		return s.refuseAt(p.at["class"], "class %q, want dataset", class)
	}
	if p.seek("extension") {
		if err := s.unmarshal(&p.extra); err != nil {
			return err
		}
	}
	p.cube.ID, p.cube.Official = p.extra.PX.TableID, p.extra.PX.Official
	p.cube.Discontinued = string(p.extra.Discontinued) == "true"
	return p.notes()
}

// notes puts the mandatory ones first.
func (p *parts) notes() error {
	if !p.seek("note") || p.scan.null() {
		return nil
	}
	notes, err := p.scan.texts()
	if err != nil {
		return err
	}
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
	return nil
}

// sizes reads one whole number per dimension.
func (p *parts) sizes() ([]int, error) {
	var sizes []int
	err := p.scan.elements(func() error {
		start := p.scan.at
		n, err := p.scan.number()
		if err == nil && (n < 0 || n > maxCells || n != float64(int(n))) {
			err = p.scan.refuseAt(start, "a size of %v", n)
		}
		sizes = append(sizes, int(n))
		return err
	})
	return sizes, err
}

// Cells is the product of the sizes, 1 without dimensions.
func (c *Cube) Cells() (int64, error) {
	sizes := make([]int, len(c.Dimensions))
	for i, d := range c.Dimensions {
		sizes[i] = len(d.Codes)
	}
	return product(sizes)
}

// product multiplies sizes. The server's own product is 32 bits wide and may
// wrap round (scb-api.md §2), so the client must not.
func product(sizes []int) (int64, error) {
	if slices.Contains(sizes, 0) {
		return 0, nil
	}
	cells := uint64(1)
	for _, size := range sizes {
		if size < 0 {
			return 0, fmt.Errorf("scb: a size of %d", size)
		}
		high, low := bits.Mul64(cells, uint64(size))
		if high != 0 || low > 1<<62 {
			return 0, fmt.Errorf("scb: %v codes make more cells than can be counted", sizes)
		}
		cells = low
	}
	return int64(cells), nil
}
