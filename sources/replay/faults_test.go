package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault  Fault
		status int
		check  func(r reply) bool
	}{
		{Fault{Kind: "429"}, 429, func(r reply) bool { return r.header.Get("Retry-After") == "" }},
		{Fault{Kind: "429-retry-after", Delay: 1200 * time.Millisecond}, 429, func(r reply) bool { return r.header.Get("Retry-After") == "2" }},
		{Fault{Kind: "429-retry-after-date", Delay: time.Hour}, 429, func(r reply) bool {
			at, err := http.ParseTime(r.header.Get("Retry-After"))
			return err == nil && time.Until(at) > 59*time.Minute
		}},
		{Fault{Kind: "500-empty"}, 500, func(r reply) bool { return r.body == "" }},
		{Fault{Kind: "500-html"}, 500, func(r reply) bool { return strings.HasPrefix(r.body, "<!DOCTYPE") }},
		{Fault{Kind: "503-html"}, 503, func(r reply) bool { return strings.HasPrefix(r.body, "<!DOCTYPE") }},
		{Fault{Kind: "404-table"}, 404, func(r reply) bool { return strings.Contains(r.body, "Non-existent table") }},
		{Fault{Kind: "200-html"}, 200, func(r reply) bool { return strings.HasPrefix(r.body, "<!DOCTYPE") }},
		{Fault{Kind: "truncated-json"}, 200, func(r reply) bool { return r.err == nil && !json.Valid([]byte(r.body)) }},
		{Fault{Kind: "slow-first-byte", Delay: time.Millisecond}, 200, func(r reply) bool { return json.Valid([]byte(r.body)) }},
		{Fault{Kind: "slow-body", Delay: time.Millisecond}, 200, func(r reply) bool { return json.Valid([]byte(r.body)) }},
		{Fault{Kind: "large-body", Size: 1 << 20}, 200, func(r reply) bool { return json.Valid([]byte(r.body)) && len(r.body) > 1<<20 }},
		{Fault{Kind: "content-length-long"}, 200, func(r reply) bool { return r.err != nil && json.Valid([]byte(r.body)) }},
		{Fault{Kind: "content-length-short"}, 200, func(r reply) bool { return r.err == nil && !json.Valid([]byte(r.body)) }},
		{Fault{Kind: "reset"}, 0, func(r reply) bool { return r.err != nil }},
		{Fault{Kind: "gzip-truncated"}, 200, func(r reply) bool { return r.err != nil }},
	} {
		t.Run(tt.fault.Kind, func(t *testing.T) {
			t.Parallel()
			tt.fault.Role, tt.fault.Request = "metadata", 2
			_, running := serve(t, Options{Faults: []Fault{tt.fault}})
			for n := range 3 {
				client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
				response, err := client.Get(running.SCB() + "/tables/TAB1/metadata")
				r := read(t, response, err)
				struck := n == 1
				if struck && (tt.status != 0 && r.status != tt.status || !tt.check(r)) {
					t.Errorf("struck: %d %v %v %.100s", r.status, r.err, r.header, r.body)
				}
				if !struck && (r.status != 200 || r.err != nil || !json.Valid([]byte(r.body))) {
					t.Errorf("request %d: %d %v %.100s", n, r.status, r.err, r.body)
				}
			}
		})
	}
}

func TestTimeoutWaitsForTheClient(t *testing.T) {
	t.Parallel()
	s, running := serve(t, Options{Faults: []Fault{{Kind: "timeout", Request: 1}}})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, running.SCB()+"/config", nil)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
		t.Errorf("answered %d", response.StatusCode)
	}
	if r := get(t, running.SCB()+"/config"); r.status != 200 {
		t.Errorf("the next: %d", r.status)
	}
	if seen := s.Requests(); len(seen) != 2 || seen[0].Status != 0 || seen[0].Fault != "timeout" || seen[1].Status != 200 {
		t.Errorf("%+v", seen)
	}
}

