package replay

import (
	"crypto/sha256"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options says how a server behaves. The zero value answers at once, without a
// quota and without faults, with SCB's 150 000 cells and Kolada's 5 000
// records per page.
type Options struct {
	// Now is the time for pastDays and the quota; time.Now without it.
	Now func() time.Time
	// MaxCells is SCB's maxDataCells.
	MaxCells int
	// Calls per Window is SCB's quota. Without a Window there is none, and
	// /config announces zeros.
	Calls  int
	Window time.Duration
	// Sliding counts the quota over any Window, which is stricter than SCB's
	// own counting from the first call on.
	Sliding bool
	// Latency passes before every answer.
	Latency time.Duration
	// PageSize is Kolada's largest per_page, and its default.
	PageSize int
	// CacheBytes is how much encoded answers may take, so that benchmarks
	// measure the client. 0 caches nothing.
	CacheBytes int
	// Plain never compresses; otherwise gzip is sent to whoever accepts it.
	Plain  bool
	Faults []Fault
}

// Server is both publishers behind one handler: /api/v2/… is SCB, /v3/… is
// Kolada.
type Server struct {
	options Options
	mux     *http.ServeMux
	mu      sync.Mutex // guards what follows
	lib     *Library
	seen    []Seen
	quota   quota
	faults  []armed
	cache   map[string]answer // of lib; a revision empties it
	cached  int               // bytes
}

// Seen is one request as it was answered.
type Seen struct {
	Source string // "scb" or "kolada"
	// Role is config, listing, metadata, codelist, data, kpi, municipality, or
	// probe for Kolada data with from_date; "" where there is no such route.
	Role   string
	Method string
	Path   string
	Query  string
	Status int // 0: none was sent, by a fault
	Fault  string
}

// New makes a server of what the library holds now.
func New(lib *Library, o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxCells <= 0 {
		o.MaxCells = 150000
	}
	if o.PageSize <= 0 {
		o.PageSize = 5000
	}
	s := &Server{options: o, mux: http.NewServeMux(), lib: lib.clone(), cache: map[string]answer{}}
	s.quota = quota{calls: o.Calls, window: o.Window, sliding: o.Sliding}
	for _, f := range o.Faults {
		s.faults = append(s.faults, armed{Fault: f})
	}
	for _, r := range routes() {
		s.mux.HandleFunc(r.pattern, func(w http.ResponseWriter, request *http.Request) { s.serve(w, request, r) })
	}
	return s
}

// route is what a source answers to a kind of address.
type route struct {
	pattern, source, role string
	answer                func(*call) answer
}

func routes() []route {
	return []route{
		{"GET /api/v2/config", "scb", "config", (*call).config},
		{"GET /api/v2/tables", "scb", "listing", (*call).listing},
		{"GET /api/v2/tables/{id}/metadata", "scb", "metadata", (*call).metadata},
		{"POST /api/v2/tables/{id}/data", "scb", "data", (*call).data},
		{"GET /api/v2/codelists/{id}", "scb", "codelist", (*call).codelist},
		{"/api/v2/", "scb", "", func(*call) answer { return answer{status: 404} }},
		{"GET /v3/kpi", "kolada", "kpi", (*call).objects},
		{"GET /v3/kpi/{ids}", "kolada", "kpi", (*call).objects},
		{"GET /v3/municipality", "kolada", "municipality", (*call).objects},
		{"GET /v3/data/kpi/{kpi}/municipality/{municipality}/year/{year}", "kolada", "data", (*call).observations},
		{"GET /v3/data/kpi/{kpi}/municipality/{municipality}", "kolada", "data", (*call).observations},
		{"GET /v3/data/kpi/{kpi}/year/{year}", "kolada", "data", (*call).observations},
		{"/", "kolada", "", func(*call) answer {
			return answer{status: 404, kind: "application/json", body: []byte(`{"detail":"Not Found"}`)}
		}},
	}
}

// call is one request on its way to an answer.
type call struct {
	route
	server *Server
	r      *http.Request
	body   []byte
	lib    *Library
	fault  *Fault
	limits http.Header // the quota's; nil: the request did not count
}

// origin is the server's address as the client reached it.
func (c *call) origin() string { return "http://" + c.r.Host }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Server) serve(w http.ResponseWriter, r *http.Request, to route) {
	c := &call{route: to, server: s, r: r}
	if c.role == "data" && r.URL.Query().Has("from_date") {
		c.role = "probe"
	}
	c.body, _ = io.ReadAll(r.Body) // a client gone meanwhile gets no answer anyway
	seen := Seen{Source: c.source, Role: c.role, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery}
	if !pause(r, s.options.Latency) {
		s.note(seen)
		return
	}
	a := s.reply(c)
	seen.Status = a.status
	if c.fault != nil {
		seen.Fault = c.fault.Kind
		a = c.fault.change(a, c)
		if seen.Status = a.status; c.fault.Kind == "timeout" {
			seen.Status = 0
		}
	}
	s.note(seen)
	c.send(w, a)
}

// reply takes the request through the quota and the faults to its source.
func (s *Server) reply(c *call) answer {
	key := c.key()
	s.mu.Lock()
	if c.source == "scb" && c.role != "config" {
		var refusal *answer
		if refusal, c.limits = s.quota.take(s.options.Now()); refusal != nil {
			s.mu.Unlock()
			return *refusal
		}
	}
	err := s.strike(c)
	c.lib = s.lib
	a, cached := s.cache[key]
	s.mu.Unlock()
	switch {
	case err != nil:
		return answer{status: 500, kind: "text/plain", body: []byte(err.Error())}
	case c.source == "scb" && !slices.Contains([]string{"", "sv", "en"}, c.r.URL.Query().Get("lang")):
		return *badRequest("Unsupported language")
	case cached && c.fault == nil:
		return a
	}
	a = c.answer(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.fault == nil && a.status == 200 && c.lib == s.lib && s.cached+len(a.body) <= s.options.CacheBytes {
		s.cache[key], s.cached = a, s.cached+len(a.body)
	}
	return a
}

// key tells answers apart, as the real server's own cache does: by method,
// whole address and body. The host is in it because links name it.
func (c *call) key() string {
	sum := sha256.Sum256(c.body)
	return c.r.Method + " " + c.r.Host + c.r.RequestURI + " " + string(sum[:])
}

// pause waits, unless the client goes away first.
func pause(r *http.Request, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}

func (s *Server) note(seen Seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, seen)
}

// Requests returns what has been answered so far, in the order of answering.
func (s *Server) Requests() []Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// Count is the number of requests answered so far to a source ("" is both) in
// one of the roles (none is all).
func (s *Server) Count(source string, roles ...string) int {
	n := 0
	for _, seen := range s.Requests() {
		if strings.HasPrefix(seen.Source, source) && (len(roles) == 0 || slices.Contains(roles, seen.Role)) {
			n++
		}
	}
	return n
}

// Forget empties what Requests returns.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = nil
}

// Revise changes the data under way: every request that comes after it sees
// all of the edit, and none sees a part. An error leaves the data as it was.
func (s *Server) Revise(edit func(*Library) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revise(edit)
}

func (s *Server) revise(edit func(*Library) error) error {
	next := s.lib.clone()
	if err := edit(next); err != nil {
		return err
	}
	s.lib, s.cache, s.cached = next, map[string]answer{}, 0
	return nil
}
