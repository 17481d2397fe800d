package scb

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

const (
	lookedInto = 3   // candidates whose metadata is asked for
	goodEnough = 0.6 // a score below it is no proposal
)

// Propose asks for the list of tables, some four thousand that go on, and for the
// metadata of those most like each table that has stopped.
func (s *Source) Propose(ctx context.Context, ask sources.Caller, tasks []sources.Task) ([]sources.Proposal, error) {
	all, err := s.list(ctx, ask, "catalogue", url.Values{"includeDiscontinued": {"false"}})
	if err != nil {
		return nil, err
	}
	proposals := make([]sources.Proposal, len(tasks))
	for i, t := range tasks {
		if proposals[i], err = s.propose(ctx, ask, t, all); err != nil {
			return proposals[:i], err
		}
	}
	return proposals, nil
}

func (s *Source) propose(ctx context.Context, ask sources.Caller, t sources.Task, all map[string]listed) (sources.Proposal, error) {
	best, old := sources.Proposal{At: t.Now.UTC()}, t.Held.Newest()
	for _, c := range candidates(old, all) {
		cube, err := s.metadata(ctx, ask, c.ID)
		if err != nil {
			return best, fmt.Errorf("%s: %w", c.ID, err)
		}
		if score := likeness(old, c, cube); score > best.Score && score >= goodEnough {
			best.Table, best.Title, best.FirstPeriod, best.LastPeriod, best.Score = c.ID, c.Label, c.FirstPeriod, c.LastPeriod, score
			best.TOML = successorTOML(t, cube, c.ID)
		}
	}
	return best, nil
}

// candidates are the tables with most variables in common, of those that go on
// after the old one.
func candidates(old sources.Description, all map[string]listed) []listed {
	var found []listed
	for _, id := range slices.Sorted(maps.Keys(all)) {
		c := all[id]
		if !strings.EqualFold(c.ID, old.Table) && !c.Discontinued && c.LastPeriod > old.LastPeriod() && sharedVariables(old, c) >= 0.5 {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b listed) int { return cmp.Compare(sharedVariables(old, b), sharedVariables(old, a)) })
	return found[:min(len(found), lookedInto)]
}

// share is how many of the words of a and b both have, of all that any has.
func share(a, b []string) float64 {
	words := map[string]int{}
	for in, list := range [][]string{a, b} {
		for _, word := range list {
			words[strings.ToLower(strings.TrimSpace(word))] |= 1 << in
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

// sharedVariables is the share of variables, by name, that both tables have;
// every table has a content and a time.
func sharedVariables(old sources.Description, c listed) float64 {
	var names []string
	for _, v := range old.Variables {
		if v.Role == "" {
			names = append(names, v.Label)
		}
	}
	return share(names, slices.DeleteFunc(slices.Clone(c.Variables), func(name string) bool {
		return slices.Contains([]string{"tabellinnehåll", "år", "månad", "kvartal", "vecka"}, strings.ToLower(strings.TrimSpace(name)))
	}))
}

// titleWords are a title's longer words.
func titleWords(title string) []string {
	words := strings.FieldsFunc(strings.ToLower(undated(title)), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.DeleteFunc(words, func(word string) bool { return len([]rune(word)) <= 4 || word == "efter" || word == "region" })
}

// likeness is between 0 and 1: two fifths for the variables, the rest for the
// codes and contents that are read and that the other table has. Tables that
// count other things are not alike, whatever they are broken down by.
func likeness(old sources.Description, c listed, cube *jsonstat.Cube) float64 {
	sum, n, same := 0.0, 0, share(titleWords(old.Title), titleWords(c.Label)) >= 0.5
	for _, v := range old.Variables {
		if v.Role == "time" {
			continue
		}
		n++
		if i := slices.IndexFunc(cube.Dimensions, func(d jsonstat.Dimension) bool { return counterparts(v, d) }); i >= 0 {
			found := len(sharedCodes(v, cube.Dimensions[i]))
			sum += float64(found) / float64(max(len(v.Codes), 1))
			same = same || v.Role == "metric" && found > 0
		}
	}
	if !same {
		return 0
	}
	return 0.4*sharedVariables(old, c) + 0.6*sum/float64(max(n, 1))
}

// counterparts tells whether variables of two tables have the same code or name.
func counterparts(v sources.Variable, d jsonstat.Dimension) bool {
	return strings.EqualFold(d.Code, v.Code) || strings.EqualFold(strings.TrimSpace(d.Label), strings.TrimSpace(v.Label)) || v.Role == "metric" && d.Role == "metric"
}

// sharedCodes are the other table's codes for what is read: the same code, or for
// contents, whose codes are each table's own, the same label.
func sharedCodes(v sources.Variable, d jsonstat.Dimension) []string {
	var codes []string
	for _, code := range v.Codes {
		i := slices.Index(d.Codes, code.Code)
		if i < 0 {
			i = slices.IndexFunc(d.Labels, func(label string) bool { return sameLabel(label, code.Label) })
		}
		if i >= 0 {
			codes = append(codes, d.Codes[i])
		}
	}
	return codes
}

// successorTOML is a data set's file for the other table: the same selection,
// with what has no counterpart marked for whoever looks it through.
func successorTOML(t sources.Task, cube *jsonstat.Cube, id string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Proposed successor of %s: look it through. Label pins and units come with the first fetch.\nsource = \"scb\"\ntable = %q\ntitle = %q\n", t.Table, id, t.Title)
	if t.RegionCoding != "scb" && t.RegionCoding != "" {
		fmt.Fprintf(&b, "region_coding = %q\n", t.RegionCoding)
	}
	b.WriteString("[select]\n")
	for _, d := range cube.Dimensions {
		b.WriteString(selectLine(t, d))
	}
	return b.String()
}

// selectLine selects of the other table's variable what is read of the old one's.
func selectLine(t sources.Task, d jsonstat.Dimension) string {
	if d.Role == "time" {
		return fmt.Sprintf("%s = [\"all\"]\n", d.Code)
	}
	held := t.Held.Newest().Variables
	i := slices.IndexFunc(held, func(v sources.Variable) bool { return counterparts(v, d) })
	if i < 0 {
		return fmt.Sprintf("# new: %s; choose its total, or what the old table held\n# %s = []\n", d.Label, d.Code)
	}
	v := held[i]
	found := sharedCodes(v, d)
	same := slices.EqualFunc(v.Codes, found, func(a sources.Code, b string) bool { return a.Code == b })
	if strings.EqualFold(v.Code, t.RegionVariable) || same {
		return fmt.Sprintf("%s = %s\n", d.Code, tomlList(section(t.Select, v.Code)))
	}
	line := fmt.Sprintf("%s = %s\n", d.Code, tomlList(found))
	if missing := len(v.Codes) - len(found); missing > 0 {
		line = fmt.Sprintf("# %d of the %d codes that were read have no counterpart\n", missing, len(v.Codes)) + line
	}
	return line
}

func tomlList(terms []string) string {
	all := make([]string, len(terms))
	for i, term := range terms {
		all[i] = fmt.Sprintf("%q", term)
	}
	return "[" + strings.Join(all, ", ") + "]"
}
