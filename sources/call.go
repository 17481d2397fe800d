package sources

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// call is one Call under way. It is its own RoundTripper, so that every hop of
// every attempt passes the limiter, reads its body whole and keeps the times.
type call struct {
	client      *Client
	request     Request
	method, url string

	publisher  *host // whom the hop under way goes to
	attempt    int   // 1 for the first
	empty500s  int
	err        error // why the attempt is not an answer; nil when it is
	told       bool  // the publisher said how long to wait, namely
	retryAfter time.Duration

	// Of the attempt under way; a redirect's last hop decides.
	took   time.Duration
	status int
	header http.Header
	body   []byte
	at     time.Time
}

// begin is retryablehttp's hook before each attempt.
func (c *call) begin(_ retryablehttp.Logger, _ *http.Request, retries int) {
	c.attempt, c.told, c.took = retries+1, false, 0
}

// forget clears what an earlier hop or attempt received.
func (c *call) forget() { c.status, c.header, c.body = 0, nil, nil }

// RoundTrip waits for the publisher's limits and then makes one hop, body included.
func (c *call) RoundTrip(req *http.Request) (*http.Response, error) {
	c.forget()
	c.publisher = c.client.publisher(req.URL)
	booked, err := c.publisher.enter(req.Context())
	if err != nil {
		return nil, err
	}
	defer c.publisher.leave()
	var ready atomic.Pointer[time.Time] // when there was a connection, which another goroutine may note
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { ready.Store(new(time.Now())) }}
	began := time.Now()
	resp, err := c.hop(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	c.took += time.Since(began)
	if at := ready.Load(); at != nil {
		c.publisher.sent(req.Context(), booked, *at)
	}
	return resp, err
}

// hop sends req under the attempt's remaining time and reads the answer.
func (c *call) hop(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	total := c.client.settings.Total
	ctx, stop := context.WithTimeoutCause(ctx, total-c.took, fmt.Errorf("no whole answer within %s", total))
	defer stop()
	resp, err := c.client.transport.RoundTrip(req.WithContext(ctx))
	if err == nil {
		err = c.receive(resp, cancel)
	}
	if err != nil && ctx.Err() != nil && req.Context().Err() == nil {
		err = context.Cause(ctx) // the time-out that was passed, rather than what it broke
	}
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// receive reads and closes the body. What is wrong with the body of a refusal
// matters to nobody: the status says it.
func (c *call) receive(resp *http.Response, cancel context.CancelCauseFunc) error {
	idle := c.client.settings.Idle
	timer := time.AfterFunc(idle, func() {
		cancel(fmt.Errorf("nothing more of the body came for %s", idle))
	})
	defer timer.Stop()
	defer func() { _ = resp.Body.Close() }()
	limit := c.client.settings.MaxBody
	if resp.StatusCode != http.StatusOK {
		limit = min(limit, maxErrorBody)
	}
	raw := &idleReader{from: resp.Body, timer: timer, limit: idle}
	body, err := readBody(resp.Header, raw, resp.ContentLength, limit)
	resp.Body = http.NoBody
	c.status, c.header, c.body, c.at = resp.StatusCode, resp.Header, body, c.client.settings.Now().UTC()
	if resp.StatusCode != http.StatusOK {
		return nil
	}
	return err
}

// result is what Call returns once retryablehttp is done.
func (c *call) result(ctx context.Context) (Answer, error) {
	_, refused := errors.AsType[*StatusError](c.err)
	switch {
	case c.err == nil:
		return Answer{Request: c.request, Status: c.status, Body: c.body, At: c.at, Took: c.took, Attempts: c.attempt}, nil
	case ctx.Err() != nil:
		c.forget()
		return Answer{}, &callError{c.seen(), ctx.Err()}
	case refused:
		return Answer{}, c.err
	}
	return Answer{}, &callError{c.seen(), bare(c.err)}
}

// seen is what is known of the attempt under way. The body of a 200, which may be
// large, is not kept.
func (c *call) seen() StatusError {
	seen := StatusError{
		Method: c.method, URL: c.url, Attempt: c.attempt, Attempts: c.client.settings.Attempts, Status: c.status, Line: firstLine(c.body),
	}
	if c.status != http.StatusOK {
		seen.Body = c.body
	}
	return seen
}
