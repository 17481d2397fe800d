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
	"net/http"
	"net/url"
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

// Limits are what the API announces in /config; zero where it says nothing.
type Limits struct {
	MaxCells int64
	Calls    int
	Window   time.Duration
}

// Limits asks for the API's own limits.
func (s Source) Limits(ctx context.Context) (Limits, error) {
	answer, err := s.get(ctx, "config", "/config", nil, isObject)
	if err != nil {
		return Limits{}, err
	}
	var config struct {
		MaxDataCells          int64 `json:"maxDataCells"`
		MaxCallsPerTimeWindow int   `json:"maxCallsPerTimeWindow"`
		TimeWindow            int   `json:"timeWindow"` // seconds
	}
	if err := json.Unmarshal(answer.Body, &config); err != nil {
		return Limits{}, fmt.Errorf("scb: config: %w", err)
	}
	if config.MaxDataCells < 1 {
		return Limits{}, fmt.Errorf("scb: config: maxDataCells is %d", config.MaxDataCells)
	}
	return Limits{config.MaxDataCells, config.MaxCallsPerTimeWindow, time.Duration(config.TimeWindow) * time.Second}, nil
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
}

// Listing lists the tables updated in the last pastDays days, by id in upper
// case. One request is enough unless the server cuts the page.
func (s Source) Listing(ctx context.Context, pastDays int) (map[string]Listed, error) {
	tables := map[string]Listed{}
	for page, pages := 1, 1; page <= pages; page++ {
		query := url.Values{
			"pastDays": {fmt.Sprint(pastDays)}, "includeDiscontinued": {"true"},
			"pageSize": {"10000"}, "pageNumber": {fmt.Sprint(page)},
		}
		answer, err := s.get(ctx, "listing", "/tables", query, isObject)
		if err != nil {
			return nil, err
		}
		var list struct {
			Tables []Listed `json:"tables"`
			Page   struct {
				TotalPages int `json:"totalPages"`
			} `json:"page"`
		}
		if err := json.Unmarshal(answer.Body, &list); err != nil {
			return nil, fmt.Errorf("scb: tables: %w", err)
		}
		for _, t := range list.Tables {
			tables[strings.ToUpper(t.ID)] = t
		}
		pages = min(list.Page.TotalPages, 1000)
	}
	return tables, nil
}

func (s Source) get(ctx context.Context, role, path string, query url.Values, check func([]byte) error) (sources.Answer, error) {
	if query == nil {
		query = url.Values{}
	}
	query.Set("lang", s.Language)
	answer, err := s.Caller.Call(ctx, sources.Request{
		Role: role, Method: http.MethodGet, URL: s.Base + path + "?" + query.Encode(), Check: check,
	})
	if err != nil {
		return answer, fmt.Errorf("scb: %w", err)
	}
	return answer, nil
}

func isObject(body []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return fmt.Errorf("not a JSON object: %w", err)
	}
	return nil
}

func isDataset(body []byte) error {
	_, err := Decode(body)
	return err
}

// metadata asks for a table's variables. The server answers 404 to any fault of
// its own, so one 404 proves nothing (scb-api.md §3).
func (s Source) metadata(ctx context.Context, table string) (sources.Answer, error) {
	path := "/tables/" + url.PathEscape(table) + "/metadata"
	answer, err := s.get(ctx, "metadata", path, nil, isDataset)
	var status *sources.StatusError
	if !errors.As(err, &status) || status.Status != http.StatusNotFound {
		return answer, err
	}
	pause := time.NewTimer(s.Recheck)
	defer pause.Stop()
	select {
	case <-pause.C:
		return s.get(ctx, "metadata", path, nil, isDataset)
	case <-ctx.Done():
		return answer, ctx.Err()
	}
}

// codelist asks for the codes that a codelist offers.
func (s Source) codelist(ctx context.Context, id string) ([]Code, error) {
	answer, err := s.get(ctx, "codelist", "/codelists/"+url.PathEscape(id), nil, isObject)
	if err != nil {
		return nil, err
	}
	var list struct {
		Values []struct{ Code, Label string } `json:"values"`
	}
	if err := json.Unmarshal(answer.Body, &list); err != nil {
		return nil, fmt.Errorf("scb: codelist %s: %w", id, err)
	}
	codes := make([]Code, len(list.Values))
	for i, v := range list.Values {
		codes[i] = Code{Code: v.Code, Label: v.Label, Position: i}
	}
	return codes, nil
}
