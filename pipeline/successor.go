package pipeline

import (
	"cmp"
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources/scb"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

const (
	lookAgain  = 30 * 24 * time.Hour // for a successor that was not found, or not taken
	lookedInto = 3                   // candidates whose metadata is asked for
	goodEnough = 0.6                 // a score below it is no proposal
)

// propose looks for tables that carry on those that have stopped: one request
// for SCB's list of tables and a few for metadata, once a month for as long as
// the config names no successor. What goes wrong is worth a warning only.
func (p *Pipeline) propose(ctx context.Context, tasks []task) {
	var stopped []task
	for _, t := range tasks {
		if t.has && t.Successor == "" && p.stopped(t) && p.Now().Sub(p.Archive.Proposal(t.Source, t.Name).At) > lookAgain {
			stopped = append(stopped, t)
		}
	}
	if len(stopped) == 0 {
		return
	}
	source := p.scb(p.Client)
	all, err := source.Catalogue(ctx)
	for _, t := range stopped {
		if err == nil {
			err = p.proposeFor(ctx, source, t, all)
		}
	}
	if err != nil && ctx.Err() == nil {
		p.Log.Warn("no successor could be looked for", "error", err)
	}
}

// stopped tells whether a table's series has probably ended.
func (p *Pipeline) stopped(t task) bool {
	last := lastPeriod(t.latest.Manifest)
	if t.latest.Discontinued || t.checked.Discontinued {
		return true
	}
	standing, _ := p.worst(t.Dataset, map[string]string{"": last})
	return last != "" && standing != Fresh
}

func (p *Pipeline) proposeFor(ctx context.Context, source scb.Source, t task, all map[string]scb.Listed) error {
	best := archive.Proposal{At: p.Now().UTC()}
	for _, c := range candidates(t.latest.Manifest, all) {
		cube, err := source.Metadata(ctx, c.ID)
		if err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
		if score := likeness(t.latest.Manifest, c, cube); score > best.Score && score >= goodEnough {
			best.Table, best.Title, best.FirstPeriod, best.LastPeriod, best.Score = c.ID, c.Label, c.FirstPeriod, c.LastPeriod, score
			best.TOML = successorTOML(t.Dataset, t.latest.Manifest, c, cube)
		}
	}
	return p.Archive.SetProposal(t.Source, t.Name, best)
}

// candidates are the tables with most variables in common, of those that go on
// after the old one.
func candidates(old archive.Manifest, all map[string]scb.Listed) []scb.Listed {
	var found []scb.Listed
	for _, id := range slices.Sorted(maps.Keys(all)) {
		c := all[id]
		if !strings.EqualFold(c.ID, old.Table) && !c.Discontinued && c.LastPeriod > lastPeriod(old) && inCommon(old, c) >= 0.5 {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b scb.Listed) int { return cmp.Compare(inCommon(old, b), inCommon(old, a)) })
	return found[:min(len(found), lookedInto)]
}

// inCommon is the share of all variables of both that both have, by name;
// every table has a content and a time.
func inCommon(old archive.Manifest, c scb.Listed) float64 {
	names := map[string]int{}
	for _, v := range old.Variables {
		if v.Role == "" {
			names[plainName(v.Label)] |= 1
		}
	}
	for _, name := range c.Variables {
		if name = plainName(name); !slices.Contains([]string{"tabellinnehåll", "år", "månad", "kvartal", "vecka"}, name) {
			names[name] |= 2
		}
	}
	both := 0
	for _, in := range names {
		if in == 3 {
			both++
		}
	}
	if len(names) == 0 {
		return 0
	}
	return float64(both) / float64(len(names))
}

func plainName(name string) string {
	return strings.ToLower(strings.TrimSpace(name))
}

// likeness is between 0 and 1: two fifths for the variables, the rest for the
// codes and contents that are read and that the other table has. Tables that
// count other things are not alike, whatever they are broken down by.
func likeness(old archive.Manifest, c scb.Listed, cube *scb.Cube) float64 {
	sum, n, same := 0.0, 0, wordsInCommon(old.Title, c.Label) >= 0.5
	for _, v := range old.Variables {
		if v.Role == "time" {
			continue
		}
		n++
		if d, ok := counterpart(v, cube); ok {
			found := len(shared(v, d))
			sum += float64(found) / float64(max(len(v.Codes), 1))
			same = same || v.Role == "metric" && found > 0
		}
	}
	if !same {
		return 0
	}
	return 0.4*inCommon(old, c) + 0.6*sum/float64(max(n, 1))
}

// wordsInCommon is the share of two titles' longer words that both have.
func wordsInCommon(a, b string) float64 {
	words := map[string]int{}
	for in, title := range []string{a, b} {
		for word := range strings.FieldsFuncSeq(strings.ToLower(undated(title)), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if len([]rune(word)) > 4 && word != "efter" && word != "region" {
				words[word] |= 1 << in
			}
		}
	}
	both := 0
	for _, in := range words {
		if in == 3 {
			both++
		}
	}
	return float64(both) / float64(max(len(words), 1))
}

// counterpart is the variable of the same code or name.
func counterpart(v archive.Variable, cube *scb.Cube) (scb.Dimension, bool) {
	i := slices.IndexFunc(cube.Dimensions, func(d scb.Dimension) bool {
		return strings.EqualFold(d.Code, v.Code) || plainName(d.Label) == plainName(v.Label) || v.Role == "metric" && d.Role == "metric"
	})
	if i < 0 {
		return scb.Dimension{}, false
	}
	return cube.Dimensions[i], true
}

// shared are the other table's codes for what is read: the same code, or for
// contents, whose codes are each table's own, the same label.
func shared(v archive.Variable, d scb.Dimension) []string {
	var codes []string
	for _, code := range v.Codes {
		i := slices.Index(d.Codes, code.Code)
		if i < 0 {
			i = slices.IndexFunc(d.Labels, func(label string) bool { return scb.SameLabel(label, code.Label) })
		}
		if i >= 0 {
			codes = append(codes, d.Codes[i])
		}
	}
	return codes
}

// successorTOML is a data set's file for the other table: the same selection,
// with what has no counterpart marked for whoever looks it through.
func successorTOML(d config.Dataset, old archive.Manifest, c scb.Listed, cube *scb.Cube) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Proposed successor of %s: look it through. Label pins and units come with the first fetch.\nsource = \"scb\"\ntable = %q\ntitle = %q\n", d.Table, c.ID, d.Title)
	if d.RegionCoding != "scb" && d.RegionCoding != "" {
		fmt.Fprintf(&b, "region_coding = %q\n", d.RegionCoding)
	}
	b.WriteString("[select]\n")
	for _, dim := range cube.Dimensions {
		b.WriteString(selection(d, old, dim))
	}
	return b.String()
}

