package sources

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync"
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
	c.attempt = retries + 1
	c.err, c.told, c.took = nil, false, 0
	c.forget()
}

// forget clears what an earlier hop or attempt received.
func (c *call) forget() {
	c.status, c.header, c.body = 0, nil, nil
}

// RoundTrip waits for the publisher's limits and then makes one hop, body included.
func (c *call) RoundTrip(req *http.Request) (*http.Response, error) {
	c.forget()
	c.publisher = c.client.publisher(req.URL)
	booked, err := c.publisher.enter(req.Context())
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // a RoundTripper must, also on error
		}
		return nil, err
	}
	defer c.publisher.leave()
	began := time.Now()
	resp, sent, err := c.hop(req)
	c.took += time.Since(began)
	c.publisher.sent(req.Context(), booked, sent)
	return resp, err
}

// hop sends req under the attempt's remaining time and reads the answer. It
// also tells when a connection was ready for the request, zero if never.
func (c *call) hop(req *http.Request) (*http.Response, time.Time, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	total := time.AfterFunc(c.client.settings.Total-c.took, func() {
		cancel(fmt.Errorf("no whole answer within %s", c.client.settings.Total))
	})
	defer total.Stop()
	var moment sentMoment
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: moment.note})
	resp, err := c.client.transport.RoundTrip(req.WithContext(ctx))
	if err == nil {
		err = c.receive(resp, cancel)
	}
	if err != nil && ctx.Err() != nil && req.Context().Err() == nil {
		err = context.Cause(ctx) // the time-out that was passed, rather than what it broke
	}
	if err != nil {
		return nil, moment.when(), err
	}
	return resp, moment.when(), nil
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
func (c *call) result(ctx context.Context, err error) (Answer, error) {
	if err == nil && c.err == nil {
		return Answer{
			Request: c.request, Status: c.status, Body: c.body,
			At: c.at, Took: c.took, Attempts: c.attempt,
		}, nil
	}
	if ctx.Err() != nil {
		c.forget()
		return Answer{}, c.failed(ctx.Err())
	}
	if _, refused := errors.AsType[*StatusError](c.err); refused {
		return Answer{}, c.err
	}
	if c.err != nil {
		err = c.err
	}
	return Answer{}, c.failed(err)
}

func (c *call) failed(err error) error {
	return &callError{
		method: c.method, url: c.url, attempt: max(c.attempt, 1), attempts: c.client.settings.Attempts,
		status: c.status, line: firstLine(c.body), err: bare(err),
	}
}

// sentMoment notes when the transport had a connection ready. The transport
// may note from a goroutine of its own.
type sentMoment struct {
	mu sync.Mutex
	at time.Time
}

func (s *sentMoment) note(httptrace.GotConnInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = time.Now()
}

func (s *sentMoment) when() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}
