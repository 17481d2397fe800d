package pipeline_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"effekt/config"
	"effekt/pipeline/run"
	"effekt/sources/replay"

	"github.com/google/go-cmp/cmp"
)

// recording reads a body as a publisher sent it, and skips where they are not.
func recording(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "shared", "recordings", name))
	if err != nil {
		t.Skip("no recordings here")
	}
	return body
}

// recorded are bodies by path, sent as they are; the rest is asked of next.
type recorded struct {
	bodies map[string][]byte
	next   http.Handler
}

func (r recorded) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, ok := r.bodies[strings.TrimPrefix(request.URL.Path, "/api/v2/")]
	if !ok {
		r.next.ServeHTTP(w, request)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body)
}

// cube is JSON-stat2 as the standard library reads it.
type cube struct {
	ID        []string `json:"id"`
	Size      []int    `json:"size"`
	Dimension map[string]struct {
		Category struct {
			Index map[string]int    `json:"index"`
			Label map[string]string `json:"label"`
		} `json:"category"`
	} `json:"dimension"`
	Value  []*float64        `json:"value"`
	Status map[string]string `json:"status"`
}

func decode(t *testing.T, body []byte, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(strings.TrimPrefix(string(body), "\ufeff")), into); err != nil {
		t.Fatal(err)
	}
}

// codes lists a variable's codes in the order of the cube.
func (c cube) codes(variable string) []string {
	index := c.Dimension[variable].Category.Index
	codes := make([]string, len(index))
	for code, i := range index {
		codes[i] = code
	}
	return codes
}

// toml selects just what the cube holds.
func (c cube) toml(t *testing.T, table, more string) string {
	t.Helper()
	text := fmt.Sprintf("source = \"scb\"\ntable = %q\ntitle = \"x\"\nfrequency = \"month\"\n%s[select]\n", table, more)
	for _, variable := range c.ID {
		codes, err := json.Marshal(c.codes(variable))
		if err != nil {
			t.Fatal(err)
		}
		text += variable + " = " + string(codes) + "\n"
	}
	return text
}

// lines are the cells with their codes, as the published table should show them.
func (c cube) lines() []string {
	var lines []string
	for cell, value := range c.Value {
		at, rest := make([]string, len(c.ID)), cell
		for i := len(c.ID) - 1; i >= 0; i-- {
			at[i] = c.codes(c.ID[i])[rest%c.Size[i]]
			rest /= c.Size[i]
		}
		text, status := "<nil>", "<nil>"
		if value != nil {
			text = fmt.Sprint(*value)
		}
		if s, ok := c.Status[fmt.Sprint(cell)]; ok {
			status = s
		}
		lines = append(lines, strings.Join(append(at, text, status), " "))
	}
	slices.Sort(lines)
	return lines
}

type kpiInfo struct{ ID, Title string }

// catalogue is Kolada's list of KPIs, its three parts together.
func catalogue[T any](t *testing.T) []T {
	t.Helper()
	var all []T
	for part := range 3 {
		var some []T
		decode(t, recording(t, fmt.Sprintf("kolada-v3/kpi-all-6099-2026-03-23.reconstructed.part%d.json", part+1)), &some)
		all = append(all, some...)
	}
	return all
}

