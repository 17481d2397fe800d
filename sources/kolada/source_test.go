package kolada

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/sources"

	"github.com/google/go-cmp/cmp"
)

// health is a server of two KPIs with figures for the country, the region and a
// municipality in two years, and the group that asks for them.
func health() (*server, group) {
	s := &server{
		kpis: []map[string]any{
			{"id": "N1", "title": "Ohälsa, dagar", "municipality_type": "A"}, {"id": "N2", "title": "Nya företag, antal", "municipality_type": "K"},
		},
		areas: []map[string]any{area("0000", "Riket", "L"), area("0024", "Region Västerbotten", "L"), area("2480", "Umeå", "K")},
	}
	for _, kpi := range []string{"N1", "N2"} {
		for _, region := range []string{"0000", "0024", "2480"} {
			s.records = append(s.records, record(kpi, region, 2023, "T=1", "K=2"), record(kpi, region, 2024, "T=3", "K=4"))
		}
	}
	return s, group{name: "health", kpis: []kpi{{"N1", "Ohälsa, dagar"}, {"N2", "Nya företag, antal"}}, regions: []string{"0000", "0024", "2480"}, county: "0024"}
}

// without takes the records away that are as told.
func (s *server) without(gone func(kpi, region string, year int) bool) {
	s.records = slices.DeleteFunc(s.records, func(r map[string]any) bool {
		return gone(r["kpi"].(string), r["municipality"].(string), r["period"].(int))
	})
}

// held is a task that holds what the server has.
func held(t *testing.T, source Source, g group) sources.Task {
	t.Helper()
	kept, task := keeping(caller{}), taskOf(g)
	fetched, err := source.Fetch(t.Context(), kept, task, sources.Verdict{})
	if err != nil || fetched.Left != nil {
		t.Fatal(err, fetched.Left)
	}
	task.Held.Parts = []sources.Part{kept.part("20260601T080000Z", fetched.KPIs...)}
	task.Held.Same, task.Asked = true, time.Date(2026, 6, 2, 0, 30, 0, 0, time.UTC)
	return task
}

func TestFetch(t *testing.T) {
	t.Parallel()
	s, g := health()
	kept := keeping(caller{})
	got, err := s.start(t).Fetch(t.Context(), kept, taskOf(g), sources.Verdict{})
	want := sources.Fetched{Description: sources.Description{KPIs: []string{"N1", "N2"}, Regions: []string{"0000", "0024", "2480"}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	asked := []string{"/kpi/N1,N2", "/municipality?per_page=5000", "/data/kpi/N1,N2/municipality/0000,0024,2480"}
	if diff := cmp.Diff(asked, s.requests()); diff != "" || len(kept.bodies["data"]) != 1 {
		t.Error(diff)
	}
}

// What is wrong with one KPI leaves it out and not the others; when none is left
// nothing may take the place of what is held.
func TestFetchLeavesOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(*server)
		left  string   // of a KPI; "" where all came
		kpis  []string // nil: refused
		data  int      // requests for data
	}{
		"all came":        {func(*server) {}, "", []string{"N1", "N2"}, 1},
		"a KPI is gone":   {func(s *server) { s.kpis = s.kpis[1:] }, `N1: Kolada does not have it; the config's title is "Ohälsa, dagar"`, []string{"N2"}, 1},
		"both are gone":   {func(s *server) { s.kpis = nil }, "N1: Kolada does not have it", nil, 0},
		"renamed":         {func(s *server) { s.kpis[1]["title"] = "Annat" }, `N2: its title is now "Annat"`, []string{"N1"}, 1},
		"a region is not": {func(s *server) { s.areas = s.areas[1:] }, "region 0000 is not in Kolada's list", nil, 0},
		"emptied":         {func(s *server) { s.without(func(kpi, _ string, _ int) bool { return kpi == "N2" }) }, "N2: not one value", []string{"N1"}, 1},
		"a year lost": {func(s *server) {
			s.without(func(kpi, region string, year int) bool { return kpi == "N1" && region == "0024" && year == 2024 })
		}, "N1: the figures of 2024, which are held, have not come for 0024", []string{"N2"}, 1},
		"all lost": {func(s *server) { s.without(func(_, region string, _ int) bool { return region == "0000" }) }, "N2: the figures of 2023–2024, which are held", nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, g := health()
			source := s.start(t)
			task := held(t, source, g)
			test.spoil(s)
			kept := keeping(caller{})
			got, err := source.Fetch(t.Context(), kept, task, sources.Verdict{})
			var refusal *sources.Refusal
			if refused := errors.As(err, &refusal); refused != (test.kpis == nil) || !refused && err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.kpis, got.KPIs); diff != "" {
				t.Error(diff)
			}
			if told := errors.Join(got.Left, err); test.left == "" && told != nil || test.left != "" && !strings.Contains(told.Error(), test.left) {
				t.Errorf("left %v, want %q", told, test.left)
			}
			if n := len(kept.bodies["data"]); n != test.data {
				t.Errorf("%d requests for data, want %d", n, test.data)
			}
		})
	}
}

