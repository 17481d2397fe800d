package kolada

import (
	"context"
	"effekt/sources"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fetch collects all bodies.
func fetch(s Source, d Dataset) ([][]byte, error) {
	var bodies [][]byte
	for a, err := range s.Fetch(context.Background(), d) {
		if err != nil {
			return bodies, err
		}
		bodies = append(bodies, a.Body)
	}
	return bodies, nil
}

// rows reads bodies through NewReader as lines of text.
func rows(t testing.TB, bodies ...[]byte) ([]string, error) {
	t.Helper()
	r := NewReader(from(bodies...))
	defer r.Release()
	return lines(r), r.Err()
}

func TestChunks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfNDistinct(rapid.Int(), 0, 400, rapid.ID).Draw(t, "items")
		cut := chunks(items, maxIDs)
		if want := (len(items) + maxIDs - 1) / maxIDs; len(cut) != want {
			t.Fatalf("%d chunks of %d items, want %d", len(cut), len(items), want)
		}
		if !slices.Equal(slices.Concat(cut...), items) {
			t.Fatal("chunks are not disjoint and complete, in order")
		}
		least, most := len(items), 0
		for _, c := range cut {
			least, most = min(least, len(c)), max(most, len(c))
		}
		if most > maxIDs || len(cut) > 0 && most-least > 1 {
			t.Fatalf("chunks of %d to %d items", least, most)
		}
	})
}

func TestRequestsCoverEverythingOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := Dataset{
			KPIs:    pinned(numbered("N", rapid.IntRange(1, 60).Draw(t, "kpis"))...),
			Regions: numbered("R", rapid.IntRange(1, 60).Draw(t, "regions")),
			Years:   rapid.SliceOfNDistinct(rapid.IntRange(minYear, maxYear), 1, 60, rapid.ID).Draw(t, "years"),
		}
		requests, err := Source{Base: "http://kolada.test/v3"}.Requests(d)
		if err != nil {
			t.Fatal(err)
		}
		cells := map[string]bool{}
		for _, r := range requests {
			parts := strings.Split(strings.TrimPrefix(r.URL, "http://kolada.test/v3/data/kpi/"), "/")
			for k := range strings.SplitSeq(parts[0], ",") {
				for m := range strings.SplitSeq(parts[2], ",") {
					for y := range strings.SplitSeq(parts[4], ",") {
						if cell := k + " " + m + " " + y; cells[cell] {
							t.Fatalf("%s asked for twice", cell)
						} else {
							cells[cell] = true
						}
					}
				}
			}
		}
		if want := len(d.KPIs) * len(d.Regions) * len(d.Years); len(cells) != want {
			t.Fatalf("%d cells asked for, want %d", len(cells), want)
		}
	})
}

