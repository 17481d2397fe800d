package pipeline

import (
	"cmp"
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources"
	"effekt/sources/scb"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// tablesAtOnce is how many tables are fetched side by side, so that the
// metadata of one does not hold up the data of another.
const tablesAtOnce = 3

func (p *Pipeline) scb(caller sources.Caller) scb.Source {
	return scb.Source{Caller: caller, Base: p.Config.SCB.BaseURL, Language: p.Config.SCB.Language, Recheck: time.Second}
}

func (p *Pipeline) fetchSCB(ctx context.Context, datasets []config.Dataset, full bool) []DatasetResult {
	tasks := make([]task, len(datasets))
	for i, d := range datasets {
		tasks[i] = p.task(d)
	}
	listed, err := p.listing(ctx, tasks, full)
	results := make([]DatasetResult, len(tasks))
	var due []int
	for i, t := range tasks {
		stamp := listed[t.Table].Updated
		switch {
		case t.err != nil:
			results[i] = p.told(failed(t, t.err))
		case err != nil && !p.stale(t, full):
			results[i] = p.told(failed(t, err))
		case p.stale(t, full) || stamp != "" && stamp != t.latest.SourceUpdated && stamp != t.latest.ListedUpdated:
			due = append(due, i)
		default:
			results[i] = p.told(p.unchanged(t, archive.Checked{At: p.Now(), ListedUpdated: stamp, Discontinued: t.checked.Discontinued || listed[t.Table].Discontinued}))
		}
	}
	if len(due) == 0 {
		if err == nil {
			p.propose(ctx, tasks)
		}
		return results
	}
	limits, err := p.announced(ctx)
	var g errgroup.Group
	g.SetLimit(tablesAtOnce)
	for _, i := range due {
		if err != nil {
			results[i] = p.told(failed(tasks[i], err))
			continue
		}
		g.Go(func() error {
			results[i] = p.told(p.fetchTable(ctx, tasks[i], listed[tasks[i].Table], limits))
			return nil
		})
	}
	_ = g.Wait() // failures are in the results
	if err == nil {
		for i, t := range tasks {
			tasks[i] = p.task(t.Dataset) // with what has come
		}
		p.propose(ctx, tasks)
	}
	return results
}

// listing asks once which tables have been updated since the data set that was
// asked for longest ago; not at all when every data set must be fetched anyway.
func (p *Pipeline) listing(ctx context.Context, tasks []task, full bool) (map[string]scb.Listed, error) {
	since, needed := p.Now(), false
	for _, t := range tasks {
		if !p.stale(t, full) {
			needed = true
			if asked := t.lastAsked(); asked.Before(since) {
				since = asked
			}
		}
	}
	if !needed {
		return nil, nil
	}
	days := int(p.Now().Sub(since)/(24*time.Hour)) + 2
	return p.scb(p.Client).Listing(ctx, days)
}

// announced asks for SCB's own limits and holds them beside the configured.
func (p *Pipeline) announced(ctx context.Context) (scb.Limits, error) {
	limits, err := p.scb(p.Client).Limits(ctx)
	if err != nil {
		return scb.Limits{}, err
	}
	p.Client.Tighten(p.Config.SCB.BaseURL, sources.Limit{Calls: limits.Calls, Window: limits.Window})
	return limits, nil
}

// errMoved is a table that was updated while it was fetched.
var errMoved = errors.New("the table was updated while it was fetched")

func (p *Pipeline) fetchTable(ctx context.Context, t task, listed scb.Listed, limits scb.Limits) DatasetResult {
	start := p.Now()
	v, err := p.tryTable(ctx, t, listed, limits)
	if errors.Is(err, errMoved) {
		p.Log.Warn("fetching once more", "dataset", t.Name, "reason", err)
		v, err = p.tryTable(ctx, t, listed, limits)
	}
	if err != nil {
		return failed(t, err)
	}
	return fetched(t, v, p.Now().Sub(start), nil)
}

func (p *Pipeline) tryTable(ctx context.Context, t task, listed scb.Listed, limits scb.Limits) (archive.Vintage, error) {
	fetch, err := p.Archive.Begin(t.Source, t.Name, t.asked)
	if err != nil {
		return archive.Vintage{}, err
	}
	source, dataset := p.scb(p.watched(fetch.Caller(p.Client), t.Name)), p.scbDataset(t)
	table, err := source.Describe(ctx, dataset)
	if err == nil {
		err = cmp.Or(older(t, table.Updated), changed(t, table))
	}
	var stamps []string
	var came scb.Counts
	if err == nil {
		stamps, came, err = p.cells(ctx, source, table, dataset, limits.MaxCells)
	}
	if fetch.Resumed() > 0 { // as old as that: from before an update, perhaps
		stamps = append(stamps, table.Updated, cmp.Or(listed.Updated, table.Updated))
	}
	if err == nil {
		err = cmp.Or(unmoved(stamps), older(t, stamps...))
	}
	if err == nil {
		err = scb.Emptied(table, dataset, came, p.counted(t, dataset))
	}
	var problems *scb.Problems
	switch {
	case errors.As(err, &problems), errors.Is(err, errMoved):
		return archive.Vintage{}, errors.Join(err, fetch.Forget(), p.refused(t))
	case err != nil:
		return archive.Vintage{}, errors.Join(err, fetch.Abort())
	}
	return fetch.Renew(archive.Manifest{
		Source: t.Source, Dataset: t.Name, Origin: p.origin(), Table: table.ID, Title: table.Title, SourceUpdated: table.Updated, ListedUpdated: listed.Updated,
		Resolved: resolved(table), Official: table.Official, Discontinued: table.Discontinued || listed.Discontinued, Notes: table.Notes, Mandatory: table.Mandatory, Variables: variables(table), Announced: came.Announced(), Asked: t.asked,
	}, t.latest)
}

// older is a problem when an answer is of an earlier update than what is held.
// SCB's servers have lagged months behind one another, and what the slower ones
// do not have yet has not been withdrawn.
func older(t task, stamps ...string) error {
	held, known := time.Parse(time.RFC3339, t.latest.SourceUpdated)
	for _, stamp := range stamps {
		if at, err := time.Parse(time.RFC3339, stamp); err == nil && known == nil && t.sameTable() && at.Before(held) {
			return &scb.Problems{Table: t.Table, List: []string{fmt.Sprintf("the answer is of %s, older than what is held, of %s: what is held stays until the source has caught up", stamp, t.latest.SourceUpdated)}}
		}
	}
	return nil
}

// counted is what is held of the table. What is damaged cannot be compared with,
// and must not keep its replacement out.
func (p *Pipeline) counted(t task, d scb.Dataset) scb.Counts {
	held := scb.Counts{}
	if !t.sameTable() {
		return held
	}
	for _, request := range t.latest.Data("data") {
		body, err := p.Archive.Get(request.Object)
		if err == nil {
			err = held.Add(body, d)
		}
		if err != nil {
			p.Log.Warn("what came cannot be compared with all that is held", "dataset", t.Name, "error", err)
		}
	}
	return held
}

func (p *Pipeline) scbDataset(t task) scb.Dataset {
	d := t.Dataset
	return scb.Dataset{
		Name: d.Name, File: d.File, Table: d.Table, RegionVariable: d.RegionVariable, Select: d.Select, Optional: d.Optional,
		Codelists: d.Codelists, Labels: d.Labels, Units: d.Units, Words: p.Config.Words(d.RegionCoding), Pins: t.pins(),
		County: p.Config.County.In(d.RegionCoding), Yearly: d.Frequency == "year",
	}
}

// pins are what the last vintage resolved, if it was of the same table.
func (t task) pins() scb.Pins {
	if !t.sameTable() {
		return nil
	}
	var pins scb.Pins
	for _, r := range t.latest.Resolved {
		pins = append(pins, scb.Resolved(r))
	}
	return pins
}

// sameTable tells whether the last vintage is of the table that the config
// names now.
func (t task) sameTable() bool { return t.has && strings.EqualFold(t.latest.Table, t.Table) }

func resolved(table scb.Table) []archive.Resolved {
	var all []archive.Resolved
	for _, r := range table.Resolved {
		all = append(all, archive.Resolved(r))
	}
	return all
}

// cells fetches all of the selection; the answers stay in the archive. Their
// stamps are returned, and how much they hold.
func (p *Pipeline) cells(ctx context.Context, source scb.Source, table scb.Table, d scb.Dataset, maxCells int64) ([]string, scb.Counts, error) {
	requests, err := source.Requests(table, maxCells)
	if err != nil {
		return nil, nil, err
	}
	p.tell(Progress{Step: d.Name, Total: len(requests)})
	var mu sync.Mutex
	stamps, held := make([]string, len(requests)), scb.Counts{}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(p.Config.HTTP.InFlight)
	for i, request := range requests {
		g.Go(func() error {
			answer, err := source.Caller.Call(ctx, request)
			if err != nil {
				return err
			}
			stamps[i] = scb.Stamp(answer.Body)
			one := scb.Counts{}
			err = one.Add(answer.Body, d)
			mu.Lock()
			defer mu.Unlock()
			for series, n := range one {
				held[series] += n
			}
			return err
		})
	}
	return stamps, held, g.Wait()
}

// unmoved demands one stamp of all, or the table changed between them.
func unmoved(stamps []string) error {
	for _, stamp := range stamps {
		if stamp != stamps[0] {
			return fmt.Errorf("%w: %s and %s", errMoved, stamps[0], stamp)
		}
	}
	return nil
}

func variables(table scb.Table) []archive.Variable {
	all := make([]archive.Variable, len(table.Variables))
	for i, v := range table.Variables {
		all[i] = archive.Variable{Code: v.Code, Label: v.Label, Column: v.Column, Role: v.Role}
		for _, c := range v.Codes {
			all[i].Codes = append(all[i].Codes, archive.Code(c))
		}
	}
	return all
}

// lastPeriod is the last of the periods that were asked for and have a value.
func lastPeriod(m archive.Manifest) string {
	for _, v := range m.Variables {
		if v.Role != "time" {
			continue
		}
		for _, period := range slices.Backward(v.Codes) {
			if !slices.Contains(m.Announced, period.Code) {
				return period.Code
			}
		}
	}
	return ""
}
