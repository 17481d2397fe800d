package sources

import (
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// Limit is at most Calls calls started in any Window. Zero in either means
// that it is not announced, not that nothing is allowed.
type Limit struct {
	Calls  int
	Window time.Duration
}

func (l Limit) announced() bool { return l.Calls > 0 && l.Window > 0 }

// span is Window and 1.5 % more, because the publisher counts when a call
// arrives and not when it left here.
func (l Limit) span() time.Duration { return l.Window + l.Window*3/200 }

// covers tells that whoever keeps l also keeps other.
func (l Limit) covers(other Limit) bool {
	return l.Calls <= other.Calls && l.Window >= other.Window
}

// tightened is limits and l, without those that another one covers.
func tightened(limits []Limit, l Limit) []Limit {
	if !l.announced() || slices.ContainsFunc(limits, func(known Limit) bool { return known.covers(l) }) {
		return limits
	}
	kept := slices.DeleteFunc(slices.Clone(limits), l.covers)
	return append(kept, l)
}

// earliest is the first moment, from now on, when one more call keeps every
// limit. Starts are those of earlier calls, oldest first.
func earliest(starts []time.Time, now time.Time, limits []Limit) time.Time {
	at := now
	for _, l := range limits {
		if len(starts) < l.Calls {
			continue
		}
		if free := starts[len(starts)-l.Calls].Add(l.span()); free.After(at) {
			at = free
		}
	}
	return at
}

// longestSpan is how far back starts matter to limits.
func longestSpan(limits []Limit) time.Duration {
	longest := time.Duration(0)
	for _, l := range limits {
		longest = max(longest, l.span())
	}
	return longest
}

// bucket is the limit with the lowest pace as a token bucket. A call that the
// windows permit is never kept waiting by it: they let at most Calls*(k+1)
// start in a little over k spans, and it refills faster than that.
func bucket(limits []Limit) *rate.Limiter {
	slowest := rate.NewLimiter(rate.Inf, 0)
	for _, l := range limits {
		pace := rate.Limit(float64(l.Calls) / l.Window.Seconds())
		if pace < slowest.Limit() {
			slowest = rate.NewLimiter(pace, l.Calls)
		}
	}
	return slowest
}

// keepFor is how long starts are kept at least: another process may know of a
// longer window than this one does.
const keepFor = 2 * time.Minute

// pruned is starts without those that no window reaches back to.
func pruned(starts []time.Time, now time.Time, limits []Limit) []time.Time {
	oldest := now.Add(-max(longestSpan(limits), keepFor))
	return slices.DeleteFunc(starts, func(t time.Time) bool { return t.Before(oldest) })
}
