package kolada

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"effekt/sources"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fetch collects the bodies of a group's data and what they hold.
func fetch(ctx context.Context, s Source, ask sources.Caller, g group) ([][]byte, *survey, error) {
	kept, came := keeping(ask), &survey{}
	err := s.read(ctx, kept, g, s.requests(g), came.add)
	return kept.bodies["data"], came, err
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
		d := group{
			kpis:    pinned(numbered("N", rapid.IntRange(1, 60).Draw(t, "kpis"))...),
			regions: numbered("R", rapid.IntRange(1, 60).Draw(t, "regions")),
			years:   rapid.SliceOfNDistinct(rapid.IntRange(minYear, maxYear), 1, 60, rapid.ID).Draw(t, "years"),
		}
		requests := Source{Base: "http://kolada.test/v3"}.requests(d)
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
		if want := len(d.kpis) * len(d.regions) * len(d.years); len(cells) != want {
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
	bodies, _, err := fetch(t.Context(), s.start(t), caller{}, group{kpis: pinned("N1"), regions: []string{"0000", "0024", "2480", "2482", "2401"}})
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
	d := group{kpis: pinned(numbered("N", 26)...), regions: numbered("R", 51)}
	for y := range 30 {
		d.years = append(d.years, 1995+y)
	}
	d.kpis = append(d.kpis, d.kpis[0])
	s := &server{perPage: 400}
	for _, k := range []string{"N00000", "N00025"} {
		for _, r := range d.regions {
			for _, y := range d.years {
				s.records = append(s.records, record(k, r, y, "T=1"))
			}
		}
	}
	bodies, _, err := fetch(t.Context(), s.start(t), caller{}, d)
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
			_, _, err := fetch(t.Context(), s.start(t), caller{}, group{name: "halsa", kpis: pinned("N1"), regions: []string{"0000"}})
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
			d := group{kpis: pinned("N1"), regions: []string{"0000"}}
			bodies, came, err := fetch(t.Context(), source, caller{tries: 2}, d)
			if err != nil || len(bodies) != 1 || len(s.requests()) != 2 {
				t.Fatalf("%d bodies by %d requests, %v", len(bodies), len(s.requests()), err)
			}
			if p := came.problems(d, listed{}, &survey{}); p != nil {
				t.Error(p)
			}
			s.answer = func(int, *url.URL, []byte) []byte { return []byte(bad) }
			if _, _, err := fetch(t.Context(), source, caller{}, d); err == nil {
				t.Error("no error when every answer is bad")
			}
		})
	}
}

