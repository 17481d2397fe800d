// Package scb reads SCB's statistics API (PxWebApi v2): what a table holds,
// which codes a selection means there, the fewest requests that bring them, and
// whether what came may take the place of what is held. How the API really
// behaves, and how sure we are, is what the comments cite as scb-api.md.
package scb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

// Source is SCB. Use it by pointer: it remembers the announced limits.
type Source struct {
	Base     string        // https://statistikdatabasen.scb.se/api/v2
	Language string        // "sv"
	Recheck  time.Duration // pause before a table that was not found is asked for once more
	InFlight int           // data requests of one table side by side
	// Tighten is told the pace that the API announces.
	Tighten func(sources.Limit)

	mu       sync.Mutex
	maxCells int64 // announced; 0 before it has been asked for
	down     error // why the limits could not be had: asked once, told of every data set
}

var (
	_ sources.Source    = (*Source)(nil)
	_ sources.Reporter  = (*Source)(nil)
	_ sources.Successor = (*Source)(nil)
)

// Name is "scb".
func (s *Source) Name() string { return "scb" }

type apiConfig struct {
	MaxDataCells          int64 `json:"maxDataCells"`
	MaxCallsPerTimeWindow int   `json:"maxCallsPerTimeWindow"`
	TimeWindow            int   `json:"timeWindow"` // seconds
}

// limit asks once for the API's own limits and returns how many cells an answer
// may have. A pace of zero is not announced, which does not mean that there is
// none (scb-api.md section 2).
func (s *Source) limit(ctx context.Context, ask sources.Caller) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.maxCells > 0 || s.down != nil {
		return s.maxCells, s.down
	}
	c, err := get(ctx, s, ask, "config", "/config", nil, func(c apiConfig) error {
		if c.MaxDataCells < 1 || c.MaxCallsPerTimeWindow < 0 || c.TimeWindow < 0 {
			return fmt.Errorf("maxDataCells is %d, maxCallsPerTimeWindow %d, timeWindow %d", c.MaxDataCells, c.MaxCallsPerTimeWindow, c.TimeWindow)
		}
		return nil
	})
	if err != nil {
		if ctx.Err() == nil {
			s.down = err
		}
		return 0, err
	}
	if s.Tighten != nil {
		s.Tighten(sources.Limit{Calls: c.MaxCallsPerTimeWindow, Window: time.Duration(c.TimeWindow) * time.Second})
	}
	s.maxCells = c.MaxDataCells
	return s.maxCells, nil
}

// listed is a table as the list of tables shows it.
type listed struct {
	ID           string   `json:"id"`
	Label        string   `json:"label"`
	Updated      string   `json:"updated"`
	FirstPeriod  string   `json:"firstPeriod"`
	LastPeriod   string   `json:"lastPeriod"`
	Discontinued bool     `json:"discontinued"`
	Variables    []string `json:"variableNames"` // their names, not their codes
}

type listing struct {
	Tables []listed `json:"tables"`
	Page   struct {
		TotalPages int `json:"totalPages"`
	} `json:"page"`
}

// maxPages stops a listing that says it has no end; at ten thousand tables a
// page, SCB has one.
const maxPages = 1000

// list reads the list of tables, by id in upper case. One request is enough
// unless the server cuts the page; the links in the answer lose
// includeDiscontinued (scb-api.md section 4), so they are not followed.
func (s *Source) list(ctx context.Context, ask sources.Caller, role string, which url.Values) (map[string]listed, error) {
	tables := map[string]listed{}
	for page, pages := 1, 1; page <= pages; page++ {
		query := maps.Clone(which)
		query.Set("pageSize", "10000")
		query.Set("pageNumber", strconv.Itoa(page))
		list, err := get(ctx, s, ask, role, "/tables", query, func(l listing) error {
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
func get[T any](ctx context.Context, s *Source, ask sources.Caller, role, path string, query url.Values, check func(T) error) (into T, err error) {
	if query == nil {
		query = url.Values{}
	}
	query.Set("lang", s.Language)
	err = s.call(ctx, ask, role, s.Base+path+"?"+query.Encode(), func(body []byte) error {
		var read T
		if err := json.Unmarshal(body, &read); err != nil {
			return err
		}
		into = read
		return check(read)
	})
	return into, err
}

// call asks for an answer, which check reads.
func (s *Source) call(ctx context.Context, ask sources.Caller, role, address string, check func([]byte) error) error {
	_, err := ask.Call(ctx, sources.Request{Role: role, Method: http.MethodGet, URL: address, Check: check})
	if err != nil {
		return fmt.Errorf("scb: %w", err)
	}
	return nil
}

// metadata asks for a table's variables with all their codes. The server answers
// 404 to any fault of its own, so one 404 proves nothing (scb-api.md section 3).
func (s *Source) metadata(ctx context.Context, ask sources.Caller, table string) (cube *jsonstat.Cube, err error) {
	check := func(body []byte) (err error) {
		cube, err = jsonstat.Decode(body)
		return err
	}
	address := s.Base + "/tables/" + url.PathEscape(table) + "/metadata?" + url.Values{"lang": {s.Language}}.Encode()
	err = s.call(ctx, ask, "metadata", address, check)
	var status *sources.StatusError
	if !errors.As(err, &status) || status.Status != http.StatusNotFound {
		return cube, err
	}
	pause := time.NewTimer(s.Recheck)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// The server keeps its 404 for minutes under the very text of the query
	// (scb-api.md section 10); an empty parameter asks it anew.
	err = s.call(ctx, ask, "metadata", address+"&", check)
	return cube, err
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
func (s *Source) codelist(ctx context.Context, ask sources.Caller, id string) ([]sources.Code, error) {
	list, err := get(ctx, s, ask, "codelist", "/codelists/"+url.PathEscape(id), nil, codelist.check)
	codes := make([]sources.Code, len(list.Values))
	for i, v := range list.Values {
		codes[i] = sources.Code{Code: v.Code, Label: v.Label, Position: i}
	}
	return codes, err
}