// Pages that came whole and do not follow one another must not be resumed,
// whatever they hold; what may pass is no refusal.
func TestFetchRefusals(t *testing.T) {
	t.Parallel()
	circle := func(_ int, _ *url.URL, body []byte) []byte {
		return bytes.Replace(body, []byte(`"next_url":null`), []byte(`"next_url":"http://x/?page=1"`), 1)
	}
	down := func(int, *url.URL, []byte) []byte { return []byte("<html>") }
	for role, path := range map[string]string{"kpi": "/v3/kpi", "municipality": "/v3/municipality", "data": "/v3/data"} {
		for name, change := range map[string]func(int, *url.URL, []byte) []byte{"circle": circle, "down": down} {
			s, g := health()
			s.answer = func(n int, u *url.URL, body []byte) []byte {
				if strings.HasPrefix(u.Path, path) {
					return change(n, u, body)
				}
				return body
			}
			_, err := s.start(t).Fetch(t.Context(), caller{}, taskOf(g), sources.Verdict{})
			var refusal *sources.Refusal
			if err == nil || errors.As(err, &refusal) != (name == "circle") || !strings.HasPrefix(err.Error(), "kolada: health: ") {
				t.Errorf("%s, %s: %v", role, name, err)
			}
		}
	}
}

// What is damaged cannot be compared with, and does not keep its replacement out.
func TestFetchBesideADamagedVintage(t *testing.T) {
	t.Parallel()
	s, g := health()
	source := s.start(t)
	task := held(t, source, g)
	var log bytes.Buffer
	task.Log = slog.New(slog.NewTextHandler(&log, nil))
	task.Held.Parts[0].Stored = func(string) []sources.Stored {
		return []sources.Stored{{Body: func() ([]byte, error) { return nil, errors.New("disk gone") }}}
	}
	got, err := source.Fetch(t.Context(), caller{}, task, sources.Verdict{})
	if err != nil || got.Left != nil || len(got.KPIs) != 2 {
		t.Errorf("%+v: %v", got, err)
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "level=WARN") || !strings.Contains(text, "disk gone") {
		t.Errorf("log: %s", text)
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*server, *sources.Task)
		due    bool
		asked  int // requests
	}{
		"nothing new":        {func(*server, *sources.Task) {}, false, 1},
		"stale":              {func(_ *server, task *sources.Task) { task.Stale = true }, true, 0},
		"a KPI was left out": {func(_ *server, task *sources.Task) { task.Held.Parts[0].KPIs = []string{"N1"} }, true, 0},
		"named and the same": {func(s *server, _ *sources.Task) { s.records[0]["from"] = "2026-06-05" }, false, 1},
		"another value":      {func(s *server, _ *sources.Task) { s.records[0] = later(record("N1", "0000", 2023, "T=7", "K=2")) }, true, 1},
		"a year that is new": {func(s *server, _ *sources.Task) {
			s.records = append(s.records, later(record("N1", "0024", 2025, "T=7")))
		}, true, 1},
		"a region not asked for": {func(s *server, _ *sources.Task) {
			s.records = append(s.records, later(record("N1", "2482", 2025, "T=7")))
		}, false, 1},
		"on the day before asked": {func(s *server, _ *sources.Task) { s.records[0] = on("2026-06-01", record("N1", "0000", 2023, "T=7")) }, true, 1},
		"two days before":         {func(s *server, _ *sources.Task) { s.records[0] = on("2026-05-31", record("N1", "0000", 2023, "T=7")) }, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, g := health()
			source := s.start(t)
			task := held(t, source, g)
			before := len(s.requests())
			test.change(s, &task)
			v := source.Due(t.Context(), caller{}, []sources.Task{task})
			if len(v) != 1 || v[0].Err != nil || v[0].Due != test.due || len(s.requests())-before != test.asked {
				t.Errorf("%+v, %q; want %v by %d requests", v, s.requests()[before:], test.due, test.asked)
			}
		})
	}
}

// later is a record that changed after the last fetch.
func later(r map[string]any) map[string]any { return on("2026-06-05", r) }

func on(day string, r map[string]any) map[string]any {
	r["from"] = day
	return r
}

