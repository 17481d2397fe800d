package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/klauspost/compress/zstd"
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

// unfinished is where objects are written before they get their name.
func (a *Archive) unfinished() string { return filepath.Join(a.dir, objects, ".writing") }

func (a *Archive) objectPath(hash string) (string, error) {
	if !validHash(hash) {
		return "", fmt.Errorf("archive: %q is not a sha256 in hex", hash)
	}
	return filepath.Join(a.dir, objects, hash[:2], hash+".zst"), nil
}

func validHash(hash string) bool {
	for _, c := range []byte(hash) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(hash) == hex.EncodedLen(sha256.Size)
}

// Sum is the sha256 of a body in hex, its name in the archive.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Put keeps a body of at most 1 GiB and returns its hash. A body that is there
// already is not written again, unless what is there turns out to be damaged.
func (a *Archive) Put(body []byte) (string, error) {
	if len(body) > maxBody {
		return "", fmt.Errorf("archive: a body of %d bytes is more than the %d that an object can hold", len(body), maxBody)
	}
	hash := Sum(body)
	path, err := a.objectPath(hash)
	if err != nil {
		return "", err
	}
	if held, err := a.unpack(path); err == nil && bytes.Equal(held, body) {
		return hash, nil
	}
	if err := a.pack(path, body); err != nil {
		return "", fmt.Errorf("archive: %w", err)
	}
	return hash, nil
}

// ErrDamaged is an object that is not what was put: the disk's fault and no
// source's.
var ErrDamaged = errors.New("is damaged")

// pack writes a compressed body under a name of its own and renames it.
func (a *Archive) pack(path string, body []byte) error {
	room, _ := a.packing.Get().(*[]byte)
	defer a.packing.Put(room)
	*room = a.encoder.EncodeAll(body, (*room)[:0])
	for _, folder := range []string{filepath.Dir(path), a.unfinished()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	a.writing.RLock()
	defer a.writing.RUnlock()
	f, err := os.CreateTemp(a.unfinished(), "*")
	if err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return first(err, f.Close())
	}
	return replace(path, f, *room, false)
}

// Get returns a body, having made sure that it is the one that was put.
func (a *Archive) Get(hash string) ([]byte, error) {
	path, err := a.objectPath(hash)
	if err != nil {
		return nil, err
	}
	body, err := a.unpack(path)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
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
	// A damaged length in the header would have all of it set aside at once.
	var head zstd.Header
	if err := head.Decode(packed); err == nil && head.HasFCS && head.FrameContentSize > maxBody {
		return nil, fmt.Errorf("%s %w: it claims to hold %d bytes", path, ErrDamaged, head.FrameContentSize)
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
		path, err := a.objectPath(hash)
		if err != nil {
			return first(g.Wait(), err)
		}
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
	f, err := os.OpenFile(path, os.O_RDWR, 0) // some systems sync only what may be written
	if err != nil {
		return err
	}
	return first(f.Sync(), f.Close())
}

// syncFolder puts a folder's names on disk. Windows has no such call and needs
// none.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return first(f.Sync(), f.Close())
}
