package replay

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
)

type link struct {
	Rel      string `json:"rel"`
	Language string `json:"hreflang"`
	Address  string `json:"href"`
}

// link is the address of a path below SCB's base. It is not encoded, as it is
// not at SCB.
func (c *call) link(rel, path string) link {
	return link{rel, "sv", c.origin() + "/api/v2" + path + "?lang=sv"}
}

// listing answers GET /tables.
func (c *call) listing() answer {
	if c.r.URL.Query().Has("query") {
		return *unserved("a search of the listing")
	}
	size, number, hits := cmp.Or(c.positive("pageSize"), 20), cmp.Or(c.positive("pageNumber"), 1), c.hits()
	pages := max(1, (len(hits)+size-1)/size)
	if number > pages {
		return *refuse(404, problem{Title: "Non-existent page", Status: 404})
	}
	tables := []map[string]any{}
	for _, t := range hits[min(len(hits), (number-1)*size):min(len(hits), number*size)] {
		tables = append(tables, c.listed(t))
	}
	page := map[string]any{"pageNumber": number, "pageSize": size, "totalElements": len(hits), "totalPages": pages, "links": []link{}}
	return okJSON(encode(map[string]any{"language": "sv", "tables": tables, "page": page, "links": []link{c.link("self", "/tables")}}))
}

// positive is a parameter that must be over zero, or 0.
func (c *call) positive(parameter string) int {
	n, err := strconv.Atoi(c.r.URL.Query().Get(parameter))
	if err != nil || n > 1e6 {
		return 0
	}
	return max(n, 0)
}

// hits are the tables the parameters leave, in the order of their numbers.
func (c *call) hits() []*table {
	query, days := c.r.URL.Query(), c.positive("pastDays")
	since := c.server.options.Now().AddDate(0, 0, -days)
	hits := slices.SortedFunc(maps.Values(c.lib.tables), func(a, b *table) int {
		return cmp.Or(cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
	return slices.DeleteFunc(hits, func(t *table) bool {
		at, err := time.Parse(time.RFC3339, t.Updated)
		old := days > 0 && (err != nil || at.Before(since))
		return old || t.discontinued && query.Get("includeDiscontinued") != "true"
	})
}

func (t *table) variables() []string {
	names := []string{}
	for _, code := range t.ID {
		names = append(names, t.Dimension[code].Label)
	}
	return names
}

// listed is a table as the catalogue shows it. Discontinued is true or not
// there, never false.
func (c *call) listed(t *table) map[string]any {
	first, last, unit := "", "", "Other"
	if periods := t.Dimension[t.time()].Category.Index; len(periods) > 0 {
		first, last = periods[0], periods[len(periods)-1]
	}
	if len(last) >= 4 { // 2024, 2024K2, 2024M06, 2026V30
		units := map[string]string{"": "Annual", "K": "Quarterly", "M": "Monthly", "V": "Weekly"}
		unit = cmp.Or(units[last[4:min(5, len(last))]], "Other")
	}
	subject := map[string]string{"id": t.px("subject-code"), "label": t.px("subject-area"), "sortCode": "01"}
	l := map[string]any{
		"id": t.id, "label": t.Label, "description": "", "sortCode": "01", "updated": t.Updated, "category": "public",
		"firstPeriod": first, "lastPeriod": last, "timeUnit": unit, "variableNames": t.variables(), "source": t.Source,
		"subjectCode": t.px("subject-code"), "paths": [][]map[string]string{{subject}},
		"links": []link{c.link("self", "/tables/"+t.id), c.link("metadata", "/tables/"+t.id+"/metadata")},
	}
	if t.discontinued {
		l["discontinued"] = true
	}
	return l
}
