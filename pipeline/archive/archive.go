// Package archive keeps every body that a publisher sent, for ever, and one
// manifest for each vintage: one complete answer of a source for one data set
// at one time. It is the only state that cannot be rebuilt, so nothing in it
// is ever changed or removed here; a manifest is written last.
package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// maxBody bounds a decompressed object in bytes.
const maxBody = 1 << 30

// Archive is a folder with objects/ and <source>/<dataset>/<UTC>.json. Its
// methods may be called by many goroutines.
type Archive struct {
	dir     string
	now     func() time.Time
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	mu      sync.Mutex
	fresh   []string // objects written but perhaps not yet on disk
}

// Open opens the archive in dir, making the folder when needed.
func Open(dir string, now func() time.Time) (*Archive, error) {
	if err := os.MkdirAll(filepath.Join(dir, "objects"), 0o755); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderConcurrency(2))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return &Archive{dir: dir, now: now, encoder: encoder, decoder: decoder}, nil
}

func (a *Archive) objectPath(hash string) (string, error) {
	if ok, _ := regexp.MatchString(`^[0-9a-f]{64}$`, hash); !ok {
		return "", fmt.Errorf("archive: %q is not a sha256 in hex", hash)
	}
	return filepath.Join(a.dir, "objects", hash[:2], hash+".zst"), nil
}

// Sum is the sha256 of a body in hex, its name in the archive.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Put keeps a body and returns its hash. A body that is there already is not
// written again.
func (a *Archive) Put(body []byte) (string, error) {
	hash := Sum(body)
	path, err := a.objectPath(hash)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err == nil {
		return hash, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", fmt.Errorf("archive: %w", err)
	}
	packed := a.encoder.EncodeAll(body, nil)
	if err := replace(path, packed, false); err != nil {
		return "", fmt.Errorf("archive: %w", err)
	}
	a.mu.Lock()
	a.fresh = append(a.fresh, path)
	a.mu.Unlock()
	return hash, nil
}

// Get returns a body, having made sure that it is the one that was put.
func (a *Archive) Get(hash string) ([]byte, error) {
	path, err := a.objectPath(hash)
	if err != nil {
		return nil, err
	}
	packed, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	body, err := a.decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("archive: %s is damaged: %w", path, err)
	}
	if Sum(body) != hash {
		return nil, fmt.Errorf("archive: %s is damaged: its content has another sha256", path)
	}
	return body, nil
}

// replace writes a file under a temporary name and renames it into place.
func replace(path string, body []byte, sync bool) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".writing-*")
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err == nil && sync {
		err = f.Sync()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// settle makes sure that all objects so far are on disk, before a manifest
// names them.
func (a *Archive) settle() error {
	a.mu.Lock()
	fresh := a.fresh
	a.fresh = nil
	a.mu.Unlock()
	folders := map[string]bool{}
	for _, path := range fresh {
		if err := syncPath(path); err != nil {
			return err
		}
		folders[filepath.Dir(path)] = true
	}
	for folder := range folders {
		if err := syncPath(folder); err != nil {
			return err
		}
	}
	return nil
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// folder is where a data set's vintages lie.
func (a *Archive) folder(source, dataset string) (string, error) {
	valid := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	for _, name := range []string{source, dataset} {
		if !valid.MatchString(name) || name == "objects" {
			return "", fmt.Errorf("archive: %q cannot name a folder: want lower-case ASCII", name)
		}
	}
	return filepath.Join(a.dir, source, dataset), nil
}

func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
