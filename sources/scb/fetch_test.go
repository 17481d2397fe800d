package scb

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"effekt/sources"
	"effekt/sources/replay"

	"github.com/google/go-cmp/cmp"
)

// keeper keeps every answer by role, as the archive does.
type keeper struct {
	sources.Caller
	mu     sync.Mutex
	stored map[string][]sources.Stored
}

func keeping(next sources.Caller) *keeper {
	return &keeper{Caller: next, stored: map[string][]sources.Stored{}}
}

func (k *keeper) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	a, err := k.Caller.Call(ctx, r)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err == nil {
		give := func(body []byte) func() ([]byte, error) { return func() ([]byte, error) { return body, nil } }
		k.stored[r.Role] = append(k.stored[r.Role], sources.Stored{Method: r.Method, URL: r.URL, Sent: give(r.Body), Body: give(a.Body)})
	}
	return a, err
}

// part is a vintage of the answers.
func (k *keeper) part(d sources.Description, vintage string) sources.Part {
	return sources.Part{Description: d, Vintage: vintage, Stored: func(role string) []sources.Stored { return k.stored[role] }}
}

// changing makes of every answer what it is told; like any Caller it runs the
// Check on what it returns, last.
type changing struct {
	sources.Caller
	change func(r sources.Request, a *sources.Answer)
}

func (c changing) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	a, err := c.Caller.Call(ctx, r)
	if err != nil {
		return a, err
	}
	c.change(r, &a)
	if r.Check != nil {
		err = r.Check(a.Body)
	}
	return a, err
}

// take fetches a data set and makes it what the task holds.
func take(t *testing.T, s *Source, ask sources.Caller, task sources.Task) sources.Task {
	t.Helper()
	kept := keeping(ask)
	fetched, err := s.Fetch(t.Context(), kept, task, sources.Verdict{Due: true, Listed: "2026-06-08T06:00:00Z"})
	if err != nil || fetched.Left != nil {
		t.Fatal(err, fetched.Left)
	}
	task.Held.Parts = append([]sources.Part{kept.part(fetched.Description, "20260608T080000Z")}, task.Held.Parts...)
	task.Held.Same, task.Asked = true, task.Now.AddDate(0, 0, -2)
	return task
}