func TestFaultsAreCounted(t *testing.T) {
	t.Parallel()
	s, running := serve(t, Options{Faults: []Fault{
		{Source: "scb", Role: "listing", Request: 2, Times: 2, Kind: "500-empty"},
		{Path: "TAB22", Kind: "503-html"},
		{Role: "kpi", Times: 1, Kind: "429"},
	}})
	for _, path := range []string{"/tables", "/config", "/tables", "/tables", "/tables", "/codelists/TAB22", "/tables/TAB22/metadata", "/tables/TAB1/metadata"} {
		get(t, running.SCB()+path)
	}
	get(t, running.Kolada()+"/kpi")
	get(t, running.Kolada()+"/kpi")
	var statuses []int
	for _, seen := range s.Requests() {
		statuses = append(statuses, seen.Status)
	}
	if diff := cmp.Diff([]int{200, 200, 500, 500, 200, 503, 503, 200, 429, 200}, statuses); diff != "" {
		t.Error(diff)
	}
	if s.Forget(); s.Count("") != 0 {
		t.Error("Forget forgot nothing")
	}
}

func TestLatencyAndCache(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{Latency: 30 * time.Millisecond, Plain: true, CacheBytes: 1 << 20})
	start := time.Now()
	body := selection("Region 24", "Alder 0,1", "Kon 1", "ContentsCode C1", "Tid 2020")
	first, second := post(t, running.SCB()+dataPath, body), post(t, running.SCB()+dataPath, body)
	other := post(t, running.SCB()+dataPath, strings.Replace(body, "2020", "2021", 1))
	if first.body != second.body || first.status != 200 || other.body == first.body || other.status != 200 {
		t.Errorf("the cache answers otherwise: %d %s", second.status, second.body)
	}
	if took := time.Since(start); took < 90*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

func one(region, year string) string {
	return selection("Region "+region, "Alder 0", "Kon 1", "ContentsCode C1", "Tid "+year)
}

// Data changed under way by a fault: once, and the struck request sees it.
func TestEditFault(t *testing.T) {
	t.Parallel()
	at := map[string]string{"Region": "24", "Alder": "0", "Kon": "1", "ContentsCode": "C1", "Tid": "2022"}
	added := 0.0
	_, running := serve(t, Options{CacheBytes: 1 << 20, Faults: []Fault{{Kind: "edit", Request: 3, Times: 9, Edit: func(l *Library) error {
		added++
		return l.SetValue("TAB1", at, added/2, "e")
	}}}})
	for n, want := range []string{`"value":[30002]}`, `"value":[30002]}`, `"value":[0.5],"status":{"0":"e"}}`, `"value":[0.5],"status":{"0":"e"}}`} {
		if r := post(t, running.SCB()+dataPath, one("24", "2022")); !strings.HasSuffix(r.body, want) || !strings.Contains(r.body, `"updated":"2026-06-08T06:00:00Z"`) {
			t.Errorf("request %d: no %s in %s", n+1, want, r.body)
		}
	}
	_, running = serve(t, Options{Faults: []Fault{{Kind: "edit", Edit: func(l *Library) error { return l.RemoveTable("TAB9") }}}})
	if r := get(t, running.SCB()+"/config"); r.status != 500 || r.body != "replay: no table TAB9" {
		t.Errorf("an edit that fails: %d %s", r.status, r.body)
	}
}

