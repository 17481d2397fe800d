package sources

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Settings say how polite and how patient the client is.
type Settings struct {
	UserAgent string
	// CAFile is a PEM file of further certificate authorities, for networks
	// whose proxy opens TLS; empty: the system's only.
	CAFile string
	// MaxBody bounds a decompressed answer in bytes.
	MaxBody int64
	// The phases of one attempt: dial, TLS handshake, first byte of the answer,
	// silence between bytes, and the whole attempt. Waiting for the limiter is
	// not counted.
	Connect, TLS, Header, Idle, Total time.Duration
	// Attempts is the most times one request is sent.
	Attempts int
	// WaitMin and WaitMax bound the jittered exponential back-off.
	WaitMin, WaitMax time.Duration
	// RetryAfterMax is the longest Retry-After that is waited for.
	RetryAfterMax time.Duration
	// InFlight is the most requests under way to one host.
	InFlight int
	// Limits are the configured limits by base address, "https://api.kolada.se/v3".
	Limits map[string]Limit
	// StateDir keeps the call times that all processes count together; empty:
	// this process counts alone.
	StateDir string
	Log      *slog.Logger
	Now      func() time.Time
}

// Client is the one polite HTTP client. It may be used by many goroutines.
type Client struct {
	settings Settings
	http     *http.Client
	mu       sync.Mutex
	hosts    map[string]*host
}

// NewClient makes a client, or says what is wrong with the CA file.
func NewClient(s Settings) (*Client, error) {
	roots, err := authorities(s.CAFile)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: s.Connect}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSClientConfig:       &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   s.TLS,
		ResponseHeaderTimeout: s.Header,
		MaxIdleConnsPerHost:   max(s.InFlight, 2),
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
	}
	c := &Client{settings: s, hosts: map[string]*host{}}
	c.http = &http.Client{Transport: &wholeBody{next: transport, client: c}, CheckRedirect: sameHost}
	return c, nil
}

func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file: %s holds no PEM certificate", file)
	}
	return pool, nil
}

func sameHost(r *http.Request, via []*http.Request) error {
	if len(via) > 3 {
		return errors.New("more than 3 redirects")
	}
	if r.URL.Host != via[0].URL.Host {
		return fmt.Errorf("redirected to another host, %s", r.URL.Host)
	}
	return nil
}

// Tighten adds a limit that the publisher at base itself announces; together with the
// configured one, the stricter of the two holds. A zero limit is none.
func (c *Client) Tighten(base string, l Limit) {
	c.host(base).tighten(l)
}

// publisher is the configured base address that the target lies under, for two
// publishers may share a host (as on loopback); else the host.
func (c *Client) publisher(target *url.URL) string {
	for base := range c.settings.Limits {
		if strings.HasPrefix(target.String(), base) {
			return base
		}
	}
	return target.Host
}

func (c *Client) host(name string) *host {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.hosts[name]
	if !ok {
		h = newHost(name, c.settings)
		c.hosts[name] = h
	}
	return h
}

// Call sends r until a whole answer that r.Check accepts has come, the
// attempts are used up, or the publisher refuses for good.
func (c *Client) Call(ctx context.Context, r Request) (Answer, error) {
	target, err := url.Parse(r.URL)
	if err != nil {
		return Answer{}, fmt.Errorf("%s %s: %w", r.Method, r.URL, err)
	}
	h := c.host(c.publisher(target))
	if err := h.enter(ctx); err != nil {
		return Answer{}, fmt.Errorf("%s %s: %w", r.Method, r.URL, err)
	}
	defer h.leave()
	t := &try{request: r, host: h, settings: c.settings}
	return t.run(ctx, c.http)
}

// try is one request on its way through its attempts.
type try struct {
	request  Request
	host     *host
	settings Settings
	attempt  int
	empty500 int
	started  time.Time
	last     error // why the latest attempt did not do
}