func TestFetch(t *testing.T) {
	t.Parallel()
	server, s, ask := serve(t, jobs(), replay.Options{MaxCells: 3})
	task := newcomers("tab7") // SCB does not mind the case
	answers := 0
	task.Expect = func(n int) { answers = n }
	got, err := s.Fetch(t.Context(), ask, task, sources.Verdict{Listed: "2026-06-08T07:00:00Z"})
	if err != nil || answers != 4 || server.Count("scb", "data") != 4 || server.Count("scb", "config") != 1 {
		t.Fatalf("%d answers, %d requests: %v", answers, server.Count("scb", "data"), err)
	}
	want := sources.Fetched{Description: sources.Description{
		Table: "tab7", Title: "Tabell TAB7", SourceUpdated: "2026-06-08T06:00:00Z", ListedUpdated: "2026-06-08T07:00:00Z",
		Resolved: []sources.Resolved{
			{Variable: "BakgrVar", Term: "label:vistelsetid 2-3 år", Code: "A2"}, {Variable: "ContentsCode", Term: "label: Andel sysselsatta ", Code: "C1"},
		},
		Variables: []sources.Variable{
			{Code: "Region", Label: "region", Column: "region", Codes: []sources.Code{{Code: "23", Label: "Jämtlands län", Position: 1}, {Code: "24", Label: "Västerbottens län", Position: 2}}},
			{Code: "Kon", Label: "kön", Column: "kon", Codes: []sources.Code{{Code: "1", Label: "män"}, {Code: "2", Label: "kvinnor", Position: 1}}},
			{Code: "BakgrVar", Label: "bakgrund", Column: "bakgrvar", Codes: []sources.Code{{Code: "A2", Label: "vistelsetid 2-3 år", Position: 1}}},
			{Code: "ContentsCode", Label: "tabellinnehåll", Column: "contents", Role: "metric", Codes: []sources.Code{{Code: "C1", Label: "Andel sysselsatta"}}},
			{Code: "Tid", Label: "år", Column: "period", Role: "time", Codes: []sources.Code{{Code: "2022", Label: "2022"}, {Code: "2023", Label: "2023", Position: 1}}},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("(-want +got):\n", diff)
	}
	// A period without a value is announced; the list, too, may call a table ended.
	if err := server.Revise(func(l *replay.Library) error { return l.Blank("TAB7", "Tid", "..", "2023") }); err != nil {
		t.Fatal(err)
	}
	got, err = s.Fetch(t.Context(), ask, task, sources.Verdict{Discontinued: true})
	if err != nil || !got.Discontinued || !slices.Equal(got.Announced, []string{"2023"}) || got.LastPeriod() != "2022" {
		t.Errorf("%+v: %v", got, err)
	}
}

// What is wrong with the data set is a refusal, after which nothing is resumed;
// what may pass is none, and a table that moves is fetched anew.
func TestFetchErrors(t *testing.T) {
	t.Parallel()
	const updated, newer, older = "2026-06-08T06:00:00Z", "2026-06-09T06:00:00Z", "2026-06-07T06:00:00Z"
	stamp := func(role, with string) func(sources.Request, *sources.Answer) {
		return func(r sources.Request, a *sources.Answer) {
			if r.Role == role {
				a.Body = bytes.ReplaceAll(a.Body, []byte(updated), []byte(with))
			}
		}
	}
	for name, test := range map[string]struct {
		change func(sources.Request, *sources.Answer)
		task   func(*sources.Task)
		listed string
		want   string // "" for none; "moved", or else a refusal's text
		data   int    // requests for data
	}{
		"nothing": {func(sources.Request, *sources.Answer) {}, nil, updated, "", 1},
		"a newer table": {func(_ sources.Request, a *sources.Answer) {
			a.Body = bytes.ReplaceAll(a.Body, []byte(updated), []byte(newer))
		}, nil, newer, "", 1},
		"older metadata":  {stamp("metadata", older), nil, updated, "TAB7: the answer is of " + older + ", older than what is held, of " + updated + ": what is held stays until the source has caught up", 0},
		"older data":      {stamp("data", older), nil, updated, "TAB7: the answer is of " + older + ", older than what is held, of " + updated, 1},
		"of another held": {stamp("data", older), func(task *sources.Task) { task.Held.Table = "TAB6" }, updated, "", 1},
		"resumed of today": {func(r sources.Request, a *sources.Answer) {
			if r.Role == "data" {
				a.Attempts = 0
			}
		}, nil, updated, "", 1},
		"resumed, then updated": {func(r sources.Request, a *sources.Answer) {
			if r.Role == "data" {
				a.Attempts = 0
			}
		}, nil, newer, "moved", 1},
		"resumed metadata": {func(r sources.Request, a *sources.Answer) {
			if r.Role == "metadata" {
				a.Attempts = 0
			}
			stamp("data", newer)(r, a)
		}, nil, "", "moved", 1},
		"updated between": {stamp("data", newer), nil, updated, "", 1}, // all of the data has one stamp
		"another answer": {func(r sources.Request, a *sources.Answer) {
			if r.Role == "data" {
				a.Body = bytes.ReplaceAll(a.Body, []byte(`"24"`), []byte(`"25"`))
			}
		}, nil, updated, `TAB7: variable Region: code "24" asked for, not in the answer`, 1},
		"another table": {func(r sources.Request, a *sources.Answer) {
			if r.Role == "metadata" {
				a.Body = bytes.ReplaceAll(a.Body, []byte(`"tableid":"TAB7"`), []byte(`"tableid":"TAB9"`))
			}
		}, nil, updated, "TAB7: the metadata that came is of table TAB9", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, s, ask := serve(t, jobs(), replay.Options{})
			task := take(t, s, ask, newcomers("TAB7"))
			if test.task != nil {
				test.task(&task)
			}
			server.Forget()
			_, err := s.Fetch(t.Context(), changing{ask, test.change}, task, sources.Verdict{Listed: test.listed})
			var refusal *sources.Refusal
			refused, moved := errors.As(err, &refusal), errors.Is(err, sources.ErrMoved)
			switch {
			case test.want == "" && err != nil, test.want == "moved" && (!moved || refused), refused != (test.want != "" && test.want != "moved"):
				t.Errorf("got %v, want %q", err, test.want)
			case refused && !strings.Contains(err.Error(), test.want):
				t.Errorf("got %v, want %q", err, test.want)
			}
			if n := server.Count("scb", "data"); n != test.data {
				t.Errorf("%d requests for data, want %d", n, test.data)
			}
		})
	}
}

// A table that is updated between two requests for data has moved.
func TestFetchOfATableThatMoves(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{MaxCells: 4})
	task := newcomers("TAB7")
	var mu sync.Mutex
	n := 0
	moving := changing{ask, func(r sources.Request, a *sources.Answer) {
		mu.Lock()
		defer mu.Unlock()
		if r.Role == "data" {
			if n++; n == 2 {
				a.Body = bytes.ReplaceAll(a.Body, []byte("2026-06-08T06:00:00Z"), []byte("2026-06-09T06:00:00Z"))
			}
		}
	}}
	_, err := s.Fetch(t.Context(), moving, task, sources.Verdict{})
	var refusal *sources.Refusal
	if !errors.Is(err, sources.ErrMoved) || errors.As(err, &refusal) || !strings.Contains(err.Error(), "2026-06-09T06:00:00Z") {
		t.Error(err)
	}
}

