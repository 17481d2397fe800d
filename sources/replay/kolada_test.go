package replay

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type koladaPage struct {
	Values []struct {
		ID, Title, KPI, Municipality string
		Period                       int
		Values                       []genderValue
	}
	Count    int
	Next     *string `json:"next_url"`
	Previous *string `json:"previous_url"`
}

func (e koladaPage) keys() []string {
	var keys []string
	for _, v := range e.Values {
		keys = append(keys, fmt.Sprint(v.KPI, v.Municipality, v.Period))
	}
	return keys
}

func TestKoladaPaging(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{PageSize: 12})
	url := running.Kolada() + "/kpi"
	var ids []string
	for pages := 1; ; pages++ {
		var e koladaPage
		get(t, url).json(t, &e)
		if e.Count != len(e.Values) || (e.Previous == nil) != (pages == 1) {
			t.Errorf("page %d: count %d for %d, previous %v", pages, e.Count, len(e.Values), e.Previous)
		}
		for _, v := range e.Values {
			ids = append(ids, v.ID)
		}
		if e.Next == nil {
			break
		}
		if url = *e.Next; url != fmt.Sprintf("%s/kpi?page=%d&per_page=12", running.Kolada(), pages+1) {
			t.Fatalf("next_url %s", url)
		}
	}
	if len(ids) != 30 || ids[0] != "N00000" || ids[29] != "N00029" {
		t.Errorf("ids %v", ids)
	}
	var beyond koladaPage
	get(t, running.Kolada()+"/kpi?page=9223372036854775807").json(t, &beyond)
	if beyond.Count != 0 || beyond.Next != nil || beyond.Values == nil {
		t.Errorf("beyond the last page: %+v", beyond)
	}
}

func TestKoladaCounts(t *testing.T) {
	t.Parallel()
	s, running := serve(t, Options{})
	if err := s.Revise(func(l *Library) error {
		return l.SetKolada("N00001", "0024", 2020, "T", nil, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
	}); err != nil {
		t.Fatal(err)
	}
	ids := strings.TrimSuffix(strings.Repeat("N00001,", 25), ",")
	for path, want := range map[string]int{
		"/kpi/N00003,N99999,N00001": 2,
		"/kpi":                      30,
		"/municipality":             3,
		"/municipality?per_page=2":  2,
		"/data/kpi/N00000,N00001,N00404/municipality/2480,0000/year/2020,2021,1999": 8,
		"/data/kpi/" + ids + "/year/2020":                                           3,
		"/data/kpi/N00000/municipality/0024":                                        4,
		"/data/kpi/N00000,N00001/year/2020?from_date=2026-05-01":                    1,
		"/data/kpi/N00000,N00001/year/2020?from_date=2026-05-02":                    0,
	} {
		var e koladaPage
		r := get(t, running.Kolada()+path)
		r.json(t, &e)
		if r.status != 200 || len(e.Values) != want || e.Values == nil {
			t.Errorf("%s: %d with %d values, want %d", path, r.status, len(e.Values), want)
		}
	}
	if probes := s.Count("kolada", "probe"); probes != 2 {
		t.Errorf("%d probes", probes)
	}
}

func TestKoladaRefusals(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	ids := strings.TrimSuffix(strings.Repeat("N00001,", 26), ",")
	base := strings.TrimSuffix(running.Kolada(), "/v3")
	for path, want := range map[string]string{
		"/v3/kpi/" + ids: `422 {"detail":[{"type":"too_long","loc":["path","ids"],"msg":"List should have at most 25 items after validation, not 26"}]}`,
		"/v3/data/kpi/N1/municipality/" + ids + "/year/2020":      `422 {"detail":[{"type":"too_long","loc":["path","municipality"]`,
		"/v3/data/kpi/N1/year/2020" + strings.Repeat(",2021", 25): `422 {"detail":[{"type":"too_long","loc":["path","year"]`,
		"/v3/data/kpi/N1/year/i_fjol":                             `422 {"detail":[{"type":"int_parsing","loc":["path","year"]`,
		"/v3/data/kpi/N1/year/2020?from_date=20200101":            `422 `,
		"/v3/kpi?page=0":            `422 `,
		"/v3/kpi?per_page=many":     `422 `,
		"/v3/nix":                   `404 {"detail":"Not Found"}`,
		"/v3/data/kpi/N1":           `404 {"detail":"Not Found"}`,
		"/v3/data/year/2020/kpi/N1": `404 {"detail":"Not Found"}`,
		"/":                         `404 {"detail":"Not Found"}`,
	} {
		r := get(t, base+path)
		if got := fmt.Sprint(r.status, " ", r.body); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestKoladaRecord(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	body := get(t, running.Kolada()+"/data/kpi/N00000,N00001/year/2020,2021,2022,2023").body
	for _, want := range []string{
		`{"values":[{"gender":"T","count":1,"status":"","value":2020.25,"isdeleted":false},`, `{"gender":"K","count":0,"status":"","value":null,"isdeleted":false}`,
		`{"gender":"M","count":3,"status":"x","value":1,"isdeleted":true}],"kpi":"N00000","period":2020,"municipality":"0000"}`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
}

func TestKoladaPageFaults(t *testing.T) {
	t.Parallel()
	pages := func(kind string) string {
		_, running := serve(t, Options{PageSize: 5, Faults: []Fault{{Source: "kolada", Role: "data", Kind: kind}}})
		return running.Kolada() + "/data/kpi/N00000/year/2020,2021,2022,2023"
	}
	var e koladaPage
	url := pages("looping-next-url")
	if get(t, url+"?page=2&per_page=5").json(t, &e); e.Next == nil || *e.Next != url+"?page=2&per_page=5" {
		t.Errorf("next_url %v", e.Next)
	}
	url = pages("next-url-other-host")
	if get(t, url).json(t, &e); e.Next == nil || *e.Next != "http://kolada.invalid/v3/data/kpi/N00000/year/2020,2021,2022,2023?page=2&per_page=5" {
		t.Errorf("next_url %v", *e.Next)
	}
	url = pages("duplicate-record")
	var keys []string
	for page := range 3 {
		e = koladaPage{}
		get(t, fmt.Sprintf("%s?page=%d", url, page+1)).json(t, &e)
		keys = append(keys, e.keys()...)
	}
	if len(keys) != 12+2 || keys[4] != keys[5] || e.Next != nil {
		t.Errorf("keys %v", keys)
	}
	if diff := cmp.Diff(3, e.Count); diff != "" {
		t.Error(diff)
	}
}
