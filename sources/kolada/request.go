package kolada

import (
	"effekt/sources"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// requests lists the first request of every block of a group: the fewest that
// lists of 25 allow. Pages after the first come on top, one for each further
// 5 000 records. per_page is left out since the default is the most there is.
func (s Source) requests(g group) ([]sources.Request, error) {
	var tails [][]string
	for _, regions := range regionPaths(g.regions) {
		for _, years := range yearPaths(g.years) {
			tails = append(tails, append(slices.Clip(regions), years...))
		}
	}
	return s.blocks(g, "data", tails, "")
}

// probeRequests lists the first request of every block of a probe. It is to be
// cheap: it names the regions and no years, or, where that takes fewer lists of
// 25, the years and no regions. The answer then holds all of Sweden, but only
// what has changed.
func (s Source) probeRequests(g group, since time.Time) ([]sources.Request, error) {
	tails := regionPaths(g.regions)
	if years := yearPaths(g.years); g.years != nil && len(years) < len(tails) {
		tails = years
	}
	return s.blocks(g, "probe", tails, "?from_date="+since.UTC().Format(time.DateOnly))
}

// blocks lists one request per block of KPIs and end of the path.
func (s Source) blocks(g group, role string, tails [][]string, query string) ([]sources.Request, error) {
	if err := g.valid(); err != nil {
		return nil, err
	}
	var requests []sources.Request
	for _, kpis := range chunks(g.ids(), maxIDs) {
		for _, tail := range tails {
			address, err := s.address(append([]string{"data", "kpi", strings.Join(kpis, ",")}, tail...)...)
			if err != nil {
				return nil, g.named(err)
			}
			requests = append(requests, sources.Request{Role: role, Method: http.MethodGet, URL: address + query})
		}
	}
	return requests, nil
}

// regionPaths is the part of the path for each run of regions.
func regionPaths(regions []string) [][]string {
	var paths [][]string
	for _, run := range chunks(distinct(regions), maxIDs) {
		paths = append(paths, []string{"municipality", strings.Join(run, ",")})
	}
	return paths
}

// yearPaths is the end of the path for each run of years; one empty end when
// no years are named.
func yearPaths(years []int) [][]string {
	if years == nil {
		return [][]string{nil}
	}
	var paths [][]string
	for _, run := range chunks(distinct(years), maxIDs) {
		paths = append(paths, []string{"year", strings.Join(texts(run), ",")})
	}
	return paths
}

// chunks cuts items into the fewest runs of at most size, as equal in length
// as can be. Equal runs keep the pages of an answer equally full: 26 ids
// become 13 and 13, not 25 and 1.
func chunks[T any](items []T, size int) [][]T {
	n := (len(items) + size - 1) / size
	cut := make([][]T, 0, n)
	for i := range n {
		cut = append(cut, items[i*len(items)/n:(i+1)*len(items)/n])
	}
	return cut
}

// address joins the base and the parts of a path. Ids have been checked to
// need no escaping.
func (s Source) address(parts ...string) (string, error) {
	base, err := url.Parse(s.Base)
	if err != nil {
		return "", err
	}
	if base.Scheme == "" || base.Host == "" || base.RawQuery != "" {
		return "", errors.New("base address " + strconv.Quote(s.Base) + " is not like https://host/path")
	}
	return strings.TrimRight(s.Base, "/") + "/" + strings.Join(parts, "/"), nil
}