// An answer that does not come is no refusal: the fetch may be resumed.
func TestFetchThatMayPass(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"config", "metadata", "codelist", "data"} {
		_, s, ask := serve(t, jobs(), replay.Options{})
		task := newcomers("TAB7")
		task.Codelists = map[string]string{"BakgrVar": "vs_BakgrVar"}
		lost := failing{ask, role, errors.New("connection reset")}
		_, err := s.Fetch(t.Context(), lost, task, sources.Verdict{})
		var refusal *sources.Refusal
		if !errors.Is(err, lost.err) || errors.As(err, &refusal) || errors.Is(err, sources.ErrMoved) {
			t.Errorf("%s: %v", role, err)
		}
	}
}

// failing fails the requests of a role.
type failing struct {
	sources.Caller
	role string
	err  error
}

func (f failing) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	if r.Role == f.role {
		return sources.Answer{}, f.err
	}
	return f.Caller.Call(ctx, r)
}

// What had values and has none any more is refused, of the same table and as far
// as what is held can be read.
func TestFetchOfAnEmptiedTable(t *testing.T) {
	t.Parallel()
	server, s, ask := serve(t, jobs(), replay.Options{})
	task := take(t, s, ask, newcomers("TAB7"))
	if err := server.Revise(func(l *replay.Library) error { return l.Blank("TAB7", "Region", "..", "23") }); err != nil {
		t.Fatal(err)
	}
	fetch := func(task sources.Task) error {
		_, err := s.Fetch(t.Context(), ask, task, sources.Verdict{})
		return err
	}
	var refusal *sources.Refusal
	if err := fetch(task); !errors.As(err, &refusal) || !strings.Contains(err.Error(), `code "C1" (Andel sysselsatta) has not one value any more for 23: what is held stays`) {
		t.Error(err)
	}
	other := task
	other.Held.Parts = []sources.Part{task.Held.Parts[0]}
	other.Held.Parts[0].Table = "TAB6"
	if err := fetch(other); err != nil {
		t.Errorf("beside another table: %v", err)
	}
	for name, body := range map[string]func() ([]byte, error){
		"gone":    func() ([]byte, error) { return nil, errors.New("disk gone") },
		"damaged": func() ([]byte, error) { return []byte(`{"id":["Reg`), nil },
	} {
		var log bytes.Buffer
		damaged := take(t, s, changing{ask, func(sources.Request, *sources.Answer) {}}, newcomers("TAB8"))
		damaged.Log = slog.New(slog.NewTextHandler(&log, nil))
		damaged.Held.Parts[0].Stored = func(string) []sources.Stored { return []sources.Stored{{Body: body}} }
		if err := fetch(damaged); err != nil {
			t.Errorf("beside a %s vintage: %v", name, err)
		}
		if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "level=WARN") {
			t.Errorf("%s: log %q", name, text)
		}
	}
}

