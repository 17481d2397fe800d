package replay

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// quota counts SCB's calls per client. Refused calls do not count. The real
// limiter counts from a client's first call until the window is over; sliding
// refuses whatever exceeds the number in any window.
type quota struct {
	calls   int
	window  time.Duration
	sliding bool
	taken   map[string][]time.Time // calls of each client that still count, oldest first
}

// take counts one call: it gives the headers of an answer within the quota, or
// the refusal.
func (q *quota) take(r *http.Request, now time.Time) (*answer, http.Header) {
	if q.window <= 0 || q.calls <= 0 {
		return nil, nil
	}
	if q.taken == nil {
		q.taken = map[string][]time.Time{}
	}
	client := clientOf(r)
	calls := q.counting(q.taken[client], now)
	reset := now.Add(q.window)
	if len(calls) > 0 {
		reset = calls[0].Add(q.window)
	}
	if len(calls) >= q.calls {
		return q.refusal(reset.Sub(now)), nil
	}
	q.taken[client] = append(calls, now)
	return nil, http.Header{
		"X-Rate-Limit-Limit":     {period(q.window)},
		"X-Rate-Limit-Remaining": {strconv.Itoa(q.calls - len(calls) - 1)},
		"X-Rate-Limit-Reset":     {reset.UTC().Format("2006-01-02T15:04:05.0000000Z")},
	}
}

// counting leaves the calls that still count.
func (q *quota) counting(calls []time.Time, now time.Time) []time.Time {
	if !q.sliding {
		if len(calls) > 0 && now.Sub(calls[0]) >= q.window {
			return nil
		}
		return calls
	}
	first := slices.IndexFunc(calls, func(at time.Time) bool { return now.Sub(at) < q.window })
	if first < 0 {
		return nil
	}
	return calls[first:]
}

// refusal is the limiter library's own answer, text and not a problem object.
func (q *quota) refusal(wait time.Duration) *answer {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	return &answer{
		status: 429, kind: "text/plain",
		header: http.Header{"Retry-After": {strconv.Itoa(seconds)}},
		body:   fmt.Appendf(nil, "API calls quota exceeded! maximum admitted %d per %s.", q.calls, period(q.window)),
	}
}

func period(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.Itoa(int(d/time.Second)) + "s"
	}
	return d.String()
}

// clientOf is the address a proxy forwards for, else the one that called.
func clientOf(r *http.Request) string {
	if first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ","); first != "" {
		return strings.TrimSpace(first)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
