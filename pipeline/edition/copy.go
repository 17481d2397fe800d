package edition

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxCopied bounds one file of config, SQL or Parquet in bytes.
const maxCopied = 4 << 30

// copyAll copies the files of from that are no dot-files.
func copyAll(ctx context.Context, from fs.FS, to string) error {
	return fs.WalkDir(from, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case path != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		}
		source, err := from.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(save(source, filepath.Join(to, filepath.FromSlash(path))), source.Close())
	})
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	return errors.Join(save(source, to), source.Close())
}

func save(source io.Reader, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(source, maxCopied+1))
	if err == nil && n > maxCopied {
		err = errors.New(to + ": larger than an edition may hold")
	}
	return errors.Join(err, f.Close())
}

func write(path string, body []byte) error {
	return os.WriteFile(path, body, 0o644)
}

// settle makes sure that a file or folder is on disk.
func settle(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// copyMatches copies the files of from that match a pattern.
func copyMatches(from fs.FS, to string, patterns ...string) error {
	for _, pattern := range patterns {
		paths, err := fs.Glob(from, pattern)
		if err != nil {
			return err
		}
		for _, path := range paths {
			source, err := from.Open(path)
			if err != nil {
				return err
			}
			if err := errors.Join(save(source, filepath.Join(to, filepath.FromSlash(path))), source.Close()); err != nil {
				return err
			}
		}
	}
	return nil
}
