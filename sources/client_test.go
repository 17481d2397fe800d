package sources

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func settings() Settings {
	return Settings{
		UserAgent: "effekt test", MaxBody: 1 << 20, Connect: time.Second, TLS: time.Second, Header: 300 * time.Millisecond,
		Idle: 300 * time.Millisecond, Total: 2 * time.Second, Attempts: 4, WaitMin: time.Millisecond, WaitMax: 5 * time.Millisecond,
		RetryAfterMax: 3 * time.Second, InFlight: 4, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	}
}

func call(t *testing.T, s Settings, h http.HandlerFunc) (Answer, error) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c, err := NewClient(s)
	if err != nil {
		t.Fatal(err)
	}
	return c.Call(t.Context(), Request{Method: "GET", URL: server.URL + "/x", Check: func(body []byte) error {
		if !strings.HasPrefix(string(body), "{") {
			return errors.New("not JSON")
		}
		return nil
	}})
}

// stumble answers with bad the first times and then well.
func stumble(times int32, bad http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) <= times {
			bad(w, r)
			return
		}
		fmt.Fprint(w, `{"ok":true}`)
	}
}

func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	fmt.Fprint(w, `{"half":`)
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func TestCallRetriesWhatPasses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		times int32
		bad   http.HandlerFunc
	}{
		"429 without Retry-After":   {2, status(429, "quota")},
		"429 with seconds":          {1, status(429, "quota", "Retry-After", "0")},
		"429 with a date":           {1, status(429, "quota", "Retry-After", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))},
		"503 with HTML":             {3, status(503, "<html>")},
		"500 empty, twice":          {2, status(500, "")},
		"200 with an error page":    {1, status(200, "<html>")},
		"body shorter than told":    {2, cut},
		"no answer within the time": {1, hang},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := call(t, settings(), stumble(test.times, test.bad))
			if err != nil || string(a.Body) != `{"ok":true}` || a.Attempts != int(test.times)+1 {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

func TestCallGivesUp(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		bad  http.HandlerFunc
		want string
	}{
		"400 is final":            {status(400, `{"title":"Non-existent value"}`), "attempt 1 of 4: 400 Bad Request: \"{\\\"title"},
		"500 with a body":         {status(500, "oops"), "attempt 1 of 4: 500"},
		"500 empty, for ever":     {status(500, ""), "attempt 3 of 4: 500"},
		"503 for ever":            {status(503, "<html>\nmore"), `attempt 4 of 4: 503 Service Unavailable: "<html>"`},
		"too long a wait":         {status(429, "q", "Retry-After", "3600"), "longer than retry_after_max"},
		"an error page for ever":  {status(200, "<html>down"), `attempt 4 of 4: status 200: not JSON: "<html>down"`},
		"a body over the cap":     {status(200, strings.Repeat("x", 2<<20)), "larger than the cap"},
		"half a body for ever":    {cut, "unexpected EOF"},
		"redirect to another one": {status(302, "", "Location", "http://127.0.0.1:1/x"), "another host"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := call(t, settings(), test.bad)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "/x") {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestDrippingBodyEnds(t *testing.T) {
	t.Parallel()
	s := settings()
	s.Total, s.Attempts = 400*time.Millisecond, 1
	_, err := call(t, s, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			fmt.Fprint(w, "{")
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	if err == nil || !strings.Contains(err.Error(), "no whole answer within 400ms") {
		t.Errorf("error %v", err)
	}
}

func TestCAFileProblems(t *testing.T) {
	t.Parallel()
	s := settings()
	s.CAFile = "gone.pem"
	if _, err := NewClient(s); err == nil {
		t.Error("a missing CA file was accepted")
	}
	s.CAFile = "client_test.go"
	if _, err := NewClient(s); err == nil || !strings.Contains(err.Error(), "no PEM") {
		t.Errorf("error %v", err)
	}
}

// No window of any limit ever holds more calls than it permits.
func TestEarliestKeepsEveryLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limits := []Limit{
			{rapid.IntRange(1, 5).Draw(t, "calls"), time.Duration(rapid.IntRange(1, 50).Draw(t, "window")) * time.Second},
			{rapid.IntRange(1, 9).Draw(t, "calls2"), time.Duration(rapid.IntRange(1, 99).Draw(t, "window2")) * time.Second},
		}
		now := time.Date(2026, 2, 24, 8, 15, 0, 0, time.UTC)
		var calls []time.Time
		for range 40 {
			now = now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "pause")) * time.Second)
			calls = append(calls, earliest(calls, limits, now))
		}
		for _, l := range limits {
			for i := l.Calls; i < len(calls); i++ {
				if calls[i].Sub(calls[i-l.Calls]) < l.Window {
					t.Fatalf("calls %d and %d are %s apart, limit %+v", i-l.Calls, i, calls[i].Sub(calls[i-l.Calls]), l)
				}
			}
		}
	})
}

func TestProcessesCountTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := settings()
	s.StateDir = dir
	s.Limits = map[string]Limit{"h": {3, 200 * time.Millisecond}}
	start := time.Now()
	for i := range 6 { // two clients, as two processes would be
		if err := newHost("h", s).wait(context.Background()); err != nil {
			t.Fatal(i, err)
		}
	}
	if took := time.Since(start); took < 200*time.Millisecond {
		t.Errorf("6 calls took %s under a limit of 3 per 200 ms", took)
	}
}