func TestReviseEdits(t *testing.T) {
	t.Parallel()
	s, running := serve(t, Options{})
	other := New(s.lib, Options{})
	err := s.Revise(func(l *Library) error {
		value := 3.5
		steps := []error{
			l.AddPeriod("TAB1", "2025"),
			l.RemoveCodes("TAB1", "Alder", "1", "2"),
			l.Freeze("TAB22", "2021"),
			l.SetDiscontinued("TAB1", true),
			l.Relabel("TAB1", "Kon", "", "sex"),
			l.RemoveKPI("N00001"),
			l.SetKolada("N00000", "2480", 2020, "K", &value, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)),
			l.WithdrawKolada("N00000", "0024", 2020, "T", time.Time{}),
			l.RenameKPI("N00003", "Annat"),
			l.RemoveMunicipality("0000"),
			l.SetUpdated("TAB22", ""),
			l.SetTitle("TAB22", "Annan titel"),
			l.Announce("TAB22", "2022"),
			l.CopyTable("TAB1", "TAB333"),
		}
		l.AddKolada("N00000", "2480", 2026, "T", 7, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
		for _, err := range steps {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var g got
	ask := selection("Region 24,2480", "Alder 0,3,a;b", "Kon 2", "ContentsCode C2", "Tid 2024,2025")
	want := []float64{30114, 30114, 33114, 33114, 34114, 34114, 50114, 50114, 53114, 53114, 54114, 54114}
	for _, id := range []string{"TAB1", "TAB333"} {
		r := post(t, strings.Replace(running.SCB()+dataPath, "TAB1", id, 1), ask)
		if diff := cmp.Diff(want, func() []float64 { r.json(t, &g); return g.values() }()); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(r.body, `"sex"`) || !strings.Contains(r.body, `"tableid":"`+id+`"`) || !strings.Contains(r.body, `"matrix":"`+id+`"`) {
			t.Error(r.body)
		}
	}
	var meta got
	r := get(t, running.SCB()+"/tables/TAB22/metadata")
	r.json(t, &meta)
	if diff := cmp.Diff([]string{"2020", "2021", "2022"}, meta.codes("Tid")); diff != "" {
		t.Error(diff)
	}
	if meta.Label != "Annan titel" || !strings.Contains(r.body, `"updated":"2020-06-09T06:00:00Z"`) {
		t.Error(r.body)
	}
	r = post(t, strings.Replace(running.SCB()+dataPath, "TAB1", "TAB22", 1), one("24", "2021,2022"))
	if !strings.HasSuffix(r.body, `"value":[30001,null],"status":{"1":".."}}`) {
		t.Error(r.body)
	}
	if b := get(t, running.Kolada()+"/data/kpi/N00000,N00001/year/2020?from_date=2026-09-01").body; !strings.Contains(b, `"value":3.5`) || !strings.Contains(b, `"count":1,"next_url"`) {
		t.Error(b)
	}
	if b := get(t, running.Kolada()+"/data/kpi/N00000/municipality/2480,0000").body; !strings.Contains(b, `"value":7,"isdeleted":false}],"kpi":"N00000","period":2026`) || !strings.Contains(b, `"count":5,"next_url"`) {
		t.Error(b)
	}
	if b := get(t, running.Kolada()+"/kpi/N00003,N00001").body; !strings.Contains(b, `"title":"Annat"`) || !strings.Contains(b, `"count":1,"next_url"`) {
		t.Error(b)
	}
	if b := get(t, running.Kolada()+"/municipality").body; !strings.Contains(b, `Umeå`) || !strings.Contains(b, `"count":2,"next_url"`) {
		t.Error(b)
	}
	if b := get(t, running.Kolada()+"/data/kpi/N00000/municipality/0024/year/2020").body; !strings.Contains(b, `"gender":"T","count":0,"status":"","value":null,"isdeleted":true`) {
		t.Error(b)
	}
	if b := get(t, listen(t, other).SCB()+"/tables/TAB1/metadata").body; !strings.Contains(b, `"kön"`) {
		t.Error("another server of the same library sees the revision")
	}
}

func TestFailedReviseChangesNothing(t *testing.T) {
	t.Parallel()
	s, running := serve(t, Options{})
	for name, edit := range map[string]func(*Library) error{
		"table":    func(l *Library) error { _ = l.RemoveTable("TAB1"); return l.RemoveTable("TAB9") },
		"variable": func(l *Library) error { return l.RemoveCodes("TAB1", "Nix", "1") },
		"all":      func(l *Library) error { return l.RemoveCodes("TAB1", "Kon", "1", "2") },
		"none":     func(l *Library) error { return l.RemoveCodes("TAB1", "Kon", "3") },
		"cell":     func(l *Library) error { return l.SetValue("TAB1", nil, 1, "") },
		"label":    func(l *Library) error { return l.Relabel("TAB1", "Kon", "3", "x") },
		"name":     func(l *Library) error { return l.Relabel("TAB1", "Nix", "", "x") },
		"blank":    func(l *Library) error { return l.Blank("TAB1", "Nix", "..", "1") },
		"body":     func(l *Library) error { return l.SetTable("TAB1", []byte("{")) },
		"region":   func(l *Library) error { return l.RemoveMunicipality("2481") },
		"period":   func(l *Library) error { return l.Freeze("TAB1", "1999") },
		"kpi":      func(l *Library) error { return l.RenameKPI("N9", "x") },
		"record":   func(l *Library) error { return l.SetKolada("N00000", "2480", 1999, "T", nil, time.Time{}) },
		"gender":   func(l *Library) error { return l.SetKolada("N00000", "2480", 2020, "F", nil, time.Time{}) },
	} {
		if err := s.Revise(edit); err == nil || !strings.HasPrefix(err.Error(), "replay: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if r := get(t, running.SCB()+"/tables/TAB1/metadata"); r.status != 200 {
		t.Errorf("%d", r.status)
	}
}

// A revision and requests at the same time: each answer is whole, old or new.
func TestReviseWhileServing(t *testing.T) {
	t.Parallel()
	s, running := serve(t, Options{CacheBytes: 1 << 20})
	done := make(chan error)
	go func() {
		for range 20 {
			if err := s.Revise(func(l *Library) error { return l.SetUpdated("TAB1", "") }); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for range 20 {
		r := post(t, running.SCB()+dataPath, one("24", "2022"))
		if r.err != nil || r.status != 200 || !json.Valid([]byte(r.body)) {
			t.Fatalf("%v %s", r.err, r.body)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// What is lost without a word: a region's records cut from a page that counts
// them still, its records gone from a KPI, its cells in a table blank.
func TestSilentLosses(t *testing.T) {
	t.Parallel()
	s, running := serve(t, Options{Faults: []Fault{{Source: "kolada", Role: "data", Request: 2, Kind: "cut-region", Code: "0024"}}})
	const path = "/data/kpi/N00000,N00001/municipality/0024,2480"
	page := func() (records int, count, body string) {
		body = get(t, running.Kolada()+path).body
		_, after, _ := strings.Cut(body, `"count":`+strconv.Itoa(strings.Count(body, `"kpi":`))+`,"next_url"`)
		return strings.Count(body, `"kpi":`), after, body
	}
	whole, own, _ := page()
	cut, other, body := page()
	if own == "" || other != "" || cut == 0 || cut >= whole || strings.Contains(body, `"0024"`) || !strings.Contains(body, fmt.Sprintf(`"count":%d,"next_url"`, whole)) {
		t.Errorf("%d records, then %d: %s", whole, cut, body)
	}
	err := s.Revise(func(l *Library) error {
		return errors.Join(l.RemoveRecords("N00000", "0024", 0), l.Blank("TAB1", "Region", "..", "24"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if left, own, body := page(); own == "" || left >= whole || strings.Contains(body, `"kpi":"N00000","period":2020,"municipality":"0024"`) || !strings.Contains(body, `"kpi":"N00001","period":2020,"municipality":"0024"`) {
		t.Error(body)
	}
	var g got
	r := post(t, running.SCB()+dataPath, one("01,24", "2023"))
	r.json(t, &g)
	if v := g.values(); len(v) != 2 || v[0] != 10003 || v[1] != -1 || !strings.Contains(r.body, `"status":{"1":".."}`) {
		t.Error(r.body)
	}
	if err := s.Revise(func(l *Library) error { return l.RemoveRecords("N00000", "0024", 0) }); err == nil {
		t.Error("no error where no record is left")
	}
}