func TestFetchFollowsPagesOnAnotherHost(t *testing.T) {
	t.Parallel()
	s := &server{perPage: 2, nextBase: "https://api.kolada.example:8443"}
	for _, area := range []string{"0000", "0024", "2480", "2482", "2401"} {
		s.records = append(s.records, record("N1", area, 2023, "T=1.5"))
	}
	bodies, err := fetch(s.start(t), Dataset{KPIs: pinned("N1"), Regions: []string{"0000", "0024", "2480", "2482", "2401"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := rows(t, bodies...)
	if err != nil || len(got) != 5 {
		t.Fatalf("%d rows, %v; want 5", len(got), err)
	}
	path := "/data/kpi/N1/municipality/0000,0024,2480,2482,2401"
	want := []string{path, path + "?page=2&per_page=2", path + "?page=3&per_page=2"}
	if diff := cmp.Diff(want, s.requests()); diff != "" {
		t.Error("requests (-want +got):\n", diff)
	}
}

func TestFetchCutsEveryList(t *testing.T) {
	t.Parallel()
	d := Dataset{KPIs: pinned(numbered("N", 26)...), Regions: numbered("R", 51)}
	for y := range 30 {
		d.Years = append(d.Years, 1995+y)
	}
	d.KPIs = append(d.KPIs, d.KPIs[0])
	s := &server{perPage: 400}
	for _, k := range []string{"N00000", "N00025"} {
		for _, r := range d.Regions {
			for _, y := range d.Years {
				s.records = append(s.records, record(k, r, y, "T=1"))
			}
		}
	}
	bodies, err := fetch(s.start(t), d)
	if err != nil {
		t.Fatal(err)
	}
	got, err := rows(t, bodies...)
	if want := 2 * 51 * 30; err != nil || len(got) != want {
		t.Errorf("%d rows, %v; want %d", len(got), err, want)
	}
	if n := len(s.requests()); n != 2*3*2 {
		t.Errorf("%d requests, want 12", n)
	}
}

func TestFetchRefusesPagesThatNeverEnd(t *testing.T) {
	t.Parallel()
	next := func(text string) func(int, *url.URL, []byte) []byte {
		return func(int, *url.URL, []byte) []byte {
			return fmt.Appendf(nil, `{"values":[{"kpi":"N1","municipality":"0000","period":2023,"values":[]}],"count":1,"next_url":%q}`, text)
		}
	}
	tests := []struct {
		name   string
		answer func(int, *url.URL, []byte) []byte
		want   string
	}{
		{"the same page", next("http://x/v3/data?page=1"), "goes in a circle"},
		{"a page before", next("http://x/v3/data?page=0"), "goes in a circle"},
		{"always page 2", next("http://x/v3/data?page=2"), "page 2: next_url goes in a circle"},
		{"no page at all", next("http://x/v3/data"), "page 2: next_url goes in a circle"},
		{"a page skipped", next("http://x/v3/data?page=3"), "skips pages"},
		{"not a page", next("http://x/v3/data?page=last"), "cannot be read"},
		{"not an address", next("http://x:y/%"), "cannot be read"},
		{"empty with a next", func(int, *url.URL, []byte) []byte {
			return []byte(`{"values":[],"next_url":"http://x/?page=2"}`)
		}, "page 1 is empty"},
		{"for ever", func(n int, u *url.URL, b []byte) []byte {
			return next(fmt.Sprintf("http://x/?page=%d", n+1))(n, u, b)
		}, "more than 1000 pages"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := &server{answer: test.answer}
			_, err := fetch(s.start(t), Dataset{Name: "halsa", KPIs: pinned("N1"), Regions: []string{"0000"}})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "kolada: halsa: ") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestFetchLetsTheCallerTryARefusedBodyAgain(t *testing.T) {
	t.Parallel()
	whole := []byte(`{"values":[{"kpi":"N1","municipality":"0000","period":2023,"values":[{"gender":"T","value":1}]}]}`)
	for name, bad := range map[string]string{
		"html":      "<!DOCTYPE html><title>503</title>",
		"error":     `{"detail":"Not Found"}`,
		"truncated": string(whole[:70]),
		"cut":       `{"values":[{"kpi":"N1","municipality":"0000","period":2023,"values":[]}],"count":2}`,
		"null":      `{"values":null}`,
		"empty":     "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &server{answer: func(n int, _ *url.URL, _ []byte) []byte {
				if n == 1 {
					return []byte(bad)
				}
				return whole
			}}
			source := s.start(t)
			source.Caller = caller{tries: 2}
			source.Seen = &Survey{}
			d := Dataset{KPIs: pinned("N1"), Regions: []string{"0000"}}
			bodies, err := fetch(source, d)
			if err != nil || len(bodies) != 1 || len(s.requests()) != 2 {
				t.Fatalf("%d bodies by %d requests, %v", len(bodies), len(s.requests()), err)
			}
			if p := source.Seen.Problems(d, Metadata{}, &Survey{}); p != nil {
				t.Error(p)
			}
			source.Caller = caller{}
			s.answer = func(int, *url.URL, []byte) []byte { return []byte(bad) }
			if _, err := fetch(source, d); err == nil {
				t.Error("no error when every answer is bad")
			}
		})
	}
}

func TestFetchRefusesBeforeAsking(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]Dataset{
		"a slash in an id":   {KPIs: pinned("N1/../x"), Regions: []string{"0000"}},
		"a comma in a list":  {KPIs: pinned("N1"), Regions: []string{"0000,0024"}},
		"a non-ASCII letter": {KPIs: pinned("Å1"), Regions: []string{"0000"}},
		"an empty id":        {KPIs: pinned(""), Regions: []string{"0000"}},
		"no KPI":             {Regions: []string{"0000"}},
		"no region":          {KPIs: pinned("N1")},
		"no year":            {KPIs: pinned("N1"), Regions: []string{"0000"}, Years: []int{}},
		"a strange year":     {KPIs: pinned("N1"), Regions: []string{"0000"}, Years: []int{24}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &server{}
			source := s.start(t)
			if _, err := fetch(source, d); err == nil {
				t.Error("Fetch: no error")
			}
			if _, _, err := source.Describe(t.Context(), d); err == nil {
				t.Error("Describe: no error")
			}
			if _, err := source.Probe(t.Context(), d, time.Now()); err == nil {
				t.Error("Probe: no error")
			}
			if n := len(s.requests()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

func TestFetchRefusesABaseThatIsNone(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "api.kolada.se/v3", "https://x/v3?y=1", "http://%"} {
		_, err := fetch(Source{Caller: caller{}, Base: base}, Dataset{KPIs: pinned("N1"), Regions: []string{"0000"}})
		if err == nil {
			t.Errorf("%q: no error", base)
		}
	}
}

func TestFetchEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &server{records: []map[string]any{record("N1", "0000", 2023, "T=1"), record("N1", "0024", 2023, "T=1")}, perPage: 1}
	source := s.start(t)
	n := 0
	for _, err := range source.Fetch(ctx, Dataset{KPIs: pinned("N1"), Regions: []string{"0000", "0024"}}) {
		if n++; n == 2 {
			if err == nil {
				t.Error("no error after cancel")
			}
			continue
		}
		cancel()
	}
	if n != 2 {
		t.Errorf("%d answers, want one and an error", n)
	}
}

func TestFetchStopsWhenTheReaderDoes(t *testing.T) {
	t.Parallel()
	s := &server{records: []map[string]any{record("N1", "0000", 2023, "T=1"), record("N1", "0024", 2023, "T=1")}, perPage: 1}
	for range s.start(t).Fetch(t.Context(), Dataset{KPIs: pinned("N1"), Regions: numbered("R", 100)}) {
		break
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// stored answers from memory without a Check, as an archive may that resumes.
type stored []byte

func (b stored) Call(context.Context, sources.Request) (sources.Answer, error) {
	return sources.Answer{Body: b}, nil
}

func TestFetchChecksAnAnswerThatNobodyChecked(t *testing.T) {
	t.Parallel()
	d := Dataset{KPIs: pinned("N1"), Regions: []string{"0000"}}
	for _, bad := range []string{`{"detail":"x"}`, `{"values":[],"count":1}`} {
		if _, err := fetch(Source{Caller: stored(bad), Base: "http://x/v3"}, d); err == nil {
			t.Errorf("no error of %s", bad)
		}
	}
	survey := &Survey{}
	body := `{"values":[{"kpi":"N1","municipality":"0000","period":2023,"values":[{"gender":"T","value":1}]}]}`
	if _, err := fetch(Source{Caller: stored(body), Base: "http://x/v3", Seen: survey}, d); err != nil || survey.Problems(d, Metadata{}, &Survey{}) != nil {
		t.Error(err, survey.Problems(d, Metadata{}, &Survey{}))
	}
}

func TestProbeAndChanged(t *testing.T) {
	t.Parallel()
	s := &server{perPage: 1}
	old, revised, withdrawn, later := record("N1", "0000", 2022, "T=1"), record("N1", "0024", 2022, "T=2"), record("N1", "0024", 2023, "T=null"), record("N1", "0024", 2027, "T=9")
	for _, r := range []map[string]any{revised, withdrawn, later} {
		r["from"] = "2026-02-02"
	}
	withdrawn["values"].([]map[string]any)[0]["isdeleted"] = true
	s.records = []map[string]any{old, revised, withdrawn, later}
	d := Dataset{KPIs: pinned("N1"), Regions: []string{"0000", "0024"}, Years: []int{2022, 2023}}
	got, err := s.start(t).Probe(t.Context(), d, time.Date(2026, 2, 2, 0, 30, 0, 0, time.FixedZone("", 3600)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("/data/kpi/N1/municipality/0000,0024?from_date=2026-02-01", s.requests()[0]); diff != "" {
		t.Error("request (-want +got):\n", diff)
	}
	want := []Value{
		{Key: Key{"N1", "0024", 2022, "T"}, Value: 2, HasValue: true, Count: 1, HasCount: true, HasStatus: true},
		{Key: Key{"N1", "0024", 2023, "T"}, Count: 1, HasCount: true, HasStatus: true, Deleted: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("probe (-want +got):\n", diff)
	}
}

// A probe names whichever of regions and years takes fewer lists.
func TestProbeRequests(t *testing.T) {
	t.Parallel()
	regions, years := make([]string, 60), make([]int, 30)
	for i := range regions {
		regions[i] = strconv.Itoa(1000 + i)
	}
	for i := range years {
		years[i] = 1990 + i
	}
	source := Source{Base: "http://x/v3"}
	few := Dataset{Name: "few", KPIs: pinned("N1"), Regions: regions[:2], Years: []int{2020}}
	many := Dataset{Name: "many", KPIs: pinned("N2"), Regions: regions, Years: years}
	endless := Dataset{Name: "endless", KPIs: pinned("N2"), Regions: regions}
	tests := []struct {
		d     Dataset
		n     int
		begin string
	}{
		{few, 1, "http://x/v3/data/kpi/N1/municipality/1000,1001?from_date=2026-02-01"},
		{many, 2, "http://x/v3/data/kpi/N2/year/1990,1991,"},
		{endless, 3, "http://x/v3/data/kpi/N2/municipality/1000,1001,"},
		{Union("u", few, many), 2, "http://x/v3/data/kpi/N1,N2/year/2020,1990,"},
		{Union("u", few, endless), 3, "http://x/v3/data/kpi/N1,N2/municipality/1000,1001,"},
	}
	for _, test := range tests {
		requests, err := source.ProbeRequests(test.d, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
		if err != nil || len(requests) != test.n || !strings.HasPrefix(requests[0].URL, test.begin) {
			t.Errorf("%s: %v, %d requests, first %v; want %d, %s", test.d.Name, err, len(requests), requests[0].URL, test.n, test.begin)
		}
	}
	rows := []Value{{Key: Key{"N1", "1000", 2020, "T"}}, {Key: Key{"N1", "1000", 2019, "T"}}, {Key: Key{"N1", "1002", 2020, "T"}}, {Key: Key{"N2", "1000", 2020, "T"}}}
	if got := few.Asked(rows); len(got) != 1 || got[0] != rows[0] {
		t.Errorf("asked: %v", got)
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	value := func(change func(*Value)) Value {
		v := Value{Key: Key{"N1", "0024", 2022, "T"}, Value: 2, HasValue: true, Count: 1, HasCount: true, HasStatus: true}
		change(&v)
		return v
	}
	same := value(func(*Value) {})
	tests := []struct {
		name  string
		probe Value
		held  bool
		want  bool
	}{
		{"the same", same, true, false},
		{"new", same, false, true},
		{"value", value(func(v *Value) { v.Value = 3 }), true, true},
		{"null", value(func(v *Value) { v.Value, v.HasValue = 0, false }), true, true},
		{"status", value(func(v *Value) { v.Status = "x" }), true, true},
		{"count", value(func(v *Value) { v.Count = 2 }), true, true},
		{"deleted", value(func(v *Value) { v.Deleted = true }), true, true},
		{"deleted and gone", value(func(v *Value) { v.Deleted = true }), false, false},
	}
	for _, test := range tests {
		held := func(k Key) (Value, bool) {
			if k != same.Key {
				t.Errorf("%s: asked for %v", test.name, k)
			}
			return same, test.held
		}
		if got := Changed([]Value{test.probe}, held); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	if Changed(nil, nil) {
		t.Error("nothing probed: changed")
	}
}
