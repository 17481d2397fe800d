package replay

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mostIDs is how many ids Kolada takes in one list, years included.
const mostIDs = 25

// koladaCall is one request to the Kolada half.
type koladaCall struct {
	s     *Server
	data  *koladaData
	c     call
	query url.Values
}

// koladaRole is what a path asks for; "" is an unknown route or the old API.
func koladaRole(parts []string, r *http.Request) string {
	if parts[0] != "v3" || len(parts) < 2 {
		return ""
	}
	switch parts[1] {
	case "kpi", "kpi_groups", "municipality", "municipality_groups", "ou":
		return parts[1]
	case "data", "oudata":
		if r.URL.Query().Has("from_date") {
			return "probe"
		}
		return "data"
	}
	return ""
}

// kolada answers a path of Kolada's, old or new.
func (s *Server) kolada(c call) answer {
	if c.parts[0] == "v2" {
		return answer{status: 410, kind: "application/json", body: []byte(`{"error": "This endpoint is deprecated. Please use /v3 instead."}`)}
	}
	k := koladaCall{s: s, data: c.lib.kolada, c: c, query: c.r.URL.Query()}
	switch {
	case c.role == "":
		return detail(404, "Not Found")
	case c.r.Method != http.MethodGet:
		return detail(405, "Method Not Allowed")
	}
	if to, ok := k.misslashed(); ok {
		return answer{status: 307, header: http.Header{"Location": {to}}}
	}
	parts := c.parts[1:]
	switch {
	case parts[0] == "data":
		return k.observations(parts[1:])
	case parts[0] == "oudata":
		return k.envelope(0, func(b []byte, _ int) []byte { return b })
	case len(parts) <= 2:
		return k.objects(parts)
	}
	return detail(404, "Not Found")
}

// misslashed is the address FastAPI sends a client to whose path has a final
// slash too many or too few: only /data/ and /oudata/ have one.
func (k koladaCall) misslashed() (string, bool) {
	u := *k.c.r.URL
	bare := strings.TrimSuffix(u.Path, "/")
	has, wants := bare != u.Path, bare == "/v3/data" || bare == "/v3/oudata"
	if has == wants {
		return "", false
	}
	u.Path = bare
	if wants {
		u.Path += "/"
	}
	return k.c.origin() + u.RequestURI(), true
}

func detail(status int, text string) answer {
	return answer{status: status, kind: "application/json", body: append(appendString([]byte(`{"detail":`), text), '}')}
}

// unprocessable is FastAPI's refusal of a parameter.
func unprocessable(place, name, kind, message string) answer {
	b := appendString([]byte(`{"detail":[{"type":`), kind)
	b = appendStrings(append(b, `,"loc":`...), []string{place, name})
	b = appendString(append(b, `,"msg":`...), message)
	return answer{status: 422, kind: "application/json", body: append(b, "}]}"...)}
}

func tooMany(place, name string, n int) *answer {
	a := unprocessable(place, name, "too_long", fmt.Sprintf("List should have at most %d items after validation, not %d", mostIDs, n))
	return &a
}

// objects answers a metadata list, or the known ones of a list of ids.
func (k koladaCall) objects(parts []string) answer {
	all := map[string][]object{
		"kpi": k.data.kpis, "kpi_groups": k.data.kpiGroups,
		"municipality": k.data.regions, "municipality_groups": k.data.regionGroups,
	}[parts[0]]
	var ids []string
	if len(parts) == 2 {
		if ids = strings.Split(parts[1], ","); len(ids) > mostIDs {
			return *tooMany("path", "id", len(ids))
		}
	}
	title := strings.ToLower(k.query.Get("title"))
	kind := k.query.Get("region_type")
	var hits []object
	for _, o := range all {
		if ids != nil && !slices.Contains(ids, o.id) ||
			!strings.Contains(strings.ToLower(o.title), title) ||
			kind != "" && parts[0] == "municipality" && o.kind != kind {
			continue
		}
		hits = append(hits, o)
	}
	return k.envelope(len(hits), func(b []byte, i int) []byte {
		return appendObject(b, hits[i].fields, "id", "title", "description", "is_divided_by_gender",
			"municipality_type", "auspice", "operating_area", "perspective", "prel_publication_date",
			"publication_date", "publ_period", "has_ou_data", "type", "members")
	})
}

