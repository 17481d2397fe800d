package scb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// maxCells bounds what one body may claim to hold.
const maxCells = 100_000_000

// Cube is a decoded JSON-stat 2.0 data set. Cell i of Values has the codes that
// repeated division of i by the sizes gives, the last dimension fastest.
type Cube struct {
	Label, Source, Updated string
	Official               *bool // extension.px.official-statistics
	Notes                  []string
	Dimensions             []Dimension
	// Values has a NaN where the cell is missing; nil in a metadata answer.
	Values []float64
	// Status holds the symbols by cell; AllStatus one for every cell.
	Status    map[int]string
	AllStatus string
}

// Dimension is one variable of a cube with its codes in position order.
type Dimension struct {
	Code, Label  string
	Role         string // "time", "metric" or ""
	Codes        []string
	Labels       []string
	Units        []Unit // of the metric dimension, else nil
	Elimination  bool
	CodelistRefs []string
}

// Unit is a content's unit and how many decimals SCB prints.
type Unit struct {
	Base     string
	Decimals int
}

// Cells is the product of the sizes.
func (c *Cube) Cells() int {
	cells := 1
	for _, d := range c.Dimensions {
		cells *= len(d.Codes)
	}
	return cells
}

// parts is a body taken to pieces but not yet put together.
type parts struct {
	scan      *scanner
	class     string
	cube      *Cube
	id        []string
	size      []int
	role      map[string][]string
	dimension map[string]rawDimension
	extension rawExtension
	dense     []float64
	sparse    map[int]float64
	hasValue  bool
	status    json.RawMessage
	valueAt   int
}

type rawDimension struct {
	Label    string `json:"label"`
	HRef     string `json:"href"`
	Category *struct {
		Index json.RawMessage   `json:"index"`
		Label map[string]string `json:"label"`
		Unit  map[string]struct {
			Base     string `json:"base"`
			Label    string `json:"label"`
			Decimals *int   `json:"decimals"`
		} `json:"unit"`
	} `json:"category"`
	Extension struct {
		Elimination bool      `json:"elimination"`
		Codelists   []listRef `json:"codelists"`
		CodeLists   []listRef `json:"codeLists"`
	} `json:"extension"`
}

type listRef struct {
	ID string `json:"id"`
}

type rawExtension struct {
	NoteMandatory map[string]bool `json:"noteMandatory"`
	PX            struct {
		Official *bool `json:"official-statistics"`
	} `json:"px"`
}

// Decode reads a JSON-stat 2.0 data set in every form that PxWeb servers send
// (scb-api.md §11), and JSON-stat 1.x bundles. Anything else is refused with a
// *PositionError.
func Decode(body []byte) (*Cube, error) {
	p := &parts{scan: &scanner{body: bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))}, cube: &Cube{}}
	if err := p.scan.members(p.member); err != nil {
		return nil, err
	}
	if p.scan.peek() != 0 {
		return nil, p.scan.refuse("something follows the data set")
	}
	return p.assemble()
}

func (p *parts) member(key string) error {
	switch key {
	case "value":
		return p.value()
	case "dataset":
		return p.scan.members(p.member)
	case "dimension":
		return p.dimensions()
	}
	start := p.scan.at
	raw, err := p.scan.raw()
	if err != nil {
		return err
	}
	if err := p.small(key, raw); err != nil {
		return &PositionError{int64(start), fmt.Sprintf("%s: %v", key, err)}
	}
	return nil
}

func (p *parts) small(key string, raw []byte) error {
	switch key {
	case "class":
		return json.Unmarshal(raw, &p.class)
	case "label":
		return json.Unmarshal(raw, &p.cube.Label)
	case "source":
		return json.Unmarshal(raw, &p.cube.Source)
	case "updated":
		return json.Unmarshal(raw, &p.cube.Updated)
	case "note":
		return json.Unmarshal(raw, &p.cube.Notes)
	case "id":
		return json.Unmarshal(raw, &p.id)
	case "size":
		return json.Unmarshal(raw, &p.size)
	case "role":
		return json.Unmarshal(raw, &p.role)
	case "extension":
		return json.Unmarshal(raw, &p.extension)
	case "status":
		p.status = raw
	}
	if !json.Valid(raw) {
		return fmt.Errorf("not JSON")
	}
	return nil
}

