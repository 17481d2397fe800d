package sources

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func quick() Settings {
	return Settings{
		UserAgent: "effekt test", Attempts: 4, WaitMin: time.Millisecond, WaitMax: 4 * time.Millisecond,
		Header: 5 * time.Second, Idle: 5 * time.Second, Total: 20 * time.Second,
	}
}

func newClient(t *testing.T, s Settings) *Client {
	t.Helper()
	c, err := NewClient(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.transport.CloseIdleConnections)
	return c
}

// serve counts the requests that h gets.
func serve(t *testing.T, h http.HandlerFunc) (url string, count *atomic.Int32) {
	t.Helper()
	count = new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		h(w, r)
	}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	t.Cleanup(server.Close)
	return server.URL + "/data", count
}

func wholeJSON(body []byte) error {
	if !json.Valid(body) {
		return errors.New("not whole JSON")
	}
	return nil
}

func get(url string) Request {
	return Request{Method: "GET", URL: url, Check: wholeJSON}
}

// answer sends status and body with headers given as name, value, …
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// raw sends bytes as they are, without the server's help, and hangs up.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}
}

func rawOK(headers, body string) http.HandlerFunc {
	return raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + headers + "\r\n\r\n" + body)
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

const good = `{"ok":true}`

// first answers with bad n times, and then well.
func first(n int32, bad http.HandlerFunc) http.HandlerFunc {
	var count atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		if count.Add(1) <= n {
			bad(w, r)
			return
		}
		answer(200, good, "Content-Type", "application/json")(w, r)
	}
}

func TestCallRetriesWhatMayPass(t *testing.T) {
	t.Parallel()
	zip := zipped(good)
	tests := map[string]struct {
		times int32
		bad   http.HandlerFunc
	}{
		"429 without retry-after":    {3, answer(429, "API calls quota exceeded!")},
		"429 with seconds":           {2, answer(429, "quota", "Retry-After", "0")},
		"429 with a date gone":       {2, answer(429, "quota", "Retry-After", "Mon, 02 Jan 2006 15:04:05 GMT")},
		"429 with nonsense":          {2, answer(429, "quota", "Retry-After", "soon")},
		"502":                        {1, answer(502, "<html>")},
		"503":                        {3, answer(503, "<html>")},
		"504":                        {1, answer(504, "")},
		"500 empty":                  {2, answer(500, "")},
		"500 empty, called gzip":     {2, answer(500, "", "Content-Encoding", "gzip")},
		"connection closed":          {3, raw("")},
		"not HTTP":                   {1, raw("hello\r\n\r\n")},
		"HTML in a 200":              {3, answer(200, "\n <!DOCTYPE html><p>down")},
		"HTML by its name":           {1, answer(200, "down", "Content-Type", "text/html")},
		"JSON cut off":               {1, answer(200, `{"ok":`)},
		"content-length too large":   {1, rawOK("Content-Length: 100", good)},
		"content-length too small":   {1, rawOK("Content-Length: 5", good)},
		"chunks cut off":             {1, rawOK("Transfer-Encoding: chunked", "5\r\n{\"ok\"\r\n")},
		"gzip cut off":               {1, rawOK("Content-Encoding: gzip", zip[:len(zip)-9])},
		"gzip without its sum":       {1, rawOK("Content-Encoding: gzip", zip[:len(zip)-8])},
		"gzip with a wrong sum":      {1, rawOK("Content-Encoding: gzip", zip[:len(zip)-8]+"12345678")},
		"gzip and content-length":    {1, rawOK(fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d", len(zip)+1), zip)},
		"gzip with more behind":      {1, rawOK("Content-Encoding: gzip", zip+"extra")},
		"gzip that is not":           {1, rawOK("Content-Encoding: gzip", good)},
		"an encoding not asked for":  {1, rawOK("Content-Encoding: br", good)},
		"a status line and no more":  {1, raw("HTTP/1.1 200 OK\r\nContent-Le")},
		"200 with nothing in it":     {1, answer(200, "")},
		"200 with nothing, gzip too": {1, answer(200, "", "Content-Encoding", "gzip")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, count := serve(t, first(test.times, test.bad))
			a, err := newClient(t, quick()).Call(t.Context(), get(url))
			if err != nil {
				t.Fatal(err)
			}
			if string(a.Body) != good || a.Attempts != int(test.times)+1 || count.Load() != test.times+1 {
				t.Errorf("%q after %d attempts, %d requests", a.Body, a.Attempts, count.Load())
			}
		})
	}
}

func TestCallEnds(t *testing.T) {
	t.Parallel()
	small := quick()
	small.MaxBody = 100
	tests := map[string]struct {
		settings Settings
		bad      http.HandlerFunc
		requests int32
		want     string
	}{
		"400":                  {quick(), answer(400, `{"title":"Non-existent value"}`), 1, `attempt 1 of 4: 400 Bad Request: {"title":"Non-existent value"}`},
		"403":                  {quick(), answer(403, ""), 1, "attempt 1 of 4: 403 Forbidden: no body"},
		"404 with retry-after": {quick(), answer(404, "gone", "Retry-After", "0"), 1, "404 Not Found: gone"},
		"408":                  {quick(), answer(408, ""), 1, "408"},
		"410":                  {quick(), answer(410, "v2 is closed"), 1, "410 Gone: v2 is closed"},
		"422":                  {quick(), answer(422, `{"detail":[]}`), 1, "422"},
		"204":                  {quick(), answer(204, ""), 1, "204 No Content"},
		"206":                  {quick(), answer(206, good), 1, "206 Partial Content"},
		"304":                  {quick(), answer(304, ""), 1, "304"},
		"501":                  {quick(), answer(501, ""), 1, "501"},
		"500 with a body":      {quick(), answer(500, "oops"), 1, "attempt 1 of 4: 500 Internal Server Error: oops"},
		"500 empty for ever":   {quick(), answer(500, ""), 3, "attempt 3 of 4: 500 Internal Server Error: no body"},
		"503 for ever":         {quick(), answer(503, "<html>\nmore"), 4, "attempt 4 of 4: 503 Service Unavailable: <html>"},
		"429 told to wait too long": {
			quick(), answer(429, "quota", "Retry-After", "3600"), 1,
			"attempt 1 of 4: 429 Too Many Requests: quota; gives up, because Retry-After: 3600 is longer than retry_after_max, 10m0s",
		},
		"503 told to wait too long": {quick(), answer(503, "", "Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"), 1, "Fri, 31 Dec 9999"},
		"429 told beyond all sense": {quick(), answer(429, "", "Retry-After", "99999999999999999999999"), 1, "retry_after_max"},
		"HTML for ever":             {quick(), answer(200, "<html>down\nmore"), 4, "attempt 4 of 4: 200 OK: an HTML page instead of an answer; the body begins <html>down"},
		"half JSON for ever":        {quick(), answer(200, "{\"ok\":\nmore"), 4, `attempt 4 of 4: 200 OK: not whole JSON; the body begins {"ok":`},
		"cut off for ever":          {quick(), rawOK("Content-Length: 100", good), 4, "attempt 4 of 4: 200 OK: unexpected EOF"},
		"over the cap":              {small, answer(200, strings.Repeat("x", 101)), 1, "larger than the cap of 100 bytes"},
		"over the cap, unpacked":    {small, rawOK("Content-Encoding: gzip", zipped(strings.Repeat(" ", 1<<20))), 1, "larger than the cap of 100 bytes"},
		"no answer for ever":        {quick(), raw(""), 4, "attempt 4 of 4: EOF"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, count := serve(t, test.bad)
			_, err := newClient(t, test.settings).Call(t.Context(), get(url))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "GET "+url+": attempt ") {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if count.Load() != test.requests {
				t.Errorf("%d requests, want %d", count.Load(), test.requests)
			}
		})
	}
}

