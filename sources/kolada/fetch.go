package kolada

import (
	"context"
	"effekt/sources"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Fetch asks for every KPI, region and year of d and yields Kolada's answers
// unaltered: block by block, each to its last page. The first error ends the
// sequence; what was yielded before it is then not the whole data set.
//
// A record that never came is no error, since Kolada says nothing of why: see
// Source.Seen.
func (s Source) Fetch(ctx context.Context, d Dataset) iter.Seq2[sources.Answer, error] {
	return func(yield func(sources.Answer, error) bool) {
		requests, err := s.Requests(d)
		if err != nil {
			yield(sources.Answer{}, err)
			return
		}
		pages := newPageReader()
		for _, r := range requests {
			if !s.block(ctx, d, r, pages, yield) {
				return
			}
		}
	}
}

// block yields all pages of one request and tells whether to go on.
func (s Source) block(ctx context.Context, d Dataset, r sources.Request, pages *pageReader, yield func(sources.Answer, error) bool) bool {
	for a, err := range s.pages(ctx, r, pages.read) {
		if err != nil {
			yield(sources.Answer{}, d.named(err))
			return false
		}
		if s.Seen != nil {
			s.Seen.Add(pages.page)
		}
		if !yield(a, nil) {
			return false
		}
	}
	return true
}

// Requests lists the first request of every block of d: the fewest that lists
// of 25 allow. Pages after the first come on top, one for each further 5 000
// records. per_page is left out since the default is the most there is.
func (s Source) Requests(d Dataset) ([]sources.Request, error) {
	var tails [][]string
	for _, regions := range regionPaths(d.Regions) {
		for _, years := range yearPaths(d.Years) {
			tails = append(tails, append(slices.Clip(regions), years...))
		}
	}
	return s.plan(d, "data", tails, "")
}

// plan lists one request per block of KPIs and end of the path.
func (s Source) plan(d Dataset, role string, tails [][]string, query string) ([]sources.Request, error) {
	if err := d.valid(); err != nil {
		return nil, d.named(err)
	}
	var requests []sources.Request
	for _, kpis := range chunks(d.ids(), maxIDs) {
		for _, tail := range tails {
			address, err := s.address(append([]string{"data", "kpi", strings.Join(kpis, ",")}, tail...)...)
			if err != nil {
				return nil, d.named(err)
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
		texts := make([]string, len(run))
		for i, y := range run {
			texts[i] = strconv.Itoa(y)
		}
		paths = append(paths, []string{"year", strings.Join(texts, ",")})
	}
	return paths
}