// The key of a fetch names the rows that made it due: what an interrupted fetch
// received is old when others have come.
func TestDueNamesWhatChanged(t *testing.T) {
	t.Parallel()
	s, g := health()
	source := s.start(t)
	task := held(t, source, g)
	key := func() string { return source.Due(t.Context(), caller{}, []sources.Task{task})[0].Key }
	nothing := key()
	s.records[0] = later(record("N1", "0000", 2023, "T=7", "K=2"))
	first := key()
	again := key()
	s.records[1] = later(record("N1", "0000", 2024, "T=7", "K=2"))
	second := key()
	if nothing != "" || first == "" || again != first || second == first {
		t.Errorf("%q, %q, %q, %q", nothing, first, again, second)
	}
}

// A publisher that does not know the question is asked for everything, one that
// is overloaded or down is not.
func TestDueWhenTheProbeFails(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 410, 422, 429, 500, 503} {
		s, g := health()
		task := held(t, s.start(t), g)
		failing := answering(func(r sources.Request) error { return &sources.StatusError{URL: r.URL, Status: status} })
		v := Source{Base: "http://x/v3"}.Due(t.Context(), failing, []sources.Task{task})[0]
		if due := status < 500 && status != http.StatusTooManyRequests; v.Due != due || (v.Err == nil) != due {
			t.Errorf("%d: %+v", status, v)
		}
	}
	s, g := health()
	task := held(t, s.start(t), g)
	cut := answering(func(sources.Request) error { return errors.New("connection reset") })
	if v := (Source{Base: "http://x/v3"}).Due(t.Context(), cut, []sources.Task{task})[0]; v.Due || v.Err == nil {
		t.Errorf("%+v", v)
	}
}

