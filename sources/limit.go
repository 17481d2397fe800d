package sources

import (
	"slices"
	"time"
)

// Limit is at most Calls calls started in any Window. Zero in either means
// that it is not announced, not that nothing is allowed.
type Limit struct {
	Calls  int
	Window time.Duration
}

// span is Window and 1.5 % more, because the publisher counts when a call
// arrives and not when it left here.
func (l Limit) span() time.Duration { return l.Window + l.Window*3/200 }

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

// keepFor is how long starts are kept at least: another process may know of a
// longer window than this one does.
const keepFor = 2 * time.Minute

// pruned is starts without those that no window reaches back to.
func pruned(starts []time.Time, now time.Time, limits []Limit) []time.Time {
	reach := keepFor
	for _, l := range limits {
		reach = max(reach, l.span())
	}
	return slices.DeleteFunc(starts, func(t time.Time) bool { return t.Before(now.Add(-reach)) })
}
