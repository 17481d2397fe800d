package kolada

import (
	"context"
	"effekt/sources"
	"effekt/sources/jsontext"
	"fmt"
	"net/http"
	"strings"
)

// listed is what Kolada says about a group: its KPIs and all regions.
type listed struct {
	kpis           []KPIInfo
	municipalities []Municipality
}

// ids lists all KPIs and regions.
func (l listed) ids() []string {
	var ids []string
	for _, k := range l.kpis {
		ids = append(ids, k.ID)
	}
	for _, r := range l.municipalities {
		ids = append(ids, r.ID)
	}
	return ids
}

// describe reads the metadata of a group's KPIs and the list of municipalities
// and regions, and compares both with the group. Problems are per KPI: one that
// is gone, or whose title is no longer the pinned one; and for the regions: one
// that Kolada does not list, or lists as another type than its id says. A
// problem stops its KPI, not the others.
func (s Source) describe(ctx context.Context, ask sources.Caller, g group) (l listed, problems []problem, err error) {
	for _, ids := range chunks(g.ids(), maxIDs) {
		infos, err := list(ctx, s, ask, "kpi", "kpi/"+strings.Join(ids, ","), kpiInfo)
		if err != nil {
			return l, nil, g.named(err)
		}
		l.kpis = append(l.kpis, infos...)
	}
	if l.municipalities, err = list(ctx, s, ask, "municipality", "municipality?per_page=5000", municipality); err != nil {
		return l, nil, g.named(err)
	}
	return l, append(l.kpiProblems(g), l.regionProblems(g)...), nil
}

// list reads every page of a listing.
func list[T any](ctx context.Context, s Source, ask sources.Caller, role, path string, item func(*jsontext.Scanner) T) ([]T, error) {
	address, err := s.address(path)
	if err != nil {
		return nil, err
	}
	var page []T
	read := func(body []byte) (e envelope, err error) {
		page, e, err = decodeList(body, item)
		return e, err
	}
	var items []T
	for err := range s.pages(ctx, ask, sources.Request{Role: role, Method: http.MethodGet, URL: address}, read) {
		if err != nil {
			return nil, err
		}
		items = append(items, page...)
	}
	return items, nil
}

// kpiProblems compares the metadata with the titles that the config pins.
func (l listed) kpiProblems(g group) []problem {
	titles := make(map[string]string, len(l.kpis))
	for _, k := range l.kpis {
		titles[k.ID] = k.Title
	}
	var found []problem
	for _, k := range g.kpis {
		title, ok := titles[k.id]
		switch {
		case !ok:
			found = append(found, problem{k.id, fmt.Sprintf("Kolada does not have it; the config's title is %q", k.title)})
		case k.title != "" && plain(title) != plain(k.title):
			found = append(found, problem{k.id, fmt.Sprintf("its title is now %q; the config has %q: see whether it still measures the same", plain(title), k.title)})
		}
	}
	return found
}

// regionProblems compares the list of municipalities with a group's regions.
func (l listed) regionProblems(g group) []problem {
	regions := make(map[string]Municipality, len(l.municipalities))
	for _, r := range l.municipalities {
		regions[r.ID] = r
	}
	var found []problem
	for _, id := range distinct(g.regions) {
		r, ok := regions[id]
		if !ok {
			found = append(found, problem{"", fmt.Sprintf("region %s is not in Kolada's list of municipalities and regions", id)})
			continue
		}
		if want := regionType(id); r.Type != want {
			found = append(found, problem{"", fmt.Sprintf("region %s (%s) has type %q in Kolada's list, want %q", id, r.Title, r.Type, want)})
		}
	}
	return found
}

// regionType is the type that an id stands for: L for the country (0000) and
// the regions (00 and the county), K for municipalities. The type keeps region
// 0010 (Blekinge) apart from four digits that SCB uses for something else.
func regionType(id string) string {
	if strings.HasPrefix(id, "00") {
		return "L"
	}
	return "K"
}

// plain is a title as it is compared: Kolada's texts hold stray no-break
// spaces and blanks at the ends.
func plain(title string) string {
	return strings.TrimSpace(strings.ReplaceAll(title, "\u00a0", " "))
}