// Groups are probed together where that takes no more requests than one by one,
// and each is judged by its own rows.
func TestDueProbesTogether(t *testing.T) {
	t.Parallel()
	s, g := health()
	source := s.start(t)
	one, two := g, g
	one.name, one.kpis, two.name, two.kpis = "one", g.kpis[:1], "two", g.kpis[1:]
	tasks := []sources.Task{held(t, source, one), held(t, source, two), taskOf(group{name: "bad"})}
	tasks[0].Asked = tasks[0].Asked.AddDate(0, 0, 1)
	before := len(s.requests())
	s.records[0] = later(record("N1", "0000", 2023, "T=7", "K=2"))
	v := source.Due(t.Context(), caller{}, tasks)
	if !v[0].Due || v[1].Due || v[0].Err != nil || v[1].Err != nil || v[2].Err == nil {
		t.Errorf("%+v", v)
	}
	want := []string{"/data/kpi/N1,N2/municipality/0000,0024,2480?from_date=2026-06-01"}
	if diff := cmp.Diff(want, s.requests()[before:]); diff != "" {
		t.Error(diff)
	}
	// Together they would take two lists of regions for each list of years.
	far := two
	far.regions = append(slices.Clone(two.regions), numbered("R", 50)...)
	for _, region := range far.regions[3:] {
		s.areas = append(s.areas, area(region, region, "K"))
	}
	many := numbered("N9", 25)
	for _, id := range many {
		s.kpis, s.records = append(s.kpis, map[string]any{"id": id, "title": id}), append(s.records, record(id, "0000", 2023, "T=1"), record(id, "0024", 2023, "T=1"))
	}
	one.kpis = pinned(many...)
	one.regions = []string{"0000", "0024"}
	tasks = []sources.Task{held(t, source, one), held(t, source, far)}
	before = len(s.requests())
	v = source.Due(t.Context(), caller{}, tasks)
	if asked := s.requests()[before:]; v[0].Err != nil || v[1].Err != nil || len(asked) != 2 ||
		!strings.HasSuffix(asked[0], "/municipality/0000,0024?from_date=2026-06-01") || !strings.HasSuffix(asked[1], "/data/kpi/N2/year/2023,2024,2025,2026,2027,2028?from_date=2026-06-01") {
		t.Errorf("%+v by %q", v, asked)
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	s, g := health()
	source := s.start(t)
	task := taskOf(g)
	task.Words["regions"] = append(slices.Clone(g.regions), numbered("R", 30)...)
	for _, region := range task.Words["regions"][3:] {
		s.areas = append(s.areas, area(region, region, "K"))
	}
	if cost, err := source.Plan(t.Context(), caller{}, task); err != nil || cost != (sources.Cost{Requests: 2}) {
		t.Errorf("%+v: %v", cost, err)
	}
	s.kpis = s.kpis[1:]
	if cost, err := source.Plan(t.Context(), caller{}, task); err == nil || !strings.Contains(err.Error(), "N1: Kolada does not have it") || cost.Requests != 2 {
		t.Errorf("%+v: %v", cost, err)
	}
	s.kpis = nil
	if cost, err := source.Plan(t.Context(), caller{}, task); err == nil || strings.Count(err.Error(), "Kolada does not have it") != 2 || cost.Requests != 0 {
		t.Errorf("%+v: %v", cost, err)
	}
	for _, asked := range s.requests() {
		if strings.HasPrefix(asked, "/data") {
			t.Error("asked for data: ", asked)
		}
	}
}

// Each KPI's figures are of the vintage that it is taken from, its title of the
// one that came last.
func TestTables(t *testing.T) {
	t.Parallel()
	s, g := health()
	source := s.start(t)
	older := held(t, source, g)
	old := older.Held.Parts[0]
	s.without(func(kpi, _ string, _ int) bool { return kpi == "N2" })
	s.records = append(s.records, record("N1", "0024", 2025, "T=5"), record("N1", "0024", 2027, "T=6"), record("N1", "0024", 2026, "T=null"))
	s.kpis[0]["title"] = "Ohälsotal, dagar"
	g.kpis[0].title = "Ohälsotal, dagar"
	newer := keeping(caller{})
	fetched, err := source.Fetch(t.Context(), newer, taskOf(g), sources.Verdict{})
	if err != nil || !slices.Equal(fetched.KPIs, []string{"N1"}) {
		t.Fatal(fetched, err)
	}
	old.Series = []string{"N2"}
	set := sources.Set{Dataset: older.Dataset, Parts: []sources.Part{newer.part("20260701T080000Z", "N1"), old}}
	tables := source.Tables([]sources.Set{set})
	value := tables[0]
	if len(tables) != 3 || len(value.Fill) != 2 || value.Region != "municipality" || len(value.Columns) != 7 {
		t.Fatalf("%+v", tables)
	}
	got := map[string]int{}
	for i, fill := range value.Fill {
		if fill.Dataset != "health" || !slices.Equal(fill.Series, []string{[]string{"N1", "N2"}[i]}) {
			t.Errorf("%+v", fill)
		}
		r := fill.Read()
		for _, line := range lines(r) {
			got[line[:2]]++
		}
		for j, field := range r.Schema().Fields() {
			if value.Columns[j].Name != field.Name {
				t.Errorf("column %s is filled with %s", value.Columns[j].Name, field.Name)
			}
		}
		r.Release()
	}
	if diff := cmp.Diff(map[string]int{"N1": 15, "N2": 12}, got); diff != "" {
		t.Error(diff)
	}
	alone := value.Fill[0].Read("N2")
	defer alone.Release()
	if rows := lines(alone); rows != nil || alone.Err() != nil {
		t.Errorf("of N2 alone: %q, %v", rows, alone.Err())
	}
	kpis := tables[1].Fill[0].Read()
	defer kpis.Release()
	if rows := lines(kpis); len(rows) != 2 || !strings.HasPrefix(rows[0], "N1|Ohälsotal, dagar|") {
		t.Errorf("%q", rows)
	}
	areas := tables[2].Fill[0].Read()
	defer areas.Release()
	if rows := lines(areas); len(rows) != 3 || rows[1] != "0024|Region Västerbotten|L" {
		t.Errorf("%q", rows)
	}
	// What is compared with what comes is of the same vintages; no list of series
	// means all that a vintage holds.
	for n1, series := range map[int][]string{15: {"N2"}, 27: nil} {
		set.Parts[1].Series = series
		rows, task := map[string]int{}, taskOf(g)
		task.Held = set
		for p, came := range surveyed(task, g).pairs {
			rows[p.kpi] += came.rows
		}
		if rows["N1"] != n1 || rows["N2"] != 12 {
			t.Errorf("%q: %v", series, rows)
		}
	}
}

// Before anything has come the tables have their columns all the same.
func TestTablesOfNothing(t *testing.T) {
	t.Parallel()
	_, g := health()
	source := Source{}
	for _, table := range source.Tables([]sources.Set{{Dataset: taskOf(g).Dataset}}) {
		for _, fill := range table.Fill {
			r := fill.Read()
			if rows := lines(r); rows != nil || r.Err() != nil || r.Schema().NumFields() != len(table.Columns) {
				t.Errorf("%s: %q, %v", table.Name, rows, r.Err())
			}
			r.Release()
		}
		if len(table.Columns) == 0 || table.Name == "value" && table.Fill != nil {
			t.Errorf("%+v", table)
		}
	}
}
