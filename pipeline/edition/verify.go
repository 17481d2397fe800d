package edition

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/build"
	"effekt/pipeline/datadir"
	"effekt/pipeline/held"
	"effekt/pipeline/run"
	"effekt/sources"

	effektsql "effekt/sql"
)

// Verdict is what became of an edition's files and figures.
type Verdict struct {
	Edition  Edition
	Files    []Finding    // files that are not as they were frozen
	Figures  []Difference // figures that do not come out the same
	Compared int64        // figures compared
	// Rebuilt says why the figures could not be calculated again and compared; nil
	// when they were.
	Rebuilt error
}

// Sound tells that every file and every figure is as it was frozen.
func (v Verdict) Sound() bool {
	return len(v.Files) == 0 && len(v.Figures) == 0 && v.Rebuilt == nil
}

// Verify holds the edition in folder against its own list, and makes its
// figures once more from what it holds, in a temporary folder and offline. A
// wrong edition is a verdict, not an error. publishers reads the answers of the
// sources that a config names.
func Verify(ctx context.Context, folder string, log *slog.Logger, publishers func(*config.Config) []sources.Source) (v Verdict, err error) {
	if v.Edition, err = Read(folder); err != nil {
		return v, err
	}
	if v.Files, err = v.Edition.compare(folder); err != nil {
		return v, err
	}
	work, err := os.MkdirTemp("", "effekt-verify-*")
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if v.Rebuilt = v.ordinary(); v.Rebuilt == nil {
		v.Rebuilt = v.Edition.rebuild(ctx, folder, work, log, publishers)
	}
	if v.Rebuilt == nil {
		// The files that are not as they were are told all the same.
		v.Figures, v.Compared, v.Rebuilt = figures(ctx, filepath.Join(folder, "parquet"), datadir.Dir{Root: work}.Parquet())
	}
	return v, ctx.Err()
}

// figures compares the frozen figures with those that come out.
func figures(ctx context.Context, frozen, fresh string) (differ []Difference, compared int64, err error) {
	t, err := open(ctx, frozen, fresh)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, t.Abandon()) }()
	if differ, err = t.differences(ctx, "true"); err == nil {
		compared, err = t.count(ctx)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("the frozen figures: %w", err)
	}
	return differ, compared, nil
}

// ordinary tells what must not be read, for it leads out of the edition or would
// be waited for without end.
func (v Verdict) ordinary() error {
	for _, f := range v.Files {
		if f.What == noFile {
			return fmt.Errorf("%s is %s", f.Path, noFile)
		}
	}
	return nil
}

// rebuild makes the database of the edition's own archive, config and SQL.
func (e Edition) rebuild(ctx context.Context, folder, work string, log *slog.Logger, publishers func(*config.Config) []sources.Source) error {
	c, err := config.Load(os.DirFS(filepath.Join(folder, "config")), config.Overrides{County: e.County, Frozen: true})
	if err != nil {
		return err
	}
	library, err := effektsql.Read(os.DirFS(filepath.Join(folder, "sql")))
	if err != nil {
		return err
	}
	dir, err := datadir.Open(work)
	if err != nil {
		return err
	}
	frozen := func() time.Time { return e.Frozen }
	store, err := archive.Open(filepath.Join(folder, "archive"), frozen)
	if err != nil {
		return err
	}
	in := build.Inputs{Config: c, SQL: library, Sources: publishers(c), Synthetic: e.Synthetic, Now: e.Frozen, Warn: log.Warn}
	in.Own = run.Run{ID: e.Name, Command: "edition verify", County: e.County, Version: e.Version, Start: e.Frozen, Outcome: run.Running}
	if in.Datasets, err = (held.Store{Config: c, Archive: store, Now: frozen, Log: log}).All(); err != nil {
		return err
	}
	_, err = build.Publish(ctx, dir, in, true, nil)
	return err
}

// noFile stands for the hash of what is there under a file's name and is none: a
// link leads out of the edition, a pipe would be waited for without end.
const noFile = "no ordinary file"

// measure lists the files under folder with their hashes, by path, without the
// list itself.
func measure(folder string) (files []File, err error) {
	root := folder + string(filepath.Separator) // a link to the folder is followed
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inside, err := filepath.Rel(folder, path)
		if err != nil || inside == file {
			return err
		}
		one := File{filepath.ToSlash(inside), -1, noFile}
		if entry.Type().IsRegular() {
			one.SHA256, one.Bytes, err = hash(path)
		}
		files = append(files, one)
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
	digest := sha256.New()
	size, err = io.Copy(digest, f)
	return hex.EncodeToString(digest.Sum(nil)), size, errors.Join(err, f.Close())
}

// Finding is a file that is missing, changed or added.
type Finding struct {
	Path string `json:"path"`
	What string `json:"what"` // missing, changed, added, or no ordinary file
}

// compare lists the files that are not as they were frozen. Where the list and its
// seal do not agree and both look well, which of them has been changed cannot be
// told: both are named.
func (e Edition) compare(folder string) (findings []Finding, err error) {
	present, err := measure(folder)
	if err != nil {
		return nil, err
	}
	now := map[string]File{}
	for _, f := range present {
		now[f.Path] = f
	}
	frozen := e.Files
	if _, there := now[sealed]; there || e.Format >= Format {
		seal := []byte(e.seal())
		frozen = append([]File{{sealed, int64(len(seal)), archive.Sum(seal)}}, frozen...)
	}
	find := func(path, what string) {
		if now[path].SHA256 == noFile {
			what = noFile
		}
		findings = append(findings, Finding{path, what})
	}
	for _, was := range frozen {
		is, there := now[was.Path]
		switch {
		case !there:
			find(was.Path, "missing")
		case is != was && is.Path == sealed && is.Bytes == was.Bytes:
			find(file+" or its seal "+sealed, "changed")
		case is != was:
			find(was.Path, "changed")
		}
		delete(now, was.Path)
	}
	for _, path := range slices.Sorted(maps.Keys(now)) {
		find(path, "added")
	}
	return findings, nil
}
