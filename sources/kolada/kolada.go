// Package kolada reads Kolada's API v3: the key figures (KPIs) that RKA
// publishes for Sweden's municipalities, regions and the country.
//
// Three things about the API decide the shape of the package. No list in an
// address may hold more than 25 ids, so every request is a block of at most 25
// KPIs, 25 regions and 25 years. Answers come in pages of at most 5 000
// records and only next_url tells that there are more. And almost nothing is
// an error to Kolada: an unknown id or a misspelt parameter gives 200 with an
// empty list, so what came is compared with what was asked for and with what is
// held (see survey).
package kolada

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"effekt/sources"
)

// Source is Kolada. It holds no state and may be copied.
type Source struct {
	// Base is the address before "/kpi": https://api.kolada.se/v3.
	Base string
}

var _ sources.Source = Source{}

// Name is "kolada".
func (s Source) Name() string { return "kolada" }

// group is what a data set asks for, in Kolada's own ids.
type group struct {
	name    string
	kpis    []kpi
	regions []string // "0000", "0024", "2480"
	county  string   // one of regions
	years   []int    // nil asks for all that Kolada holds
}

// kpi is a key figure as the config pins it. An empty title pins nothing.
type kpi struct{ id, title string }

func groupOf(t sources.Task) (group, error) {
	years, err := t.YearList(t.Now)
	if err != nil {
		return group{}, err
	}
	g := group{name: t.Name, years: years, county: t.County}
	for _, k := range t.KPIs {
		g.kpis = append(g.kpis, kpi{k.ID, k.Title})
	}
	for _, word := range t.Regions {
		g.regions = append(g.regions, t.Words[word]...)
	}
	return g, g.valid()
}

// valid refuses what Kolada would answer with an empty 200: nothing to ask
// for, and ids that cannot be Kolada's (all faults at once).
func (g group) valid() error {
	var faults []string
	want := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	want(len(g.kpis) > 0, "no KPI")
	want(len(g.regions) > 0, "no region")
	want(g.years == nil || len(g.years) > 0, "no year")
	for _, id := range append(g.ids(), g.regions...) {
		const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		want(id != "" && strings.Trim(id, letters) == "", "%q is not an id of Kolada's: only letters A-Z and digits", id)
	}
	for _, y := range g.years {
		want(y >= minYear && y <= maxYear, "%d is not a year", y)
	}
	if faults == nil {
		return nil
	}
	return g.named(errors.New(strings.Join(faults, "; ")))
}

// named puts the package and the data set before an error.
func (g group) named(err error) error { return fmt.Errorf("kolada: %s: %w", g.name, err) }

// ids lists the group's KPIs, each once, in the order of the config.
func (g group) ids() []string {
	ids := make([]string, len(g.kpis))
	for i, k := range g.kpis {
		ids[i] = k.id
	}
	return distinct(ids)
}

// without leaves out the KPIs with problems; a problem of the regions is one of
// every KPI.
func (g group) without(problems sources.Problems) group {
	g.kpis = slices.DeleteFunc(slices.Clone(g.kpis), func(k kpi) bool {
		return slices.ContainsFunc(problems, func(p sources.Problem) bool { return p.Of == "" || p.Of == k.id })
	})
	return g
}

// asked are the rows whose KPI, region and year the group asks for.
func (g group) asked(rows []Value) []Value {
	kpis, regions := g.ids(), map[string]bool{} // some hundred regions
	for _, region := range g.regions {
		regions[region] = true
	}
	var kept []Value
	for _, v := range rows {
		if slices.Contains(kpis, v.KPI) && regions[v.Municipality] && (g.years == nil || slices.Contains(g.years, v.Year)) {
			kept = append(kept, v)
		}
	}
	return kept
}

// Fetch asks for the KPIs that are as the config says, block by block and page by
// page, and compares what came with what is held. KPIs with a problem are left
// out; their last good vintage stays in use.
func (s Source) Fetch(ctx context.Context, ask sources.Caller, t sources.Task, _ sources.Verdict) (sources.Fetched, error) {
	g, err := groupOf(t)
	if err != nil {
		return sources.Fetched{}, err
	}
	listed, problems, err := s.describe(ctx, ask, g)
	if err != nil {
		return sources.Fetched{}, err
	}
	good := g.without(problems)
	if len(good.kpis) > 0 {
		came := &survey{}
		if err := s.read(ctx, ask, good, s.requests(good), came.add); err != nil {
			return sources.Fetched{}, err
		}
		for _, gap := range came.gaps(good, listed) {
			t.Log.Debug("asked for and not there", "gap", gap)
		}
		problems = append(problems, came.problems(good, listed, surveyed(t, good))...)
	}
	d := sources.Description{Regions: good.regions, KPIs: good.without(problems).ids()}
	if len(d.KPIs) == 0 {
		return sources.Fetched{}, sources.Refuse(problems.Err())
	}
	return sources.Fetched{Description: d, Left: problems.Err()}, nil
}

// read asks for every page of the requests for a group's data and hands on what
// they hold.
func (s Source) read(ctx context.Context, ask sources.Caller, g group, requests []sources.Request, add func([]Value)) error {
	d := newDecoder(nil)
	for _, r := range requests {
		var page Page
		read := func(body []byte) (e envelope, err error) {
			page, err = d.page(body)
			return page.envelope, err
		}
		for err := range pages(ctx, ask, r, read) {
			if err != nil {
				return g.named(err)
			}
			add(page.Values)
		}
	}
	return nil
}

// surveyed is what is held of all that a group asks for, each KPI from the vintage
// that holds it. What is damaged cannot be compared with, and must not keep its
// replacement out.
func surveyed(t sources.Task, g group) *survey {
	held := &survey{}
	for _, part := range t.Held.Parts {
		other := func(v Value) bool { return part.Series != nil && !slices.Contains(part.Series, v.KPI) }
		err := eachPage(part, func(values []Value) { held.add(g.asked(slices.DeleteFunc(values, other))) })
		if err != nil {
			t.Log.Warn("what came cannot be compared with all that is held", "error", err)
		}
	}
	return held
}

// eachPage decodes the data of a vintage. What is read holds until the next page.
func eachPage(p sources.Part, read func([]Value)) error {
	d := newDecoder(nil)
	return p.Each("data", func(body []byte) error {
		page, err := d.page(body)
		if err == nil {
			read(page.Values)
		}
		return err
	})
}

// Plan reads the metadata and counts the first pages of the data; more follow.
func (s Source) Plan(ctx context.Context, ask sources.Caller, t sources.Task) (cost sources.Cost, err error) {
	g, err := groupOf(t)
	if err != nil {
		return cost, err
	}
	_, problems, err := s.describe(ctx, ask, g)
	if err != nil {
		return cost, err
	}
	cost.Requests = len(s.requests(g.without(problems)))
	return cost, problems.Err()
}
