package pipeline

import (
	"effekt/pipeline/archive"
)

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
