package sources

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// host is one publisher's address and the pace it is called at.
//
// A call takes a seat and then sleeps until the limits permit a start, and only
// then books it. Booking late rather than ahead keeps the count true when a
// process is stopped or interrupted while it waits: nothing was booked, so
// nothing starts late or is lost.
type host struct {
	seats *semaphore.Weighted // calls in flight

	mu     sync.Mutex // also held while the ledger's file is changed
	ledger *ledger    // nil counts in this process only
	limits []Limit
	starts []time.Time // of this process, oldest first
	held   time.Time   // a Retry-After holds everyone until then
}

func newHost(name string, s Settings) *host {
	h := &host{seats: semaphore.NewWeighted(int64(s.InFlight))}
	if s.StateDir != "" {
		h.ledger = newLedger(s.StateDir, name, s.Log)
	}
	return h
}

// tighten adds a limit, if it is announced and not known.
func (h *host) tighten(l Limit) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l.Calls > 0 && l.Window > 0 && !slices.Contains(h.limits, l) {
		h.limits = append(h.limits, l)
	}
}

// hold keeps every call to the host from starting before t.
func (h *host) hold(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t.After(h.held) {
		h.held = t
	}
}

// enter returns when a call may start, with the moment that was booked for it,
// or ctx's error. Who entered must leave.
func (h *host) enter(ctx context.Context) (time.Time, error) {
	if err := h.seats.Acquire(ctx, 1); err != nil {
		return time.Time{}, err
	}
	for {
		at, booked := h.book(ctx)
		if err := sleep(ctx, time.Until(at)); err != nil {
			h.leave()
			return time.Time{}, err
		}
		if booked {
			return at, nil
		}
	}
}

func (h *host) leave() { h.seats.Release(1) }

// book books a start now, or tells when to ask again. What this process alone
// knows is kept also when the shared file fails, or when the clock is set.
func (h *host) book(ctx context.Context) (at time.Time, booked bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	at = earliest(h.starts, now, h.limits)
	if h.held.After(at) {
		at = h.held
	}
	if at.After(now) {
		return at, false
	}
	if h.ledger != nil && len(h.limits) > 0 {
		if at, booked = h.ledger.take(ctx, h.limits); !booked {
			return at, false
		}
	}
	h.starts = append(pruned(h.starts, at, h.limits), at)
	return at, true
}

// lateAfter is how much later than booked a call may leave without a note.
const lateAfter = 5 * time.Millisecond

// sent moves a booked start to when a connection was ready, for a slow dial
// brings the call nearer to those a window later.
func (h *host) sent(ctx context.Context, booked, at time.Time) {
	if at.Sub(booked) < lateAfter {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	move(h.starts, booked, at)
	if h.ledger != nil && len(h.limits) > 0 {
		h.ledger.move(ctx, booked, at, h.limits)
	}
}

// move changes from, if it is there, to to, and keeps starts in order.
func move(starts []time.Time, from, to time.Time) bool {
	i := slices.IndexFunc(starts, from.Equal)
	if i < 0 {
		return false
	}
	starts[i] = to
	slices.SortFunc(starts, time.Time.Compare)
	return true
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
