package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Fault is something wrong with some of the answers. It strikes requests that
// fit Source, Role and Path, all optional.
//
// Kinds that replace the answer:
//
//	"429-retry-after"       429 with Retry-After in seconds, from Delay
//	"429-retry-after-date"  429 with Retry-After as an HTTP date, Delay ahead
//	"429"                   429 without Retry-After
//	"500-empty", "500-html" as SCB's uncaught exception, and with a page
//	"503-html"              a page of maintenance
//	"404-table"             SCB's passing 404 "Non-existent table" on metadata
//	"200-html"              an error page that claims success
//
// Kinds that spoil the sending:
//
//	"timeout"               no answer until the client goes
//	"slow-first-byte"       Delay before the answer (2 s without)
//	"slow-body"             Delay between tenths of the body (200 ms without)
//	"truncated-json"        the first half, as a whole answer
//	"gzip-truncated"        gzip cut short, as a whole answer
//	"content-length-long"   Content-Length over what comes, then the end
//	"content-length-short"  Content-Length under what comes
//	"reset"                 the connection breaks off in mid-body
//	"large-body"            Size bytes of white space after the answer (300 MiB without)
//
// Kinds that change Kolada's pages:
//
//	"looping-next-url"      next_url is the page's own address
//	"next-url-other-host"   next_url names the host in Text, or kolada.invalid
//	"duplicate-record"      from page 2 on, a page begins with the last record of the page before
//	"cut-region"            the records of the region Code are cut out, count stays as it was
//
// Kinds that change the data from the struck request on, once:
//
//	"changed-label"             Variable and Code (a table's, or "kpi" and its id) get the label Text
//	"vanished-region"           Code goes from Variable (Region without), or from Kolada
//	"vanished-table"            the table goes
//	"revised"                   the cell At gets Value, and the table Text as updated (a day later without)
//	"revised-silently"          the cell At gets Value, updated stays
//	"edit"                      Edit runs
type Fault struct {
	Source string // "scb" or "kolada"
	Role   string // as Seen.Role
	Path   string // a part of path, query or body
	// Request is the 1-based number of the fitting request it strikes first;
	// 0 is the first. Times is how many in a row it strikes; 0 is once when
	// Request is set, and every one when it is not.
	Request, Times int
	Kind           string

	Delay time.Duration
	Size  int64
	// Table is for which table; without it, the one in the request's path.
	Table, Variable, Code, Text string
	At                          map[string]string
	Value                       float64
	Edit                        func(*Library) error
}

// armed is a fault with the number of requests that fitted it so far.
type armed struct {
	Fault
	fitting int
	done    bool // its edit has been made
}

// strike counts the request with every fault it fits and returns the first
// that strikes it. A fault that changes the data does so here, and is not
// returned: the answer after it is a sound one. s.mu is held.
func (s *Server) strike(c call) *Fault {
	var hit *Fault
	for i := range s.faults {
		f := &s.faults[i]
		if !f.fits(c) {
			continue
		}
		f.fitting++
		if !f.due() {
			continue
		}
		if edit := f.edit(c); edit != nil {
			if f.done {
				continue
			}
			f.done = true
			if err := s.revise(edit); err != nil {
				s.options.Log.Error("replay: fault could not change the data", "fault", f.Kind, "err", err)
			}
			continue
		}
		if hit == nil {
			hit = &f.Fault
		}
	}
	return hit
}

func (f *armed) fits(c call) bool {
	where := c.r.URL.Path + "?" + c.r.URL.RawQuery + string(c.body)
	return (f.Source == "" || f.Source == c.source) && (f.Role == "" || f.Role == c.role) &&
		strings.Contains(where, f.Path)
}

func (f *armed) due() bool {
	first, times := max(1, f.Request), f.Times
	if times == 0 && f.Request > 0 {
		times = 1
	}
	return f.fitting >= first && (times == 0 || f.fitting < first+times)
}

// change is the answer as the fault leaves it; what only concerns the sending
// is send's.
func (f *Fault) change(a answer, c call) answer {
	switch f.Kind {
	case "429", "429-retry-after", "429-retry-after-date":
		return f.tooMany()
	case "500-empty":
		return answer{status: 500}
	case "500-html":
		return page(500, "Internal Server Error")
	case "503-html":
		return page(503, "Service Unavailable")
	case "404-table":
		return notFound("Non-existent table").answer()
	case "200-html":
		return page(200, "Something went wrong")
	case "truncated-json":
		a.body = a.body[:len(a.body)/2]
	case "looping-next-url", "next-url-other-host":
		a.body = f.nextURL(a.body, c.origin()+c.r.RequestURI)
	case "cut-region":
		a.body = f.cutRegion(a.body)
	}
	return a
}

func (f *Fault) tooMany() answer {
	a := answer{
		status: 429, kind: "text/plain", header: http.Header{},
		body: []byte("API calls quota exceeded! maximum admitted 30 per 10s."),
	}
	switch f.Kind {
	case "429-retry-after":
		a.header.Set("Retry-After", fmt.Sprint(int((f.Delay+time.Second-1)/time.Second)))
	case "429-retry-after-date":
		a.header.Set("Retry-After", time.Now().Add(f.Delay).UTC().Format(http.TimeFormat))
	}
	return a
}

func page(status int, title string) answer {
	return answer{
		status: status, kind: "text/html; charset=utf-8",
		body: fmt.Appendf(nil, "<!DOCTYPE html>\n<html><head><title>%s</title></head><body><h1>%[1]s</h1></body></html>\n", title),
	}
}

// nextURL rewrites where the envelope's end says the next page is; the last
// page of a loop gets one too.
func (f *Fault) nextURL(body []byte, self string) []byte {
	at := bytes.LastIndex(body, []byte(`"next_url":`))
	if at < 0 {
		return body
	}
	var tail map[string]json.RawMessage
	if json.Unmarshal(append([]byte{'{'}, body[at:]...), &tail) != nil {
		return body
	}
	next := text(tail["next_url"])
	if f.Kind == "looping-next-url" {
		next = self
	} else if _, rest, ok := strings.Cut(next, "/v3/"); ok {
		host := f.Text
		if host == "" {
			host = "http://kolada.invalid"
		}
		next = strings.TrimSuffix(host, "/") + "/v3/" + rest
	}
	if next == "" {
		return body
	}
	b := appendString(append(body[:at:at], `"next_url":`...), next)
	return append(append(append(b, `,"previous_url":`...), rawOr(tail["previous_url"], "null")...), '}')
}

// cutRegion takes a region's records out of a page and leaves its count alone.
func (f *Fault) cutRegion(body []byte) []byte {
	var page map[string]json.RawMessage
	var records []map[string]json.RawMessage
	if json.Unmarshal(body, &page) != nil || json.Unmarshal(page["values"], &records) != nil {
		return body
	}
	b := []byte(`{"values":[`)
	for _, r := range records {
		if text(r["municipality"]) == f.Code {
			continue
		}
		if b[len(b)-1] == '}' {
			b = append(b, ',')
		}
		b = appendObject(b, r, "values", "kpi", "period", "municipality")
	}
	delete(page, "values")
	rest := appendObject(nil, page, "count", "next_url", "previous_url")
	return append(append(b, "],"...), rest[1:]...)
}

// silent says that the client gets no status line at all.
func (f *Fault) silent() bool { return f.Kind == "timeout" }
