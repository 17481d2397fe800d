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

// listing answers GET /tables.
func (c *scbCall) listing() answer {
	size := positive(c.q.plain["pagesize"], 20)
	number := positive(c.q.plain["pagenumber"], 1)
	hits := c.hits()
	pages := max(1, (len(hits)+size-1)/size)
	if number > pages {
		return notFound("Non-existent page").answer()
	}
	b := append([]byte(nil), `{"language":"`+c.language+`","tables":[`...)
	for i, t := range hits[min(len(hits), (number-1)*size):min(len(hits), number*size)] {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.tableObject(append(b, '{'), t)
	}
	b = fmt.Appendf(b, `],"page":{"pageNumber":%d,"pageSize":%d,"totalElements":%d,"totalPages":%d,"links":[`, number, size, len(hits), pages)
	b = append(c.appendPageLinks(b, size, number, pages), `]},"links":[`...)
	b = c.appendLink(b, "self", c.language, c.pagePath(size, number))
	return okJSON(append(b, "]}"...))
}

// hits are the tables the parameters leave, in the order of their numbers.
func (c *scbCall) hits() []*table {
	days := positive(c.q.plain["pastdays"], 0)
	since := c.s.options.Now().AddDate(0, 0, -days)
	all := strings.EqualFold(c.q.plain["includediscontinued"], "true")
	words := strings.Fields(strings.ToLower(c.q.plain["query"]))
	var hits []*table
	for _, t := range slices.SortedFunc(maps.Values(c.lib.tables), compareTables) {
		at, err := time.Parse(time.RFC3339, t.listedUpdate())
		old := days > 0 && (err != nil || at.Before(since))
		if old || t.listing.Discontinued && !all || c.lib.find(t.id, c.language) == nil || !t.has(words) {
			continue
		}
		hits = append(hits, t)
	}
	return hits
}

func compareTables(a, b *table) int {
	return cmp.Or(cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
}

// has says whether every word, in lower case, stands somewhere in id, label or
// variables; it is no Lucene, but AND is its default operator. Of its fields,
// matrix:… is known, which holds the id; no text is in a field that is not.
func (t *table) has(words []string) bool {
	all := strings.ToLower(t.id + " " + t.label + " " + strings.Join(t.variableNames(), " "))
	return !slices.ContainsFunc(words, func(w string) bool {
		field, value, fielded := strings.Cut(w, ":")
		if fielded {
			return field != "matrix" || !strings.EqualFold(value, t.id)
		}
		return !strings.Contains(all, w)
	})
}

func (t *table) variableNames() []string {
	var names []string
	for _, v := range t.variables {
		names = append(names, v.label)
	}
	return names
}

// positive reads a number that must be over zero, or gives the fallback.
func positive(text string, fallback int) int {
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return n
	}
	return fallback
}

// tableObject appends a table's members after an opened brace, and closes it.
// discontinued is true or not there, never false.
func (c *scbCall) tableObject(b []byte, t *table) []byte {
	first, last := t.periods()
	l := t.listing
	member := func(key, value string) {
		b = append(append(append(b, '"'), key...), `":`...)
		b = append(appendString(b, value), ',')
	}
	member("id", t.id)
	member("label", t.label)
	member("description", l.Description)
	member("sortCode", cmp.Or(l.SortCode, "01"))
	member("updated", t.listedUpdate())
	member("firstPeriod", first)
	member("lastPeriod", last)
	member("category", cmp.Or(l.Category, "public"))
	b = append(appendStrings(append(b, `"variableNames":`...), t.variableNames()), ',')
	if l.Discontinued {
		b = append(b, `"discontinued":true,`...)
	}
	subject := cmp.Or(l.SubjectCode, text(t.px["subject-code"]))
	member("source", t.source)
	member("subjectCode", subject)
	member("timeUnit", cmp.Or(l.TimeUnit, timeUnit(last)))
	b = append(append(append(b, `"paths":`...), t.paths(subject)...), `,"links":[`...)
	return append(c.appendTableLinks(b, t.id), "]}"...)
}

func (t *table) listedUpdate() string { return cmp.Or(t.listing.Updated, t.updated) }

func (t *table) periods() (first, last string) {
	if v := t.variable(t.timeCode); v != nil && len(v.codes) > 0 {
		first, last = v.codes[0], v.codes[len(v.codes)-1]
	}
	return cmp.Or(t.listing.FirstPeriod, first), cmp.Or(t.listing.LastPeriod, last)
}

// timeUnit is told by a period's form: 2024, 2024K2, 2024M06, 2026V30.
func timeUnit(period string) string {
	year := min(len(period), 4)
	if strings.Trim(period[:year], "0123456789") != "" {
		return "Other"
	}
	switch rest := period[year:]; {
	case rest == "" && year == 4:
		return "Annual"
	case strings.HasPrefix(rest, "K"):
		return "Quarterly"
	case strings.HasPrefix(rest, "M"):
		return "Monthly"
	case strings.HasPrefix(rest, "V"):
		return "Weekly"
	}
	return "Other"
}

func (t *table) paths(subject string) []byte {
	if len(t.listing.Paths) > 0 {
		return t.listing.Paths
	}
	b := appendString([]byte(`[[{"id":`), subject)
	b = appendString(append(b, `,"label":`...), text(t.px["subject-area"]))
	b = appendString(append(b, `,"sortCode":`...), text(t.px["subject-area"]))
	return append(b, "}]]"...)
}

func (c *scbCall) appendTableLinks(b []byte, id string) []byte {
	other := map[string]string{"sv": "en", "en": "sv"}[c.language]
	b = c.appendLink(b, "self", c.language, "/tables/"+id+"?lang="+c.language)
	b = c.appendLink(append(b, ','), "alternate", other, "/tables/"+id+"?lang="+other)
	b = c.appendLink(append(b, ','), "metadata", c.language, "/tables/"+id+"/metadata?lang="+c.language)
	return c.appendLink(append(b, ','), "data", c.language, "/tables/"+id+"/data?lang="+c.language+"&outputFormat=json-stat2")
}

// pagePath is a page's address as the real server writes it: it forgets
// includeDiscontinued, and puts the query in as it came.
func (c *scbCall) pagePath(size, number int) string {
	path := "/tables/?lang=" + c.language
	if q := c.q.plain["query"]; q != "" {
		path += "&query=" + q
	}
	path += fmt.Sprintf("&pagesize=%d&pageNumber=%d", size, number)
	if d := c.q.plain["pastdays"]; d != "" {
		path += "&pastDays=" + d
	}
	return path
}

func (c *scbCall) appendPageLinks(b []byte, size, number, pages int) []byte {
	link := func(rel string, to int) {
		if b[len(b)-1] == '}' {
			b = append(b, ',')
		}
		b = c.appendLink(b, rel, c.language, c.pagePath(size, to))
	}
	if number < pages {
		link("next", number+1)
	}
	if number > 1 {
		link("previous", number-1)
		link("first", 1)
	}
	if number < pages {
		link("last", pages)
	}
	return b
}
