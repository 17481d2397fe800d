package kolada

import (
	"net/url"
	"strings"
	"testing"

	"effekt/sources"

	"github.com/google/go-cmp/cmp"
)

func TestDescribeNamesWhatDiffers(t *testing.T) {
	t.Parallel()
	s := &server{
		kpis: []map[string]any{
			{"id": "N1", "title": "Ohälsotal,\u00a0dagar ", "is_divided_by_gender": true, "municipality_type": "A", "has_ou_data": false, "publ_period": "2026"},
			{"id": "N2", "title": "Långtidsarbetslösa i befolkningen, 25-65 år, andel (%)"},
			{"id": "N4", "title": "any"},
		},
		areas: []map[string]any{
			area("0000", "Riket", "L"), area("0024", "Region Västerbotten", "K"), area("2480", "Umeå", "K"), area("2482", "Skellefteå", "L"),
		},
		perPage: 2,
	}
	d := group{
		name:    "halsa",
		kpis:    []kpi{{"N1", "Ohälsotal, dagar"}, {"N2", "Långtidsarbetslöshet 25–64 år"}, {"N3", "Förvärvsarbetande"}, {id: "N4"}},
		regions: []string{"0000", "0024", "2480", "2482", "2499"},
	}
	m, problems, err := s.start(t).describe(t.Context(), caller{}, d)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.kpis) != 3 || len(m.municipalities) != 4 {
		t.Errorf("%d KPIs and %d municipalities, want 3 and 4", len(m.kpis), len(m.municipalities))
	}
	want := sources.Problems{
		{Of: "N2", Text: `its title is now "Långtidsarbetslösa i befolkningen, 25-65 år, andel (%)"; the config has "Långtidsarbetslöshet 25–64 år": see whether it still measures the same`},
		{Of: "N3", Text: `Kolada does not have it; the config's title is "Förvärvsarbetande"`},
		{Of: "", Text: `region 0024 (Region Västerbotten) has type "K" in Kolada's list, want "L"`},
		{Of: "", Text: `region 2482 (Skellefteå) has type "L" in Kolada's list, want "K"`},
		{Of: "", Text: "region 2499 is not in Kolada's list of municipalities and regions"},
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error("problems (-want +got):\n", diff)
	}
	if got := want[1:2].Error(); !strings.HasPrefix(got, "N3: Kolada") {
		t.Error(got)
	}
}

func TestDescribeAsksForAtMost25KPIsAtATime(t *testing.T) {
	t.Parallel()
	s := &server{areas: []map[string]any{area("0000", "Riket", "L")}}
	ids := numbered("N", 60)
	for _, id := range ids {
		s.kpis = append(s.kpis, map[string]any{"id": id, "title": id})
	}
	d := group{regions: []string{"0000"}}
	for _, id := range ids {
		d.kpis = append(d.kpis, kpi{id, id})
	}
	m, problems, err := s.start(t).describe(t.Context(), caller{}, d)
	if err != nil || problems != nil || len(m.kpis) != 60 {
		t.Fatalf("%d KPIs, %v, %v", len(m.kpis), problems, err)
	}
	asked := s.requests()
	if len(asked) != 4 || asked[3] != "/municipality?per_page=5000" {
		t.Errorf("asked for %q", asked)
	}
}

func TestDescribeFailsOnABadListing(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{"kpi", "municipality"} {
		s := &server{answer: func(_ int, u *url.URL, body []byte) []byte {
			if strings.HasPrefix(u.Path, "/v3/"+broken) {
				return []byte(`{"detail":"Not Found"}`)
			}
			return body
		}}
		_, _, err := s.start(t).describe(t.Context(), caller{}, group{name: "halsa", kpis: pinned("N1"), regions: []string{"0000"}})
		if err == nil || !strings.Contains(err.Error(), `kolada: halsa: `) || !strings.Contains(err.Error(), `no "values"`) {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

func TestSurveyTellsGapsByKind(t *testing.T) {
	t.Parallel()
	withdrawn := record("N1", "2482", 2023, "T=null")
	withdrawn["values"].([]map[string]any)[0]["isdeleted"] = true
	s := &server{records: []map[string]any{
		record("N1", "0000", 2023, "T=1", "F=2"), record("N1", "2480", 2023, "T=null"), withdrawn,
		record("N2", "0000", 2023, "T=null"), record("N2", "0000", 2024), record("N5", "9999", 2023, "T=1"),
	}}
	d := group{kpis: pinned("N1", "N2", "N3", "N4"), regions: []string{"0000", "2480", "2482", "2401", "2499"}, years: []int{2023, 2024}}
	_, came, err := fetch(t.Context(), s.start(t), caller{}, d)
	if err != nil {
		t.Fatal(err)
	}
	came.add([]Value{{Key: Key{"N5", "9999", 2023, "T"}}})
	m := listed{kpis: []item{{"id": "N1"}, {"id": "N2"}, {"id": "N3"}}}
	for _, id := range []string{"0000", "2480", "2482", "2401"} {
		m.municipalities = append(m.municipalities, item{"id": id})
	}
	want := []string{
		"unknown to Kolada: N4 2499",
		"no record for KPI: N3",
		"no record for region: 2482 2401",
		"no record for year: 2024",
		"N1: only null in region: 2480",
		"N2: no record in region: 2480",
		"N2: only null in region: 0000",
		"came without being asked: 9999 N5",
		`gender other than T, K and M: "F" (1)`,
	}
	if diff := cmp.Diff(want, came.gaps(d, m)); diff != "" {
		t.Error("gaps (-want +got):\n", diff)
	}
	problems := sources.Problems{
		{Of: "N2", Text: "all 1 values are null: Kolada holds nothing for these regions and years"},
		{Of: "N3", Text: "not one value: Kolada answered without it for every region and year"},
		{Of: "N4", Text: "not one value: Kolada answered without it for every region and year"},
	}
	if diff := cmp.Diff(problems, came.problems(d, m, came)); diff != "" {
		t.Error("problems (-want +got):\n", diff)
	}
}
