package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"
)

// Library is what a folder holds, decoded. Servers made from one Library do
// not see each other's revisions, so a test suite may open a folder once.
type Library struct {
	tables    map[string]*table    // by upper-case id
	codelists map[string]*codelist // by id, case kept: SCB's codelist ids are case-sensitive
	kolada    *koladaData
	revision  int // counts edits, so that encoded answers can be cached
}

// Open reads the folder. Either publisher's part may be missing. The error
// joins one per file that could not be read, each with the file's name.
func Open(fsys fs.FS) (*Library, error) {
	lib := &Library{tables: map[string]*table{}, codelists: map[string]*codelist{}}
	var g errgroup.Group
	var err error
	g.Go(func() error {
		lib.kolada, err = openKolada(fsys)
		return nil
	})
	scb := errors.Join(lib.openTables(fsys), lib.openCodelists(fsys))
	_ = g.Wait()
	return lib, errors.Join(scb, err)
}

// openTables decodes on every core: a folder for benchmarks holds millions of
// cells, and decoding them is what a start consists of.
func (l *Library) openTables(fsys fs.FS) error {
	names, err := jsonFiles(fsys, "scb")
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(n string) bool { return stem(n) == "listing" })
	tables, errs := make([]*table, len(names)), make([]error, len(names))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		g.Go(func() error {
			tables[i], errs[i] = openTable(fsys, name)
			return nil
		})
	}
	_ = g.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, t := range tables {
		l.tables[strings.ToUpper(t.id)] = t
	}
	return l.openListing(fsys)
}

func openTable(fsys fs.FS, name string) (*table, error) {
	body, err := readFile(fsys, name)
	if err != nil {
		return nil, err
	}
	t, err := decodeTable(stem(name), body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

func (l *Library) openListing(fsys fs.FS) error {
	listed := map[string]listing{}
	if err := readJSON(fsys, "scb/listing.json", &listed); err != nil {
		return err
	}
	for id, entry := range listed {
		t := l.tables[strings.ToUpper(id)]
		if t == nil {
			return fmt.Errorf("scb/listing.json: no table %s in the folder", id)
		}
		t.listing = entry
	}
	return nil
}

func (l *Library) openCodelists(fsys fs.FS) error {
	names, err := jsonFiles(fsys, "scb/codelists")
	if err != nil {
		return err
	}
	for _, name := range names {
		list := &codelist{ID: stem(name)}
		if err := readJSON(fsys, name, list); err != nil {
			return err
		}
		l.codelists[list.ID] = list
	}
	return nil
}

// clone shares all content: an edit replaces what it changes, and never
// writes into what another Library may hold.
func (l *Library) clone() *Library {
	return &Library{
		tables:    maps.Clone(l.tables),
		codelists: maps.Clone(l.codelists),
		kolada:    l.kolada.clone(),
		revision:  l.revision,
	}
}

// codelist is the body of GET /codelists/{id}.
type codelist struct {
	ID                   string          `json:"id"`
	Label                string          `json:"label"`
	Languages            []string        `json:"languages"`
	Elimination          bool            `json:"elimination"`
	EliminationValueCode string          `json:"eliminationValueCode"`
	Type                 string          `json:"type"`
	Values               []codelistValue `json:"values"`
}

type codelistValue struct {
	Code     string   `json:"code"`
	Label    string   `json:"label"`
	ValueMap []string `json:"valueMap"`
}

// jsonFiles lists the JSON files of one folder in name order; a folder that is
// not there holds none.
func jsonFiles(fsys fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		plain := strings.TrimSuffix(e.Name(), ".zst")
		if !e.IsDir() && strings.HasSuffix(plain, ".json") {
			names = append(names, path.Join(dir, e.Name()))
		}
	}
	return names, nil
}

// stem is a file's name without folder, .json and .zst.
func stem(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".zst"), ".json")
}

// readFile reads name, or name.zst where only that exists, and decompresses it.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	body, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(name, ".zst") {
		if packed, e := fs.ReadFile(fsys, name+".zst"); e == nil {
			name, body, err = name+".zst", packed, nil
		}
	}
	if err != nil || !strings.HasSuffix(name, ".zst") {
		return body, err
	}
	r, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	if body, err = io.ReadAll(r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return body, nil
}

// readJSON decodes an optional file into v, and leaves v alone without one.
func readJSON(fsys fs.FS, name string, v any) error {
	body, err := readFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
