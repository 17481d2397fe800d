package sources

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// maxEmpty500 is how often an empty 500 is tried again: SCB answers so to a
// request it cannot digest, which another try does not mend (scb-api.md §9).
const maxEmpty500 = 2

// StatusError is a publisher's refusal.
type StatusError struct {
	Method, URL       string
	Attempt, Attempts int
	Status            int
	Line              string // the first line of the body, cleaned, at most 200 runes
	Body              []byte // at most 64 KiB
}

// Error says the address, the attempt, the status and the body's first line.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s %s: attempt %d of %d: %d %s: %q",
		e.Method, e.URL, e.Attempt, e.Attempts, e.Status, http.StatusText(e.Status), e.Line)
}

// firstLine is the first line of body, without control characters.
func firstLine(body []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(body), []byte("\n"))
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(line), "?")))
	if len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return string(runes)
}

// again decides whether the latest attempt is worth another, and remembers why
// it did not do.
func (t *try) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	t.last = nil
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		t.last = err
		var large *tooLargeError
		return !errors.As(err, &large), nil
	}
	body, err := rewind(resp)
	if err != nil {
		return true, err
	}
	if resp.StatusCode != http.StatusOK {
		t.last = t.refusal(resp.StatusCode, body)
		return t.retryable(resp, body), nil
	}
	if t.request.Check == nil {
		return false, nil
	}
	if err := t.request.Check(body); err != nil {
		t.last = fmt.Errorf("status 200: %w: %q", err, firstLine(body))
		return true, nil
	}
	return false, nil
}

func rewind(resp *http.Response) ([]byte, error) {
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}

func (t *try) refusal(status int, body []byte) *StatusError {
	return &StatusError{
		Method: t.request.Method, URL: t.request.URL, Attempt: t.attempt, Attempts: t.settings.Attempts,
		Status: status, Line: firstLine(body), Body: body[:min(len(body), 64<<10)],
	}
}

func (t *try) retryable(resp *http.Response, body []byte) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		wait, given := t.retryAfter(resp)
		if given && wait > t.settings.RetryAfterMax {
			t.last = fmt.Errorf("%w; it asks for a wait of %s, longer than retry_after_max", t.last, wait.Round(time.Second))
			return false
		}
		return true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		wait, given := t.retryAfter(resp)
		return !given || wait <= t.settings.RetryAfterMax
	case http.StatusInternalServerError:
		t.empty500++
		return len(bytes.TrimSpace(body)) == 0 && t.empty500 <= maxEmpty500
	}
	return false
}

// retryAfter reads the header in both its forms, seconds and an HTTP date.
func (t *try) retryAfter(resp *http.Response) (time.Duration, bool) {
	value := resp.Header.Get("Retry-After")
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(t.settings.Now()), 0), true
	}
	return 0, false
}

// backoff is what Retry-After says, else exponential with full jitter.
func (t *try) backoff(low, high time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait, given := t.retryAfter(resp); given {
			return wait
		}
	}
	ceiling := high
	if attempt < 16 && low<<attempt < high {
		ceiling = low << attempt
	}
	if ceiling <= low {
		return low
	}
	return low + rand.N(ceiling-low)
}
