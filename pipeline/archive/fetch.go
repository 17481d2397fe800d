package archive

import (
	"cmp"
	"context"
	"effekt/sources"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Fetch is a vintage in the making. What it has received is listed in a
// journal, so that the next fetch of the same thing need not ask again. It
// ends with Commit, Abort or Forget.
type Fetch struct {
	archive         *Archive
	source, dataset string
	folder          string
	started         time.Time

	mu      sync.Mutex
	file    *os.File             // the journal
	size    int64                // of the journal's whole lines
	known   map[string][]Request // by question, from an interrupted fetch, in order
	asked   int                  // questions so far
	used    []numbered
	resumed int
}

// numbered is an answer with its question's number.
type numbered struct {
	number int
	Request
}

// Begin starts or resumes the fetch of a data set. key is a hash of what is
// asked for; a journal with another key, one begun more than a day ago, or one
// whose vintage did get written, is dropped. It is an error to begin what is
// being fetched already.
func (a *Archive) Begin(source, dataset, key string) (*Fetch, error) {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return nil, err
	}
	if err := a.enter(folder); err != nil {
		return nil, fmt.Errorf("archive: %s/%s %w", source, dataset, err)
	}
	f := &Fetch{archive: a, source: source, dataset: dataset, folder: folder, known: map[string][]Request{}}
	if err := f.open(key); err != nil {
		a.leave(folder)
		return nil, fmt.Errorf("archive: %w", err)
	}
	return f, nil
}

func (a *Archive) enter(folder string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fetches[folder] {
		return errors.New("is being fetched already")
	}
	a.fetches[folder] = true
	return nil
}

func (a *Archive) leave(folder string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.fetches, folder)
}

// open makes the folder, clears away what kills left and takes up the journal.
func (f *Fetch) open(key string) error {
	if err := os.MkdirAll(f.folder, 0o755); err != nil {
		return err
	}
	if err := f.archive.clean(); err != nil {
		return err
	}
	if err := os.Remove(f.temporary()); err != nil && !missing(err) {
		return err
	}
	now := f.archive.now().UTC()
	file, j, err := openJournal(f.folder, key, now)
	if err != nil {
		return err
	}
	f.file, f.size, f.started = file, j.size, now
	if j.size == 0 {
		return f.note(entry{Key: key, Started: now})
	}
	if j.started.Before(now) {
		f.started = j.started
	}
	for _, r := range j.answers {
		f.known[r.question()] = append(f.known[r.question()], r)
	}
	return nil
}

func (f *Fetch) temporary() string { return filepath.Join(f.folder, ".manifest") }

// Caller keeps every answer of next, and answers itself what an interrupted
// fetch has already received. A question asked twice gets two answers, as it
// did then; a stored answer that is damaged, or that the request's Check
// refuses, is asked for again. The Caller may be used by many goroutines.
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
	number, kept, known := k.fetch.number(Request{Method: r.Method, URL: r.URL, BodySHA256: sent}.question())
	if known {
		if answer, ok := k.fetch.recall(r, number, kept); ok {
			return answer, nil
		}
	}
	answer, err := k.next.Call(ctx, r)
	if err != nil {
		return answer, err
	}
	return answer, k.fetch.keep(r, answer, number, sent)
}

// number counts a question and takes what the journal has for it.
func (f *Fetch) number(question string) (number int, kept Request, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if answers := f.known[question]; len(answers) > 0 {
		kept, known = answers[0], true
		f.known[question] = answers[1:]
	}
	return f.asked, kept, known
}

func (f *Fetch) recall(r sources.Request, number int, kept Request) (sources.Answer, bool) {
	body, err := f.archive.Get(kept.Object)
	if err != nil || r.Check != nil && r.Check(body) != nil {
		return sources.Answer{}, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used = append(f.used, numbered{number, kept})
	f.resumed++
	return sources.Answer{Request: r, Status: kept.Status, Body: body, At: kept.Received, Took: time.Duration(kept.TookMS) * time.Millisecond}, true
}

func (f *Fetch) keep(asked sources.Request, a sources.Answer, number int, sent string) error {
	object, err := f.archive.Put(a.Body)
	if err != nil {
		return err
	}
	r := Request{
		Role: asked.Role, Method: asked.Method, URL: asked.URL, BodySHA256: sent, Status: a.Status, Bytes: len(a.Body),
		Received: a.At, TookMS: a.Took.Milliseconds(), Attempts: a.Attempts, Object: object,
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used = append(f.used, numbered{number, r})
	if err := f.note(entry{Request: &r}); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

// Resumed is how many answers so far came from an interrupted fetch. They are
// as old as that.
func (f *Fetch) Resumed() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.resumed
}

// requests lists what was used in the order in which it was asked.
func (f *Fetch) requests() []Request {
	slices.SortFunc(f.used, func(x, y numbered) int { return cmp.Compare(x.number, y.number) })
	requests := make([]Request, len(f.used))
	for i, u := range f.used {
		requests[i] = u.Request
	}
	return requests
}

// Commit makes the vintage of m and what the Caller has answered: objects to
// disk first, the manifest last. When it fails nothing is left of the vintage
// but the journal, so that the next fetch resumes.
func (f *Fetch) Commit(m Manifest) (Vintage, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m.Format, m.Source, m.Dataset = Format, f.source, f.dataset
	m.Started, m.Fetched, m.Requests = f.started, f.archive.now().UTC(), f.requests()
	v, err := f.write(m)
	err = first(err, f.let(err == nil))
	if err != nil {
		return Vintage{}, fmt.Errorf("archive: %w", err)
	}
	return v, nil
}

// write puts all on disk and then gives the manifest its name. The journal
// learns the name before: it ends with the manifest, whenever a kill comes.
func (f *Fetch) write(m Manifest) (Vintage, error) {
	body, err := m.encode()
	if err != nil {
		return Vintage{}, err
	}
	name, err := nextName(f.folder, m.Fetched)
	if err != nil {
		return Vintage{}, err
	}
	if err := f.note(entry{Committing: name}); err != nil {
		return Vintage{}, err
	}
	if err := first(f.archive.settle(m.objects()), syncFolder(filepath.Dir(f.folder))); err != nil {
		return Vintage{}, err
	}
	temporary, err := create(f.temporary())
	if err == nil {
		err = replace(filepath.Join(f.folder, name+".json"), temporary, body, true)
	}
	if err != nil {
		return Vintage{}, err
	}
	return Vintage{name, m}, syncFolder(f.folder)
}

// Abort lets go and keeps the journal for the next time.
func (f *Fetch) Abort() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return wrap(f.let(false))
}

// Forget lets go and drops the journal: what was received does not hold
// together.
func (f *Fetch) Forget() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return wrap(f.let(true))
}

func (f *Fetch) let(forget bool) error {
	defer f.archive.leave(f.folder)
	err := f.file.Close()
	if forget {
		err = first(err, os.Remove(f.file.Name()))
	}
	return err
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("archive: %w", err)
}