// envelope answers one page of n things. count is the page's own; there is no
// total anywhere.
func (k koladaCall) envelope(n int, appendItem func(b []byte, i int) []byte) answer {
	size, bad := k.number("per_page", k.s.options.PageSize)
	number, worse := k.number("page", 1)
	if bad != nil || worse != nil {
		return *cmpOr(bad, worse)
	}
	size = min(size, k.s.options.PageSize)
	from, to := min(n, (number-1)*size), min(n, number*size)
	if number > n/size+1 {
		from, to = n, n
	}
	if k.c.fault != nil && k.c.fault.Kind == "duplicate-record" && from > 0 && from < n {
		from--
	}
	b := append(make([]byte, 0, 256*(to-from)+512), `{"values":[`...)
	for i := from; i < to; i++ {
		if i > from {
			b = append(b, ',')
		}
		b = appendItem(b, i)
	}
	b = strconv.AppendInt(append(b, `],"count":`...), int64(to-from), 10)
	b = k.appendPage(append(b, `,"next_url":`...), number+1, size, to < n)
	b = k.appendPage(append(b, `,"previous_url":`...), number-1, size, number > 1)
	return answer{status: 200, kind: "application/json", body: append(b, '}'), cells: to - from}
}

func cmpOr(a, b *answer) *answer {
	if a != nil {
		return a
	}
	return b
}

func (k koladaCall) number(name string, fallback int) (int, *answer) {
	text := k.query.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		a := unprocessable("query", name, "int_parsing", "Input should be a valid integer greater than 0")
		return 0, &a
	}
	return n, nil
}

// appendPage appends a page's absolute address, or null.
func (k koladaCall) appendPage(b []byte, number, size int, there bool) []byte {
	if !there {
		return append(b, "null"...)
	}
	q := url.Values{}
	for key, list := range k.query {
		if key != "page" && key != "per_page" {
			q[key] = list
		}
	}
	rest := q.Encode()
	if rest != "" {
		rest += "&"
	}
	return appendString(b, fmt.Sprintf("%s%s?%spage=%d&per_page=%d", k.c.origin(), k.c.r.URL.EscapedPath(), rest, number, size))
}

// observed is what a data request asks for; a nil list is everything.
type observed struct {
	kpis, regions []string
	years         []int
	kind          string
	since         time.Time
}

// observations answers everything below /data/. A query with fewer than two
// of KPI, region and year, as one with misspelt names is, gets an empty page.
func (k koladaCall) observations(parts []string) answer {
	o, few, refusal := k.asked(parts)
	if refusal != nil {
		return *refusal
	}
	var hits []hit
	if !few {
		hits = k.find(o)
	}
	numeric := !k.s.options.Dialect.StringPeriod
	return k.envelope(len(hits), func(b []byte, i int) []byte { return hits[i].append(b, numeric) })
}

// asked reads path or query; few says that less than two of the three are
// given.
func (k koladaCall) asked(parts []string) (o observed, few bool, refusal *answer) {
	lists, place, ok := k.lists(parts)
	if !ok {
		a := detail(404, "Not Found")
		return o, false, &a
	}
	for _, name := range []string{"kpi_id", "municipality_id", "year"} {
		if len(lists[name]) > mostIDs {
			return o, false, tooMany(place, name, len(lists[name]))
		}
	}
	for _, y := range lists["year"] {
		n, err := strconv.Atoi(y)
		if err != nil {
			a := unprocessable(place, "year", "int_parsing", "Input should be a valid integer, unable to parse string as an integer")
			return o, false, &a
		}
		o.years = append(o.years, n)
	}
	if from := k.query.Get("from_date"); from != "" {
		var err error
		if o.since, err = time.Parse(time.DateOnly, from); err != nil {
			a := unprocessable("query", "from_date", "date_from_datetime_parsing", "Input should be a valid date or datetime")
			return o, false, &a
		}
	}
	o.kpis, o.regions, o.kind = lists["kpi_id"], lists["municipality_id"], k.query.Get("region_type")
	return o, len(lists) < 2, nil
}

// lists reads kpi/…/municipality/…/year/…, in that order and with at least two
// of them, or the repeated parameters of the query form.
func (k koladaCall) lists(parts []string) (lists map[string][]string, place string, ok bool) {
	lists = map[string][]string{}
	if len(parts) == 1 && parts[0] == "" {
		for _, name := range []string{"kpi_id", "municipality_id", "year"} {
			if list := k.query[name]; len(list) > 0 {
				lists[name] = list
			}
		}
		return lists, "query", true
	}
	order := map[string]string{"kpi": "kpi_id", "municipality": "municipality_id", "year": "year"}
	shape := make([]string, 0, 3)
	for i := 0; i+1 < len(parts); i += 2 {
		shape = append(shape, parts[i])
		lists[order[parts[i]]] = strings.Split(parts[i+1], ",")
	}
	known := []string{"kpi municipality year", "kpi year", "kpi municipality", "municipality year"}
	return lists, "path", len(parts)%2 == 0 && slices.Contains(known, strings.Join(shape, " "))
}