// The first of a table must hold the county.
func TestFirstFetchWithoutTheCounty(t *testing.T) {
	t.Parallel()
	server, s, ask := serve(t, jobs(), replay.Options{})
	if err := server.Revise(func(l *replay.Library) error { return l.Blank("TAB7", "Region", "..", "24") }); err != nil {
		t.Fatal(err)
	}
	_, err := s.Fetch(t.Context(), ask, newcomers("TAB7"), sources.Verdict{})
	var refusal *sources.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "TAB7: region 24 (Västerbottens län) has not one value") {
		t.Error(err)
	}
}

// A refused answer is not taken for the one that comes after it.
func TestFetchLearnsOfTheLastAnswer(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{})
	twice := again{ask}
	got, err := s.Fetch(t.Context(), twice, newcomers("TAB7"), sources.Verdict{})
	if err != nil || got.SourceUpdated != "2026-06-08T06:00:00Z" || got.Announced != nil {
		t.Errorf("%+v: %v", got, err)
	}
}

// again shows every Check first an older answer, as a client that asks twice.
type again struct{ sources.Caller }

func (c again) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	a, err := c.Caller.Call(ctx, r)
	if err == nil {
		_ = r.Check(bytes.ReplaceAll(a.Body, []byte("2026-06-08"), []byte("2020-01-01")))
		err = r.Check(a.Body)
	}
	return a, err
}

func TestDue(t *testing.T) {
	t.Parallel()
	const updated, newer = "2026-06-08T06:00:00Z", "2026-06-09T06:00:00Z"
	for name, test := range map[string]struct {
		edit   func(*replay.Library) error
		task   func(*sources.Task)
		want   sources.Verdict
		listed int // requests for the list of tables
		config int // for the limits
	}{
		"nothing new": {nil, nil, sources.Verdict{Listed: updated}, 1, 0},
		"not listed":  {func(l *replay.Library) error { return l.SetUpdated("TAB7", "2026-01-01T06:00:00Z") }, nil, sources.Verdict{}, 1, 0},
		"updated":     {func(l *replay.Library) error { return l.SetUpdated("TAB7", newer) }, nil, sources.Verdict{Due: true, Listed: newer}, 1, 1},
		"the stamp of the list is known": {func(l *replay.Library) error { return l.SetUpdated("TAB7", newer) }, func(task *sources.Task) {
			task.Held.Parts[0].ListedUpdated = newer
		}, sources.Verdict{Listed: newer}, 1, 0},
		"updated, in another case": {func(l *replay.Library) error { return l.SetUpdated("TAB7", newer) }, func(task *sources.Task) { task.Table = "Tab7" }, sources.Verdict{Due: true, Listed: newer}, 1, 1},
		"discontinued":             {func(l *replay.Library) error { return l.SetDiscontinued("TAB7", true) }, nil, sources.Verdict{Listed: updated, Discontinued: true}, 1, 0},
		"stale":                    {nil, func(task *sources.Task) { task.Stale = true }, sources.Verdict{Due: true}, 0, 1},
		"asked ahead of the clock": {nil, func(task *sources.Task) { task.Asked = task.Now.AddDate(0, 0, 9) }, sources.Verdict{}, 1, 0}, // the last two days
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			task := newcomers("TAB7")
			server, s, ask := serve(t, jobs(), replay.Options{Now: func() time.Time { return task.Now }})
			held := take(t, s, ask, task)
			held.Held.Parts[0].ListedUpdated = ""
			if test.edit != nil {
				if err := server.Revise(test.edit); err != nil {
					t.Fatal(err)
				}
			}
			if test.task != nil {
				test.task(&held)
			}
			server.Forget()
			fresh := &Source{Base: s.Base, Language: "sv", InFlight: 2}
			got := fresh.Due(t.Context(), ask, []sources.Task{held})
			if diff := cmp.Diff([]sources.Verdict{test.want}, got); diff != "" {
				t.Error("(-want +got):\n", diff)
			}
			if l, c := server.Count("scb", "listing"), server.Count("scb", "config"); l != test.listed || c != test.config {
				t.Errorf("%d requests for the list and %d for the limits, want %d and %d", l, c, test.listed, test.config)
			}
		})
	}
}

