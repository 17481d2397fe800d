package sources

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// host is one publisher's address and the pace it is called at.
//
// A call takes a seat, then its turn, and whoever has the turn sleeps until
// the limits permit a start and only then books it. Booking late rather than
// ahead keeps the count true when a process is stopped or interrupted while it
// waits: nothing was booked, so nothing starts late or is lost.
type host struct {
	seats  *semaphore.Weighted // calls in flight
	turn   *semaphore.Weighted // of one, first come first served
	ledger *ledger             // nil counts in this process only

	mu     sync.Mutex
	limits []Limit
	bucket *rate.Limiter
	starts []time.Time // of this process, oldest first
	held   time.Time   // a Retry-After holds everyone until then
}

func newHost(name string, s Settings) *host {
	h := &host{
		seats: semaphore.NewWeighted(int64(s.InFlight)), turn: semaphore.NewWeighted(1), bucket: bucket(nil),
	}
	if s.StateDir != "" {
		h.ledger = newLedger(s.StateDir, name, s.Log)
	}
	return h
}

func (h *host) tighten(l Limit) {
	h.mu.Lock()
	defer h.mu.Unlock()
	limits := tightened(h.limits, l)
	if slices.Equal(limits, h.limits) {
		return
	}
	h.limits = limits
	h.bucket = bucket(limits) // full again, for the windows do the strict counting
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
	at, err := h.wait(ctx)
	if err != nil {
		h.seats.Release(1)
	}
	return at, err
}

func (h *host) leave() { h.seats.Release(1) }

func (h *host) wait(ctx context.Context) (time.Time, error) {
	if err := h.turn.Acquire(ctx, 1); err != nil {
		return time.Time{}, err
	}
	defer h.turn.Release(1)
	if err := h.token(ctx); err != nil {
		return time.Time{}, err
	}
	for {
		if ctx.Err() != nil {
			return time.Time{}, ctx.Err()
		}
		at, booked := h.book(ctx)
		if booked {
			return at, ctx.Err()
		}
		if err := sleep(ctx, time.Until(at)); err != nil {
			return time.Time{}, err
		}
	}
}

// token waits for the bucket.
func (h *host) token(ctx context.Context) error {
	h.mu.Lock()
	r := h.bucket.Reserve()
	h.mu.Unlock()
	err := sleep(ctx, r.Delay())
	if err != nil {
		r.Cancel()
	}
	return err
}

// book books a start now, or tells when to ask again.
func (h *host) book(ctx context.Context) (time.Time, bool) {
	limits, at, free := h.own()
	if !free {
		return at, false
	}
	if len(limits) == 0 {
		return at, true
	}
	if h.ledger != nil {
		if at, free = h.ledger.take(ctx, limits); !free {
			return at, false
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.starts = append(pruned(h.starts, at, limits), at)
	return at, true
}

// own is what this process alone knows: its limits and the first moment when
// they, and a hold, permit a start. It keeps them also when the shared file
// fails, or when the clock is set.
func (h *host) own() (limits []Limit, at time.Time, free bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	at = earliest(h.starts, now, h.limits)
	if h.held.After(at) {
		at = h.held
	}
	return h.limits, at, !at.After(now)
}

// lateAfter is how much later than booked a call may leave without a note.
const lateAfter = 5 * time.Millisecond

// sent moves a booked start to when a connection was ready, for a slow dial
// brings the call nearer to those a window later. Zero is never ready.
func (h *host) sent(ctx context.Context, booked, at time.Time) {
	if at.Sub(booked) < lateAfter {
		return
	}
	h.mu.Lock()
	move(h.starts, booked, at)
	limits := h.limits
	h.mu.Unlock()
	if h.ledger != nil && len(limits) > 0 {
		h.ledger.move(ctx, booked, at, limits)
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
