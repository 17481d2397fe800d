package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"os"
	"slices"
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

// InPublished lists the vintages that the published file is made of: the archive
// may hold newer ones, of which nothing has been published.
func (p *Pipeline) InPublished(ctx context.Context) ([]archive.Vintage, error) {
	if _, err := os.Stat(p.Dir.Database()); err != nil {
		return nil, nil //nolint:nilerr // nothing is published
	}
	lines, err := p.publishedVintages(ctx)
	if err != nil {
		return nil, err
	}
	var used []archive.Vintage
	for _, d := range p.Config.Datasets {
		all, err := p.Archive.Vintages(d.Source, d.Name)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(v archive.Vintage) bool { return v.Name == lines[d.Name] })
		newest := slices.Clone(all[:i+1])
		slices.Reverse(newest)
		used = append(used, takenOf(d, newest)...)
	}
	return used, nil
}

// publishedVintages names the newest vintage of each data set in the published
// file.
func (p *Pipeline) publishedVintages(ctx context.Context) (map[string]string, error) {
	r, err := warehouse.Open(ctx, p.Dir.Database())
	if err != nil {
		return nil, err
	}
	found, err := r.Query(ctx, "select name, vintage from ops.dataset where vintage is not null", 0)
	names := map[string]string{}
	for _, row := range found.Rows {
		names[fmt.Sprint(row[0])] = fmt.Sprint(row[1])
	}
	return names, errors.Join(err, r.Close())
}

// takenOf are those of a data set's vintages, newest first, that a build takes
// something of.
func takenOf(d config.Dataset, newestFirst []archive.Vintage) (all []archive.Vintage) {
	if d.Source == "scb" {
		return newestFirst[:min(len(newestFirst), 1)]
	}
	for _, part := range parts(d, newestFirst) {
		all = append(all, part.vintage)
	}
	return all
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
		used = append(used, takenOf(d, in.vintages[d.Name])...)
	}
	return used, in.id, nil
}