// The list goes back to the data set that was asked for longest ago, and one that
// is stale needs none.
func TestDueAsksOnce(t *testing.T) {
	t.Parallel()
	server, s, ask := serve(t, jobs(), replay.Options{})
	tasks := []sources.Task{newcomers("TAB7"), newcomers("TAB8"), newcomers("TAB9")}
	tasks[0].Asked, tasks[1].Asked = tasks[0].Now.AddDate(0, 0, -3), tasks[1].Now.AddDate(0, 0, -5)
	tasks[2].Stale = true
	verdicts := s.Due(t.Context(), ask, tasks)
	if len(verdicts) != 3 || !verdicts[2].Due {
		t.Errorf("%+v", verdicts)
	}
	asked := server.Requests()
	if len(asked) != 2 || !strings.Contains(asked[0].Query, "pastDays=7") || !strings.Contains(asked[0].Query, "includeDiscontinued=true") {
		t.Errorf("%+v", asked)
	}
}

// A list that does not come is an error of those who need it.
func TestDueWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	stale, fresh := newcomers("TAB7"), newcomers("TAB8")
	stale.Stale = true
	fresh.Held.Parts = []sources.Part{{Description: sources.Description{Table: "TAB8", SourceUpdated: "2026-06-08T06:00:00Z"}}}
	for role, want := range map[string][]bool{"listing": {true, false}, "config": {false, false}} {
		_, s, ask := serve(t, jobs(), replay.Options{})
		lost := failing{ask, role, &sources.StatusError{Status: http.StatusServiceUnavailable}}
		got := s.Due(t.Context(), lost, []sources.Task{stale, fresh})
		for i, due := range want {
			failed := role == "config" && i == 0 || role == "listing" && i == 1
			if got[i].Due != due || (got[i].Err != nil) != failed {
				t.Errorf("%s: %d is %+v", role, i, got[i])
			}
		}
	}
}

func TestPlanOfADataset(t *testing.T) {
	t.Parallel()
	server, s, ask := serve(t, jobs(), replay.Options{MaxCells: 3})
	if cost, err := s.Plan(t.Context(), ask, newcomers("TAB7")); err != nil || cost != (sources.Cost{Cells: 8, Requests: 4}) {
		t.Errorf("%+v: %v", cost, err)
	}
	bad := newcomers("TAB9")
	if _, err := s.Plan(t.Context(), ask, bad); err == nil || !strings.Contains(err.Error(), "variable Typ (typ) is not selected") {
		t.Error(err)
	}
	if n := server.Count("scb", "data"); n != 0 || server.Count("scb", "config") != 1 {
		t.Errorf("%d requests for data, %d for the limits", n, server.Count("scb", "config"))
	}
}

