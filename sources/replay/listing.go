package replay

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

type listing struct {
	Language string        `json:"language"`
	Tables   []listedTable `json:"tables"`
	Page     struct {
		Number   int    `json:"pageNumber"`
		Size     int    `json:"pageSize"`
		Elements int    `json:"totalElements"`
		Pages    int    `json:"totalPages"`
		Links    []link `json:"links"`
	} `json:"page"`
	Links []link `json:"links"`
}

// listedTable is a table as the catalogue shows it. Discontinued is true or not
// there, never false.
type listedTable struct {
	ID           string      `json:"id"`
	Label        string      `json:"label"`
	Description  string      `json:"description"`
	SortCode     string      `json:"sortCode"`
	Updated      string      `json:"updated"`
	FirstPeriod  string      `json:"firstPeriod"`
	LastPeriod   string      `json:"lastPeriod"`
	Category     string      `json:"category"`
	Variables    []string    `json:"variableNames"`
	Discontinued bool        `json:"discontinued,omitempty"`
	Source       string      `json:"source"`
	SubjectCode  string      `json:"subjectCode"`
	TimeUnit     string      `json:"timeUnit"`
	Paths        [][]subject `json:"paths"`
	Links        []link      `json:"links"`
}

type subject struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	SortCode string `json:"sortCode"`
}

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
	size := cmp.Or(c.positive("pageSize"), 20)
	number := cmp.Or(c.positive("pageNumber"), 1)
	hits := c.hits()
	l := listing{Language: "sv", Tables: []listedTable{}, Links: []link{c.link("self", "/tables")}}
	l.Page.Number, l.Page.Size, l.Page.Elements, l.Page.Links = number, size, len(hits), []link{}
	l.Page.Pages = max(1, (len(hits)+size-1)/size)
	if number > l.Page.Pages {
		return *refuse(404, problem{Title: "Non-existent page", Status: 404})
	}
	for _, t := range hits[min(len(hits), (number-1)*size):min(len(hits), number*size)] {
		l.Tables = append(l.Tables, c.listed(t))
	}
	return okJSON(encode(l))
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
	words := strings.Fields(strings.ToLower(query.Get("query")))
	hits := slices.SortedFunc(maps.Values(c.lib.tables), func(a, b *table) int {
		return cmp.Or(cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
	return slices.DeleteFunc(hits, func(t *table) bool {
		at, err := time.Parse(time.RFC3339, t.Updated)
		old := days > 0 && (err != nil || at.Before(since))
		return old || t.discontinued && query.Get("includeDiscontinued") != "true" || !t.has(words)
	})
}

// has says whether every word, in lower case, stands somewhere in id, label or
// variables; it is no Lucene, but AND is its default operator.
func (t *table) has(words []string) bool {
	all := strings.ToLower(fmt.Sprint(t.id, t.Label, t.variables()))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) })
}

func (t *table) variables() []string {
	names := []string{}
	for _, code := range t.ID {
		names = append(names, t.Dimension[code].Label)
	}
	return names
}

func (c *call) listed(t *table) listedTable {
	l := listedTable{
		ID: t.id, Label: t.Label, SortCode: "01", Updated: t.Updated, Category: "public", Variables: t.variables(),
		Discontinued: t.discontinued, Source: t.Source, SubjectCode: t.px("subject-code"), TimeUnit: "Other",
		Paths: [][]subject{{{t.px("subject-code"), t.px("subject-area"), "01"}}},
		Links: []link{c.link("self", "/tables/"+t.id), c.link("metadata", "/tables/"+t.id+"/metadata")},
	}
	if periods := t.Dimension[t.time()].Category.Index; len(periods) > 0 {
		l.FirstPeriod, l.LastPeriod = periods[0], periods[len(periods)-1]
	}
	if len(l.LastPeriod) >= 4 { // 2024, 2024K2, 2024M06, 2026V30
		units := map[string]string{"": "Annual", "K": "Quarterly", "M": "Monthly", "V": "Weekly"}
		l.TimeUnit = cmp.Or(units[l.LastPeriod[4:min(5, len(l.LastPeriod))]], "Other")
	}
	return l
}