func (t *try) run(ctx context.Context, client *http.Client) (Answer, error) {
	retrying := &retryablehttp.Client{
		HTTPClient:   client,
		RetryMax:     max(t.settings.Attempts, 1) - 1,
		RetryWaitMin: t.settings.WaitMin,
		RetryWaitMax: t.settings.WaitMax,
		CheckRetry:   t.again,
		Backoff:      t.backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		PrepareRetry: func(req *http.Request) error { return t.prepare(req.Context()) },
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, t.request.Method, t.request.URL, t.body())
	if err != nil {
		return Answer{}, err
	}
	t.headers(req.Header)
	if err := t.prepare(ctx); err != nil {
		return Answer{}, t.failed(err)
	}
	resp, err := retrying.Do(req)
	if resp != nil {
		defer resp.Body.Close() //nolint:errcheck // the body is in memory already
	}
	switch {
	case ctx.Err() != nil:
		return Answer{}, t.failed(ctx.Err())
	case t.last != nil:
		return Answer{}, t.failed(t.last)
	case err != nil:
		return Answer{}, t.failed(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, t.failed(err)
	}
	now := t.settings.Now()
	return Answer{Request: t.request, Status: resp.StatusCode, Body: body, At: now.UTC(), Took: now.Sub(t.started), Attempts: t.attempt}, nil
}

// prepare waits for the limiter before each attempt.
func (t *try) prepare(ctx context.Context) error {
	if err := t.host.wait(ctx); err != nil {
		return err
	}
	t.attempt++
	t.started = t.settings.Now()
	return nil
}

func (t *try) body() any {
	if t.request.Body == nil {
		return nil
	}
	return t.request.Body
}

func (t *try) headers(h http.Header) {
	h.Set("User-Agent", t.settings.UserAgent)
	h.Set("Accept", "application/json")
	if t.request.Body != nil {
		h.Set("Content-Type", "application/json")
	}
}

func (t *try) failed(err error) error {
	if _, ok := errors.AsType[*StatusError](err); ok {
		return err
	}
	return fmt.Errorf("%s %s: attempt %d of %d: %w", t.request.Method, t.request.URL, t.attempt, t.settings.Attempts, err)
}

// wholeBody reads the whole answer before anybody sees it, so that a body cut
// short counts as a failed attempt like any other transport error.
type wholeBody struct {
	next   http.RoundTripper
	client *Client
}

// RoundTrip sends one attempt within its own time-out.
func (w *wholeBody) RoundTrip(r *http.Request) (*http.Response, error) {
	s := w.client.settings
	ctx, cancel := context.WithTimeoutCause(r.Context(), s.Total, fmt.Errorf("no whole answer within %s", s.Total))
	defer cancel()
	resp, err := w.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, cause(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end or given up
	body, err := readWhole(resp.Body, s.MaxBody, s.Idle, cancel)
	if err != nil {
		return nil, fmt.Errorf("status %d, %d bytes came: %w", resp.StatusCode, len(body), cause(ctx, err))
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, nil
}

func cause(ctx context.Context, err error) error {
	if reason := context.Cause(ctx); reason != nil && !errors.Is(reason, context.Canceled) {
		return reason
	}
	return err
}

// tooLargeError is a body over the cap; sending again would not help.
type tooLargeError struct{ limit int64 }

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the answer is larger than the cap of %d bytes (max_body_mb)", e.limit)
}

// readWhole reads to the end; silence longer than idle cancels the attempt.
func readWhole(r io.Reader, limit int64, idle time.Duration, cancel func()) ([]byte, error) {
	silence := time.AfterFunc(idle, cancel)
	defer silence.Stop()
	var body bytes.Buffer
	chunk := make([]byte, 64<<10)
	for {
		n, err := r.Read(chunk)
		silence.Reset(idle)
		body.Write(chunk[:n])
		if int64(body.Len()) > limit {
			return body.Bytes(), &tooLargeError{limit}
		}
		if errors.Is(err, io.EOF) {
			return body.Bytes(), nil
		}
		if errors.Is(err, context.Canceled) {
			return body.Bytes(), fmt.Errorf("no byte for %s", idle)
		}
		if err != nil {
			return body.Bytes(), err
		}
	}
}
