package archive

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"effekt/sources"
)

// Fetch is a vintage in the making. What it has received is listed in a
// journal, so that the next fetch of the same thing need not ask again. It
// ends with Commit, Renew, Abort or Forget.
type Fetch struct {
	archive         *Archive
	source, dataset string
	folder          string
	started         time.Time

	mu    sync.Mutex
	file  *os.File             // the journal
	size  int64                // of the journal's whole lines
	known map[string][]Request // by question, from an interrupted fetch, in order
	asked int                  // questions so far
	used  map[int]Request      // answered, by the question's number
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
	if _, taken := a.fetches.LoadOrStore(folder, true); taken {
		return nil, fmt.Errorf("archive: %s/%s is being fetched already", source, dataset)
	}
	f := &Fetch{archive: a, source: source, dataset: dataset, folder: folder, known: map[string][]Request{}, used: map[int]Request{}}
	if err := f.open(key); err != nil {
		a.fetches.Delete(folder)
		return nil, err
	}
	return f, nil
}

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
	asked := Request{Role: r.Role, Method: r.Method, URL: r.URL}
	if r.Body != nil {
		var err error
		if asked.BodySHA256, err = k.fetch.archive.Put(r.Body); err != nil {
			return sources.Answer{}, err
		}
	}
	number, kept := k.fetch.number(asked.question())
	if answer, ok := k.fetch.recall(r, number, kept); ok {
		return answer, nil
	}
	answer, err := k.next.Call(ctx, r)
	if err != nil {
		return answer, err
	}
	return answer, k.fetch.keep(asked, answer, number)
}

// number counts a question and takes what the journal has for it.
func (f *Fetch) number(question string) (number int, kept Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if answers := f.known[question]; len(answers) > 0 {
		kept, f.known[question] = answers[0], answers[1:]
	}
	return f.asked, kept
}

// recall answers with what the journal has, if it has anything that holds.
func (f *Fetch) recall(r sources.Request, number int, kept Request) (sources.Answer, bool) {
	body, err := f.archive.Get(kept.Object)
	if err != nil || r.Check != nil && r.Check(body) != nil {
		return sources.Answer{}, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used[number] = kept
	return sources.Answer{Request: r, Status: kept.Status, Body: body, At: kept.Received, Took: time.Duration(kept.TookMS) * time.Millisecond}, true
}

// keep stores an answer and notes it in the journal.
func (f *Fetch) keep(r Request, a sources.Answer, number int) (err error) {
	if r.Object, err = f.archive.Put(a.Body); err != nil {
		return err
	}
	r.Status, r.Bytes, r.Received, r.TookMS, r.Attempts = a.Status, len(a.Body), a.At, a.Took.Milliseconds(), a.Attempts
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used[number] = r
	return f.note(entry{Request: &r})
}

// requests lists what was used in the order in which it was asked.
func (f *Fetch) requests() []Request {
	requests := []Request{}
	for _, number := range slices.Sorted(maps.Keys(f.used)) {
		requests = append(requests, f.used[number])
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
	if err = cmp.Or(err, f.let(err == nil)); err != nil {
		return Vintage{}, err
	}
	return v, nil
}

// write puts all on disk and then gives the manifest its name. The journal
// learns the name before: it ends with the manifest, whenever a kill comes.
func (f *Fetch) write(m Manifest) (Vintage, error) {
	body, err := m.encode()
	if err != nil {
		return Vintage{}, fmt.Errorf("archive: %w", err)
	}
	name, err := nextName(f.folder, m.Fetched)
	if err == nil {
		err = f.note(entry{Committing: name})
	}
	if err == nil {
		err = cmp.Or(f.archive.settle(m.objects()), syncFolder(filepath.Dir(f.folder)))
	}
	if err == nil {
		err = f.archive.replace(filepath.Join(f.folder, name+".json"), body, true)
	}
	if err == nil {
		err = syncFolder(f.folder)
	}
	return Vintage{name, m}, err
}

// Abort lets go and keeps the journal for the next time.
func (f *Fetch) Abort() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.let(false)
}

// Forget lets go and drops the journal: what was received does not hold
// together.
func (f *Fetch) Forget() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.let(true)
}

func (f *Fetch) let(forget bool) error {
	defer f.archive.fetches.Delete(f.folder)
	err := f.file.Close()
	if forget {
		err = cmp.Or(err, os.Remove(f.file.Name()))
	}
	return err
}
