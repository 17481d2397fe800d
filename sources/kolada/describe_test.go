package kolada

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

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
	d := Dataset{
		Name:    "halsa",
		KPIs:    []KPI{{"N1", "Ohälsotal, dagar"}, {"N2", "Långtidsarbetslöshet 25–64 år"}, {"N3", "Förvärvsarbetande"}, {ID: "N4"}},
		Regions: []string{"0000", "0024", "2480", "2482", "2499"},
	}
	m, problems, err := s.start(t).Describe(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.KPIs) != 3 || len(m.Municipalities) != 4 {
		t.Errorf("%d KPIs and %d municipalities, want 3 and 4", len(m.KPIs), len(m.Municipalities))
	}
	want := []Problem{
		{"N2", `its title is now "Långtidsarbetslösa i befolkningen, 25-65 år, andel (%)"; the config has "Långtidsarbetslöshet 25–64 år": see whether it still measures the same`},
		{"N3", `Kolada does not have it; the config's title is "Förvärvsarbetande"`},
		{"", `region 0024 (Region Västerbotten) has type "K" in Kolada's list, want "L"`},
		{"", `region 2482 (Skellefteå) has type "L" in Kolada's list, want "K"`},
		{"", "region 2499 is not in Kolada's list of municipalities and regions"},
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error("problems (-want +got):\n", diff)
	}
	if got := want[1].String(); !strings.HasPrefix(got, "N3: Kolada") {
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
	d := Dataset{Regions: []string{"0000"}}
	for _, id := range ids {
		d.KPIs = append(d.KPIs, KPI{id, id})
	}
	m, problems, err := s.start(t).Describe(t.Context(), d)
	if err != nil || problems != nil || len(m.KPIs) != 60 {
		t.Fatalf("%d KPIs, %v, %v", len(m.KPIs), problems, err)
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
		_, _, err := s.start(t).Describe(t.Context(), Dataset{Name: "halsa", KPIs: pinned("N1"), Regions: []string{"0000"}})
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
	source := s.start(t)
	source.Seen = &Survey{}
	d := Dataset{KPIs: pinned("N1", "N2", "N3", "N4"), Regions: []string{"0000", "2480", "2482", "2401", "2499"}, Years: []int{2023, 2024}}
	if _, err := fetch(source, d); err != nil {
		t.Fatal(err)
	}
	source.Seen.Add(Page{Values: []Value{{Key: Key{"N5", "9999", 2023, "T"}}}})
	m := Metadata{KPIs: []KPIInfo{{ID: "N1"}, {ID: "N2"}, {ID: "N3"}}}
	for _, id := range []string{"0000", "2480", "2482", "2401"} {
		m.Municipalities = append(m.Municipalities, Municipality{ID: id})
	}
	want := []Gap{
		{GapUnknown, "", []string{"N4", "2499"}},
		{GapKPI, "", []string{"N3"}},
		{GapRegion, "", []string{"2482", "2401"}},
		{GapYear, "", []string{"2024"}},
		{GapValue, "N1", []string{"2480"}},
		{GapPair, "N2", []string{"2480"}},
		{GapValue, "N2", []string{"0000"}},
		{GapUnasked, "", []string{"9999", "N5"}},
	}
	if diff := cmp.Diff(want, source.Seen.Gaps(d, m)); diff != "" {
		t.Error("gaps (-want +got):\n", diff)
	}
	if got := fmt.Sprint(want[0], want[4]); got != "unknown to Kolada: N4 2499 N1: only null in region: 2480" {
		t.Error(got)
	}
	problems := []Problem{
		{"N2", "all 1 values are null: Kolada holds nothing for these regions and years"},
		{"N3", "not one value: Kolada answered without it for every region and year"},
		{"N4", "not one value: Kolada answered without it for every region and year"},
	}
	if diff := cmp.Diff(problems, source.Seen.Problems(d, m, source.Seen)); diff != "" {
		t.Error("problems (-want +got):\n", diff)
	}
	if n := source.Seen.Unknown["F"]; n != 1 {
		t.Errorf("%d values by F, want 1", n)
	}
}
