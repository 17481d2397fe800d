package pipeline

import (
	"effekt/pipeline/archive"
)

// Submissions of the organisation are not like vintages of a table: none takes
// another's place, and every one is in use.

// Submitted lists all submissions, those that were refused too.
func (p *Pipeline) Submitted() ([]archive.Vintage, error) {
	var all []archive.Vintage
	for _, set := range []string{acceptedSet, rejectedSet} {
		found, err := p.outcomeVintages(set)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// InUse lists the vintages that a build would be made of now, and names that
// build: the id is that of the published file when nothing has changed since.
func (p *Pipeline) InUse() ([]archive.Vintage, string, error) {
	results, err := p.carried(nil)
	if err != nil {
		return nil, "", err
	}
	in, err := p.inputs(results)
	if err != nil {
		return nil, "", err
	}
	var used []archive.Vintage
	for _, d := range p.Config.Datasets {
		if d.Source == "scb" {
			used = append(used, in.vintages[d.Name]...)
			continue
		}
		for _, part := range parts(d, in.vintages[d.Name]) {
			used = append(used, part.vintage)
		}
	}
	return used, in.id, nil
}