func TestOnlyARefusalIsAStatusError(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("å", 100_000)
	tests := map[string]struct {
		bad  http.HandlerFunc
		want *StatusError
	}{
		"refused": {answer(400, "\n\x1b[31m"+long), &StatusError{
			Method: "GET", Attempt: 1, Attempts: 4, Status: 400, Line: "[31m" + strings.Repeat("å", 195) + "…",
			Body: []byte("\n\x1b[31m" + long)[:64<<10],
		}},
		"too long to wait": {answer(503, "x", "Retry-After", "999999"), &StatusError{
			Method: "GET", Attempt: 1, Attempts: 4, Status: 503, Line: "x", Body: []byte("x"),
		}},
		"HTML in a 200": {answer(200, "<html>"), nil},
		"cut off":       {rawOK("Content-Length: 100", good), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, _ := serve(t, test.bad)
			_, err := newClient(t, quick()).Call(t.Context(), get(url))
			var got *StatusError
			errors.As(err, &got)
			if test.want != nil {
				test.want.URL = url
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRequestAsSent(t *testing.T) {
	t.Parallel()
	type seen struct{ Method, Agent, Accept, Encoding, Type, Body string }
	tests := map[string]struct {
		request Request
		want    seen
	}{
		"GET":  {Request{Method: "GET"}, seen{"GET", "effekt test", "application/json", "gzip", "", ""}},
		"POST": {Request{Method: "POST", Body: []byte(`{"selection":[]}`)}, seen{"POST", "effekt test", "application/json", "gzip", "application/json", `{"selection":[]}`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got seen
			var attempts atomic.Int32
			url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if attempts.Add(1) == 1 {
					w.WriteHeader(503) // the body must be sent again
					return
				}
				h := r.Header
				got = seen{r.Method, h.Get("User-Agent"), h.Get("Accept"), h.Get("Accept-Encoding"), h.Get("Content-Type"), string(body)}
				answer(200, zipped(good), "Content-Encoding", "gzip")(w, r)
			})
			test.request.URL = url
			a, err := newClient(t, quick()).Call(t.Context(), test.request)
			if err != nil || string(a.Body) != good {
				t.Fatalf("%q, %v", a.Body, err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWithoutCheckWhatIsCalledJSONMustBe(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		bad  http.HandlerFunc
		want bool
	}{
		"plain text":       {answer(200, "hello", "Content-Type", "text/plain"), true},
		"whole JSON":       {answer(200, good, "Content-Type", "application/json; charset=utf-8"), true},
		"half JSON":        {answer(200, `{"ok"`, "Content-Type", "application/json"), false},
		"half JSON-stat":   {answer(200, `{"ok"`, "Content-Type", "application/vnd.json-stat+json"), false},
		"fewer than told":  {rawOK("Content-Length: 5", good), false},
		"HTML":             {answer(200, "<html>"), false},
		"JSON called HTML": {answer(200, good, "Content-Type", "text/html"), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, _ := serve(t, test.bad)
			_, err := newClient(t, quick()).Call(t.Context(), Request{Method: "GET", URL: url})
			if (err == nil) != test.want {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestAddressesRefused(t *testing.T) {
	t.Parallel()
	c := newClient(t, quick())
	for _, url := range []string{"", "file:///etc/passwd", "http:///x", "127.0.0.1/x", "http://a b/", "ftp://x/y"} {
		if _, err := c.Call(t.Context(), get(url)); err == nil {
			t.Errorf("%q was called", url)
		}
	}
	_, err := c.Call(t.Context(), get("gopher://user:secret@x/y"))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v", err)
	}
}

func TestLogHoldsNoBodies(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := quick()
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	url, _ := serve(t, first(2, answer(503, "down\x1b[2J\nsecond line")))
	if _, err := newClient(t, s).Call(t.Context(), get(url)); err != nil {
		t.Fatal(err)
	}
	text := log.String()
	if strings.Count(text, "\n") != 2 || !strings.Contains(text, "status=503") || strings.Contains(text, "second") || strings.ContainsRune(text, 0x1b) {
		t.Errorf("log:\n%s", text)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	_, err := NewClient(Settings{Attempts: -1, Idle: -1, WaitMin: time.Minute, WaitMax: time.Second, UserAgent: "a\r\nb"})
	for _, want := range []string{"attempts", "idle", "back-off", "user agent"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

// What Check read last is of the answer, so that nobody decodes it once more: it
// sees every body of a 200 that is no page, refuses what is tried again, and is
// not asked about anything else.
func TestCheckRunsLastOnTheBodyThatIsReturned(t *testing.T) {
	t.Parallel()
	bodies := []string{`{"n":1}`, `{"n":2}`, `{"n":3}`}
	for name, test := range map[string]struct {
		answers []http.HandlerFunc
		fails   bool
		want    []string // what Check saw
	}{
		"at once":         {[]http.HandlerFunc{answer(200, bodies[2])}, false, bodies[2:]},
		"refused twice":   {[]http.HandlerFunc{answer(200, bodies[0]), answer(200, bodies[1]), answer(200, bodies[2])}, false, bodies},
		"a 503 before":    {[]http.HandlerFunc{answer(503, `{"n":9}`), answer(200, bodies[2])}, false, bodies[2:]},
		"a page before":   {[]http.HandlerFunc{answer(200, "<html>"), answer(200, bodies[2])}, false, bodies[2:]},
		"cut short first": {[]http.HandlerFunc{rawOK("Content-Length: 20", `{"n":9}`), answer(200, bodies[2])}, false, bodies[2:]},
		"always refused":  {[]http.HandlerFunc{answer(200, bodies[0])}, true, []string{bodies[0], bodies[0], bodies[0]}},
		"a 404":           {[]http.HandlerFunc{answer(404, bodies[2])}, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int32
			url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				test.answers[min(int(n.Add(1)), len(test.answers))-1](w, r)
			})
			settings := quick()
			settings.Attempts = 3
			var seen []string
			a, err := newClient(t, settings).Call(t.Context(), Request{Method: "GET", URL: url, Check: func(body []byte) error {
				if seen = append(seen, string(body)); string(body) != bodies[2] {
					return errors.New("not the third")
				}
				return nil
			}})
			if (err != nil) != test.fails || !slices.Equal(seen, test.want) {
				t.Errorf("Check saw %q, error %v; want %q", seen, err, test.want)
			}
			if !test.fails && string(a.Body) != seen[len(seen)-1] {
				t.Errorf("the answer is %q, Check saw %q last", a.Body, seen)
			}
		})
	}
}
