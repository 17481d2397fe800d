package kolada

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"effekt/sources"
)

// maxIDs is the most ids that one list in an address may hold: KPIs, regions
// and years alike. Longer lists are refused by the API.
const maxIDs = 25

// requests lists the first request of every block of a group: the fewest that
// lists of 25 allow. Pages after the first come on top, one for each further
// 5 000 records. per_page is left out since the default is the most there is.
func (s Source) requests(g group) []sources.Request {
	years := []string{""}
	if g.years != nil {
		years = lists("/year/", texts(g.years))
	}
	var tails []string
	for _, regions := range lists("/municipality/", g.regions) {
		for _, year := range years {
			tails = append(tails, regions+year)
		}
	}
	return s.blocks(g, "data", tails, "")
}

// probeRequests lists the first request of every block of a probe. It is to be
// cheap: it names the regions and no years, or, where that takes fewer lists of
// 25, the years and no regions. The answer then holds all of Sweden, but only
// what has changed.
func (s Source) probeRequests(g group, since time.Time) []sources.Request {
	tails := lists("/municipality/", g.regions)
	if years := lists("/year/", texts(g.years)); g.years != nil && len(years) < len(tails) {
		tails = years
	}
	return s.blocks(g, "probe", tails, "?from_date="+since.UTC().Format(time.DateOnly))
}

// blocks lists one request per block of KPIs and end of the path.
func (s Source) blocks(g group, role string, tails []string, query string) (requests []sources.Request) {
	for _, kpis := range lists("/data/kpi/", g.ids()) {
		for _, tail := range tails {
			requests = append(requests, s.get(role, kpis+tail+query))
		}
	}
	return requests
}

// get asks for a path. Ids have been checked to need no escaping.
func (s Source) get(role, path string) sources.Request {
	return sources.Request{Role: role, Method: http.MethodGet, URL: strings.TrimRight(s.Base, "/") + path}
}

// lists are the parts of a path that name each id once.
func lists(path string, ids []string) []string {
	var parts []string
	for _, run := range chunks(distinct(ids), maxIDs) {
		parts = append(parts, path+strings.Join(run, ","))
	}
	return parts
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

// distinct keeps the first of equal items.
func distinct(items []string) []string {
	seen := make(map[string]bool, len(items))
	return slices.DeleteFunc(slices.Clone(items), func(x string) bool {
		again := seen[x]
		seen[x] = true
		return again
	})
}

// texts are numbers as text.
func texts(numbers []int) []string {
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = strconv.Itoa(n)
	}
	return all
}
