package replay

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options says how a server behaves. The zero value answers at once, without a
// quota and without faults, with SCB's 150 000 cells and Kolada's 5 000
// records per page.
type Options struct {
	// Now is what day it is for pastDays; time.Now without it.
	Now func() time.Time
	// Clock measures the quota and stamps what Requests returns; time.Now
	// without it. It is not Now, so that a test may stop the one alone.
	Clock func() time.Time
	// MaxCells is SCB's maxDataCells.
	MaxCells int
	// Calls per Window is SCB's quota, per client address. Without a Window
	// there is none, and /config announces zeros.
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
	Plain   bool
	Dialect Dialect
	Faults  []Fault
	Log     *slog.Logger
}

// Server is both publishers behind one handler: /api/v2/… is SCB, /v3/… is
// Kolada, and /v2/… is Kolada's closed API.
type Server struct {
	options Options
	mu      sync.Mutex // guards what follows
	lib     *Library
	seen    []Seen
	quota   quota
	faults  []armed
	cache   cache
}

// Seen is one request as it was answered.
type Seen struct {
	Source string // "scb" or "kolada"
	// Role is config, listing, table, metadata, defaultselection, codelist,
	// data, kpi, municipality, municipality_groups, kpi_groups, ou, or probe
	// for Kolada data with from_date; "" where there is no such route.
	Role    string
	Method  string
	Path    string
	Query   string
	Body    string
	Header  http.Header
	At      time.Time
	Status  int // 0: none was sent, by a fault
	Cells   int // in SCB's data answers
	Records int // in Kolada's data answers
	Fault   string
}

// New makes a server of what the library holds now.
func New(lib *Library, o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.MaxCells <= 0 {
		o.MaxCells = 150000
	}
	if o.PageSize <= 0 {
		o.PageSize = 5000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{options: o, lib: lib.clone(), quota: quota{calls: o.Calls, window: o.Window, sliding: o.Sliding}}
	s.cache.room = o.CacheBytes
	for _, f := range o.Faults {
		s.faults = append(s.faults, armed{Fault: f})
	}
	return s
}

// call is one request on its way to an answer.
type call struct {
	r            *http.Request
	source, role string
	parts        []string // of the path below the API's base
	body         []byte
	lib          *Library
	fault        *Fault
}

// origin is the server's address as the client reached it.
func (c call) origin() string { return "http://" + c.r.Host }

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := call{r: r}
	c.source, c.role, c.parts = route(r)
	c.body, _ = io.ReadAll(r.Body) // a client gone meanwhile gets no answer anyway
	seen := Seen{
		Source: c.source, Role: c.role, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Body: string(c.body), Header: r.Header.Clone(), At: s.options.Clock(),
	}
	if !pause(r, s.options.Latency) {
		s.note(seen)
		return
	}
	a, limits, fault := s.answer(&c)
	seen.Status, seen.Cells = a.status, a.cells
	if c.source == "kolada" {
		seen.Cells, seen.Records = 0, a.cells
	}
	if fault != nil {
		seen.Fault = fault.Kind
		a = fault.change(a, c)
		if seen.Status = a.status; fault.silent() {
			seen.Status = 0
		}
	}
	s.note(seen)
	s.options.Log.Debug("replay", "method", r.Method, "url", r.RequestURI, "status", seen.Status, "fault", seen.Fault)
	send(w, r, a, limits, fault, !s.options.Plain)
}

// answer takes the request through the quota and the faults to its source. The
// answer's header is the quota's; nil means that it did not count.
func (s *Server) answer(c *call) (answer, http.Header, *Fault) {
	s.mu.Lock()
	var limits http.Header
	if c.source == "scb" && c.role != "config" {
		refusal, header := s.quota.take(c.r, s.options.Clock())
		if limits = header; refusal != nil {
			s.mu.Unlock()
			return *refusal, nil, nil
		}
	}
	c.fault = s.strike(*c)
	c.lib = s.lib
	key := c.key()
	a, cached := s.cache.get(c.lib.revision, key)
	s.mu.Unlock()
	if cached && c.fault == nil {
		return a, limits, nil
	}
	if c.source == "scb" {
		a = s.scb(*c)
	} else {
		a = s.kolada(*c)
	}
	if c.fault == nil && a.status == 200 {
		s.mu.Lock()
		s.cache.put(c.lib.revision, key, a)
		s.mu.Unlock()
	}
	return a, limits, c.fault
}

// route tells source, role and the path below the API's base.
func route(r *http.Request) (source, role string, parts []string) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	if n := len("api/v2/"); len(path) >= n && strings.EqualFold(path[:n], "api/v2/") {
		parts = strings.Split(path[n:], "/")
		return "scb", scbRole(parts), parts
	}
	parts = strings.Split(path, "/")
	return "kolada", koladaRole(parts, r), parts
}

// pause waits, unless the client goes away first.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
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
	return append([]Seen(nil), s.seen...)
}

// Count is the number of requests answered so far to a source ("" is both) in
// one of the roles (none is all).
func (s *Server) Count(source string, roles ...string) int {
	n := 0
	for _, seen := range s.Requests() {
		hit := len(roles) == 0
		for _, role := range roles {
			hit = hit || role == seen.Role
		}
		if hit && (source == "" || source == seen.Source) {
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
	next.revision++
	if err := edit(next); err != nil {
		return err
	}
	s.lib = next
	return nil
}