func TestFetchRefusesBeforeAsking(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]group{
		"a slash in an id":   {kpis: pinned("N1/../x"), regions: []string{"0000"}},
		"a comma in a list":  {kpis: pinned("N1"), regions: []string{"0000,0024"}},
		"a non-ASCII letter": {kpis: pinned("Å1"), regions: []string{"0000"}},
		"an empty id":        {kpis: pinned(""), regions: []string{"0000"}},
		"no KPI":             {regions: []string{"0000"}},
		"no region":          {kpis: pinned("N1")},
		"no year":            {kpis: pinned("N1"), regions: []string{"0000"}, years: []int{}},
		"a strange year":     {kpis: pinned("N1"), regions: []string{"0000"}, years: []int{24}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &server{}
			source := s.start(t)
			if err := d.valid(); err == nil {
				t.Error("valid: no error")
			}
			task := taskOf(d)
			if d.years != nil {
				task.Years = "24.."
			}
			if _, err := source.Fetch(t.Context(), caller{}, task, sources.Verdict{}); err == nil {
				t.Error("Fetch: no error")
			}
			if _, err := source.Plan(t.Context(), caller{}, task); err == nil {
				t.Error("Plan: no error")
			}
			for _, stale := range []bool{false, true} {
				task.Stale = stale
				if v := source.Due(t.Context(), caller{}, []sources.Task{task}); len(v) != 1 || v[0].Err == nil || v[0].Due {
					t.Errorf("Due: %+v", v)
				}
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
		_, _, err := fetch(t.Context(), Source{Base: base}, caller{}, group{kpis: pinned("N1"), regions: []string{"0000"}})
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
	n := 0
	source, g := s.start(t), group{kpis: pinned("N1"), regions: []string{"0000", "0024"}}
	err := source.read(ctx, caller{}, g, source.requests(g), func([]Value) {
		n++
		cancel()
	})
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("%d pages, want one and an error: %v", n, err)
	}
}

func TestPagesStopWhenTheReaderDoes(t *testing.T) {
	t.Parallel()
	s := &server{records: []map[string]any{record("N1", "0000", 2023, "T=1"), record("N1", "0024", 2023, "T=1")}, perPage: 1}
	source := s.start(t)
	requests := source.requests(group{kpis: pinned("N1"), regions: []string{"0000", "0024"}})
	if len(requests) != 1 {
		t.Fatal(len(requests))
	}
	read := func(body []byte) (envelope, error) {
		page, err := DecodePage(body)
		return page.envelope, err
	}
	for err := range pages(t.Context(), caller{}, requests[0], read) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// archived answers from memory, as an archive that resumes; like any Caller it
// runs the Check.
type archived []byte

func (b archived) Call(_ context.Context, r sources.Request) (sources.Answer, error) {
	return sources.Answer{Request: r, Status: 200, Body: b}, r.Check(b)
}

func TestFetchChecksAnAnswerFromTheArchive(t *testing.T) {
	t.Parallel()
	d := group{kpis: pinned("N1"), regions: []string{"0000"}}
	source := Source{Base: "http://x/v3"}
	for _, bad := range []string{`{"detail":"x"}`, `{"values":[],"count":1}`} {
		if _, _, err := fetch(t.Context(), source, archived(bad), d); err == nil {
			t.Errorf("no error of %s", bad)
		}
	}
	body := `{"values":[{"kpi":"N1","municipality":"0000","period":2023,"values":[{"gender":"T","value":1}]}]}`
	_, came, err := fetch(t.Context(), source, archived(body), d)
	if p := came.problems(d, listed{}, &survey{}); err != nil || p != nil {
		t.Error(err, p)
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
	d := group{kpis: pinned("N1"), regions: []string{"0000", "0024"}, years: []int{2022, 2023}}
	got, err := s.start(t).changes(t.Context(), caller{}, d, time.Date(2026, 2, 2, 0, 30, 0, 0, time.FixedZone("", 3600)))
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
	few := group{name: "few", kpis: pinned("N1"), regions: regions[:2], years: []int{2020}}
	many := group{name: "many", kpis: pinned("N2"), regions: regions, years: years}
	endless := group{name: "endless", kpis: pinned("N2"), regions: regions}
	tests := []struct {
		d     group
		n     int
		begin string
	}{
		{few, 1, "http://x/v3/data/kpi/N1/municipality/1000,1001?from_date=2026-02-01"},
		{many, 2, "http://x/v3/data/kpi/N2/year/1990,1991,"},
		{endless, 3, "http://x/v3/data/kpi/N2/municipality/1000,1001,"},
		{group{name: "u", years: []int{}}.union(few).union(many), 2, "http://x/v3/data/kpi/N1,N2/year/2020,1990,"},
		{group{name: "u", years: []int{}}.union(few).union(endless), 3, "http://x/v3/data/kpi/N1,N2/municipality/1000,1001,"},
	}
	for _, test := range tests {
		requests := source.probeRequests(test.d, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
		if len(requests) != test.n || !strings.HasPrefix(requests[0].URL, test.begin) {
			t.Errorf("%s: %d requests, first %v; want %d, %s", test.d.name, len(requests), requests[0].URL, test.n, test.begin)
		}
	}
	rows := []Value{{Key: Key{"N1", "1000", 2020, "T"}}, {Key: Key{"N1", "1000", 2019, "T"}}, {Key: Key{"N1", "1002", 2020, "T"}}, {Key: Key{"N2", "1000", 2020, "T"}}}
	if got := few.asked(rows); len(got) != 1 || got[0] != rows[0] {
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
		held := map[Key]Value{}
		if test.held {
			held[same.Key] = same
		}
		if got := changed(test.probe, held); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
