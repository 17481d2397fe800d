// Package archive keeps every body that a publisher sent, for ever, and one
// manifest for each vintage: one complete answer of a source for one data set
// at one time. No source sends it again, so nothing in it is ever changed, but
// for an object that was found damaged and has come anew; only Prune removes. A
// manifest is written last, when all that it names is on disk.
//
// Reading needs no permission to write. Only one process at a time may write
// into an archive: it holds the data folder's lock.
package archive

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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
	clean   func() error // removes, once, what killed processes left half-written
	fetched sync.Map     // when a vintage was fetched, by its manifest's path
	fetches sync.Map     // folders of data sets that are being fetched
}

// Open gives the archive in dir, which need not exist: reading finds nothing
// then, and the first write makes it.
func Open(dir string, now func() time.Time) (*Archive, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithZeroFrames(true))
	decoder, failed := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderConcurrency(0))
	if err := cmp.Or(err, failed); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	a := &Archive{dir: filepath.Clean(dir), now: now, encoder: encoder, decoder: decoder}
	a.clean = sync.OnceValue(func() error { return os.RemoveAll(a.unfinished()) })
	return a, nil
}

// unfinished is where files are written before they get their name.
func (a *Archive) unfinished() string { return filepath.Join(a.dir, objects, ".writing") }

// folder is where a data set's vintages lie.
func (a *Archive) folder(source, dataset string) (string, error) {
	for _, name := range []string{source, dataset} {
		if !validName(name) {
			return "", fmt.Errorf("archive: %q cannot name a folder: want lower-case ASCII", name)
		}
	}
	return filepath.Join(a.dir, source, dataset), nil
}

// validName tells whether a name can be a source's or a data set's: it leads
// nowhere else.
func validName(name string) bool {
	ok, _ := regexp.MatchString(`^[a-z][a-z0-9_]*$`, name)
	return ok && name != objects
}

// replace writes a file whole or not at all: under another name first, which is
// then changed. What a kill leaves of that goes with the next process's first
// write.
func (a *Archive) replace(path string, body []byte, sync bool) error {
	if err := cmp.Or(a.clean(), os.MkdirAll(a.unfinished(), 0o755), os.MkdirAll(filepath.Dir(path), 0o755)); err != nil {
		return err
	}
	f, err := os.CreateTemp(a.unfinished(), "*")
	if err != nil {
		return err
	}
	if _, err = f.Write(body); err == nil && sync {
		err = f.Sync()
	}
	if err = cmp.Or(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what went wrong before says more
	}
	return err
}

// readBounded reads a file that is at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s is %d bytes, more than the %d that it can be", path, info.Size(), limit)
	}
	return os.ReadFile(path)
}

func missing(err error) bool { return errors.Is(err, os.ErrNotExist) }
