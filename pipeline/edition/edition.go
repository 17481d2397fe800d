// Package edition freezes a report-back with everything that produced it: the
// published tables, config, SQL, and the vintages with their stored bodies. An
// edition stands by itself. It can be copied to another machine and years later
// be held against its own hashes and calculated again, without any network.
package edition

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Format is the version of an edition's form; a newer one is refused. The first
// had no seal.
const Format = 2

// file is the name of the list of an edition's files.
const file = "edition.json"

// sealed is the name of the file with that list's own sha256, as sha256sum
// writes and checks it.
const sealed = "edition.sha256"

// maxManifest bounds an edition's list in bytes.
const maxManifest = 64 << 20

// Edition is what edition.json holds: what was frozen, of what, and every file.
type Edition struct {
	Format     int       `json:"format"`
	Name       string    `json:"name"`
	Frozen     time.Time `json:"frozen"`
	Version    string    `json:"version"` // of the program
	County     string    `json:"county"`
	Synthetic  bool      `json:"synthetic"`
	BuildID    string    `json:"build_id"`
	ConfigHash string    `json:"config_hash"`
	SQLHash    string    `json:"sql_hash"`
	Files      []File    `json:"files"` // by path
	// ID is the sha256 of edition.json itself. It is not in the file: written
	// down elsewhere, it proves that the list has not been changed either.
	ID string `json:"-"`
}

// File is one file of an edition, with its path inside it.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// ErrNewer refuses an edition that a newer program has made.
var ErrNewer = errors.New("the edition was made by a newer effekt; use that to read it")

// checkName keeps an edition's name fit for a folder.
func checkName(name string) error {
	if ok, _ := regexp.MatchString(`^[A-Za-z0-9ÅÄÖåäö][A-Za-z0-9ÅÄÖåäö_-]{0,63}$`, name); !ok {
		return fmt.Errorf("edition name %q: want at most 64 letters, digits, - and _", name)
	}
	return nil
}

// Read reads the list of the edition in folder, not the files it names.
func Read(folder string) (Edition, error) {
	path := filepath.Join(folder, file)
	body, err := bounded(path)
	if err != nil {
		return Edition{}, fmt.Errorf("edition %s: %w", filepath.Base(folder), err)
	}
	e, err := parse(body)
	if err != nil {
		return e, fmt.Errorf("edition %s: %w", filepath.Base(folder), err)
	}
	return e, nil
}

func bounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing: the folder is no edition", path)
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > maxManifest {
		return nil, fmt.Errorf("%s is larger than an edition's list can be", path)
	}
	return os.ReadFile(path)
}

func parse(body []byte) (Edition, error) {
	var e Edition
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("%s is damaged: %w", file, err)
	}
	if e.Format > Format {
		return e, fmt.Errorf("%w (format %d, this program knows up to %d)", ErrNewer, e.Format, Format)
	}
	if e.Format < 1 || e.Name == "" {
		return e, fmt.Errorf("%s is damaged: it has no format or name", file)
	}
	for _, f := range e.Files {
		if !filepath.IsLocal(f.Path) || f.Path == file || f.Path == sealed {
			return e, fmt.Errorf("%s is damaged: it names the file %q", file, f.Path)
		}
	}
	sum := sha256.Sum256(body)
	e.ID = hex.EncodeToString(sum[:])
	return e, nil
}

// List reads the lists of all editions in a folder, by name. A folder that
// cannot be read as an edition is an error beside the others.
func List(editions string) ([]Edition, error) {
	entries, err := os.ReadDir(editions)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Edition
	var problems []error
	for _, entry := range entries {
		if !entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		e, err := Read(filepath.Join(editions, entry.Name()))
		if err != nil {
			problems = append(problems, err)
			continue
		}
		all = append(all, e)
	}
	return all, errors.Join(problems...)
}

// noFile stands for the hash of what is there under a file's name and is none: a
// link leads out of the edition, a pipe would be waited for without end.
const noFile = "no ordinary file"

// measure lists the files under folder with their hashes, by path.
func measure(folder string) ([]File, error) {
	var files []File
	root := folder + string(filepath.Separator) // a link to the folder is followed
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inside, err := filepath.Rel(folder, path)
		if err != nil || inside == file || inside == sealed {
			return err
		}
		if !entry.Type().IsRegular() {
			files = append(files, File{filepath.ToSlash(inside), -1, noFile})
			return nil
		}
		sum, size, err := hash(path)
		files = append(files, File{filepath.ToSlash(inside), size, sum})
		return err
	})
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files, err
}

func hash(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	digest := sha256.New()
	size, err = io.Copy(digest, f)
	return hex.EncodeToString(digest.Sum(nil)), size, err
}
