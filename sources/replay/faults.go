package replay

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
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
//	"next-url-other-host"   next_url names the host kolada.invalid
//	"duplicate-record"      from page 2 on, a page begins with the last record of the page before
//	"cut-region"            the records of the region Code are cut out, count stays as it was
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
	Code  string
}

// armed is a fault with the number of requests that fitted it so far.
type armed struct {
	Fault
	fitting int
}

// strike counts the request with every fault it fits and gives it the first
// that strikes it. s.mu is held.
func (s *Server) strike(c *call) {
	where := c.r.URL.Path + "?" + c.r.URL.RawQuery + string(c.body)
	for i := range s.faults {
		f := &s.faults[i]
		if f.Source != "" && f.Source != c.source || f.Role != "" && f.Role != c.role || !strings.Contains(where, f.Path) {
			continue
		}
		f.fitting++
		first, times := max(1, f.Request), f.Times
		if times == 0 && f.Request > 0 {
			times = 1
		}
		if c.fault.Kind == "" && f.fitting >= first && (times == 0 || f.fitting < first+times) {
			c.fault = f.Fault
		}
	}
}

// change is the answer as the fault leaves it; what only concerns the sending
// is send's.
func (f *Fault) change(a answer, c *call) answer {
	switch f.Kind {
	case "429":
		a = tooMany(30, 10*time.Second, nil)
	case "429-retry-after":
		a = tooMany(30, 10*time.Second, http.Header{"Retry-After": {seconds(f.Delay)}})
	case "429-retry-after-date":
		a = tooMany(30, 10*time.Second, http.Header{"Retry-After": {time.Now().Add(f.Delay).UTC().Format(http.TimeFormat)}})
	case "500-empty":
		a = *stumble()
	case "500-html", "503-html", "200-html":
		a = answer{kind: "text/html; charset=utf-8", body: []byte("<!DOCTYPE html>\n<html><body><h1>Underhåll</h1></body></html>\n")}
		_, _ = fmt.Sscanf(f.Kind, "%d-html", &a.status)
	case "404-table":
		a = noTable()
	case "truncated-json":
		a.body = a.body[:len(a.body)/2]
	case "looping-next-url", "next-url-other-host", "cut-region":
		a.body = f.changePage(a.body, c)
	}
	return a
}

// changePage changes one of Kolada's pages; the last page of a loop gets a next
// one too.
func (f *Fault) changePage(body []byte, c *call) []byte {
	var e envelope[json.RawMessage]
	if json.Unmarshal(body, &e) != nil || e.Values == nil {
		return body
	}
	switch {
	case f.Kind == "cut-region":
		e.Values = slices.DeleteFunc(e.Values, func(raw json.RawMessage) bool {
			var r Record
			return json.Unmarshal(raw, &r) == nil && r.Municipality == f.Code
		})
	case f.Kind == "looping-next-url":
		self := c.origin() + c.r.RequestURI
		e.Next = &self
	case e.Next != nil:
		elsewhere := strings.Replace(*e.Next, c.origin(), "http://kolada.invalid", 1)
		e.Next = &elsewhere
	}
	return encode(e)
}
