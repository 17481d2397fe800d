package replay

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mostIDs is how many ids Kolada takes in one list, years included.
const mostIDs = 25

// object is a metadata object with all its members.
type object map[string]json.RawMessage

func (o object) is(id string) bool { return text(o["id"]) == id }

// record is one (KPI, region, period) with its genders.
type record struct {
	Values       []genderValue `json:"values"`
	KPI          string        `json:"kpi"`
	Period       int           `json:"period"`
	Municipality string        `json:"municipality"`
	changed      time.Time     // read by from_date only; zero is before all of them
}

type genderValue struct {
	Gender  string   `json:"gender"`
	Count   int      `json:"count"`
	Status  string   `json:"status"`
	Value   *float64 `json:"value"`
	Deleted bool     `json:"isdeleted"`
}

// values is a folder's file, and the part of a page that it shares.
type values[T any] struct {
	Values []T `json:"values"`
}

func decodeRecords(_ string, body []byte) ([]record, error) {
	var file values[record]
	return file.Values, json.Unmarshal(body, &file)
}

// decodeObjects reads a bare array or an object with values.
func decodeObjects(_ string, body []byte) ([]object, error) {
	var file values[object]
	err := json.Unmarshal(body, &file)
	if err != nil {
		err = json.Unmarshal(body, &file.Values)
	}
	return file.Values, err
}

func compareRecords(a, b record) int {
	return cmp.Or(strings.Compare(a.Municipality, b.Municipality), a.Period-b.Period)
}

// envelope is one page. count is the page's own; there is no total anywhere.
type envelope[T any] struct {
	values[T]
	Count    int     `json:"count"`
	Next     *string `json:"next_url"`
	Previous *string `json:"previous_url"`
}

// page answers the page of all that the request asks for.
func page[T any](c *call, all []T) answer {
	most := c.server.options.PageSize
	size, bad := c.number("per_page", most)
	number, worse := c.number("page", 1)
	if refusal := cmp.Or(bad, worse); refusal != nil {
		return *refusal
	}
	size, n := min(size, most), len(all)
	number = min(number, n/size+2) // whatever is beyond the last page is as empty
	from, to := min(n, (number-1)*size), min(n, number*size)
	if c.fault != nil && c.fault.Kind == "duplicate-record" && from > 0 && from < n {
		from--
	}
	e := envelope[T]{Count: to - from}
	e.Values = append([]T{}, all[from:to]...)
	if to < n {
		e.Next = c.pageAddress(number+1, size)
	}
	if number > 1 {
		e.Previous = c.pageAddress(number-1, size)
	}
	return answer{status: 200, kind: "application/json", body: encode(e)}
}

func (c *call) number(name string, fallback int) (int, *answer) {
	text := c.r.URL.Query().Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, unprocessable(name, "int_parsing", "Input should be a valid integer greater than 0")
	}
	return n, nil
}

func (c *call) pageAddress(number, size int) *string {
	q := c.r.URL.Query()
	q.Del("page")
	q.Del("per_page")
	rest := q.Encode()
	if rest != "" {
		rest += "&"
	}
	address := fmt.Sprintf("%s%s?%spage=%d&per_page=%d", c.origin(), c.r.URL.EscapedPath(), rest, number, size)
	return &address
}

// unprocessable is FastAPI's refusal of a parameter.
func unprocessable(name, kind, message string) *answer {
	type detail struct {
		Type    string   `json:"type"`
		Place   []string `json:"loc"`
		Message string   `json:"msg"`
	}
	body := encode(map[string][]detail{"detail": {{kind, []string{"path", name}, message}}})
	return &answer{status: 422, kind: "application/json", body: body}
}

// ids are a list of the path, nil without it.
func (c *call) ids(name string) ([]string, *answer) {
	list := c.r.PathValue(name)
	if list == "" {
		return nil, nil
	}
	ids := strings.Split(list, ",")
	if len(ids) > mostIDs {
		return nil, unprocessable(name, "too_long", fmt.Sprintf("List should have at most %d items after validation, not %d", mostIDs, len(ids)))
	}
	return ids, nil
}

// objects answers a metadata list, or the known ones of a list of ids.
func (c *call) objects() answer {
	ids, refusal := c.ids("ids")
	if refusal != nil {
		return *refusal
	}
	all := slices.Clone(c.lib.lists[c.role])
	if ids != nil {
		all = slices.DeleteFunc(all, func(o object) bool { return !slices.Contains(ids, text(o["id"])) })
	}
	return page(c, all)
}

// observed is what a data request asks for; a nil list is everything.
type observed struct {
	kpis, regions, years []string
	since                time.Time
}

// observations answers everything below /data/kpi/.
func (c *call) observations() answer {
	var o observed
	for name, list := range map[string]*[]string{"kpi": &o.kpis, "municipality": &o.regions, "year": &o.years} {
		var refusal *answer
		if *list, refusal = c.ids(name); refusal != nil {
			return *refusal
		}
	}
	for _, year := range o.years {
		if _, err := strconv.Atoi(year); err != nil {
			return *unprocessable("year", "int_parsing", "Input should be a valid integer, unable to parse string as an integer")
		}
	}
	if from := c.r.URL.Query().Get("from_date"); from != "" {
		var err error
		if o.since, err = time.Parse(time.DateOnly, from); err != nil {
			return *unprocessable("from_date", "date_from_datetime_parsing", "Input should be a valid date or datetime")
		}
	}
	return page(c, c.lib.find(o))
}

// find is in order of KPI, region and period, so that pages are stable.
func (l *Library) find(o observed) []record {
	in := func(list []string) map[string]bool {
		set := map[string]bool{}
		for _, id := range list {
			set[id] = true
		}
		return set
	}
	regions, years := in(o.regions), in(o.years)
	var found []record
	for _, kpi := range slices.Sorted(maps.Keys(in(o.kpis))) {
		for _, r := range l.records[kpi] {
			if (o.regions == nil || regions[r.Municipality]) && (o.years == nil || years[strconv.Itoa(r.Period)]) && !r.changed.Before(o.since) {
				found = append(found, r)
			}
		}
	}
	return found
}
