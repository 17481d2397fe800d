package replay

import (
	"cmp"
	"encoding/json"
	"fmt"
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

// Record is one (KPI, region, period) with its genders.
type Record struct {
	Values       []GenderValue `json:"values"`
	KPI          string        `json:"kpi"`
	Period       int           `json:"period"`
	Municipality string        `json:"municipality"`
	changed      time.Time     // read by from_date only; zero is before all of them
}

// GenderValue is one gender's value, null where it is missing or withdrawn.
type GenderValue struct {
	Gender  string   `json:"gender"`
	Count   int      `json:"count"`
	Status  string   `json:"status"`
	Value   *float64 `json:"value"`
	Deleted bool     `json:"isdeleted"`
}

// decodeValues reads a folder's file: a bare array or an object with values.
func decodeValues[T any](_ string, body []byte) ([]T, error) {
	var file struct{ Values []T }
	err := json.Unmarshal(body, &file)
	if err != nil {
		err = json.Unmarshal(body, &file.Values)
	}
	return file.Values, err
}

func compareRecords(a, b Record) int {
	return cmp.Or(strings.Compare(a.Municipality, b.Municipality), a.Period-b.Period)
}

// envelope is one page. count is the page's own; there is no total anywhere.
type envelope[T any] struct {
	Values   []T     `json:"values"`
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
	if c.fault.Kind == "duplicate-record" && from > 0 && from < n {
		from--
	}
	e := envelope[T]{Values: append([]T{}, all[from:to]...), Count: to - from}
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
	rest := strings.TrimPrefix(q.Encode()+"&", "&")
	address := fmt.Sprintf("%s%s?%spage=%d&per_page=%d", c.origin(), c.r.URL.EscapedPath(), rest, number, size)
	return &address
}

// unprocessable is FastAPI's refusal of a parameter.
func unprocessable(name, kind, message string) *answer {
	body := fmt.Appendf(nil, `{"detail":[{"type":%q,"loc":["path",%q],"msg":%q}]}`, kind, name, message)
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

// observations answers everything below /data/kpi/, in order of KPI, region and
// period, so that pages are stable.
func (c *call) observations() answer {
	lists := map[string][]string{} // a nil list is everything
	for _, name := range []string{"kpi", "municipality", "year"} {
		var refusal *answer
		if lists[name], refusal = c.ids(name); refusal != nil {
			return *refusal
		}
	}
	for _, year := range lists["year"] {
		if _, err := strconv.Atoi(year); err != nil {
			return *unprocessable("year", "int_parsing", "Input should be a valid integer, unable to parse string as an integer")
		}
	}
	from := c.r.URL.Query().Get("from_date")
	since, err := time.Parse(time.DateOnly, cmp.Or(from, "0001-01-01"))
	if err != nil {
		return *unprocessable("from_date", "date_from_datetime_parsing", "Input should be a valid date or datetime")
	}
	asked := func(name, id string) bool { return lists[name] == nil || slices.Contains(lists[name], id) }
	var found []Record
	for _, kpi := range slices.Compact(slices.Sorted(slices.Values(lists["kpi"]))) {
		for _, r := range c.lib.records[kpi] {
			if asked("municipality", r.Municipality) && asked("year", strconv.Itoa(r.Period)) && !r.changed.Before(since) {
				found = append(found, r)
			}
		}
	}
	return page(c, found)
}
