package sources

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestAnswerSaysWhenAndHowLong(t *testing.T) {
	t.Parallel()
	s := quick()
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.FixedZone("CET", 3600))
	s.Now = func() time.Time { return noon }
	s.WaitMin, s.WaitMax = 3*time.Second, 3*time.Second
	url, _ := serve(t, first(1, answer(503, "")))
	a, err := newClient(t, s).Call(t.Context(), Request{Role: "data", Method: "GET", URL: url})
	if err != nil {
		t.Fatal(err)
	}
	if a.Request.Role != "data" || a.Status != 200 || !a.At.Equal(noon) || a.At.Location() != time.UTC || a.Attempts != 2 {
		t.Errorf("%+v", a)
	}
	if a.Took <= 0 || a.Took >= s.WaitMin {
		t.Errorf("took %s, which counts the wait", a.Took)
	}
}

func TestRetryAfterIsObeyedByAll(t *testing.T) {
	t.Parallel()
	tests := map[string]func(now time.Time) string{
		"seconds": func(time.Time) string { return "1" },
		"a date":  func(now time.Time) string { return now.Add(2 * time.Second).UTC().Format(http.TimeFormat) },
	}
	for name, header := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			url, _ := serve(t, first(1, answer(429, "quota", "Retry-After", header(began))))
			c := newClient(t, quick())
			a, err := c.Call(t.Context(), get(url))
			if took := time.Since(began); err != nil || a.Attempts != 2 || took < 900*time.Millisecond {
				t.Errorf("%d attempts in %s, %v", a.Attempts, took, err)
			}
		})
	}
}

func TestRetryAfterHoldsOtherCalls(t *testing.T) {
	t.Parallel()
	url, count := serve(t, first(1, answer(429, "quota", "Retry-After", "5")))
	c := newClient(t, quick())
	done := make(chan error, 1)
	go func() {
		_, err := c.Call(t.Context(), get(url))
		done <- err
	}()
	for count.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(time.Second) // for the refusal to be read
	began := time.Now()
	a, err := c.Call(t.Context(), get(url))
	if took := time.Since(began); err != nil || a.Attempts != 1 || took < 2*time.Second {
		t.Errorf("%d attempts in %s, %v", a.Attempts, took, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A phase that takes too long ends the attempt, and the error says which.
func TestPhases(t *testing.T) {
	t.Parallel()
	drip := func(first string, pause time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, first)
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(pause)
			}
		}
	}
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	silent := func(w http.ResponseWriter, r *http.Request) {
		answer(200, `{"ok":`, "Content-Type", "application/json")(w, r)
		_ = http.NewResponseController(w).Flush()
		hang(w, r)
	}
	tests := map[string]struct {
		set     func(*Settings)
		handler http.HandlerFunc
		want    string
	}{
		"dial":   {func(s *Settings) { s.Connect = time.Nanosecond }, hang, "dial tcp"},
		"header": {func(s *Settings) { s.Header = 50 * time.Millisecond }, hang, "timeout awaiting response headers"},
		"idle":   {func(s *Settings) { s.Idle = 50 * time.Millisecond }, silent, "nothing more of the body came for 50ms; the body begins {\"ok\":"},
		"drip":   {func(s *Settings) { s.Total = 200 * time.Millisecond }, drip("{", 10*time.Millisecond), "no whole answer within 200ms"},
		"drip, 404": {func(s *Settings) { s.Total = 200 * time.Millisecond }, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(404)
			drip("gone", 10*time.Millisecond)(w, r)
		}, "404 Not Found: gone"},
		"no header": {func(s *Settings) { s.Total = 50 * time.Millisecond }, hang, "no whole answer within 50ms"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := quick()
			s.Attempts = 1
			test.set(&s)
			url, _ := serve(t, test.handler)
			began := time.Now()
			_, err := newClient(t, s).Call(t.Context(), get(url))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("ended after %s", took)
			}
		})
	}
}

func TestHandshakeThatNeverComes(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s := quick()
	s.TLS, s.Attempts = 50*time.Millisecond, 2
	_, err = newClient(t, s).Call(t.Context(), get("https://"+listener.Addr().String()))
	if err == nil || !strings.Contains(err.Error(), "attempt 2 of 2: net/http: TLS handshake timeout") {
		t.Errorf("error %v", err)
	}
}

func TestSlowIsNotIdle(t *testing.T) {
	t.Parallel()
	s := quick()
	s.Idle = 2 * time.Second
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, part := range []string{`{"o`, `k":`, `tru`, `e}`} {
			_, _ = io.WriteString(w, part)
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	if a, err := newClient(t, s).Call(t.Context(), get(url)); err != nil || string(a.Body) != good {
		t.Errorf("%q, %v", a.Body, err)
	}
}

func TestCtxEndsEveryWait(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	tests := map[string]struct {
		set     func(*Settings)
		handler http.HandlerFunc
	}{
		"for an answer":   {func(*Settings) {}, hang},
		"for retry-after": {func(*Settings) {}, answer(429, "", "Retry-After", "60")},
		"for back-off":    {func(s *Settings) { s.WaitMin, s.WaitMax = time.Minute, time.Minute }, answer(503, "")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := quick()
			test.set(&s)
			url, _ := serve(t, test.handler)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			began := time.Now()
			_, err := newClient(t, s).Call(ctx, get(url))
			if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), url) || time.Since(began) > 50*time.Second {
				t.Errorf("%v after %s", err, time.Since(began))
			}
		})
	}
}

func TestInFlightIsBounded(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		now.Add(-1)
		answer(200, good)(w, r)
	})
	s := quick()
	s.InFlight = 3
	c := newClient(t, s)
	errs := make(chan error)
	for range 20 {
		go func() {
			_, err := c.Call(t.Context(), get(url))
			errs <- err
		}()
	}
	for range 20 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if most.Load() > 3 {
		t.Errorf("%d at a time, want 3", most.Load())
	}
}
