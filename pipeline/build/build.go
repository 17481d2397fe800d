package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"effekt/pipeline/datadir"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
)

// Publish makes a database and Parquet of the inputs, checks them and puts them
// in the place of what is published. When nothing that decides the content has
// changed since that was built, it is left alone, unless forced.
func Publish(ctx context.Context, dir datadir.Dir, in Inputs, force bool, watch run.Watch) (run.Result, error) {
	result := run.Result{BuildID: in.ID()}
	if in.Empty() {
		return result, ErrNothing
	}
	if !force && current(dir, in) {
		left, err := leftBefore(ctx, dir)
		result.LeftOut = left
		return result, err
	}
	if err := dir.Clean(); err != nil {
		return result, err
	}
	if err := dir.Free(needs(dir, in)); err != nil {
		return result, err
	}
	work, err := os.MkdirTemp(dir.Work(), "build-*")
	if err != nil {
		return result, err
	}
	b := built{Database: filepath.Join(work, "effekt.duckdb"), Parquet: filepath.Join(work, "parquet"), ID: result.BuildID}
	b.Turns, err = write(ctx, in, b, work, &result, watch)
	if err = full(dir.Root, err); err == nil {
		err = swap(dir.Published(), b)
	}
	result.Published = err == nil
	return result, errors.Join(err, os.RemoveAll(work))
}

// current tells whether what is published is of the inputs, and still says what
// it would today.
func current(dir datadir.Dir, in Inputs) bool {
	if _, err := os.Stat(dir.Database()); err != nil {
		return false
	}
	id, turns := readMark(dir.Published())
	return id == in.ID() && (turns.IsZero() || in.Today().Before(turns.AddDate(0, 0, 1)))
}

// leftBefore reads from the published file what it lacks.
func leftBefore(ctx context.Context, dir datadir.Dir) ([]run.LeftOut, error) {
	r, err := warehouse.Open(ctx, dir.Database())
	if err != nil {
		return nil, err
	}
	left, err := Unmade(ctx, r)
	var shown []run.LeftOut
	for _, l := range left {
		if !strings.HasPrefix(l.Table, "core.") {
			shown = append(shown, l)
		}
	}
	return shown, errors.Join(err, r.Close())
}

// write makes the private file, and its Parquet where that is wanted. turns is
// the day on which its freshness says something else.
func write(ctx context.Context, in Inputs, b built, work string, result *run.Result, watch run.Watch) (turns time.Time, err error) {
	db, err := create(ctx, in, b.Database, work)
	if err != nil {
		return turns, err
	}
	m := newMaking(in, db)
	err = m.finish(ctx, b, result, watch)
	result.LeftOut, result.Rows = m.left(), m.rows
	if err == nil {
		turns, err = m.turns(ctx)
	}
	if err != nil {
		return turns, errors.Join(err, db.Abandon())
	}
	return turns, db.Close(ctx)
}

func create(ctx context.Context, in Inputs, path, work string) (*warehouse.Build, error) {
	return warehouse.Create(ctx, path, warehouse.Settings{
		MemoryLimit: in.Config.Build.MemoryLimit, Threads: in.Config.Build.Threads, TempDir: filepath.Join(work, "spill"),
	})
}

// finish makes all, checks it, describes it and exports it.
func (m *making) finish(ctx context.Context, b built, result *run.Result, watch run.Watch) error {
	if err := m.all(ctx, watch); err != nil {
		return err
	}
	var err error
	if result.Checks, err = m.check(ctx); err != nil {
		return err
	}
	if err := m.comment(ctx); err != nil {
		return err
	}
	watch.Tell(run.Progress{Step: "build", Done: 2})
	if b.Parquet == "" {
		return nil
	}
	return m.db.Export(ctx, b.Parquet, map[string]string{"effekt_build": b.ID, "effekt_synthetic": fmt.Sprint(m.Synthetic)})
}

// To makes the file beside out, so that it comes into place by a rename, whole or
// not at all. Nothing is published.
func To(ctx context.Context, dir datadir.Dir, in Inputs, out string, watch run.Watch) (run.Result, error) {
	result := run.Result{BuildID: in.ID()}
	if err := outside(dir, out); err != nil {
		return result, err
	}
	if in.Empty() {
		if in.AsOf.IsZero() {
			return result, ErrNothing
		}
		return result, fmt.Errorf("the archive held nothing at %s", in.AsOf.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	folder := filepath.Dir(out)
	if err := (datadir.Dir{Root: folder}).Free(needs(dir, in)); err != nil {
		return result, err
	}
	work, err := os.MkdirTemp(folder, ".effekt-build-*")
	if err != nil {
		return result, err
	}
	b := built{Database: filepath.Join(work, "effekt.duckdb"), ID: result.BuildID}
	_, err = write(ctx, in, b, work, &result, watch)
	if err = full(folder, err); err == nil {
		err = place(b.Database, out)
	}
	return result, errors.Join(err, os.RemoveAll(work))
}

// outside keeps a build that is not for publication away from what is.
func outside(dir datadir.Dir, out string) error {
	folder, err := filepath.EvalSymlinks(filepath.Dir(out))
	if err != nil {
		return err
	}
	root, err := filepath.EvalSymlinks(dir.Root)
	if err != nil {
		return err
	}
	inside, err := filepath.Rel(root, folder)
	if err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return fmt.Errorf("%s lies in the data folder %s: choose a file outside it", out, dir.Root)
	}
	if info, err := os.Lstat(out); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is there and is no ordinary file", out)
	}
	return nil
}

// Only makes some tables and what they are made of in a temporary file, and hands
// the database to use. It writes nothing in the data folder.
func Only(ctx context.Context, in Inputs, use func(context.Context, *warehouse.Build) error, tables ...string) (err error) {
	work, err := os.MkdirTemp("", "effekt-only-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	db, err := create(ctx, in, filepath.Join(work, "only.duckdb"), work)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Abandon()) }()
	in.Published, in.Past = "", ""
	if err := newMaking(in, db, tables...).all(ctx, nil); err != nil {
		return err
	}
	return use(ctx, db)
}

// Spare is room for what a run writes beside a build: journals, the ledger,
// temporary files.
const Spare = 32 << 20

// needs is about what a build writes. The best guess is the published folder,
// which holds the same; the first time the bodies are, which become a database
// and Parquet.
func needs(dir datadir.Dir, in Inputs) int64 {
	if published := size(dir.Published()); published > 0 {
		return published + Spare
	}
	var bodies int64
	for _, d := range in.Datasets {
		for _, request := range d.Latest().Requests {
			bodies += int64(request.Bytes)
		}
	}
	return 2*bodies + Spare
}

// size is what the files of a folder take, as far as it can be seen.
func size(folder string) int64 {
	var sum int64
	_ = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be seen is not counted
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			sum += info.Size()
		}
		return nil
	})
	return sum
}

// full puts it in one line when the disk became full after all; DuckDB has no
// error of its own for that.
func full(folder string, err error) error {
	if err == nil || !strings.Contains(err.Error(), "No space left on device") {
		return err
	}
	return fmt.Errorf("the disk of %s became full during the build: %w", folder, syscall.ENOSPC)
}