// A data set is a table with a key, whose rows are the stored answers' cells.
func TestTables(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{MaxCells: 3})
	task := newcomers("TAB7")
	before := s.Tables([]sources.Set{task.Held})[0]
	task = take(t, s, ask, task)
	after := s.Tables([]sources.Set{task.Held})[0]
	if before.Fill != nil || len(after.Fill) != 1 || after.Fill[0].Dataset != "newcomers" || after.Fill[0].Series != nil {
		t.Errorf("%+v, %+v", before.Fill, after.Fill)
	}
	reader := after.Fill[0].Read()
	defer reader.Release()
	rows := 0
	for reader.Next() {
		rows += int(reader.RecordBatch().NumRows())
	}
	if rows != 8 || reader.Err() != nil {
		t.Errorf("%d rows: %v", rows, reader.Err())
	}
	for i, field := range reader.Schema().Fields() {
		if after.Columns[i].Name != field.Name {
			t.Errorf("column %s is filled with %s", after.Columns[i].Name, field.Name)
		}
	}
	before.Fill, after.Fill = nil, nil
	own := []sources.Column{{Name: "year", Type: "integer"}, {Name: "value", Type: "double"}, {Name: "status", Type: "varchar"}}
	want := sources.Table{
		Schema: "scb", Name: "newcomers", Dataset: "newcomers", Title: "Nyanlända. Från SCB, tabell TAB7, ord för ord.", Region: "region",
		Key: []string{"bakgrvar", "contents", "kon", "period", "region"},
	}
	for i, v := range []string{"BakgrVar", "ContentsCode", "Kon", "Tid", "Region"} {
		want.Columns = append(want.Columns, sources.Column{Name: want.Key[i], Type: "varchar", Variable: v, Comment: "SCB:s variabel " + v + "."})
	}
	want.Columns = append(want.Columns, own...)
	if diff := cmp.Diff(want, before); diff != "" {
		t.Error("before anything has come (-want +got):\n", diff)
	}
	want.Columns, want.Key = nil, nil
	for _, v := range task.Held.Parts[0].Variables {
		want.Columns = append(want.Columns, sources.Column{Name: v.Column, Type: "varchar", Variable: v.Code, Comment: "SCB:s variabel " + v.Code + ": " + v.Label + "."})
		want.Key = append(want.Key, v.Column)
	}
	want.Columns = append(want.Columns, own...)
	if diff := cmp.Diff(want, after); diff != "" {
		t.Error("(-want +got):\n", diff)
	}
	// The config may name another table by now.
	task.Held.Table = "TAB8"
	if got := s.Tables([]sources.Set{task.Held})[0].Title; got != want.Title {
		t.Error(got)
	}
}

// Every cell is found in the one answer that it was asked for by.
func TestLocate(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{MaxCells: 3})
	part := take(t, s, ask, newcomers("TAB7")).Held.Parts[0]
	var cells []map[string]string
	for _, region := range []string{"23", "24", "25"} {
		for _, sex := range []string{"1", "2"} {
			for _, year := range []string{"2022", "2023"} {
				cells = append(cells, map[string]string{"region": region, "kon": sex, "bakgrvar": "A2", "contents": "C1", "period": year})
			}
		}
	}
	found := make([]int, len(cells))
	for _, answer := range part.Stored("data") {
		places, err := s.Locate(part, answer, cells)
		if err != nil || len(places) != len(cells) {
			t.Fatalf("%d places: %v", len(places), err)
		}
		body, _ := answer.Body()
		for i, place := range places {
			if place.Found {
				found[i]++
				// Cells count from 0 over 3 regions, 2 sexes, 4 backgrounds, 2 contents, 2 years.
				if want := []string{"36", "37", "52", "53", "68", "69", "84", "85"}[i]; place.Raw != want || !bytes.HasPrefix(body[place.Offset:], []byte(want)) {
					t.Errorf("%v: %+v, want %s", cells[i], place, want)
				}
			}
		}
	}
	if diff := cmp.Diff([]int{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, found); diff != "" {
		t.Error(diff)
	}
	torn := part.Stored("data")[0]
	torn.Sent = func() ([]byte, error) { return []byte("{"), nil }
	if _, err := s.Locate(part, torn, cells); err == nil || !strings.Contains(err.Error(), "the stored request") {
		t.Errorf("of a torn request: %v", err)
	}
	torn.Sent = nil
	if _, err := s.Locate(part, torn, cells); err == nil {
		t.Error("in an answer without a request")
	}
	lost := part.Stored("data")[0]
	lost.Body = func() ([]byte, error) { return nil, errors.New("disk gone") }
	if _, err := s.Locate(part, lost, cells); err == nil {
		t.Error("in a body that is gone")
	}
	if places, err := s.Locate(part, lost, cells[8:]); err != nil || places[0].Found { // what was not asked for needs no body
		t.Errorf("%+v: %v", places, err)
	}
}
