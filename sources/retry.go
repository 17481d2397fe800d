package sources

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const maxEmpty500s = 2 // retries of a 500 without body, which SCB also sends for a bad question

// judge is retryablehttp's CheckRetry. The error is kept in c.err.
func (c *call) judge(ctx context.Context, _ *http.Response, err error) (again bool, _ error) {
	c.err, again = c.verdict(err)
	return again && ctx.Err() == nil, nil
}

// verdict says what is wrong with the attempt and whether to try again.
func (c *call) verdict(err error) (_ error, again bool) {
	if err != nil {
		return err, mayPass(err)
	}
	if c.status == http.StatusOK {
		err = c.checkBody()
		return err, err != nil
	}
	refused := new(c.seen())
	if !c.mayRetryStatus() {
		return refused, false
	}
	if err := c.obey(c.header.Get("Retry-After")); err != nil {
		return fmt.Errorf("%w; %w", refused, err), false
	}
	return refused, true
}

// checkBody refuses a 200 that is not the answer asked for.
func (c *call) checkBody() error {
	contentType := c.header.Get("Content-Type")
	switch {
	case isHTML(contentType, c.body):
		return errors.New("an HTML page instead of an answer")
	case c.request.Check != nil:
		return c.request.Check(c.body)
	case isJSON(contentType) && !json.Valid(c.body):
		return errors.New("the body is called JSON but is not whole JSON")
	}
	return nil
}

// mayRetryStatus follows scb-api.md section 9.
func (c *call) mayRetryStatus() bool {
	switch c.status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusInternalServerError:
		c.empty500s++
		return len(c.body) == 0 && c.empty500s <= maxEmpty500s
	}
	return false
}

// obey takes the publisher's word for how long to wait. When the host is
// overloaded, everyone else who wants it waits too.
func (c *call) obey(value string) error {
	wait, told := parseRetryAfter(value, c.client.settings.Now())
	if !told {
		return nil
	}
	if longest := c.client.settings.RetryAfterMax; wait > longest {
		return fmt.Errorf("gives up, because Retry-After: %s is longer than retry_after_max, %s", shorten(printable(value)), longest)
	}
	c.told, c.retryAfter = true, wait
	if c.status == http.StatusTooManyRequests || c.status == http.StatusServiceUnavailable {
		c.publisher.hold(time.Now().Add(wait))
	}
	return nil
}

// pause is retryablehttp's Backoff, with its retries counted from 0.
func (c *call) pause(_, _ time.Duration, retries int, _ *http.Response) time.Duration {
	wait := backoff(c.client.settings.WaitMin, c.client.settings.WaitMax, retries)
	if c.told {
		wait = c.retryAfter
	}
	c.client.settings.Log.Warn("call will be retried", "method", c.method, "url", c.url,
		"attempt", c.attempt, "status", c.status, "wait", wait, "line", firstLine(c.body), "error", bare(c.err))
	return wait
}

// backoff is at least shortest and at random up to a ceiling that doubles with
// each retry, never above longest.
func backoff(shortest, longest time.Duration, retries int) time.Duration {
	ceiling := longest
	if doubled := shortest << min(retries+1, 30); doubled>>min(retries+1, 30) == shortest {
		ceiling = min(doubled, longest)
	}
	return shortest + rand.N(ceiling-shortest+1)
}

// parseRetryAfter reads seconds or an HTTP date (RFC 9110 section 10.2.3). A
// date that has passed means now; anything else was not said.
func parseRetryAfter(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	seconds, err := strconv.ParseUint(value, 10, 63)
	if errors.Is(err, strconv.ErrRange) || err == nil && seconds > uint64(maxDuration/time.Second) {
		return maxDuration, true
	}
	if err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(date.Sub(now), 0), true
}

const maxDuration = time.Duration(1<<63 - 1)
