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
//
// "edit" runs Edit once; the answer is a sound one of the data after it.
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
	Edit  func(*Library) error
}

// armed is a fault with the number of requests that fitted it so far.
type armed struct {
	Fault
	fitting int
}

// strike counts the request with every fault it fits and gives it the first
// that strikes it. An edit that strikes is made here. s.mu is held.
func (s *Server) strike(c *call) error {
	for i := range s.faults {
		f := &s.faults[i]
		if !f.fits(c) {
			continue
		}
		f.fitting++
		switch {
		case !f.due():
		case f.Kind != "edit":
			if c.fault == nil {
				c.fault = &f.Fault
			}
		case f.Edit != nil:
			edit := f.Edit
			f.Edit = nil
			if err := s.revise(edit); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *armed) fits(c *call) bool {
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
func (f *Fault) change(a answer, c *call) answer {
	switch f.Kind {
	case "429", "429-retry-after", "429-retry-after-date":
		return f.tooMany()
	case "500-empty":
		return *stumble()
	case "500-html", "503-html", "200-html":
		return htmlPage(f.Kind)
	case "404-table":
		return noTable()
	case "truncated-json":
		a.body = a.body[:len(a.body)/2]
	case "looping-next-url", "next-url-other-host", "cut-region":
		a.body = f.changePage(a.body, c)
	}
	return a
}

func (f *Fault) tooMany() answer {
	q := quota{calls: 30, window: 10 * time.Second}
	a := q.refusal(f.Delay)
	switch f.Kind {
	case "429":
		a.header = nil
	case "429-retry-after-date":
		a.header = http.Header{"Retry-After": {time.Now().Add(f.Delay).UTC().Format(http.TimeFormat)}}
	}
	return *a
}

// htmlPage is a page of the status that the kind begins with.
func htmlPage(kind string) answer {
	a := answer{kind: "text/html; charset=utf-8"}
	_, _ = fmt.Sscanf(kind, "%d-html", &a.status)
	title := http.StatusText(a.status)
	a.body = fmt.Appendf(nil, "<!DOCTYPE html>\n<html><head><title>%s</title></head><body><h1>%[1]s</h1></body></html>\n", title)
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
			var r record
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
