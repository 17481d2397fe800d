package replay

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// quota counts SCB's calls. Refused calls do not count. The real limiter counts
// from the first call until the window is over; sliding refuses whatever exceeds
// the number in any window.
type quota struct {
	calls   int
	window  time.Duration
	sliding bool
	taken   []time.Time // calls that still count, oldest first
}

// take counts one call: it gives the headers of an answer within the quota, or
// the refusal.
func (q *quota) take(now time.Time) (*answer, http.Header) {
	if q.window <= 0 || q.calls <= 0 {
		return nil, nil
	}
	for len(q.taken) > 0 && now.Sub(q.taken[0]) >= q.window {
		if q.taken = q.taken[1:]; !q.sliding {
			q.taken = nil
		}
	}
	reset := now.Add(q.window)
	if len(q.taken) > 0 {
		reset = q.taken[0].Add(q.window)
	}
	if len(q.taken) >= q.calls {
		return q.refusal(reset.Sub(now)), nil
	}
	q.taken = append(q.taken, now)
	return nil, http.Header{
		"X-Rate-Limit-Limit":     {period(q.window)},
		"X-Rate-Limit-Remaining": {strconv.Itoa(q.calls - len(q.taken))},
		"X-Rate-Limit-Reset":     {reset.UTC().Format("2006-01-02T15:04:05.0000000Z")},
	}
}

// refusal is the limiter library's own answer, text and not a problem object.
func (q *quota) refusal(wait time.Duration) *answer {
	return &answer{
		status: 429, kind: "text/plain", header: http.Header{"Retry-After": {seconds(wait)}},
		body: fmt.Appendf(nil, "API calls quota exceeded! maximum admitted %d per %s.", q.calls, period(q.window)),
	}
}

// seconds rounds up to whole ones.
func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

func period(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.Itoa(int(d/time.Second)) + "s"
	}
	return d.String()
}
