// Package datadir is the data folder: where things lie in it, who may write,
// and whether the disk has room. The layout is the contract that other
// programs are run against; what begins with a dot is this program's own.
package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Dir is the data folder.
type Dir struct{ Root string }

// Open makes the folder with what it needs and tries that it can be written.
// The error says in one line what is wrong with it. Who only reads (sql,
// status) needs no Open: Dir{Root: path} is enough.
func Open(root string) (Dir, error) {
	if root == "" {
		return Dir{}, errors.New("the data folder has no name")
	}
	absolute, err := filepath.Abs(root)
	if err != nil {
		return Dir{}, unusable(root, err)
	}
	d := Dir{Root: absolute}
	for _, folder := range []string{d.Root, d.Archive(), d.Inbox(), d.Published(), d.Editions(), d.Work(), d.Limits()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return Dir{}, unusable(d.Root, err)
		}
	}
	for _, folder := range []string{d.Root, d.Archive(), d.Published(), d.Work()} {
		if err := tryWrite(folder); err != nil {
			return Dir{}, unusable(d.Root, err)
		}
	}
	return d, nil
}

// tryWrite finds a folder that cannot be written before an hour's fetch does.
func tryWrite(folder string) error {
	file, err := os.CreateTemp(folder, ".try-*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// unusable puts the usual reasons in words; any other keeps the system's.
func unusable(root string, err error) error {
	reason, at := err.Error(), root
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		reason, at = path.Err.Error(), path.Path
	}
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		reason = at + " is not a folder"
	case errors.Is(err, fs.ErrPermission):
		reason = "no permission to write " + at
	case errors.Is(err, syscall.EROFS):
		reason = at + " is on a read-only disk"
	case errors.Is(err, syscall.ENOSPC):
		reason = "the disk is full"
	}
	return &unusableError{line: fmt.Sprintf("the data folder %s cannot be used: %s", root, reason), err: err}
}

// unusableError shows one line and keeps the system's error for errors.Is.
type unusableError struct {
	line string
	err  error
}

func (e *unusableError) Error() string { return e.line }

func (e *unusableError) Unwrap() error { return e.err }

// Archive is the folder of bodies and manifests, all that figures are made of.
func (d Dir) Archive() string { return filepath.Join(d.Root, "archive") }

// Inbox is the folder of reporting workbooks to be read.
func (d Dir) Inbox() string { return filepath.Join(d.Root, "inbox") }

// Published is the folder of the current database.
func (d Dir) Published() string { return filepath.Join(d.Root, "published") }

// Database is the current database file.
func (d Dir) Database() string { return filepath.Join(d.Published(), "effekt.duckdb") }

// Parquet is the folder of the published tables as <schema>/<table>.parquet.
func (d Dir) Parquet() string { return filepath.Join(d.Published(), "parquet") }

// Editions is the folder of frozen report-backs.
func (d Dir) Editions() string { return filepath.Join(d.Root, "editions") }

// Runs is the ledger of runs.
func (d Dir) Runs() string { return filepath.Join(d.Root, "runs.ndjson") }

// LockFile is the file that whoever writes holds locked.
func (d Dir) LockFile() string { return filepath.Join(d.Root, ".lock") }

// Work is the folder of builds under way.
func (d Dir) Work() string { return filepath.Join(d.Root, ".build") }

// Limits is the folder of call times per host that processes count together.
func (d Dir) Limits() string { return filepath.Join(d.Root, ".limits") }

// Clean removes what killed builds and freezes left under Work. Only who holds
// the lock may call it: another's build would go with the rest.
func (d Dir) Clean() error {
	entries, err := os.ReadDir(d.Work())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		err = errors.Join(err, Remove(filepath.Join(d.Work(), entry.Name())))
	}
	return err
}

// Remove removes a folder of this program's own with all that it holds. An
// edition that is being sealed has read-only folders, which only root could
// empty: they are made writable first.
func Remove(folder string) error {
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			_ = os.Chmod(path, 0o700) // another's folder; what cannot be removed is told below
		}
		return nil
	})
	return errors.Join(err, os.RemoveAll(folder))
}