func selection(d config.Dataset, old archive.Manifest, dim scb.Dimension) string {
	if dim.Role == "time" {
		return fmt.Sprintf("%s = [\"all\"]\n", dim.Code)
	}
	for _, v := range old.Variables {
		if other, ok := counterpart(v, &scb.Cube{Dimensions: []scb.Dimension{dim}}); !ok || other.Code != dim.Code {
			continue
		}
		terms := scb.Section(d.Select, v.Code)
		found := shared(v, dim)
		if strings.EqualFold(v.Code, d.RegionVariable) || len(found) == len(v.Codes) && sameCodes(v, found) {
			return fmt.Sprintf("%s = %s\n", dim.Code, quoted(terms))
		}
		line := fmt.Sprintf("%s = %s\n", dim.Code, quoted(found))
		if missing := len(v.Codes) - len(found); missing > 0 {
			line = fmt.Sprintf("# %d of the %d codes that were read have no counterpart\n", missing, len(v.Codes)) + line
		}
		return line
	}
	return fmt.Sprintf("# new: %s; choose its total, or what the old table held\n# %s = []\n", dim.Label, dim.Code)
}

func sameCodes(v archive.Variable, found []string) bool {
	return slices.EqualFunc(v.Codes, found, func(a archive.Code, b string) bool { return a.Code == b })
}

func quoted(terms []string) string {
	all := make([]string, len(terms))
	for i, term := range terms {
		all[i] = fmt.Sprintf("%q", term)
	}
	return "[" + strings.Join(all, ", ") + "]"
}
