package kolada

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"effekt/sources"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
)

// invented reads a body that has the traits of the real ones, so that every
// shape is read without recordings too.
func invented(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("testdata/bodies/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// shelf is a server of the invented bodies, and the group that asks for them.
func shelf(t *testing.T) (*server, group) {
	t.Helper()
	s := &server{answer: func(_ int, u *url.URL, _ []byte) []byte {
		name, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/v3/"), "/")
		return invented(t, name)
	}}
	kpis := []kpi{{"N99901", "Påhittade dagar, antal/inv"}, {"N99902", "Påhittad andel (%)"}, {"U99903", "Påhittad enkät, andel positiva svar (%)"}}
	return s, group{name: "invented", kpis: kpis, regions: []string{"0000", "0098", "9801"}, county: "0098"}
}

// Genders come in another order in every record, null with a count of 0 and no
// word of why, and groups among municipalities where regions are not named.
func TestDataLikeTheRealOne(t *testing.T) {
	t.Parallel()
	s, g := shelf(t)
	bodies, came, err := fetch(t.Context(), s.start(t), caller{}, g)
	if err != nil || len(bodies) != 1 {
		t.Fatal(len(bodies), err)
	}
	got, err := rows(t, bodies...)
	null := array.NullValueStr
	want := []string{
		"N99901|0000|2030|T|10.5|1|", "N99901|0000|2030|K|11.25|1|", "N99901|0000|2030|M|9.75|1|",
		"N99901|0098|2030|K|7.000001|1|", "N99901|0098|2030|T|6.5|1|", "N99901|0098|2030|M|6|1|",
		"N99901|9801|2030|M|-3|1|", "N99901|9801|2030|K|" + null + "|0|", "N99901|9801|2030|T|0|1|",
		"N99902|9801|2031|T|" + null + "|0|", "N99902|G99001|2031|T|5.5|17|", // the one that is deleted is left out
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	places, err := Source{}.Locate(sources.Part{}, stored(bodies[0])[0], []map[string]string{{"kpi": "N99901", "municipality": "9801", "year": "2030", "gender": "M"}})
	if err != nil || places[0].Raw != "-3" || !strings.HasPrefix(string(bodies[0][places[0].Offset:]), "-3") {
		t.Errorf("%+v: %v", places, err)
	}
	l := listed{kpis: []item{{"id": "N99901"}, {"id": "N99902"}, {"id": "U99903"}}, municipalities: []item{{"id": "0000"}, {"id": "0098"}, {"id": "9801"}}}
	gaps := []string{
		"no record for KPI: U99903", "N99902: no record in region: 0000 0098", "N99902: only null in region: 9801", "came without being asked: G99001",
	}
	if diff := cmp.Diff(gaps, came.gaps(g, l)); diff != "" {
		t.Error("gaps (-want +got):\n", diff)
	}
}

// Titles have blanks and no-break spaces, flags are numbers in some answers, a
// period is text or a number, and most texts may be null.
func TestListsLikeTheRealOnes(t *testing.T) {
	t.Parallel()
	s, g := shelf(t)
	l, problems, err := s.start(t).describe(t.Context(), caller{}, g)
	if err != nil || problems != nil {
		t.Fatal(problems, err)
	}
	kpis := []item{
		{
			"id": "N99901", "title": "Påhittade dagar, antal/inv", "description": `Påhittat. \n Källa:` + "\u00a0ingen.", "is_divided_by_gender": "true", "municipality_type": "A", "auspice": "E",
			"operating_area": "Påhittat, övergripande", "perspective": "Resurser", "prel_publication_date": "2032-04-01", "publication_date": "2032-08-28", "publ_period": "2031", "has_ou_data": "false",
		},
		{
			"id": "N99902", "title": " Påhittad\u00a0andel (%)", "description": "Påhittat antal, dividerat med påhittat antal. Källa: ingen", "is_divided_by_gender": "false", "municipality_type": "L",
			"operating_area": "Påhittat", "has_ou_data": "false",
		},
		{
			"id": "U99903", "title": "Påhittad enkät, andel positiva svar (%)", "description": `Svarat "Ja" på frågan.`, "is_divided_by_gender": "true", "municipality_type": "K", "auspice": "T",
			"operating_area": "Påhittat", "perspective": "Kvalitet och resultat", "publication_date": "2032-05-22", "publ_period": "2031", "has_ou_data": "true",
		},
	}
	if diff := cmp.Diff(kpis, l.kpis); diff != "" {
		t.Error("KPIs (-want +got):\n", diff)
	}
	areas := []item{
		{"id": "0000", "title": "Riket", "type": "L"},
		{"id": "0098", "title": "Region Påhitt", "type": "L"},
		{"id": "9801", "title": "Hittstad", "type": "K"},
		{"id": "9902", "title": "Annanstad ", "type": "K"},
	}
	if diff := cmp.Diff(areas, l.municipalities); diff != "" {
		t.Error("municipalities (-want +got):\n", diff)
	}
}

// The closed version 2 answers 410 to everything: what is fetched in full then
// fails with the publisher's word, and what is held stays.
func TestGoneLikeTheRealOne(t *testing.T) {
	t.Parallel()
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusGone)
		_, _ = w.Write(invented(t, "error_v2_gone"))
	}))
	defer h.Close()
	client, err := sources.NewClient(sources.Settings{Limits: map[string]sources.Limit{h.URL: {Calls: 1000, Window: time.Second}}})
	if err != nil {
		t.Fatal(err)
	}
	_, g := shelf(t)
	source, task := Source{Base: h.URL + "/v2"}, taskOf(g)
	task.Asked = task.Now
	task.Held.Parts = []sources.Part{{Description: sources.Description{KPIs: g.ids()}}}
	if v := source.Due(t.Context(), client, []sources.Task{task}); !v[0].Due || v[0].Err != nil {
		t.Errorf("%+v", v)
	}
	_, err = source.Fetch(t.Context(), client, task, sources.Verdict{})
	var status *sources.StatusError
	var refusal *sources.Refusal
	if !errors.As(err, &status) || errors.As(err, &refusal) || status.Status != 410 || status.Attempt != 1 || !strings.Contains(fmt.Sprint(err), "Invented: this address is closed") {
		t.Error(err)
	}
}
