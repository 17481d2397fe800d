package build

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/held"
	"effekt/sources"
	"effekt/sources/scb"

	effektsql "effekt/sql"
)

// A body that cannot be read, as one KPI's figure that comes twice, leaves out
// that data set or KPI and no other.
func TestWhatCannotBeReadIsLeftOutAlone(t *testing.T) {
	t.Parallel()
	in := emptyMaking(t, config.Embedded, effektsql.Files).Inputs
	store, err := archive.Open(t.TempDir(), anyDay)
	if err != nil {
		t.Fatal(err)
	}
	in.Datasets = map[string]held.Dataset{}
	keep := func(d config.Dataset, roles map[string]string) {
		v := archive.Vintage{Name: "v", Manifest: archive.Manifest{Source: d.Source, Dataset: d.Name, Description: sources.Description{KPIs: []string{"N00957", "N00401"}}}}
		for variable := range d.Select {
			v.Variables = append(v.Variables, sources.Variable{Code: variable, Column: scb.Column(variable)})
		}
		for role, body := range roles {
			object, err := store.Put([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			v.Requests = append(v.Requests, archive.Request{Role: role, Object: object})
		}
		in.Datasets[d.Name] = held.Store{Config: in.Config, Archive: store}.From(d, []archive.Vintage{v})
	}
	record := func(kpi string, value float64) string {
		return fmt.Sprintf(`{"kpi":%q,"municipality":"0024","period":2024,"values":[{"gender":"T","count":1,"status":"","value":%v,"isdeleted":false}]}`, kpi, value)
	}
	grp, _ := in.Config.Dataset("grp")
	keep(grp, map[string]string{"data": `{"version":"2.0","class":"dataset","id":["Region"]`})
	i := slices.IndexFunc(in.Config.Datasets, func(d config.Dataset) bool {
		return slices.ContainsFunc(d.KPIs, func(k config.KPI) bool { return k.ID == "N00957" })
	})
	keep(in.Config.Datasets[i], map[string]string{
		"data":         fmt.Sprintf(`{"values":[%s,%s,%s]}`, record("N00957", 20), record("N00401", 4), record("N00957", 21)),
		"municipality": `{"values":[{"id":"0024","title":"Region Västerbotten","type":"L"}]}`,
	})
	m := made(t, makingOf(t, in))
	var left []string
	for _, l := range m.left() {
		left = append(left, l.Table)
	}
	if got := strings.Join(left, " "); got != "scb.grp kolada.N00957" {
		t.Errorf("left out: %s", got)
	}
	states, err := m.db.Query(t.Context(), `select string_agg(indicator_id || ' ' || state, ', ' order by indicator_id), bool_and(state = 'current' or state_reason <> '')
		from mart.indicator where indicator_id in ('ghg_per_capita', 'sickness_days', 'grp_per_capita')`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(states.Rows[0]); got != "[ghg_per_capita current, grp_per_capita absent, sickness_days absent true]" {
		t.Error(got)
	}
	reasons, err := m.db.Query(t.Context(), "select state_reason from mart.indicator where indicator_id = 'sickness_days'", 0)
	if err != nil || !strings.Contains(fmt.Sprint(reasons.Rows), "N00957, municipality 0024, year 2024, gender T comes twice") {
		t.Errorf("%v %v", reasons.Rows, err)
	}
}