// realWorld serves the recordings: SCB's bodies byte for byte, Kolada's by its
// own rules of lists and pages.
func realWorld(t *testing.T) *world {
	t.Helper()
	people, meta, rates := recording(t, "scb-v2/TAB6471-data-county-month-sv.json"), recording(t, "scb-v2/TAB6471-metadata-sv.json"), recording(t, "scb-v2/TAB5780-data-status-dotdot-en.json")
	listed, err := json.Marshal(catalogue[json.RawMessage](t))
	if err != nil {
		t.Fatal(err)
	}
	lib, err := replay.Open(fstest.MapFS{
		"kolada/kpi.json":          {Data: listed},
		"kolada/municipality.json": {Data: recording(t, "kolada-v3/municipality-all-312-2026-03-23.reconstructed.json")},
		"kolada/data/N21704.json":  {Data: recording(t, "kolada-v3/data-N21704-five-municipalities-2023.json")},
	})
	if err != nil {
		t.Fatal(err)
	}
	running, err := replay.Start(recorded{map[string][]byte{
		"config": recording(t, "scb-v2/config-2026-06.json"), "tables/TAB6471/metadata": meta, "tables/TAB6471/data": people,
		"tables/TAB5780/metadata": rates, "tables/TAB5780/data": rates,
	}, replay.New(lib, replay.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	w := newWorld(t)
	w.scb, w.kolada = running.SCB(), running.Kolada()
	for name := range w.config {
		if strings.HasPrefix(name, "datasets/") || strings.HasPrefix(name, "indicators/") {
			delete(w.config, name)
		}
	}
	delete(w.sql, "indicators/income.sql")
	delete(w.sql, "indicators/grp.sql")
	var c cube
	decode(t, people, &c)
	w.configure("datasets/people.toml", c.toml(t, "TAB6471", ""))
	c = cube{}
	decode(t, rates, &c)
	w.configure("datasets/rates.toml", c.toml(t, "TAB5780", "region_variable = \"Referenssektor\"\n"))
	w.configure("datasets/all.toml", everyKPI(t))
	w.configure("regions.toml", fiveMunicipalities(t))
	w.configure("indicators/help.toml", strings.Replace(meaning, `["total"]`, `["total", "women", "men"]`, 1)+"kpi = \"N21704\"\ndatasets = [\"all\"]")
	return w
}

// everyKPI pins all titles that Kolada has.
func everyKPI(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("source = \"kolada\"\ntitle = \"x\"\nregions = [\"all_municipalities\"]\nyears = \"2023..2023\"\n")
	for _, k := range catalogue[kpiInfo](t) {
		title, err := json.Marshal(k.Title)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "[[kpi]]\nid = %q\ntitle = %s\n", k.ID, title)
	}
	return text.String()
}

// fiveMunicipalities are those that the recorded figures are of, with the
// country and all counties.
func fiveMunicipalities(t *testing.T) string {
	t.Helper()
	shipped, err := config.Load(config.Embedded, config.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	text := "region = [\n"
	for _, r := range shipped.Regions {
		nuts3 := ""
		if r.NUTS3 != "" {
			nuts3 = fmt.Sprintf(", nuts3 = %q", r.NUTS3)
		}
		if r.Level != "municipality" || slices.Contains([]string{"0180", "0580", "1280", "1480", "2480"}, r.Code) {
			text += fmt.Sprintf("{ code = %q, name = %q%s },\n", r.Code, r.Name, nuts3)
		}
	}
	return text + "]\n"
}

// The publishers' own bodies become the published database: every cell of both
// tables, all of Kolada's KPIs and regions, and the figures of one KPI.
func TestRealBodies(t *testing.T) {
	t.Parallel()
	w := realWorld(t)
	for _, d := range w.refresh().Datasets {
		if d.State != run.Fetched || d.Err != nil && d.Name != "all" {
			t.Fatalf("%s is %s: %.300v", d.Name, d.State, d.Err)
		}
		// Of 6 099 KPIs one was recorded with figures; the others are named.
		if d.Name == "all" && (d.Err == nil || strings.Count(d.Err.Error(), "not one value") != 6098) {
			t.Errorf("%.300v", d.Err)
		}
	}
	w.realPeople()
	w.realRates()
	w.realKolada()
}

// realPeople: TAB6471, counties × ages × months, with noise in every cell.
func (w *world) realPeople() {
	w.t.Helper()
	var c cube
	decode(w.t, recording(w.t, "scb-v2/TAB6471-data-county-month-sv.json"), &c)
	got := w.query("select region, alder, kon, contents, period, value, status from scb.people")
	slices.Sort(got)
	if diff := cmp.Diff(c.lines(), got); diff != "" {
		w.t.Errorf("TAB6471 (-body +published):\n%.2000s", diff)
	}
	w.one("select count(*), sum(value)::bigint from scb.people", "2772 84837753")
	w.one("select string_agg(value::bigint::varchar, ' ' order by kon, period) from scb.people where region = '01' and alder = '0-9'",
		"125373 126402 127502 128675 119906 120845 121860 122965 245284 247245 249358 251635")
	w.one(`select count(*), count(*) filter (where parts <> total) from (
		select sum(value) filter (where kon <> 'TotSa') as parts, any_value(value) filter (where kon = 'TotSa') as total
		from scb.people group by region, alder, period)`, "924 776")
	w.one("select label from scb.code where dataset = 'people' and variable = 'Region' and code = '24'", c.Dimension["Region"].Category.Label["24"])
	w.one("select source_updated from ops.dataset where name = 'people'", "2026-06-08T06:00:00Z")
}

// realRates: TAB5780, where 74 months say «..».
func (w *world) realRates() {
	w.t.Helper()
	var c cube
	decode(w.t, recording(w.t, "scb-v2/TAB5780-data-status-dotdot-en.json"), &c)
	got := w.query("select referenssektor, motpartssektor, avtal, rantebindningstid, contents, period, value, status from scb.rates")
	slices.Sort(got)
	if diff := cmp.Diff(c.lines(), got); diff != "" {
		w.t.Errorf("TAB5780 (-body +published):\n%.2000s", diff)
	}
	w.one("select count(*), count(value), count(*) filter (where status = '..' and value is null), round(sum(value), 4) from scb.rates", "325 251 74 693.2752")
	w.one("select period, value from scb.rates order by period desc limit 1", "2026M07 3.5912")
}

// realKolada: one KPI's figures in five municipalities, genders in any order,
// and both lists whole.
func (w *world) realKolada() {
	w.t.Helper()
	var page struct {
		Values []struct {
			Municipality string
			Period       int
			Values       []struct {
				Gender string
				Value  float64
			}
		}
	}
	decode(w.t, recording(w.t, "kolada-v3/data-N21704-five-municipalities-2023.json"), &page)
	var want []string
	for _, record := range page.Values {
		for _, v := range record.Values {
			sex := map[string]string{"T": "total", "K": "women", "M": "men"}[v.Gender]
			want = append(want, fmt.Sprint("help ", record.Municipality, " ", record.Period, " ", sex, " ", v.Value, " A"))
		}
	}
	slices.Sort(want)
	got := w.query(allFigures)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 15 {
		w.t.Errorf("N21704, %d figures (-body +published):\n%s", len(want), diff)
	}
	w.one("select string_agg(value::varchar, ' ' order by sex) from mart.indicator_value where region = '2480'", "15.756872 20.359666 23.621399")
	var titles []string
	for _, k := range catalogue[kpiInfo](w.t) {
		titles = append(titles, k.ID+" "+k.Title)
	}
	slices.Sort(titles)
	published := w.query("select id, title from kolada.kpi")
	slices.Sort(published)
	if diff := cmp.Diff(titles, published); diff != "" || len(titles) != 6099 {
		w.t.Errorf("%d KPIs (-list +published):\n%.2000s", len(titles), diff)
	}
	w.one("select count(*), count(*) filter (where type = 'K'), count(*) filter (where type = 'L') from kolada.municipality", "312 290 22")
	w.one("select title || ', ' || type from kolada.municipality where id = '0024'", "Region Västerbotten, L")
}
