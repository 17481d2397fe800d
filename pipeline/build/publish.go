package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"effekt/pipeline/warehouse"
)

// mark is the file in the Parquet folder that names the build it came from, so
// that a stop between the two renames is seen and mended by the next run.
const mark = "_build"

// built is a finished build in a private folder on the same disk.
type built struct {
	Database string // the DuckDB file, closed
	Parquet  string // folder with <schema>/<table>.parquet
	ID       string // of the build
	// Turns is the last day on which the file says what it would if it were built
	// anew of the same inputs; zero: it always does.
	Turns time.Time
}

// swap publishes b as dir/effekt.duckdb and dir/parquet.
func swap(dir string, b built) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := os.WriteFile(filepath.Join(b.Parquet, mark), []byte(b.ID+"\n"+b.turns()), 0o644); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := settle(b.Database); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := os.Rename(b.Database, filepath.Join(dir, "effekt.duckdb")); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := swapFolder(b.Parquet, filepath.Join(dir, "parquet")); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return syncFolder(dir)
}

// settle makes the file read-only and sure to be on disk before it is renamed.
func settle(path string) error {
	if _, err := os.Stat(path + ".wal"); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s.wal lies beside the finished file", path)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Chmod(0o444), f.Close())
}

// swapFolder puts the new folder in the place of the old. Where the system can
// exchange two names at once readers never miss a file; elsewhere the old
// folder is renamed away first.
func swapFolder(fresh, published string) error {
	if _, err := os.Stat(published); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(fresh, published)
	}
	if err := exchange(fresh, published); err == nil {
		return os.RemoveAll(fresh)
	}
	old := fresh + ".old"
	if err := os.Rename(published, old); err != nil {
		return err
	}
	if err := os.Rename(fresh, published); err != nil {
		return errors.Join(err, os.Rename(old, published))
	}
	return os.RemoveAll(old)
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (b built) turns() string {
	if b.Turns.IsZero() {
		return ""
	}
	return b.Turns.Format(time.DateOnly) + "\n"
}

// readMark reads the mark of the Parquet files in dir, zero values when there are
// none.
func readMark(dir string) (id string, turns time.Time) {
	text, err := os.ReadFile(filepath.Join(dir, "parquet", mark))
	if err != nil {
		return "", turns
	}
	id, day, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	turns, _ = time.Parse(time.DateOnly, day) // none is written where none is known
	return id, turns
}

// PublishedID is the id of the build whose Parquet files lie in dir, "" when
// there are none.
func PublishedID(dir string) string {
	id, _ := readMark(dir)
	return id
}

// place puts a finished database at path, outside the published folder.
func place(database, path string) error {
	if err := settle(database); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := os.Rename(database, path); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// Vintages names the newest vintage of each data set that a published file is
// made of; none when nothing is published.
func Vintages(ctx context.Context, database string) (map[string]string, error) {
	names := map[string]string{}
	if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) {
		return names, nil
	}
	r, err := warehouse.Open(ctx, database)
	if err != nil {
		return nil, err
	}
	type row struct {
		Name    string `column:"name"`
		Vintage string `column:"vintage"`
	}
	rows, err := warehouse.Select[row](ctx, r, "select name, vintage from ops.dataset where vintage is not null")
	for _, row := range rows {
		names[row.Name] = row.Vintage
	}
	return names, errors.Join(err, r.Close())
}
