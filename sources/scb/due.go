package scb

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

// Due asks once which tables have been updated since the data set that was asked
// for longest ago; not at all when every data set is fetched anyway. Where
// something is due it asks for the announced limits too, which every fetch needs.
func (s *Source) Due(ctx context.Context, ask sources.Caller, tasks []sources.Task) []sources.Verdict {
	listed, err := s.updated(ctx, ask, tasks)
	verdicts := make([]sources.Verdict, len(tasks))
	any := false
	for i, t := range tasks {
		about, held := listed[strings.ToUpper(t.Table)], t.Held.Newest()
		news := about.Updated != "" && about.Updated != held.SourceUpdated && about.Updated != held.ListedUpdated
		v := sources.Verdict{Due: t.Stale || news, Listed: about.Updated, Discontinued: about.Discontinued}
		if err != nil && !t.Stale {
			v = sources.Verdict{Err: err}
		}
		verdicts[i] = v
		any = any || v.Due
	}
	if any {
		if _, err := s.limit(ctx, ask); err != nil {
			for i := range verdicts {
				if verdicts[i].Due {
					verdicts[i] = sources.Verdict{Err: err}
				}
			}
		}
	}
	return verdicts
}

// updated lists the tables updated since the data set that is not stale and was
// asked for longest ago, discontinued ones too.
func (s *Source) updated(ctx context.Context, ask sources.Caller, tasks []sources.Task) (map[string]listed, error) {
	days := 0
	for _, t := range tasks {
		if !t.Stale {
			days = max(days, 2, int(t.Now.Sub(t.Asked)/(24*time.Hour))+2)
		}
	}
	if days == 0 {
		return nil, nil
	}
	return s.list(ctx, ask, "listing", url.Values{"pastDays": {strconv.Itoa(days)}, "includeDiscontinued": {"true"}})
}

// Plan reads the metadata and counts what fetching all would take.
func (s *Source) Plan(ctx context.Context, ask sources.Caller, t sources.Task) (cost sources.Cost, err error) {
	maxCells, err := s.limit(ctx, ask)
	if err != nil {
		return cost, err
	}
	described, err := s.describe(ctx, ask, t)
	if err != nil {
		return cost, err
	}
	requests, err := s.requests(described, maxCells, func(int, *jsonstat.Cube) {})
	if err != nil {
		return cost, err
	}
	cost.Requests = len(requests)
	cost.Cells, err = cells(described)
	return cost, err
}
