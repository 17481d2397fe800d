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
	tables    map[string]*table   // by upper-case id
	codelists map[string]codelist // by id, case kept: SCB's codelist ids are case-sensitive
	lists     map[string][]object // Kolada's metadata: "kpi" and "municipality"
	records   map[string][]record // by KPI, then in order of region and period
}

// codelist is the body of GET /codelists/{id}.
type codelist struct {
	ID          string   `json:"id"`
	Label       string   `json:"label"`
	Language    string   `json:"language"`
	Languages   []string `json:"languages,omitempty"`
	Elimination bool     `json:"elimination"`
	Type        string   `json:"type"`
	Values      []struct {
		Code     string   `json:"code"`
		Label    string   `json:"label"`
		ValueMap []string `json:"valueMap"`
	} `json:"values"`
	Links []link `json:"links"`
}

// Open reads the folder. Either publisher's part may be missing. The error
// joins one per file that could not be read, each with the file's name.
func Open(fsys fs.FS) (*Library, error) {
	tables, err := decodeAll(fsys, "scb", decodeTable)
	codelists, e := decodeAll(fsys, "scb/codelists", func(_ string, body []byte) (list codelist, err error) {
		return list, json.Unmarshal(body, &list)
	})
	err = errors.Join(err, e)
	data, e := decodeAll(fsys, "kolada/data", decodeRecords)
	err = errors.Join(err, e)
	lists, e := decodeAll(fsys, "kolada", decodeObjects)
	err = errors.Join(err, e)
	l := &Library{map[string]*table{}, codelists, lists, map[string][]record{}}
	for id, t := range tables {
		l.tables[strings.ToUpper(id)] = t
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		for _, r := range data[name] {
			l.records[r.KPI] = append(l.records[r.KPI], r)
		}
	}
	for _, records := range l.records {
		slices.SortStableFunc(records, compareRecords)
	}
	return l, err
}

// clone shares all content.
func (l *Library) clone() *Library {
	return &Library{maps.Clone(l.tables), maps.Clone(l.codelists), maps.Clone(l.lists), maps.Clone(l.records)}
}

// decodeAll decodes the JSON files of one folder by name without extension; a
// folder that is not there holds none. It works on every core: a folder for
// benchmarks holds millions of cells.
func decodeAll[T any](fsys fs.FS, dir string, decode func(id string, body []byte) (T, error)) (map[string]T, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.json*"))
	decoded, errs := make([]T, len(names)), make([]error, len(names))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		g.Go(func() error {
			body, err := readFile(fsys, name)
			if err == nil {
				decoded[i], err = decode(stem(name), body)
			}
			if err != nil {
				errs[i] = fmt.Errorf("%s: %w", name, err)
			}
			return nil
		})
	}
	_ = g.Wait()
	all := map[string]T{}
	for i, name := range names {
		all[stem(name)] = decoded[i]
	}
	return all, errors.Join(append(errs, err)...)
}

// stem is a file's name without folder, .json and .zst.
func stem(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".zst"), ".json")
}

// readFile reads and decompresses a file.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	body, err := fs.ReadFile(fsys, name)
	if err != nil || !strings.HasSuffix(name, ".zst") {
		return body, err
	}
	r, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