// dimensions reads the variables; JSON-stat 1.x keeps id, size and role among
// them.
func (p *parts) dimensions() error {
	p.dimension = map[string]rawDimension{}
	return p.scan.members(func(key string) error {
		start := p.scan.at
		raw, err := p.scan.raw()
		if err != nil {
			return err
		}
		if key == "id" || key == "size" || key == "role" {
			err = p.small(key, raw)
		} else {
			var d rawDimension
			err = json.Unmarshal(raw, &d)
			p.dimension[key] = d
		}
		if err != nil {
			return &PositionError{int64(start), fmt.Sprintf("dimension %s: %v", key, err)}
		}
		return nil
	})
}

// value reads the dense array or the sparse object.
func (p *parts) value() error {
	p.hasValue, p.valueAt = true, p.scan.at
	if p.scan.peek() == '{' {
		p.sparse = map[int]float64{}
		return p.scan.members(func(key string) error {
			cell, err := strconv.Atoi(key)
			if err != nil || cell < 0 {
				return p.scan.refuse("value: %q is not a cell", key)
			}
			p.sparse[cell], err = p.scan.number()
			return err
		})
	}
	return p.array()
}

func (p *parts) array() error {
	s := p.scan
	if err := s.expect('['); err != nil {
		return err
	}
	if s.peek() == ']' {
		s.at++
		return nil
	}
	// A number and its comma take four bytes or more in real bodies.
	p.dense = make([]float64, 0, min((len(s.body)-s.at)/4+1, 200_000))
	for {
		s.space()
		v, err := s.number()
		if err != nil {
			return err
		}
		p.dense = append(p.dense, v)
		if s.at < len(s.body) && s.body[s.at] == ',' {
			s.at++
			continue
		}
		if s.peek() == ',' {
			s.at++
			continue
		}
		return s.expect(']')
	}
}

// refuse points at the start of the values, where the pieces do not fit.
func (p *parts) refuse(format string, args ...any) error {
	return &PositionError{int64(p.valueAt), fmt.Sprintf(format, args...)}
}

func (p *parts) assemble() (*Cube, error) {
	if p.class != "" && p.class != "dataset" {
		return nil, p.refuse("class %q, want dataset", p.class)
	}
	if p.dimension == nil || p.id == nil {
		return nil, p.refuse("no data set: id or dimension is missing")
	}
	if p.size != nil && len(p.size) != len(p.id) {
		return nil, p.refuse("%d ids but %d sizes", len(p.id), len(p.size))
	}
	cells := 1
	for i, code := range p.id {
		d, err := p.variable(code)
		if err != nil {
			return nil, p.refuse("dimension %s: %v", code, err)
		}
		if p.size != nil && p.size[i] != len(d.Codes) {
			return nil, p.refuse("dimension %s: size %d but %d codes", code, p.size[i], len(d.Codes))
		}
		p.cube.Dimensions = append(p.cube.Dimensions, d)
		if cells *= len(d.Codes); cells > maxCells {
			return nil, p.refuse("more than %d cells", maxCells)
		}
	}
	p.cube.Official = p.extension.PX.Official
	p.mandatoryFirst()
	if err := p.fill(cells); err != nil {
		return nil, err
	}
	return p.cube, p.statuses(cells)
}

func (p *parts) mandatoryFirst() {
	order := make([]int, len(p.cube.Notes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return p.notMandatory(a) - p.notMandatory(b)
	})
	notes := make([]string, 0, len(order))
	for _, i := range order {
		notes = append(notes, p.cube.Notes[i])
	}
	p.cube.Notes = notes
}

func (p *parts) notMandatory(note int) int {
	if p.extension.NoteMandatory[strconv.Itoa(note)] {
		return 0
	}
	return 1
}

func (p *parts) variable(code string) (Dimension, error) {
	raw, ok := p.dimension[code]
	if !ok {
		return Dimension{}, fmt.Errorf("is in id but not described")
	}
	if raw.Category == nil {
		return Dimension{}, fmt.Errorf("has no category (a link to %q is not followed)", raw.HRef)
	}
	codes, err := positions(raw.Category.Index, raw.Category.Label)
	if err != nil {
		return Dimension{}, err
	}
	d := Dimension{Code: code, Label: raw.Label, Codes: codes, Elimination: raw.Extension.Elimination, Role: p.roleOf(code)}
	for _, c := range codes {
		label, ok := raw.Category.Label[c]
		if !ok {
			label = c
		}
		d.Labels = append(d.Labels, label)
	}
	for _, ref := range append(raw.Extension.Codelists, raw.Extension.CodeLists...) {
		d.CodelistRefs = append(d.CodelistRefs, ref.ID)
	}
	if d.Role == "metric" {
		for _, c := range codes {
			u := raw.Category.Unit[c]
			unit := Unit{Base: u.Base}
			if unit.Base == "" {
				unit.Base = u.Label
			}
			if u.Decimals != nil {
				unit.Decimals = *u.Decimals
			}
			d.Units = append(d.Units, unit)
		}
	}
	return d, nil
}

