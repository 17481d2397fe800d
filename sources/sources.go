// Package sources holds the vocabulary that every publisher's client shares,
// and the one polite HTTP client they all speak through. A source package
// (scb, kolada) knows its publisher's addresses and formats; it never imports
// another source, the pipeline or DuckDB, and it never retries or waits: that
// is the Caller's work.
package sources

import (
	"context"
	"time"
)

// Request is one question to a publisher's API.
type Request struct {
	// Role says what the answer is for: "config", "listing", "catalogue", "metadata",
	// "codelist", "data", "kpi", "municipality" or "probe".
	Role   string
	Method string
	URL    string
	// Body is the JSON of a POST, nil for a GET.
	Body []byte
	// Check refuses a 200 whose body is not a whole, well-formed answer; the
	// Caller then retries as for a transport error. Nil accepts any body. It may
	// keep what it reads of a body: see Caller.
	Check func(body []byte) error
}

// Answer is one whole answer, exactly as the publisher sent it after
// content-encoding was undone.
type Answer struct {
	Request  Request
	Status   int
	Body     []byte
	At       time.Time     // when the last byte had come, UTC
	Took     time.Duration // of the last attempt, waiting for the limiter not counted
	Attempts int           // 1 when nothing had to be retried, 0 when resumed from the archive
}

// A Caller sends a request and returns its whole, checked answer. The client
// is one; the archive wraps it with one that keeps every answer and resumes an
// interrupted fetch.
//
// Call runs Request.Check on every body that it considers, also on one that it
// has from an archive, and last on the body that it returns: what Check read last
// is of the answer, and the answer need not be decoded once more.
//
// An error that wraps *StatusError is the publisher's own refusal; anything
// else is transport, a body that Check refused, or ctx.
type Caller interface {
	Call(ctx context.Context, r Request) (Answer, error)
}
