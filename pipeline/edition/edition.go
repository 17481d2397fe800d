// Package edition freezes a report-back with everything that produced it: the
// published tables, config, SQL, and the vintages with their stored bodies. An
// edition stands by itself. It can be copied to another machine and years later
// be held against its own hashes and calculated again, without any network.
package edition

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"effekt/pipeline/archive"
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
func Read(folder string) (e Edition, err error) {
	body, err := list(filepath.Join(folder, file))
	if err == nil {
		e, err = parse(body)
	}
	if err != nil {
		return e, fmt.Errorf("edition %s: %w", filepath.Base(folder), err)
	}
	return e, nil
}

// list reads an edition's list, which may be of any size or kind in a folder that
// came from elsewhere.
func list(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s is missing: the folder is no edition", path)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxManifest:
		return nil, fmt.Errorf("%s is %s, or larger than an edition's list can be", path, noFile)
	}
	return os.ReadFile(path)
}

func parse(body []byte) (Edition, error) {
	e := Edition{ID: archive.Sum(body)}
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
	return e, nil
}

// seal is what the file sealed says of the list.
func (e Edition) seal() string { return e.ID + "  " + file + "\n" }

// List reads the lists of all editions in a folder, by name. A folder that
// cannot be read as an edition is an error beside the others.
func List(editions string) (all []Edition, err error) {
	entries, err := os.ReadDir(editions)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		if !entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		e, damaged := Read(filepath.Join(editions, entry.Name()))
		if damaged == nil {
			all = append(all, e)
		}
		err = errors.Join(err, damaged)
	}
	return all, err
}
