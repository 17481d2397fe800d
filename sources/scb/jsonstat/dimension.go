package jsonstat

import (
	"cmp"
	"slices"
	"strconv"
)

// Dimension is one variable of a cube with its codes in position order.
type Dimension struct {
	Code, Label string
	Role        string // "time", "metric" or ""
	Codes       []string
	Labels      []string
	Units       []Unit   // of the metric dimension, else nil
	Notes       []string // mandatory ones only
	Elimination bool     // true only in metadata; a data answer describes itself
	// Codelists are those that the table offers for the variable, in a metadata
	// answer.
	Codelists []Codelist
}

// Codelist is a classification that a table offers for a variable.
type Codelist struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Unit is a content's unit and how many decimals SCB prints.
type Unit struct {
	Base     string
	Decimals int
}

type dimensionExtension struct {
	Elimination   bool            `json:"elimination"`
	NoteMandatory map[string]bool `json:"noteMandatory"`
	// Both spellings are the same key to encoding/json, which reads the last:
	// SCB sends only one (scb-api.md section 7).
	Codelists []Codelist `json:"codelists"`
}

// dimensions reads the variables that id names and holds them to size.
func (p *parts) dimensions() {
	if !p.need("dimension") {
		return
	}
	p.inside = p.Offsets(nil)
	if !p.need("id") {
		return
	}
	ids := p.Texts()
	p.readRoles()
	for i, code := range ids {
		if slices.Contains(ids[:i], code) {
			p.FailAt(p.at["id"], "dimension %q twice", code)
		}
		if p.Err() != nil {
			return
		}
		p.cube.Dimensions = append(p.cube.Dimensions, p.dimension(code))
	}
	p.compareSizes()
}

func (p *parts) compareSizes() {
	if !p.need("size") {
		return
	}
	var sizes []int
	p.Elements(func() { sizes = append(sizes, int(p.Whole("a size", 0, maxCells))) })
	if len(sizes) != len(p.cube.Dimensions) {
		p.FailAt(p.at["size"], "%d sizes for %d dimensions", len(sizes), len(p.cube.Dimensions))
		return
	}
	for i, d := range p.cube.Dimensions {
		if sizes[i] != len(d.Codes) {
			p.FailAt(p.at["size"], "dimension %s: size %d but %d codes", d.Code, sizes[i], len(d.Codes))
		}
	}
}

// readRoles reads which dimension is time and which metric; SCB sets no geo.
func (p *parts) readRoles() {
	p.roles = map[string]string{}
	if !p.seek("role") || p.Null() {
		return
	}
	p.Members(func(role string) {
		at := p.Offset()
		for _, code := range p.Texts() {
			if other, ok := p.roles[code]; ok {
				p.FailAt(at, "dimension %q is both %s and %s", code, other, role)
			}
			p.roles[code] = role
		}
	})
}

// role falls back on SCB's fixed names where roles are not told.
func (p *parts) role(code string) string {
	role, told := p.roles[code]
	switch {
	case role == "time" || role == "metric":
		return role
	case !told && code == "Tid":
		return "time"
	case !told && code == "ContentsCode":
		return "metric"
	}
	return ""
}

func (p *parts) dimension(code string) Dimension {
	d := Dimension{Code: code, Role: p.role(code)}
	at, ok := p.inside[code]
	if !ok {
		p.FailAt(p.at["id"], "dimension %q is not described", code)
		return d
	}
	p.Seek(at)
	members := p.Offsets(nil)
	category, ok := members["category"]
	if !ok {
		p.FailAt(at, "dimension %q has no category; links to one elsewhere are not followed", code)
		return d
	}
	p.Seek(category)
	p.category(&d)
	if at, ok := members["label"]; ok {
		p.Seek(at)
		d.Label = p.TextOrNull()
	}
	p.asides(&d, members)
	return d
}

// asides reads a dimension's extension and its mandatory notes.
func (p *parts) asides(d *Dimension, members map[string]int) {
	var extension dimensionExtension
	if at, ok := members["extension"]; ok {
		p.Seek(at)
		p.Unmarshal(&extension)
	}
	d.Elimination, d.Codelists = extension.Elimination, extension.Codelists
	at, ok := members["note"]
	if !ok || len(extension.NoteMandatory) == 0 {
		return
	}
	p.Seek(at)
	for i, note := range p.Texts() {
		if extension.NoteMandatory[strconv.Itoa(i)] {
			d.Notes = append(d.Notes, note)
		}
	}
}

// category reads a dimension's codes, labels and units. Without an index there
// may be one code only, the one that has a label.
func (p *parts) category(d *Dimension) {
	at := p.Offset()
	members := p.Offsets(nil)
	labels := map[string]string{}
	if label, ok := members["label"]; ok {
		p.Seek(label)
		if !p.Null() {
			p.Members(func(code string) { labels[code] = p.Text() })
		}
	}
	index, ok := members["index"]
	p.Seek(index)
	switch {
	case ok && !p.Null():
		d.Codes = p.codes()
	case len(labels) == 1:
		for code := range labels {
			d.Codes = []string{code}
		}
	default:
		p.FailAt(at, "no index and %d labels, want 1", len(labels))
	}
	d.Labels = make([]string, len(d.Codes))
	for i, code := range d.Codes {
		label, ok := labels[code]
		if !ok {
			label = code
		}
		d.Labels[i] = label
	}
	if d.Role == "metric" {
		unit, ok := members["unit"]
		p.Seek(unit)
		p.units(d, ok)
	}
}

// codes gives the codes in position order: from an array, or from an object code
// → position, the order of whose members means nothing (scb-api.md section 7).
func (p *parts) codes() []string {
	at := p.Offset()
	var codes []string
	var places []int
	if p.Next() == '{' {
		p.Members(func(code string) {
			codes, places = append(codes, code), append(places, int(p.Whole("a position", 0, maxCells)))
		})
	} else {
		codes = p.Texts()
		for i := range codes {
			places = append(places, i)
		}
	}
	ordered, seen := make([]string, len(codes)), make(map[string]bool, len(codes))
	taken := make([]bool, len(codes))
	for i, place := range places {
		if place >= len(codes) || taken[place] {
			p.FailAt(at, "index is no permutation: %q has position %d of %d", codes[i], place, len(codes))
			return nil
		}
		if seen[codes[i]] {
			p.FailAt(at, "code %q twice", codes[i])
			return nil
		}
		ordered[place], taken[place], seen[codes[i]] = codes[i], true, true
	}
	return ordered
}

// units reads a metric's units; one that does not say its decimals has the
// table's.
func (p *parts) units(d *Dimension, told bool) {
	var units map[string]*struct {
		Base     string `json:"base"` // as PxWeb calls it
		Label    string `json:"label"`
		Decimals *int   `json:"decimals"`
	}
	if told {
		p.Unmarshal(&units)
	}
	d.Units = make([]Unit, len(d.Codes))
	for i, code := range d.Codes {
		d.Units[i].Decimals = p.extra.PX.Decimals
		unit := units[code]
		if unit == nil {
			continue
		}
		d.Units[i].Base = cmp.Or(unit.Base, unit.Label)
		if unit.Decimals != nil {
			d.Units[i].Decimals = *unit.Decimals
		}
	}
}
