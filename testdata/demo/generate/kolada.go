package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// A kpi is one Kolada series, as kpis.toml has it and as Kolada shows it.
type kpi struct {
	ID          string  `json:"id"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Gendered    bool    `json:"is_divided_by_gender"`
	Kind        string  `json:"municipality_type"` // K municipalities, L regions, A both; the country always
	Auspice     *string `json:"auspice"`
	Area        string  `json:"operating_area"`
	Perspective string  `json:"perspective"`
	Preliminary *string `json:"prel_publication_date"`
	Publish     string  `json:"publication_date"`
	Next        string  `json:"publ_period"` // the next year to be published
	Units       bool    `json:"has_ou_data"`
	Years       [2]int  `json:"-"`
}

type recordJSON struct {
	Values       []genderJSON `json:"values"`
	KPI          string       `json:"kpi"`
	Period       int          `json:"period"`
	Municipality string       `json:"municipality"`
}

type genderJSON struct {
	Gender  string   `json:"gender"`
	Count   int      `json:"count"`
	Status  string   `json:"status"`
	Value   *float64 `json:"value"`
	Deleted bool     `json:"isdeleted"`
}

// kolada adds Kolada's files to files, by name.
func (w *world) kolada(files map[string][]byte) (err error) {
	kpis, figures := w.spec.KPI, w.figures()
	slices.SortFunc(kpis, func(a, b kpi) int { return cmp.Compare(a.ID, b.ID) })
	for i, k := range kpis {
		kpis[i].Description = "SYNTETISKA DEMODATA. " + notice + " Källa: effekt demo (syntetiska data)."
		kpis[i].Perspective = "Övrigt"
		figure, ok := figures[k.ID]
		if !ok {
			return fmt.Errorf("%s: no formula", k.ID)
		}
		if files["kolada/data/"+k.ID+".json.zst"], err = encode(map[string]any{"values": k.records(w.places, figure)}); err != nil {
			return err
		}
	}
	if files["kolada/kpi.json"], err = encode(map[string]any{"values": kpis}); err != nil {
		return err
	}
	files["kolada/municipality.json"], err = encode(map[string]any{"values": w.koladaPlaces()})
	return err
}

// koladaPlaces are the country and the regions (L) and the municipalities (K).
// Kolada has a region's own name for the county.
func (w *world) koladaPlaces() []map[string]string {
	var out []map[string]string
	for _, p := range w.places {
		kind := "L"
		if p.Level == "municipality" {
			kind = "K"
		}
		out = append(out, map[string]string{"id": p.Kolada, "title": cmp.Or(w.spec.County[p.Code].Organisation, p.Name), "type": kind})
	}
	slices.SortFunc(out, func(a, b map[string]string) int { return cmp.Compare(a["id"], b["id"]) })
	return out
}

func (k kpi) records(places []place, f figure) []recordJSON {
	var out []recordJSON
	for _, p := range places {
		if other := map[string]string{"municipality": "L", "county": "K"}[p.Level]; k.Kind == other {
			continue
		}
		for year := k.Years[0]; year <= k.Years[1]; year++ {
			if r := k.record(p, year, f); len(r.Values) > 0 {
				out = append(out, r)
			}
		}
	}
	return out
}

// record holds the genders in any order, as Kolada's answers do.
func (k kpi) record(p place, year int, f figure) recordJSON {
	r := recordJSON{KPI: k.ID, Period: year, Municipality: p.Kolada}
	sexes := []int{total}
	if k.Gendered {
		sexes = []int{total, women, men}
	}
	for _, sex := range sexes {
		if value, ok := f(p, year, sex); ok {
			r.Values = append(r.Values, trait(k.ID, p.Code, year, sex, value))
		}
	}
	if n := len(r.Values); n > 1 {
		turn := int(unit("genders "+k.ID, p.at, year) * float64(n))
		slices.Reverse(r.Values[:turn])
		slices.Reverse(r.Values[turn:])
	}
	return r
}

// trait is one gender's value, with the oddities a client must bear: a value
// that was withdrawn, and values that are null.
func trait(id, place string, year, sex int, value float64) genderJSON {
	g := genderJSON{Gender: []string{men: "M", women: "K", total: "T"}[sex], Count: 1, Value: &value}
	switch key := id + " " + place + " " + strconv.Itoa(year) + " " + g.Gender; key {
	case "N00957 2418 2013 K":
		g.Value, g.Deleted = nil, true
	case "N00957 2403 2012 K", "N00999 2422 2016 T", "N07530 2463 2021 T":
		g.Value, g.Count = nil, 0
	}
	return g
}
