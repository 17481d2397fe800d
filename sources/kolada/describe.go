package kolada

import (
	"context"
	"effekt/sources"
	"fmt"
	"net/http"
	"strings"
)

// Metadata is what Kolada says about a data set: its KPIs and all regions.
type Metadata struct {
	KPIs           []KPIInfo
	Municipalities []Municipality
}

// Describe reads the metadata of d's KPIs and the list of municipalities and
// regions, and compares both with d. Problems are per KPI: a KPI that is gone,
// or whose title is no longer the pinned one; and for the regions: one that
// Kolada does not list, or lists as another type than its id says. A problem
// is no error: it stops its KPI, not the others.
func (s Source) Describe(ctx context.Context, d Dataset) (Metadata, []Problem, error) {
	if err := d.valid(); err != nil {
		return Metadata{}, nil, d.named(err)
	}
	var m Metadata
	var err error
	for _, ids := range chunks(d.ids(), maxIDs) {
		var infos []KPIInfo
		if infos, err = list(ctx, s, "kpi", "kpi/"+strings.Join(ids, ","), DecodeKPIs); err != nil {
			return Metadata{}, nil, d.named(err)
		}
		m.KPIs = append(m.KPIs, infos...)
	}
	if m.Municipalities, err = list(ctx, s, "municipality", "municipality?per_page=5000", DecodeMunicipalities); err != nil {
		return Metadata{}, nil, d.named(err)
	}
	return m, m.problems(d), nil
}

// list reads every page of a listing.
func list[T any](ctx context.Context, s Source, role, path string, decode func([]byte) (Listing[T], error)) ([]T, error) {
	address, err := s.address(path)
	if err != nil {
		return nil, err
	}
	var page Listing[T]
	read := func(body []byte) (e envelope, err error) {
		page, err = decode(body)
		return page.envelope(), err
	}
	var items []T
	for _, err := range s.pages(ctx, sources.Request{Role: role, Method: http.MethodGet, URL: address}, read) {
		if err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
	}
	return items, nil
}

// problems compares the metadata with what d pins.
func (m Metadata) problems(d Dataset) []Problem {
	titles := make(map[string]string, len(m.KPIs))
	for _, k := range m.KPIs {
		titles[k.ID] = k.Title
	}
	var found []Problem
	for _, k := range d.KPIs {
		title, ok := titles[k.ID]
		switch {
		case !ok:
			found = append(found, Problem{KPI: k.ID, Text: fmt.Sprintf("Kolada does not have it; the config's title is %q", k.Title)})
		case k.Title != "" && plain(title) != plain(k.Title):
			found = append(found, Problem{KPI: k.ID, Text: fmt.Sprintf("its title is now %q; the config has %q: see whether it still measures the same", plain(title), k.Title)})
		}
	}
	return append(found, m.regionProblems(d)...)
}

// regionProblems compares the list of municipalities with d's regions.
func (m Metadata) regionProblems(d Dataset) []Problem {
	listed := make(map[string]Municipality, len(m.Municipalities))
	for _, r := range m.Municipalities {
		listed[r.ID] = r
	}
	var found []Problem
	for _, id := range distinct(d.Regions) {
		r, ok := listed[id]
		if !ok {
			found = append(found, Problem{Text: fmt.Sprintf("region %s is not in Kolada's list of municipalities and regions", id)})
			continue
		}
		if want := regionType(id); r.Type != want {
			found = append(found, Problem{Text: fmt.Sprintf("region %s (%s) has type %q in Kolada's list, want %q", id, r.Title, r.Type, want)})
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
