package pipeline

import (
	"effekt/config"
	"effekt/pipeline/archive"
	"fmt"
	"slices"
	"strings"
	"testing"

	effektsql "effekt/sql"
)

// A body that cannot be read, as one KPI's figure that comes twice, leaves out
// that data set or KPI and no other.
func TestWhatCannotBeReadIsLeftOutAlone(t *testing.T) {
	t.Parallel()
	m := newMaking(t, config.Embedded, effektsql.Files)
	store, err := archive.Open(t.TempDir(), m.pipeline.Now)
	if err != nil {
		t.Fatal(err)
	}
	m.pipeline.Archive = store
	m.in.vintages, m.in.results = map[string][]archive.Vintage{}, map[string]DatasetResult{}
	keep := func(d config.Dataset, roles map[string]string) {
		v := archive.Vintage{Name: "v", Manifest: archive.Manifest{Source: d.Source, Dataset: d.Name, KPIs: []string{"N00957", "N00401"}}}
		for role, body := range roles {
			object, err := store.Put([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			v.Requests = append(v.Requests, archive.Request{Role: role, Object: object})
		}
		m.in.vintages[d.Name] = []archive.Vintage{v}
	}
	record := func(kpi string, value float64) string {
		return fmt.Sprintf(`{"kpi":%q,"municipality":"0024","period":2024,"values":[{"gender":"T","count":1,"status":"","value":%v,"isdeleted":false}]}`, kpi, value)
	}
	grp, _ := m.pipeline.Config.Dataset("grp")
	keep(grp, map[string]string{"data": `{"version":"2.0","class":"dataset","id":["Region"]`})
	i := slices.IndexFunc(m.pipeline.Config.Datasets, func(d config.Dataset) bool {
		return slices.ContainsFunc(d.KPIs, func(k config.KPI) bool { return k.ID == "N00957" })
	})
	keep(m.pipeline.Config.Datasets[i], map[string]string{
		"data":         fmt.Sprintf(`{"values":[%s,%s,%s]}`, record("N00957", 20), record("N00401", 4), record("N00957", 21)),
		"municipality": `{"values":[{"id":"0024","title":"Region Västerbotten","type":"L"}]}`,
	})
	if err := m.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	made(t, m)
	var left []string
	for _, l := range m.left() {
		left = append(left, l.Table)
	}
	if got := strings.Join(left, " "); got != "scb.grp kolada.N00957" {
		t.Errorf("left out: %s", got)
	}
	states, err := m.build.Query(t.Context(), `select string_agg(indicator_id || ' ' || state, ', ' order by indicator_id), bool_and(state = 'current' or state_reason <> '')
		from mart.indicator where indicator_id in ('ghg_per_capita', 'sickness_days', 'grp_per_capita')`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(states.Rows[0]); got != "[ghg_per_capita current, grp_per_capita absent, sickness_days absent true]" {
		t.Error(got)
	}
	reasons, err := m.build.Query(t.Context(), "select state_reason from mart.indicator where indicator_id = 'sickness_days'", 0)
	if err != nil || !strings.Contains(fmt.Sprint(reasons.Rows), "N00957, municipality 0024, year 2024, gender T comes twice") {
		t.Errorf("%v %v", reasons.Rows, err)
	}
}
