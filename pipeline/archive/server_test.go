package archive

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"effekt/sources"
)

// publisher answers every path with a body of its own and counts.
type publisher struct {
	*httptest.Server
	size   int           // of a body, roughly
	pause  time.Duration // before an answer
	mu     sync.Mutex
	counts map[string]int
}

// dying is the User-Agent of a process that will be killed; it is not counted.
const dying = "dying"

func serve(t testing.TB, size int, pause time.Duration) *publisher {
	t.Helper()
	p := &publisher{size: size, pause: pause, counts: map[string]int{}}
	p.Server = httptest.NewServer(http.HandlerFunc(p.answer))
	t.Cleanup(p.Close)
	return p
}

func (p *publisher) answer(w http.ResponseWriter, r *http.Request) {
	sent, _ := io.ReadAll(r.Body)
	if r.UserAgent() != dying { // what it sent last may come late
		p.mu.Lock()
		p.counts[r.URL.Path]++
		p.mu.Unlock()
	}
	time.Sleep(p.pause)
	_, _ = w.Write(bodyOf(r.URL.Path, string(sent), p.size))
}

// bodyOf looks as a publisher's body does: numbers that compress to a third.
func bodyOf(path, sent string, size int) []byte {
	b := fmt.Appendf(nil, `{"path":%q,"sent":%q,"value":[`, path, sent)
	for seed := uint32(len(path)) + uint32(path[len(path)-1]); len(b) < size; {
		seed = seed*1664525 + 1013904223
		b = append(strconv.AppendUint(b, uint64(seed>>12), 10), ',')
	}
	return append(b, "0]}"...)
}

// taken gives the number of requests since the last time it was asked.
func (p *publisher) taken() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, count := range p.counts {
		n += count
	}
	clear(p.counts)
	return n
}

// plain is the simplest Caller there is.
type plain struct{ agent string }

func (p plain) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return sources.Answer{}, err
	}
	request.Header.Set("User-Agent", p.agent)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return sources.Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return sources.Answer{Request: r, Status: response.StatusCode, Body: body, At: noon(), Took: time.Second, Attempts: 1}, err
}

func get(base string, n int) sources.Request {
	return sources.Request{Role: "data", Method: http.MethodGet, URL: fmt.Sprintf("%s/%d", base, n)}
}

// asked is get as the archive notes it.
func asked(n int) Request {
	r := get("http://publisher", n)
	return Request{Role: r.Role, Method: r.Method, URL: r.URL}
}

func post(base string, n int, body string) sources.Request {
	return sources.Request{Role: "data", Method: http.MethodPost, URL: fmt.Sprintf("%s/%d", base, n), Body: []byte(body)}
}

func noon() time.Time { return time.Date(2026, 2, 24, 12, 0, 0, 0, time.UTC) }

// clock is a time that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// asOf is the last of the vintages that had come at a time, and whether there is one.
func asOf(a *Archive, at time.Time) (Vintage, bool, error) {
	for v, err := range a.Newest("scb", "befolkning", at) {
		return v, err == nil, err
	}
	return Vintage{}, false, nil
}

func open(t testing.TB, dir string, now func() time.Time) *Archive {
	t.Helper()
	a, err := Open(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func begin(t testing.TB, a *Archive, key string) *Fetch {
	t.Helper()
	f, err := a.Begin("scb", "befolkning", key)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func commit(t testing.TB, f *Fetch) Vintage {
	t.Helper()
	v, err := f.Commit(Manifest{Description: sources.Description{Title: "Folkmängd"}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ask sends the requests one after another.
func ask(t testing.TB, f *Fetch, requests ...sources.Request) []sources.Answer {
	t.Helper()
	var answers []sources.Answer
	for _, r := range requests {
		answer, err := f.Caller(plain{}).Call(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, answer)
	}
	return answers
}

// vintage makes one of n requests.
func vintage(t testing.TB, a *Archive, base string, n int) Vintage {
	t.Helper()
	f := begin(t, a, "key")
	for i := range n {
		ask(t, f, get(base, i))
	}
	return commit(t, f)
}

func files(t testing.TB, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// unfinished lists what only a kill may leave behind.
func unfinished(t testing.TB, dir string) []string {
	t.Helper()
	var left []string
	for _, path := range files(t, dir) {
		if strings.Contains(path, "/.") {
			left = append(left, path)
		}
	}
	return left
}

func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %v", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func answer(body []byte) sources.Answer {
	return sources.Answer{Status: http.StatusOK, Body: body, At: noon(), Took: time.Second, Attempts: 1}
}
