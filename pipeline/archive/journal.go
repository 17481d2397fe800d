package archive

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	// resumeWithin is how old the answers of an interrupted fetch may be, and
	// how far back a clock may have gone since.
	resumeWithin = 24 * time.Hour
	// journalName is the list of answers of a fetch under way.
	journalName = ".partial.ndjson"
	// maxLine and maxJournal bound the journal in bytes.
	maxLine    = 1 << 20
	maxJournal = 256 << 20
)

// entry is a line of the journal: first the head, then answers, and the name
// of a manifest that is about to be written.
type entry struct {
	Key        string    `json:"key,omitempty"`
	Started    time.Time `json:"started,omitzero"`
	Committing string    `json:"committing,omitempty"`
	*Request
}

// journal is what an interrupted fetch left.
type journal struct {
	key        string
	started    time.Time
	answers    []Request
	committing []string
	size       int64 // up to where its lines are whole
}

// readJournal reads a journal up to the first line that is torn or damaged.
func readJournal(r io.Reader) journal {
	lines := bufio.NewReaderSize(io.LimitReader(r, maxJournal), maxLine)
	var j journal
	for {
		line, err := lines.ReadSlice('\n')
		var e entry
		if err != nil || json.Unmarshal(line, &e) != nil || !j.add(e) {
			return j
		}
		j.size += int64(len(line))
	}
}

// add takes in a line and says whether it is a sound one.
func (j *journal) add(e entry) bool {
	switch {
	case j.key == "":
		j.key, j.started = e.Key, e.Started
		return e.Key != "" && !e.Started.IsZero()
	case e.Committing != "":
		j.committing = append(j.committing, e.Committing)
		return true
	case e.Request == nil || e.check() != nil:
		return false
	}
	j.answers = append(j.answers, *e.Request)
	return true
}

// resumable tells whether the journal is of the same question, recent, and of
// a fetch that did not come to its end: a kill may have left it beside the
// manifest that it became.
func (j *journal) resumable(folder, key string, now time.Time) bool {
	if j.key != key || now.Sub(j.started).Abs() > resumeWithin {
		return false
	}
	for _, name := range j.committing {
		if _, err := os.Lstat(filepath.Join(folder, name+".json")); !missing(err) {
			return false
		}
	}
	return true
}

// open makes the folder and takes up its journal, or begins a new one: what
// cannot be resumed is gone from it.
func (f *Fetch) open(key string) (err error) {
	if err = os.MkdirAll(f.folder, 0o755); err != nil {
		return err
	}
	// Append puts a line at the end also after a torn one has been cut off.
	if f.file, err = os.OpenFile(filepath.Join(f.folder, journalName), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644); err != nil {
		return err
	}
	now := f.archive.now().UTC()
	j := readJournal(f.file)
	if !j.resumable(f.folder, key, now) {
		j = journal{started: now}
	}
	f.size, f.started = j.size, j.started
	if now.Before(f.started) {
		f.started = now
	}
	for _, r := range j.answers {
		f.known[r.question()] = append(f.known[r.question()], r)
	}
	if err = f.file.Truncate(f.size); err == nil && f.size == 0 {
		err = f.note(entry{Key: key, Started: now})
	}
	if err != nil {
		return cmp.Or(err, f.file.Close())
	}
	return nil
}

// note adds a line to the journal. One that does not get its room leaves no
// trace, so that those after it can still be read. f.mu is held.
func (f *Fetch) note(e entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err := f.file.Write(append(line, '\n')); err != nil {
		_ = f.file.Truncate(f.size) // the error says more
		return err
	}
	f.size += int64(len(line)) + 1
	return nil
}
