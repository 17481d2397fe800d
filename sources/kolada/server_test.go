package kolada

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"effekt/config"
	"effekt/sources"
)

// caller is the least that a Caller can be: it tries a refused body again and
// knows neither limits nor time-outs.
type caller struct {
	tries int
}

func (c caller) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	var err error
	for n := range max(c.tries, 1) {
		var a sources.Answer
		if a, err = c.once(ctx, r); err == nil {
			a.Attempts = n + 1
			return a, nil
		}
	}
	return sources.Answer{}, err
}

func (c caller) once(ctx context.Context, r sources.Request) (sources.Answer, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL, nil)
	if err != nil {
		return sources.Answer{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return sources.Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = &sources.StatusError{Method: r.Method, URL: r.URL, Status: response.StatusCode, Body: body}
	}
	if err == nil {
		err = r.Check(body)
	}
	return sources.Answer{Request: r, Status: response.StatusCode, Body: body}, err
}

// keeper keeps every answer by role, as the archive does.
type keeper struct {
	sources.Caller
	bodies map[string][][]byte
}

func keeping(next sources.Caller) *keeper { return &keeper{next, map[string][][]byte{}} }

func (k *keeper) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	a, err := k.Caller.Call(ctx, r)
	if err == nil {
		k.bodies[r.Role] = append(k.bodies[r.Role], a.Body)
	}
	return a, err
}

// part is a vintage of the answers.
func (k *keeper) part(vintage string, series ...string) sources.Part {
	return sources.Part{
		Description: sources.Description{KPIs: series}, Vintage: vintage, Series: series,
		Stored: func(role string) []sources.Stored { return stored(k.bodies[role]...) },
	}
}

func stored(bodies ...[]byte) []sources.Stored {
	var all []sources.Stored
	for _, body := range bodies {
		all = append(all, sources.Stored{Body: func() ([]byte, error) { return body, nil }})
	}
	return all
}

// server answers as Kolada v3: lists of at most 25, pages with an absolute
// next_url, an empty 200 for what it does not know.
type server struct {
	kpis, areas []map[string]any
	records     []map[string]any // with "from", the date of the last change
	perPage     int
	// answer, when set, may replace a body; n counts requests from 1.
	answer func(n int, u *url.URL, body []byte) []byte
	// nextBase replaces the host in next_url.
	nextBase string

	mu    sync.Mutex
	asked []string
}

// start serves s and returns its Source.
func (s *server) start(t testing.TB) Source {
	t.Helper()
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return Source{Base: h.URL + "/v3"}
}

// requests lists the paths and queries asked for so far.
func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, strings.TrimPrefix(r.URL.String(), "/v3"))
	n := len(s.asked)
	s.mu.Unlock()
	objects, ok := s.find(r.URL)
	if !ok {
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, `{"detail":[{"loc":["path"],"msg":"too many ids"}]}`)
		return
	}
	body := s.page(r, objects)
	if s.answer != nil {
		body = s.answer(n, r.URL, body)
	}
	_, _ = w.Write(body)
}

// find selects the objects that the address names; false for a list over 25.
func (s *server) find(u *url.URL) ([]map[string]any, bool) {
	parts := strings.Split(strings.TrimPrefix(u.Path, "/v3/"), "/")
	for _, p := range parts {
		if strings.Count(p, ",") >= 25 {
			return nil, false
		}
	}
	switch parts[0] {
	case "kpi":
		return among(s.kpis, "id", parts[1]), true
	case "municipality":
		return s.areas, true
	}
	found := s.records
	for i := 1; i+1 < len(parts); i += 2 {
		found = among(found, map[string]string{"kpi": "kpi", "municipality": "municipality", "year": "period"}[parts[i]], parts[i+1])
	}
	if since := u.Query().Get("from_date"); since != "" {
		found = slices.DeleteFunc(slices.Clone(found), func(o map[string]any) bool { return fmt.Sprint(o["from"]) < since })
	}
	return found, true
}

func among(objects []map[string]any, member, ids string) []map[string]any {
	var found []map[string]any
	for _, o := range objects {
		if slices.Contains(strings.Split(ids, ","), fmt.Sprint(o[member])) {
			found = append(found, o)
		}
	}
	return found
}

// page wraps one page of the objects.
func (s *server) page(r *http.Request, objects []map[string]any) []byte {
	size := s.perPage
	if size == 0 {
		size = 5000
	}
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	number = max(number, 1)
	from, to := min((number-1)*size, len(objects)), min(number*size, len(objects))
	page := map[string]any{"values": objects[from:to], "count": to - from, "next_url": nil, "previous_url": nil}
	if objects[from:to] == nil {
		page["values"] = []any{}
	}
	if to < len(objects) {
		base := s.nextBase
		if base == "" {
			base = "http://" + r.Host
		}
		query := r.URL.Query()
		query.Set("page", strconv.Itoa(number+1))
		query.Set("per_page", strconv.Itoa(size))
		page["next_url"] = base + r.URL.Path + "?" + query.Encode()
	}
	body, _ := json.Marshal(page)
	return body
}

// record makes one record; each value is gender=figure, figure null allowed.
func record(kpi, area string, period any, values ...string) map[string]any {
	list := []map[string]any{}
	for _, v := range values {
		gender, figure, _ := strings.Cut(v, "=")
		list = append(list, map[string]any{"gender": gender, "value": json.RawMessage(figure), "count": 1, "status": "", "isdeleted": false})
	}
	return map[string]any{"kpi": kpi, "municipality": area, "period": period, "values": list, "from": "2026-01-01"}
}

// area makes one object of /municipality.
func area(id, title, kind string) map[string]any {
	return map[string]any{"id": id, "title": title, "type": kind}
}

// numbered makes n ids.
func numbered(letter string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s%05d", letter, i)
	}
	return ids
}

// pinned makes KPIs without titles.
func pinned(ids ...string) []kpi {
	kpis := make([]kpi, len(ids))
	for i, id := range ids {
		kpis[i].id = id
	}
	return kpis
}

// taskOf asks for a group by a config; its years must be a run of years.
func taskOf(g group) sources.Task {
	d := config.Dataset{Name: g.name, File: "datasets/" + g.name + ".toml", Source: "kolada", Regions: []string{"regions"}, Years: "all"}
	for _, k := range g.kpis {
		d.KPIs = append(d.KPIs, config.KPI{ID: k.id, Title: k.title})
	}
	if len(g.years) > 0 {
		d.Years = fmt.Sprintf("%d..%d", g.years[0], g.years[len(g.years)-1])
	}
	return sources.Task{
		Dataset: d, Words: map[string][]string{"regions": g.regions}, County: g.county, Log: slog.New(slog.DiscardHandler),
		Now: time.Date(2026, 6, 10, 8, 0, 0, 0, time.UTC), Held: sources.Set{Dataset: d},
	}
}

// answering fails every request.
type answering func(sources.Request) error

func (f answering) Call(_ context.Context, r sources.Request) (sources.Answer, error) {
	return sources.Answer{}, f(r)
}
