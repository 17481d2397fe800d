package scb

import (
	"cmp"
	"context"
	"effekt/sources"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxCandidates is how many tables are looked into for a matrix name. The
// search gives one or a few; more means that it was not understood.
const maxCandidates = 50

// candidate is a table that may have the matrix name.
type candidate struct {
	id, label, matrix string
	answer            sources.Answer // its metadata
}

func (c candidate) String() string {
	return fmt.Sprintf("%s (%s, matrix %q)", c.id, c.label, c.matrix)
}

// describedTable asks for the metadata of the data set's table, which it finds
// first where it is named by its matrix.
func (s Source) describedTable(ctx context.Context, d Dataset) (id string, answer sources.Answer, err error) {
	name, ok := strings.CutPrefix(d.Table, MatrixTerm)
	if !ok {
		answer, err = s.metadata(ctx, d.Table)
		return d.Table, answer, err
	}
	ids, err := s.search(ctx, name)
	var refused *sources.StatusError
	if d.Pins.Table != "" && (errors.As(err, &refused) || len(ids) > maxCandidates) {
		// The search fails at its work; the table that is pinned can tell itself
		// whether it still has the name.
		ids, err = nil, nil
	}
	if err != nil {
		return "", answer, err
	}
	if d.Pins.Table != "" && !slices.Contains(ids, d.Pins.Table) {
		ids = append(ids, d.Pins.Table)
	}
	if len(ids) > maxCandidates {
		return "", answer, &Problems{Table: d.Table, List: []string{fmt.Sprintf(
			"the search for the matrix name %q finds %d tables; look the table up and write its id: table = \"TAB…\" in %s", name, len(ids), d.File)}}
	}
	candidates, err := s.candidates(ctx, ids)
	if err != nil {
		return "", answer, err
	}
	found, err := choose(d, name, candidates)
	return found.id, found.answer, err
}

// search lists the tables that the catalogue finds for a matrix name. The field
// matrix is searchable, but how its text was cut into words depends on the
// server's version (scb-api.md §4), so the name alone is tried as well; what is
// found is only believed when its metadata says so.
func (s Source) search(ctx context.Context, name string) ([]string, error) {
	for _, text := range []string{"matrix:" + name, name} {
		tables, err := s.list(ctx, "search", url.Values{"query": {text}})
		if err != nil || len(tables) > 0 {
			return slices.SortedFunc(maps.Keys(tables), byNumber), err
		}
	}
	return nil, nil
}

// byNumber orders TAB638 before TAB5557.
func byNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// candidates reads the metadata of tables. One that is listed but not there is
// no candidate: the search index may lag.
func (s Source) candidates(ctx context.Context, ids []string) ([]candidate, error) {
	var all []candidate
	for _, id := range ids {
		answer, err := s.metadata(ctx, id)
		var status *sources.StatusError
		if errors.As(err, &status) && status.Status == http.StatusNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		cube, err := Decode(answer.Body)
		if err != nil {
			return nil, fmt.Errorf("scb: %s: metadata: %w", id, err)
		}
		all = append(all, candidate{id, cube.Label, cube.Matrix, answer})
	}
	return all, nil
}

// choose takes the one candidate that has the matrix name, which must be the
// pinned table where one is pinned.
func choose(d Dataset, name string, candidates []candidate) (candidate, error) {
	var found []candidate
	for _, c := range candidates {
		if strings.EqualFold(c.matrix, name) {
			found = append(found, c)
		}
	}
	problems := &Problems{Table: d.Table}
	accept := "in " + d.File
	switch {
	case len(found) == 1 && (d.Pins.Table == "" || strings.EqualFold(found[0].id, d.Pins.Table)):
		return found[0], nil
	case len(found) > 1:
		problems.add("several tables have the matrix name %q: %s; write the right one's id: table = \"TAB…\" %s", name, all(found), accept)
	case len(found) == 1:
		problems.add("the matrix name %q now belongs to %s, it belonged to %s; if the new table is the right one, write table = %q %s",
			name, found[0], d.Pins.Table, found[0].id, accept)
	case d.Pins.Table != "":
		problems.add("%s no longer has the matrix name %q, and no other table has; the search finds: %s; look the table up and write its id: table = \"TAB…\" %s",
			d.Pins.Table, name, all(candidates), accept)
	default:
		problems.add("no table has the matrix name %q; the search finds: %s; look the table up and write its id: table = \"TAB…\" %s", name, all(candidates), accept)
	}
	return candidate{}, problems
}

func all(candidates []candidate) string {
	texts := make([]string, len(candidates))
	for i, c := range candidates {
		texts[i] = c.String()
	}
	return some(texts)
}
