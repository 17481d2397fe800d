// Package archive keeps every body that a publisher sent, for ever, and one
// manifest for each vintage: one complete answer of a source for one data set
// at one time. No source sends it again, so nothing in it is ever changed, but
// for an object that was found damaged and has come anew; only Prune removes. A
// manifest is written last, when all that it names is on disk.
//
// Reading needs no permission to write. Only one process at a time may fetch
// into an archive: whoever calls Begin holds the data folder's lock.
package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Archive is a folder with objects/ and <source>/<dataset>/<UTC>.json. Its
// methods may be called by many goroutines.
type Archive struct {
	dir     string
	now     func() time.Time
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	packing sync.Pool // of *[]byte, room for a packed body

	mu      sync.Mutex
	fetches map[string]bool      // folders of data sets that are being fetched
	fetched map[string]time.Time // by manifest

	writing sync.RWMutex // read-held while a file of this process is in writing/
	cleaned bool         // what killed processes left there is gone; under writing
}

// Open gives the archive in dir, which need not exist: reading finds nothing
// then, and the first fetch makes it.
func Open(dir string, now func() time.Time) (*Archive, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithZeroFrames(true))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderConcurrency(0))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return &Archive{
		dir: filepath.Clean(dir), now: now, encoder: encoder, decoder: decoder,
		packing: sync.Pool{New: func() any { return new([]byte) }}, fetches: map[string]bool{}, fetched: map[string]time.Time{},
	}, nil
}

// folder is where a data set's vintages lie.
func (a *Archive) folder(source, dataset string) (string, error) {
	for _, name := range []string{source, dataset} {
		if !validName(name) || name == objects {
			return "", fmt.Errorf("archive: %q cannot name a folder: want lower-case ASCII", name)
		}
	}
	return filepath.Join(a.dir, source, dataset), nil
}

// validName tells whether a name is of a to z, 0 to 9 and _, a letter first:
// one that leads nowhere else.
func validName(name string) bool {
	for i, c := range []byte(name) {
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return name != ""
}

// clean removes what killed processes left half-written, once. Who fetches
// holds the lock, so nobody else is writing; this process's own Puts wait.
func (a *Archive) clean() error {
	a.writing.Lock()
	defer a.writing.Unlock()
	if a.cleaned {
		return nil
	}
	entries, err := os.ReadDir(a.unfinished())
	if missing(err) {
		err = nil
	}
	for _, entry := range entries {
		err = first(err, os.Remove(filepath.Join(a.unfinished(), entry.Name())))
	}
	a.cleaned = err == nil
	return err
}

// create opens the temporary file of a fixed name.
func create(temporary string) (*os.File, error) {
	return os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
}

// replace fills a temporary file and renames it into place.
func replace(path string, temporary *os.File, body []byte, sync bool) error {
	_, err := temporary.Write(body)
	if err == nil && sync {
		err = temporary.Sync()
	}
	err = first(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name()) // what went wrong before says more
	}
	return err
}

// readBounded reads a file that is at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s is %d bytes, more than the %d that it can be", path, info.Size(), limit)
	}
	body := make([]byte, info.Size())
	_, err = io.ReadFull(f, body)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%s became shorter while it was read", path)
	}
	return body, err
}

// first is the first error: what follows from it would only make the message
// longer.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func missing(err error) bool { return errors.Is(err, os.ErrNotExist) }
