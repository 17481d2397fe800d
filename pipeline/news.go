package pipeline

import (
	"effekt/pipeline/archive"
	"effekt/sources/scb"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// mostCodes are named of those that are new or gone.
const mostCodes = 5

// newsDays is for how long, at least, what has changed in a table's description
// is told, though other vintages have come since.
const newsDays = 30

// news is what the metadata of the last vintage and of one a month before it tell
// apart: another title, codes that are new or gone in a variable that is read.
// Whether it matters is for a person to say; what would make a figure wrong stops
// the fetch (changed.go).
func (p *Pipeline) news(t task) ([]string, error) {
	if t.Source != "scb" {
		return nil, nil
	}
	before, err := p.described(t)
	if err != nil || before.Name == "" {
		return nil, err
	}
	var found []string
	if now, was := undated(t.latest.Title), undated(before.Title); now != was {
		found = append(found, fmt.Sprintf("has another title: %q, was %q", now, was))
	}
	codes, err := p.newCodes(t.latest, before)
	return append(found, codes...), err
}

// described is the vintage of the same table to hold the last one against: the
// newest that is a month older, or the oldest there is; zero without any.
func (p *Pipeline) described(t task) (before archive.Vintage, err error) {
	since := t.latest.Fetched.AddDate(0, 0, -newsDays)
	for v, err := range p.Archive.Newest(t.Source, t.Name) {
		if err != nil || !strings.EqualFold(v.Table, t.latest.Table) {
			return before, err
		}
		if v.Name == t.latest.Name {
			continue
		}
		if before = v; before.Fetched.Before(since) {
			break
		}
	}
	return before, nil
}

// undated is a title without the periods that end it, which grow every year.
func undated(title string) string {
	return strings.TrimSpace(regexp.MustCompile(`[\s,.:]*(?:År|Månad|Kvartal|Vecka)?\s*\d{4}[\dKMV]*(?:\s*[-–]\s*\d{4}[\dKMV]*)*\s*$`).ReplaceAllString(title, ""))
}

func (p *Pipeline) newCodes(now, before archive.Vintage) ([]string, error) {
	this, ok, err := p.metadata(now)
	if err != nil || !ok {
		return nil, err
	}
	that, ok, err := p.metadata(before)
	if err != nil || !ok {
		return nil, err
	}
	var found []string
	for _, d := range this.Dimensions {
		i := slices.IndexFunc(that.Dimensions, func(old scb.Dimension) bool { return old.Code == d.Code })
		if i < 0 {
			continue
		}
		old := that.Dimensions[i]
		if text := lacks(d, old); text != "" && d.Role != "time" { // new periods are no news
			found = append(found, fmt.Sprintf("variable %s (%s) has new codes: %s", d.Code, d.Label, text))
		}
		if text := lacks(old, d); text != "" {
			found = append(found, fmt.Sprintf("variable %s (%s) has lost codes: %s", d.Code, d.Label, text))
		}
	}
	return found, nil
}

// metadata is the answer that described a vintage's table; the same object for
// both when nothing has changed.
func (p *Pipeline) metadata(v archive.Vintage) (*scb.Cube, bool, error) {
	asked := v.Data("metadata")
	if len(asked) == 0 {
		return nil, false, nil
	}
	body, err := p.Archive.Get(asked[len(asked)-1].Object)
	if err != nil {
		return nil, false, err
	}
	cube, err := scb.Decode(body)
	return cube, err == nil, err
}

// lacks names the codes of a that b lacks.
func lacks(a, b scb.Dimension) string {
	var codes []string
	more := 0
	for i, code := range a.Codes {
		switch {
		case slices.Contains(b.Codes, code):
		case len(codes) < mostCodes:
			codes = append(codes, fmt.Sprintf("%s (%s)", code, a.Labels[i]))
		default:
			more++
		}
	}
	if more > 0 {
		codes = append(codes, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(codes, ", ")
}
