package sources

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/hashicorp/go-retryablehttp"
)

// Client is the polite HTTP client. It paces calls per host, retries what may
// pass, and returns only whole answers. It may be used by many goroutines.
type Client struct {
	settings  Settings
	transport *http.Transport

	mu    sync.Mutex
	hosts map[string]*host // by address
}

var _ Caller = (*Client)(nil)

// NewClient checks s, reads its CAFile and opens no connection. The error
// names every setting that is wrong, or the certificate file.
func NewClient(s Settings) (*Client, error) {
	s, err := s.complete()
	if err != nil {
		return nil, fmt.Errorf("http settings: %w", err)
	}
	transport, err := newTransport(s)
	if err != nil {
		return nil, err
	}
	c := &Client{settings: s, transport: transport, hosts: make(map[string]*host)}
	for base, l := range s.Limits {
		c.Tighten(base, l)
	}
	return c, nil
}

// Tighten makes the client also obey l towards what lies under base, beside
// what it obeys already. Base is an address ("https://api.kolada.se/v3") or a
// host alone. A limit without calls or without a window is not announced, and
// changes nothing (scb-api.md section 2).
func (c *Client) Tighten(base string, l Limit) {
	name := address(base)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.host(name).tighten(l)
}

// publisher is who answers at u: the longest known base that u lies under, for
// two publishers may share a host (as on loopback); else the host itself.
func (c *Client) publisher(u *url.URL) *host {
	c.mu.Lock()
	defer c.mu.Unlock()
	target, longest := address(u.Host+u.EscapedPath()), address(u.Host)
	for base := range c.hosts {
		if len(base) > len(longest) && (target == base || strings.HasPrefix(target, base+"/")) {
			longest = base
		}
	}
	return c.host(longest)
}

// host is made when it is first asked for. It is called with mu held.
func (c *Client) host(address string) *host {
	h, ok := c.hosts[address]
	if !ok {
		h = newHost(address, c.settings)
		c.hosts[address] = h
	}
	return h
}

// address is what identifies a publisher: the host in lower case, and the path
// without a slash at its end.
func address(base string) string {
	if _, rest, ok := strings.Cut(base, "://"); ok {
		base = rest
	}
	host, path, _ := strings.Cut(base, "/")
	return strings.TrimRight(strings.ToLower(host)+"/"+path, "/")
}

// Call sends r and returns its whole answer, always with status 200.
//
// Retried, within Attempts: 429, 502, 503, 504, a 500 with an empty body (at
// most twice), transport errors and time-outs, a body cut short, an HTML page
// in a 200, and a body that r.Check refuses. Without a Check, a body declared
// as JSON must still be JSON. Retry-After decides the wait; without it the
// wait grows, with jitter.
//
// Not retried: every other status, a body over MaxBody, a certificate that is
// not trusted, and a redirect to another host, out of TLS, or from POST to GET
// (which at SCB would silently drop the selection). Every error says the
// method, URL, attempt, and, where there was an answer, its status and the
// first line of its body. When ctx ended the call, ctx.Err says so; a time-out
// of an attempt may also match context.DeadlineExceeded.
func (c *Client) Call(ctx context.Context, r Request) (Answer, error) {
	req, err := c.request(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	call := &call{client: c, request: r, url: req.URL.Redacted(), method: req.Method}
	retrying := retryablehttp.Client{
		HTTPClient:     &http.Client{Transport: call, CheckRedirect: checkRedirect},
		RetryMax:       c.settings.Attempts - 1,
		RequestLogHook: call.begin,
		CheckRetry:     call.judge,
		Backoff:        call.pause,
	}
	if resp, err := retrying.Do(req); err == nil {
		_ = resp.Body.Close() // already read whole and closed; this is for the eye
	}
	return call.result(ctx)
}

func (c *Client) request(ctx context.Context, r Request) (*retryablehttp.Request, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is not an http or https address", u.Redacted())
	}
	var body any
	if r.Body != nil {
		body = r.Body
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Redacted(), err)
	}
	req.Header.Set("User-Agent", c.settings.UserAgent)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	if r.Method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}
