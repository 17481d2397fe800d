package archive

import (
	"bufio"
	"bytes"
	"context"
	"effekt/sources"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// resumeWithin is how old the answers of an interrupted fetch may be.
const resumeWithin = 24 * time.Hour

// journal is the name of the list of answers of a fetch under way.
const journal = ".partial.ndjson"

// Fetch is a vintage in the making. What it has received is listed in a
// journal, so that the next fetch of the same thing need not ask again.
type Fetch struct {
	archive *Archive
	folder  string
	started time.Time
	mu      sync.Mutex
	file    *os.File
	known   map[string]Request // by question, from an interrupted fetch
	used    []Request
}

type journalHead struct {
	Key     string    `json:"key"`
	Started time.Time `json:"started"`
}

// Begin starts or resumes the fetch of a data set. key is a hash of what is
// asked for; a journal with another key, or an old one, is dropped.
func (a *Archive) Begin(source, dataset, key string) (*Fetch, error) {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	f := &Fetch{archive: a, folder: folder, started: a.now().UTC(), known: map[string]Request{}}
	path := filepath.Join(folder, journal)
	f.resume(path, key)
	if err := f.restart(path, key); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return f, nil
}

// resume reads what an interrupted fetch left. A torn or damaged line ends it.
func (f *Fetch) resume(path, key string) {
	body, err := os.ReadFile(path)
	if err != nil {
		return
	}
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 1<<20)
	var head journalHead
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &head) != nil || head.Key != key {
		return
	}
	if age := f.started.Sub(head.Started); age < 0 || age > resumeWithin {
		return
	}
	f.started = head.Started
	for lines.Scan() {
		var r Request
		if json.Unmarshal(lines.Bytes(), &r) != nil {
			return
		}
		f.known[question(r.Method, r.URL, r.BodySHA256)] = r
	}
}

// restart writes the journal anew with what was resumed.
func (f *Fetch) restart(path, key string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	f.file = file
	if err := f.note(journalHead{key, f.started}); err != nil {
		return err
	}
	for _, r := range f.known {
		if err := f.note(r); err != nil {
			return err
		}
	}
	return nil
}

func (f *Fetch) note(line any) error {
	body, err := json.Marshal(line)
	if err != nil {
		return err
	}
	_, err = f.file.Write(append(body, '\n'))
	return err
}

func question(method, url, body string) string { return method + " " + url + " " + body }

// Caller keeps every answer of next, and answers itself what an interrupted
// fetch has already received.
func (f *Fetch) Caller(next sources.Caller) sources.Caller { return keeper{f, next} }

type keeper struct {
	fetch *Fetch
	next  sources.Caller
}

// Call answers from the journal or asks, keeps and answers.
func (k keeper) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	sent := ""
	if r.Body != nil {
		hash, err := k.fetch.archive.Put(r.Body)
		if err != nil {
			return sources.Answer{}, err
		}
		sent = hash
	}
	if answer, ok := k.fetch.recall(r, sent); ok {
		return answer, nil
	}
	answer, err := k.next.Call(ctx, r)
	if err != nil {
		return answer, err
	}
	return answer, k.fetch.keep(answer, sent)
}

func (f *Fetch) recall(r sources.Request, sent string) (sources.Answer, bool) {
	f.mu.Lock()
	kept, ok := f.known[question(r.Method, r.URL, sent)]
	f.mu.Unlock()
	if !ok {
		return sources.Answer{}, false
	}
	body, err := f.archive.Get(kept.Object)
	if err != nil || r.Check != nil && r.Check(body) != nil {
		return sources.Answer{}, false
	}
	f.mu.Lock()
	f.used = append(f.used, kept)
	f.mu.Unlock()
	return sources.Answer{Request: r, Status: kept.Status, Body: body, At: kept.Received, Took: time.Duration(kept.TookMS) * time.Millisecond}, true
}

func (f *Fetch) keep(a sources.Answer, sent string) error {
	object, err := f.archive.Put(a.Body)
	if err != nil {
		return err
	}
	r := Request{
		Role: a.Request.Role, Method: a.Request.Method, URL: a.Request.URL, BodySHA256: sent, Status: a.Status, Bytes: len(a.Body),
		Received: a.At, TookMS: a.Took.Milliseconds(), Attempts: a.Attempts, Object: object,
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used = append(f.used, r)
	if err := f.note(r); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

// Commit makes the vintage: objects to disk first, the manifest last.
func (f *Fetch) Commit(m Manifest) (Vintage, error) {
	m.Format, m.Started, m.Fetched, m.Requests = Format, f.started, f.archive.now().UTC(), f.used
	if err := f.archive.settle(); err != nil {
		return Vintage{}, fmt.Errorf("archive: %w", err)
	}
	v, err := f.archive.write(f.folder, m)
	if err != nil {
		return Vintage{}, fmt.Errorf("archive: %w", err)
	}
	return v, errors.Join(f.file.Close(), os.Remove(filepath.Join(f.folder, journal)))
}

// Abort lets go and keeps the journal for the next time.
func (f *Fetch) Abort() error { return f.file.Close() }

// Forget lets go and drops the journal: what was received does not hold
// together.
func (f *Fetch) Forget() error {
	return errors.Join(f.file.Close(), os.Remove(filepath.Join(f.folder, journal)))
}
