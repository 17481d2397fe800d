package main

import (
	"cmp"
	"slices"
)

// A kpi is one Kolada series: metadata as in Kolada's own list, figures by the
// formula. A figure that is not there (ok false) gives no record.
type kpi struct {
	id, title     string
	kind          string // K municipalities, L regions, A both; the country always
	gendered      bool
	area          string // operating area
	next, publish string // the next year to be published, and when
	first, last   int
	figure        func(p place, year, sex int) (value float64, ok bool)
}

// Sexes of a Kolada series beside men and women.
const total = 2

type kpiJSON struct {
	ID            string  `json:"id"`
	Title         string  `json:"title"`
	Description   string  `json:"description"`
	Gendered      bool    `json:"is_divided_by_gender"`
	Kind          string  `json:"municipality_type"`
	Auspice       *string `json:"auspice"`
	OperatingArea string  `json:"operating_area"`
	Perspective   string  `json:"perspective"`
	Preliminary   *string `json:"prel_publication_date"`
	Publication   string  `json:"publication_date"`
	Period        string  `json:"publ_period"`
	Units         bool    `json:"has_ou_data"`
}

type placeJSON struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Type  string `json:"type"`
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
func (w *world) kolada(files map[string][]byte) error {
	var list []kpiJSON
	for _, k := range w.kpis() {
		list = append(list, k.metadata())
		body, err := encode(map[string]any{"values": k.records(w.places)})
		if err != nil {
			return err
		}
		files["kolada/data/"+k.id+".json.zst"] = body
	}
	slices.SortFunc(list, func(a, b kpiJSON) int { return cmp.Compare(a.ID, b.ID) })
	var err error
	if files["kolada/kpi.json"], err = encode(map[string]any{"values": list}); err != nil {
		return err
	}
	files["kolada/municipality.json"], err = encode(map[string]any{"values": koladaPlaces(w.places)})
	return err
}

func (k kpi) metadata() kpiJSON {
	return kpiJSON{
		ID: k.id, Title: k.title, Gendered: k.gendered, Kind: k.kind, OperatingArea: k.area,
		Description: "SYNTETISKA DEMODATA. " + notice + " Källa: effekt demo (syntetiska data).",
		Perspective: "Övrigt", Publication: k.publish, Period: k.next,
	}
}

// koladaPlaces are the country and the regions (L), then the municipalities (K).
func koladaPlaces(places []place) []placeJSON {
	var out []placeJSON
	for _, p := range places {
		if p.Level == "municipality" {
			out = append(out, placeJSON{p.Kolada, p.Name, "K"})
			continue
		}
		out = append(out, placeJSON{p.Kolada, organisation(p), "L"})
	}
	slices.SortFunc(out, func(a, b placeJSON) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// organisation is the region's own name, which Kolada uses for the county.
func organisation(p place) string {
	names := map[string]string{
		"00": "Riket", "01": "Region Stockholm", "03": "Region Uppsala", "04": "Region Sörmland",
		"05": "Region Östergötland", "06": "Region Jönköpings län", "07": "Region Kronoberg",
		"08": "Region Kalmar", "09": "Region Gotland", "10": "Region Blekinge", "12": "Region Skåne",
		"13": "Region Halland", "14": "Västra Götalandsregionen", "17": "Region Värmland",
		"18": "Region Örebro län", "19": "Region Västmanland", "20": "Region Dalarna",
		"21": "Region Gävleborg", "22": "Region Västernorrland", "23": "Region Jämtland Härjedalen",
		"24": "Region Västerbotten", "25": "Region Norrbotten",
	}
	if name, ok := names[p.Code]; ok {
		return name
	}
	return p.Name
}

// holds says whether a KPI of this kind has values for a place.
func (k kpi) holds(p place) bool {
	switch p.Level {
	case "municipality":
		return k.kind != "L"
	case "county":
		return k.kind != "K"
	}
	return true
}

func (k kpi) records(places []place) []recordJSON {
	var out []recordJSON
	for _, p := range places {
		if !k.holds(p) {
			continue
		}
		for year := k.first; year <= k.last; year++ {
			if r := k.record(p, year); len(r.Values) > 0 {
				out = append(out, r)
			}
		}
	}
	return out
}

// record holds the genders in any order, as Kolada's answers do.
func (k kpi) record(p place, year int) recordJSON {
	r := recordJSON{KPI: k.id, Period: year, Municipality: p.Kolada}
	sexes := []int{total}
	if k.gendered {
		sexes = []int{total, women, men}
	}
	for _, sex := range sexes {
		if value, ok := k.figure(p, year, sex); ok {
			r.Values = append(r.Values, trait(k.id, p.Code, year, sex, value))
		}
	}
	if n := len(r.Values); n > 1 {
		turn := int(unit("genders "+k.id, p.at, year) * float64(n))
		slices.Reverse(r.Values[:turn])
		slices.Reverse(r.Values[turn:])
	}
	return r
}

// trait is one gender's value, with the oddities a client must bear: a value
// that was withdrawn, and values that are null.
func trait(id, place string, year, sex int, value float64) genderJSON {
	g := genderJSON{Gender: []string{men: "M", women: "K", total: "T"}[sex], Count: 1, Value: &value}
	switch key := id + " " + place + " " + itoa(year) + " " + g.Gender; key {
	case "N00957 2418 2013 K":
		g.Value, g.Deleted = nil, true
	case "N00957 2403 2012 K", "N00999 2422 2016 T", "N07530 2463 2021 T":
		g.Value, g.Count = nil, 0
	}
	return g
}
