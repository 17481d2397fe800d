package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/publish"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// vintages are a data set's newest in the archive, or in what it held at AsOf,
// newest first: for Kolada as many as it takes to find every KPI.
func (p *Pipeline) vintages(d config.Dataset) ([]archive.Vintage, error) {
	newest := p.Archive.Newest(d.Source, d.Name)
	if !p.AsOf.IsZero() {
		newest = p.Archive.NewestAsOf(d.Source, d.Name, p.AsOf)
	}
	sought := map[string]bool{}
	for _, k := range d.KPIs {
		sought[k.ID] = true
	}
	var found []archive.Vintage
	for v, err := range newest {
		var gone *archive.PrunedError
		if errors.As(err, &gone) && len(found) > 0 && !slices.ContainsFunc(v.KPIs, func(kpi string) bool { return sought[kpi] }) {
			continue // it would not have been used
		}
		if err != nil {
			return nil, err
		}
		found = append(found, v)
		for _, kpi := range v.KPIs {
			delete(sought, kpi)
		}
		if len(sought) == 0 {
			break
		}
	}
	return found, nil
}

// asOf is AsOf as the file's comments say it, "" for an ordinary build.
func (p *Pipeline) asOf() string {
	var text string
	if !p.AsOf.IsZero() {
		text = fmt.Sprintf("ÅTERSKAPAD ur arkivet som det var %s. ", p.AsOf.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	if p.WithEdition != "" {
		text += fmt.Sprintf("MED CONFIG OCH SQL FRÅN UTGÅVAN %s. ", p.WithEdition)
	}
	return text
}

// buildTo makes the file beside out, so that it comes into place by a rename,
// whole or not at all.
func (p *Pipeline) buildTo(ctx context.Context, out string) (Result, error) {
	if err := p.notPublished(out); err != nil {
		return Result{}, err
	}
	in, err := p.inputs(nil)
	if errors.Is(err, ErrNothing) && !p.AsOf.IsZero() {
		err = fmt.Errorf("the archive held nothing at %s", p.AsOf.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	if err != nil {
		return Result{}, err
	}
	folder := filepath.Dir(out)
	if err := (datadir.Dir{Root: folder}).Free(p.needs(in)); err != nil {
		return Result{}, err
	}
	work, err := os.MkdirTemp(folder, ".effekt-build-*")
	if err != nil {
		return Result{}, err
	}
	result := Result{BuildID: in.id}
	built := publish.Built{Database: filepath.Join(work, "effekt.duckdb"), ID: in.id}
	err = full(folder, p.write(ctx, in, built, work, &result))
	if err == nil {
		err = publish.Place(built.Database, out)
	}
	return result, errors.Join(err, os.RemoveAll(work))
}

// notPublished keeps a build that is not for publication away from what is.
func (p *Pipeline) notPublished(out string) error {
	folder, err := filepath.EvalSymlinks(filepath.Dir(out))
	if err != nil {
		return err
	}
	root, err := filepath.EvalSymlinks(p.Dir.Root)
	if err != nil {
		return err
	}
	inside, err := filepath.Rel(root, folder)
	if err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return fmt.Errorf("%s lies in the data folder %s: choose a file outside it", out, p.Dir.Root)
	}
	if info, err := os.Lstat(out); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is there and is no ordinary file", out)
	}
	return nil
}

// spare is room for what a run writes beside a build: journals, the ledger,
// temporary files.
const spare = 32 << 20

// room says before a build that the disk will not do.
func (p *Pipeline) room(in inputs) error { return p.Dir.Free(p.needs(in)) }

// needs is about what a build writes. The best guess is the published folder,
// which holds the same; the first time the bodies are, which become a database
// and Parquet.
func (p *Pipeline) needs(in inputs) int64 {
	if published := size(p.Dir.Published()); published > 0 {
		return published + spare
	}
	var bodies int64
	for _, vintages := range in.vintages {
		for _, request := range vintages[0].Requests {
			bodies += int64(request.Bytes)
		}
	}
	return 2*bodies + spare
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
