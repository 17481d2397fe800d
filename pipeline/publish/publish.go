// Package publish puts a finished database in the place of the one readers
// open. Whoever has the old file open keeps it; whoever opens next gets the
// new one; nobody meets half a file or none.
package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// mark is the file in the Parquet folder that names the build it came from, so
// that a stop between the two renames is seen and mended by the next run.
const mark = "_build"

// Built is a finished build in a private folder on the same disk.
type Built struct {
	Database string // the DuckDB file, closed
	Parquet  string // folder with <schema>/<table>.parquet
	ID       string // of the build
}

// Swap publishes b as dir/effekt.duckdb and dir/parquet.
func Swap(dir string, b Built) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := os.WriteFile(filepath.Join(b.Parquet, mark), []byte(b.ID+"\n"), 0o644); err != nil {
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

// ParquetID is the id of the build whose Parquet files lie in dir, "" when
// there are none.
func ParquetID(dir string) string {
	id, err := os.ReadFile(filepath.Join(dir, "parquet", mark))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// Place puts a finished database at path, outside the published folder.
func Place(database, path string) error {
	if err := settle(database); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := os.Rename(database, path); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}
