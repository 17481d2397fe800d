package scb

import (
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
	// Codelists are those that the table offers for the variable, by id, in a
	// metadata answer.
	Codelists []Code
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
	// SCB sends only one (scb-api.md §7).
	Codelists []struct {
		ID    string `json:"id"`
		Label string `json:"label"`
	} `json:"codelists"`
}

// dimensions reads the variables that id names. JSON-stat 1.x keeps id, size
// and role among them.
func (p *parts) dimensions() (err error) {
	if !p.seek("dimension") {
		return p.missing("dimension")
	}
	if p.inside, err = p.inner(); err != nil {
		return err
	}
	old := p.outdated()
	if !p.seek("id") {
		return p.missing("id")
	}
	ids, err := p.scan.texts()
	if err != nil {
		return err
	}
	if err := p.readRoles(); err != nil {
		return err
	}
	for i, code := range ids {
		if slices.Contains(ids[:i], code) {
			return p.scan.refuseAt(p.at["id"], "dimension %q twice", code)
		}
		d, err := p.dimension(code)
		if err != nil {
			return err
		}
		p.cube.Dimensions = append(p.cube.Dimensions, d)
	}
	return p.compareSizes(old)
}

// outdated moves id, size and role out of dimension where they are not beside
// it, as in JSON-stat 1.x.
func (p *parts) outdated() bool {
	if _, ok := p.at["id"]; ok {
		return false
	}
	for _, key := range []string{"id", "size", "role"} {
		if at, ok := p.inside[key]; ok {
			p.at[key] = at
			delete(p.inside, key)
		}
	}
	return true
}

// compareSizes holds the sizes against the codes. Only JSON-stat 1.x may leave
// them out.
func (p *parts) compareSizes(optional bool) error {
	if !p.seek("size") {
		if optional {
			return nil
		}
		return p.missing("size")
	}
	sizes, err := p.sizes()
	if err != nil {
		return err
	}
	if len(sizes) != len(p.cube.Dimensions) {
		return p.scan.refuseAt(p.at["size"], "%d sizes for %d dimensions", len(sizes), len(p.cube.Dimensions))
	}
	for i, d := range p.cube.Dimensions {
		if sizes[i] != len(d.Codes) {
			return p.scan.refuseAt(p.at["size"], "dimension %s: size %d but %d codes", d.Code, sizes[i], len(d.Codes))
		}
	}
	return nil
}

// readRoles reads which dimension is time and which metric; SCB sets no geo.
func (p *parts) readRoles() error {
	p.roles = map[string]string{}
	s := p.scan
	if !p.seek("role") || s.null() {
		return nil
	}
	return s.members(func(role string) error {
		start := s.at
		codes, err := s.texts()
		for _, code := range codes {
			if other, ok := p.roles[code]; ok {
				return s.refuseAt(start, "dimension %q is both %s and %s", code, other, role)
			}
			p.roles[code] = role
		}
		return err
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

func (p *parts) dimension(code string) (Dimension, error) {
	at, ok := p.inside[code]
	if !ok {
		return Dimension{}, p.scan.refuseAt(p.at["id"], "dimension %q is not described", code)
	}
	p.scan.at = at
	members, err := p.inner()
	if err != nil {
		return Dimension{}, err
	}
	d := Dimension{Code: code, Role: p.role(code)}
	category, ok := members["category"]
	if !ok {
		return d, p.scan.refuseAt(at, "dimension %q has no category; links to one elsewhere are not followed", code)
	}
	p.scan.at = category
	if err := p.category(&d); err != nil {
		return d, err
	}
	if at, ok := members["label"]; ok {
		p.scan.at = at
		if d.Label, err = p.scan.textOrNull(); err != nil {
			return d, err
		}
	}
	return d, p.asides(&d, members)
}

// asides reads a dimension's extension and its mandatory notes.
func (p *parts) asides(d *Dimension, members map[string]int) error {
	var extension dimensionExtension
	if at, ok := members["extension"]; ok {
		p.scan.at = at
		if err := p.scan.unmarshal(&extension); err != nil {
			return err
		}
	}
	d.Elimination = extension.Elimination
	for _, list := range extension.Codelists {
		d.Codelists = append(d.Codelists, Code{Code: list.ID, Label: list.Label})
	}
	at, ok := members["note"]
	if !ok || len(extension.NoteMandatory) == 0 {
		return nil
	}
	p.scan.at = at
	notes, err := p.scan.texts()
	for i, note := range notes {
		if extension.NoteMandatory[strconv.Itoa(i)] {
			d.Notes = append(d.Notes, note)
		}
	}
	return err
}
