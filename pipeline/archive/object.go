package archive

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

const (
	// maxBody bounds a decompressed object in bytes, maxPacked a compressed
	// one: what cannot be compressed grows by a few bytes per block.
	maxBody   = 1 << 30
	maxPacked = maxBody + maxBody>>10
)

// objects is the folder of bodies. It lies beside the sources' folders.
const objects = "objects"

// syncsAtOnce is how many files are sent to the disk side by side: the disk
// then settles several with one write of its own journal.
const syncsAtOnce = 16

// objectName is where in the archive the body of a valid hash lies.
func objectName(hash string) string { return filepath.Join(objects, hash[:2], hash+".zst") }

func (a *Archive) objectPath(hash string) string { return filepath.Join(a.dir, objectName(hash)) }

func validHash(hash string) bool {
	return len(hash) == hex.EncodedLen(sha256.Size) && strings.Trim(hash, "0123456789abcdef") == ""
}

// Sum is the sha256 of a body in hex, its name in the archive.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// ErrDamaged is an object that is not what was put: the disk's fault and no
// source's.
var ErrDamaged = errors.New("is damaged")

// Put keeps a body of at most 1 GiB and returns its hash. A body that is there
// already is not written again, unless what is there turns out to be damaged.
func (a *Archive) Put(body []byte) (string, error) {
	if len(body) > maxBody {
		return "", fmt.Errorf("archive: a body of %d bytes is more than the %d that an object can hold", len(body), maxBody)
	}
	hash := Sum(body)
	path := a.objectPath(hash)
	if held, err := a.unpack(path); err == nil && bytes.Equal(held, body) {
		return hash, nil
	}
	return hash, a.replace(path, a.encoder.EncodeAll(body, nil), false)
}

// Get returns a body, having made sure that it is the one that was put.
func (a *Archive) Get(hash string) ([]byte, error) {
	if !validHash(hash) {
		return nil, fmt.Errorf("archive: %q is not a sha256 in hex", hash)
	}
	path := a.objectPath(hash)
	body, err := a.unpack(path)
	if err != nil {
		return nil, err
	}
	if Sum(body) != hash {
		return nil, fmt.Errorf("archive: %s %w: its content has another sha256", path, ErrDamaged)
	}
	return body, nil
}

// unpack reads and decompresses an object; it does not compare the hash.
func (a *Archive) unpack(path string) ([]byte, error) {
	packed, err := readBounded(path, maxPacked)
	if err != nil {
		return nil, err
	}
	body, err := a.decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%s %w: %w", path, ErrDamaged, err)
	}
	return body, nil
}

// settle makes sure that the objects, and all folders down to them, are on
// disk. It asks for those too that were there before: an interrupted fetch may
// have left them in memory only.
func (a *Archive) settle(hashes []string) error {
	slices.Sort(hashes)
	var g errgroup.Group
	g.SetLimit(syncsAtOnce)
	folders := map[string]bool{a.dir: true}
	for _, hash := range slices.Compact(hashes) {
		path := a.objectPath(hash)
		folders[filepath.Dir(path)], folders[filepath.Join(a.dir, objects)] = true, true
		g.Go(func() error { return syncFile(path) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for folder := range folders {
		g.Go(func() error { return syncFolder(folder) })
	}
	return g.Wait()
}

func syncFile(path string) error {
	return syncOpened(os.OpenFile(path, os.O_RDWR, 0)) // some systems sync only what may be written
}

// syncFolder puts a folder's names on disk. Windows has no such call and needs
// none.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	return syncOpened(os.Open(path))
}

func syncOpened(f *os.File, err error) error {
	if err != nil {
		return err
	}
	return cmp.Or(f.Sync(), f.Close())
}