// roleOf falls back on SCB's fixed names where roles are not told.
func (p *parts) roleOf(code string) string {
	for role, codes := range p.role {
		if slices.Contains(codes, code) && role != "geo" {
			return role
		}
	}
	switch code {
	case "Tid":
		return "time"
	case "ContentsCode":
		return "metric"
	}
	return ""
}

// positions gives the codes in position order from an array, an object of
// positions, or the one label of a single category.
func positions(index json.RawMessage, labels map[string]string) ([]string, error) {
	if len(index) == 0 || string(index) == "null" {
		if len(labels) != 1 {
			return nil, fmt.Errorf("no index and %d labels", len(labels))
		}
		for code := range labels {
			return []string{code}, nil
		}
	}
	if index[0] == '[' {
		var codes []string
		if err := json.Unmarshal(index, &codes); err != nil {
			return nil, err
		}
		if sorted := slices.Sorted(slices.Values(codes)); len(slices.Compact(sorted)) != len(codes) {
			return nil, fmt.Errorf("a code twice")
		}
		return codes, nil
	}
	var at map[string]int
	if err := json.Unmarshal(index, &at); err != nil {
		return nil, err
	}
	codes := make([]string, len(at))
	taken := make([]bool, len(at))
	for code, i := range at {
		if i < 0 || i >= len(codes) || taken[i] {
			return nil, fmt.Errorf("index is not a permutation: %q has position %d of %d", code, i, len(at))
		}
		codes[i], taken[i] = code, true
	}
	return codes, nil
}

// fill lays the values out, one per cell. An empty array beside cells is a
// metadata answer: no data part.
func (p *parts) fill(cells int) error {
	if p.sparse != nil {
		p.cube.Values = make([]float64, cells)
		for i := range p.cube.Values {
			p.cube.Values[i] = math.NaN()
		}
		for cell, v := range p.sparse {
			if cell >= cells {
				return p.refuse("value of cell %d, but there are %d cells", cell, cells)
			}
			p.cube.Values[cell] = v
		}
		return nil
	}
	if !p.hasValue || len(p.dense) == 0 && cells != 0 {
		return nil
	}
	if len(p.dense) != cells {
		return p.refuse("%d values for %d cells", len(p.dense), cells)
	}
	p.cube.Values = p.dense
	return nil
}

// statuses reads the four forms: an object by cell, an array by cell, one
// string or a one-element array for all.
func (p *parts) statuses(cells int) error {
	if len(p.status) == 0 || string(p.status) == "null" {
		return nil
	}
	switch p.status[0] {
	case '"':
		return json.Unmarshal(p.status, &p.cube.AllStatus)
	case '[':
		return p.statusArray(cells)
	}
	var byCell map[string]*string
	if err := json.Unmarshal(p.status, &byCell); err != nil {
		return p.refuse("status: %v", err)
	}
	p.cube.Status = make(map[int]string, len(byCell))
	for key, symbol := range byCell {
		cell, err := strconv.Atoi(key)
		if err != nil || cell < 0 || cell >= cells {
			return p.refuse("status of cell %q, but there are %d cells", key, cells)
		}
		if symbol != nil && *symbol != "" {
			p.cube.Status[cell] = *symbol
		}
	}
	return nil
}

func (p *parts) statusArray(cells int) error {
	var list []*string
	if err := json.Unmarshal(p.status, &list); err != nil {
		return p.refuse("status: %v", err)
	}
	if len(list) == 1 && cells != 1 {
		if list[0] != nil {
			p.cube.AllStatus = *list[0]
		}
		return nil
	}
	if len(list) != cells {
		return p.refuse("%d statuses for %d cells", len(list), cells)
	}
	p.cube.Status = map[int]string{}
	for cell, symbol := range list {
		if symbol != nil && *symbol != "" {
			p.cube.Status[cell] = *symbol
		}
	}
	return nil
}
