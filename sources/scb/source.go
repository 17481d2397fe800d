// Package scb reads SCB's statistics API (PxWebApi v2): what a table holds,
// which codes a selection means there, the fewest requests that bring them,
// and the JSON-stat2 answers as Arrow records. How the API really behaves, and
// how sure we are, is what the comments cite as scb-api.md.
package scb

import (
	"context"
	"effekt/sources"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Source is SCB behind a Caller.
type Source struct {
	Caller   sources.Caller
	Base     string        // https://statistikdatabasen.scb.se/api/v2
	Language string        // "sv"
	Recheck  time.Duration // pause before a table that was not found is asked for once more
}

// Limits are what the API announces in /config. Calls and Window are zero
// where it announces no pace, which does not mean that there is none.
type Limits struct {
	MaxCells int64
	Calls    int
	Window   time.Duration
}

type config struct {
	MaxDataCells          int64 `json:"maxDataCells"`
	MaxCallsPerTimeWindow int   `json:"maxCallsPerTimeWindow"`
	TimeWindow            int   `json:"timeWindow"` // seconds
}

// Limits asks for the API's own limits.
func (s Source) Limits(ctx context.Context) (Limits, error) {
	c, err := get[config](ctx, s, "config", "/config", nil, func(c config) error {
		if c.MaxDataCells < 1 || c.MaxCallsPerTimeWindow < 0 || c.TimeWindow < 0 {
			return fmt.Errorf("maxDataCells is %d, maxCallsPerTimeWindow %d, timeWindow %d", c.MaxDataCells, c.MaxCallsPerTimeWindow, c.TimeWindow)
		}
		return nil
	})
	if err != nil || c.MaxCallsPerTimeWindow == 0 || c.TimeWindow == 0 {
		return Limits{MaxCells: c.MaxDataCells}, err
	}
	return Limits{c.MaxDataCells, c.MaxCallsPerTimeWindow, time.Duration(c.TimeWindow) * time.Second}, nil
}

// Listed is a table as the list of tables shows it.
type Listed struct {
	ID           string `json:"id"`
	Label        string `json:"label"`
	Updated      string `json:"updated"`
	FirstPeriod  string `json:"firstPeriod"`
	LastPeriod   string `json:"lastPeriod"`
	TimeUnit     string `json:"timeUnit"`
	Discontinued bool   `json:"discontinued"`
	// Variables are their names, not their codes.
	Variables []string `json:"variableNames"`
	Subject   string   `json:"subjectCode"`
}

type listing struct {
	Tables []Listed `json:"tables"`
	Page   struct {
		TotalPages int `json:"totalPages"`
	} `json:"page"`
}

// maxPages stops a listing that says it has no end; at ten thousand tables a
// page, SCB has one.
const maxPages = 1000

// Listing lists the tables updated in the last pastDays days, discontinued ones
// too, by id in upper case. One request is enough unless the server cuts the
// page.
func (s Source) Listing(ctx context.Context, pastDays int) (map[string]Listed, error) {
	return s.list(ctx, "listing", url.Values{"pastDays": {strconv.Itoa(pastDays)}})
}

// Catalogue lists every table that goes on, by id in upper case: some four
// thousand at SCB, in one answer of some megabytes.
func (s Source) Catalogue(ctx context.Context) (map[string]Listed, error) {
	return s.list(ctx, "catalogue", url.Values{"includeDiscontinued": {"false"}})
}

// Metadata is one table's variables with all their codes.
func (s Source) Metadata(ctx context.Context, table string) (*Cube, error) {
	answer, err := s.metadata(ctx, table)
	if err != nil {
		return nil, err
	}
	return Decode(answer.Body)
}

// list reads all pages of a list of tables, discontinued ones included unless
// which says otherwise.
func (s Source) list(ctx context.Context, role string, which url.Values) (map[string]Listed, error) {
	tables := map[string]Listed{}
	for page, pages := 1, 1; page <= pages; page++ {
		// The links in the answer lose includeDiscontinued (scb-api.md §4).
		query := maps.Clone(which)
		if !query.Has("includeDiscontinued") {
			query.Set("includeDiscontinued", "true")
		}
		query.Set("pageSize", "10000")
		query.Set("pageNumber", strconv.Itoa(page))
		list, err := get(ctx, s, role, "/tables", query, func(l listing) error {
			if l.Tables == nil {
				return errors.New("no tables in the list of tables")
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for _, t := range list.Tables {
			tables[strings.ToUpper(t.ID)] = t
		}
		if pages = list.Page.TotalPages; pages > maxPages {
			return nil, fmt.Errorf("scb: the list of tables says it has %d pages", pages)
		}
	}
	return tables, nil
}

// get asks for a JSON object, which check may refuse.
func get[T any](ctx context.Context, s Source, role, path string, query url.Values, check func(T) error) (T, error) {
	parse := func(body []byte) (into T, err error) {
		if err := json.Unmarshal(body, &into); err != nil {
			return into, err
		}
		return into, check(into)
	}
	answer, err := s.call(ctx, role, path, query, func(body []byte) error {
		_, err := parse(body)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	into, err := parse(answer.Body)
	if err != nil {
		return into, fmt.Errorf("scb: %s: %w", role, err)
	}
	return into, nil
}

func (s Source) call(ctx context.Context, role, path string, query url.Values, check func([]byte) error) (sources.Answer, error) {
	if query == nil {
		query = url.Values{}
	}
	query.Set("lang", s.Language)
	return s.send(ctx, role, s.Base+path+"?"+query.Encode(), check)
}

func (s Source) send(ctx context.Context, role, address string, check func([]byte) error) (sources.Answer, error) {
	answer, err := s.Caller.Call(ctx, sources.Request{Role: role, Method: http.MethodGet, URL: address, Check: check})
	if err != nil {
		return answer, fmt.Errorf("scb: %w", err)
	}
	return answer, nil
}

// metadata asks for a table's variables. The server answers 404 to any fault of
// its own, so one 404 proves nothing (scb-api.md §3).
func (s Source) metadata(ctx context.Context, table string) (sources.Answer, error) {
	check := func(body []byte) error {
		_, err := Decode(body)
		return err
	}
	path := "/tables/" + url.PathEscape(table) + "/metadata"
	answer, err := s.call(ctx, "metadata", path, nil, check)
	var status *sources.StatusError
	if !errors.As(err, &status) || status.Status != http.StatusNotFound {
		return answer, err
	}
	pause := time.NewTimer(s.Recheck)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
		return answer, ctx.Err()
	}
	// The server keeps its 404 for minutes under the very text of the query
	// (scb-api.md §10); an empty parameter asks it anew.
	return s.send(ctx, "metadata", s.Base+path+"?"+url.Values{"lang": {s.Language}}.Encode()+"&", check)
}

type codelist struct {
	Values []struct{ Code, Label string } `json:"values"`
}

func (l codelist) check() error {
	if len(l.Values) == 0 {
		return errors.New("no values in the codelist")
	}
	seen := map[string]bool{}
	for _, v := range l.Values {
		if v.Code == "" || seen[v.Code] {
			return fmt.Errorf("code %q twice, or without text, in the codelist", v.Code)
		}
		seen[v.Code] = true
	}
	return nil
}

// codelist asks for the codes that a codelist offers.
func (s Source) codelist(ctx context.Context, id string) ([]Code, error) {
	list, err := get(ctx, s, "codelist", "/codelists/"+url.PathEscape(id), nil, codelist.check)
	if err != nil {
		return nil, err
	}
	codes := make([]Code, len(list.Values))
	for i, v := range list.Values {
		codes[i] = Code{Code: v.Code, Label: v.Label, Position: i}
	}
	return codes, nil
}
