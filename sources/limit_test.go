package sources

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// crowded is the first pair of starts that breaks l, if any.
func crowded(starts []time.Time, l Limit) (from, to time.Time, found bool) {
	for i := l.Calls; i < len(starts); i++ {
		if starts[i].Sub(starts[i-l.Calls]) < l.Window {
			return starts[i-l.Calls], starts[i], true
		}
	}
	return from, to, false
}

func drawLimits(t *rapid.T) []Limit {
	draw := rapid.Custom(func(t *rapid.T) Limit {
		return Limit{rapid.IntRange(1, 9).Draw(t, "calls"), time.Duration(rapid.IntRange(1, 60_000).Draw(t, "ms")) * time.Millisecond}
	})
	return rapid.SliceOfN(draw, 1, 3).Draw(t, "limits")
}

// No window of any limit ever holds more calls than it permits, and no start is
// later than some limit demands.
func TestEarliestIsStrictAndNoLater(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limits := drawLimits(t)
		now := time.Date(2026, 11, 24, 8, 15, 0, 0, time.UTC)
		var starts []time.Time
		for range 60 {
			now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "pause")) * time.Millisecond)
			at := earliest(starts, now, limits)
			demanded := at.Equal(now) || slices.ContainsFunc(limits, func(l Limit) bool {
				return len(starts) >= l.Calls && at.Equal(starts[len(starts)-l.Calls].Add(l.span()))
			})
			if at.Before(now) || !demanded {
				t.Fatalf("start at %s, which nothing demands", at)
			}
			starts, now = append(starts, at), at
		}
		for _, l := range limits {
			if from, to, found := crowded(starts, l); found {
				t.Fatalf("%d calls between %s and %s, limit %+v", l.Calls+1, from, to, l)
			}
		}
	})
}

// A limit that is announced is obeyed beside those that are known.
func TestTightened(t *testing.T) {
	t.Parallel()
	a, b := Limit{30, 10 * time.Second}, Limit{3, time.Second}
	h := newHost("publisher", Settings{})
	for name, test := range map[string]struct {
		l    Limit
		want []Limit
	}{
		"not announced": {Limit{}, []Limit{a}}, "no calls": {Limit{0, time.Second}, []Limit{a}}, "no window": {Limit{1, 0}, []Limit{a}},
		"negative": {Limit{-1, -1}, []Limit{a}}, "the same": {a, []Limit{a}}, "another": {b, []Limit{a, b}},
	} {
		h.limits = []Limit{a}
		h.tighten(test.l)
		if diff := cmp.Diff(test.want, h.limits); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// pace makes calls through h from workers at once, each call taking latency,
// and returns the starts, oldest first, and how long all took.
func pace(t *testing.T, h *host, calls, workers int, latency time.Duration) ([]time.Time, time.Duration) {
	t.Helper()
	work := make(chan struct{}, calls)
	for range calls {
		work <- struct{}{}
	}
	close(work)
	began := time.Now()
	done := make(chan []time.Time)
	for range workers {
		go func() {
			var starts []time.Time
			for range work {
				at, err := h.enter(t.Context())
				if err != nil {
					t.Error(err)
					break
				}
				starts = append(starts, at)
				time.Sleep(latency)
				h.leave()
			}
			done <- starts
		}()
	}
	var all []time.Time
	for range workers {
		all = append(all, <-done...)
	}
	took := time.Since(began)
	slices.SortFunc(all, time.Time.Compare)
	return all, took
}

// A long fetch takes no more than 5 % longer than SCB's limit itself demands.
func TestPaceIsStrictAndFast(t *testing.T) {
	t.Parallel()
	const latency = 200 * time.Millisecond
	limit := Limit{30, 10 * time.Second}
	for _, state := range []string{"", t.TempDir()} {
		synctest.Test(t, func(t *testing.T) {
			s, err := Settings{StateDir: state}.complete()
			if err != nil {
				t.Fatal(err)
			}
			h := newHost("publisher", s)
			h.tighten(limit)
			starts, took := pace(t, h, 300, 8, latency)
			if from, to, found := crowded(starts, limit); found {
				t.Errorf("31 calls between %s and %s", from, to)
			}
			if demanded := 9*limit.Window + latency; took > demanded*105/100 {
				t.Errorf("300 calls took %s, the limit demands %s", took, demanded)
			}
		})
	}
}

func TestPaceKeepsBothLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHost("publisher", Settings{InFlight: 10})
		config, announced := Limit{30, 10 * time.Second}, Limit{3, time.Second}
		h.tighten(config)
		h.tighten(announced)
		starts, _ := pace(t, h, 100, 10, 0)
		for _, l := range []Limit{config, announced} {
			if from, to, found := crowded(starts, l); found {
				t.Errorf("%s and %s break %+v", from, to, l)
			}
		}
	})
}

func TestTightenedWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHost("publisher", Settings{InFlight: 4})
		h.tighten(Limit{2, time.Second})
		began := time.Now()
		go func() {
			time.Sleep(500 * time.Millisecond)
			h.tighten(Limit{2, time.Minute})
		}()
		starts, _ := pace(t, h, 3, 1, 0)
		if waited := starts[2].Sub(began); waited < time.Minute {
			t.Errorf("the third started after %s", waited)
		}
	})
}

func TestCtxEndsTheWaitForALimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHost("publisher", Settings{InFlight: 2})
		h.tighten(Limit{1, time.Hour})
		if _, err := h.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.leave()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		errs := make(chan error)
		for range 3 { // two sleep, one waits for a seat
			go func() {
				_, err := h.enter(ctx)
				errs <- err
			}()
		}
		began := time.Now()
		for range 3 {
			if err := <-errs; !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}
		if waited := time.Since(began); waited != time.Minute {
			t.Errorf("waited %s", waited)
		}
		began = time.Now()
		if _, err := h.enter(t.Context()); err != nil || time.Since(began) > time.Hour {
			t.Errorf("after those who gave up: %s, %v", time.Since(began), err)
		}
	})
}

// A slow dial moves the start to when the request could leave.
func TestLateStartIsMoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := Settings{StateDir: t.TempDir()}.complete()
		h := newHost("publisher", s)
		limit := Limit{1, 10 * time.Second}
		h.tighten(limit)
		booked, err := h.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		h.sent(t.Context(), booked, time.Now())
		h.leave()
		for name, starts := range map[string][]time.Time{"own": h.starts, "shared": shared(t, h.ledger)} {
			if len(starts) != 1 || !starts[0].Equal(booked.Add(time.Second)) {
				t.Errorf("%s: %v", name, starts)
			}
		}
		next, err := h.enter(t.Context())
		if err != nil || next.Sub(booked) < time.Second+limit.span() {
			t.Errorf("the next is %s later, %v", next.Sub(booked), err)
		}
	})
}

func TestPublishersOfOneHost(t *testing.T) {
	t.Parallel()
	c := newClient(t, Settings{Limits: map[string]Limit{
		"http://127.0.0.1:80/scb/v2": {1, time.Second}, "http://127.0.0.1:80/kolada/": {2, time.Second},
		"API.example": {3, time.Second}, "http://127.0.0.1:80/scb/v2/deep": {4, time.Second},
	}})
	tests := map[string]string{
		"http://127.0.0.1:80/scb/v2/tables?x=/kolada": "127.0.0.1:80/scb/v2",
		"http://127.0.0.1:80/scb/v2":                  "127.0.0.1:80/scb/v2",
		"http://127.0.0.1:80/scb/v22":                 "127.0.0.1:80",
		"http://127.0.0.1:80/scb/v2/deep/er":          "127.0.0.1:80/scb/v2/deep",
		"http://127.0.0.1:80/kolada/kpi":              "127.0.0.1:80/kolada",
		"https://api.EXAMPLE/any":                     "api.example",
		"https://else.example/any":                    "else.example",
	}
	for target, want := range tests {
		r, err := c.request(t.Context(), get(target))
		if err != nil {
			t.Fatal(err)
		}
		if c.publisher(r.URL) != c.hosts[want] {
			t.Errorf("%s is not under %s", target, want)
		}
	}
}
