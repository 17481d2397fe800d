package edition

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"effekt/pipeline/archive"
	"effekt/pipeline/build"
	"effekt/pipeline/datadir"
)

// Frozen is what an edition is made of.
type Frozen struct {
	Inputs  build.Inputs // what a build would be made of now
	Dir     datadir.Dir
	Archive *archive.Archive
	Config  fs.FS  // the config's files
	SQL     fs.FS  // the SQL's files, the analyst's own over the shipped ones
	Report  string // folder with the report's files; empty: none
	BuildID string // of what the report was made of
}

// ErrExists refuses to overwrite an edition.
var ErrExists = errors.New("the edition is there already, and an edition is never overwritten")

// Freeze makes the edition name of what is published now. What is published
// must be what archive, config and SQL give, or the edition would hold figures
// that its own contents do not make. The folder is written whole or not at all,
// and read-only from then on. The caller holds the data folder's lock.
func Freeze(ctx context.Context, f Frozen, name string) (e Edition, err error) {
	if err := checkName(name); err != nil {
		return e, err
	}
	folder := filepath.Join(f.Dir.Editions(), name)
	if _, err := os.Stat(folder); err == nil {
		return e, fmt.Errorf("%s: %w", name, ErrExists)
	}
	work, err := os.MkdirTemp(f.Dir.Work(), "freeze-*")
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, datadir.Remove(work)) }()
	staged := filepath.Join(work, name)
	if err := f.fill(ctx, staged); err != nil {
		return e, fmt.Errorf("edition %s: %w", name, err)
	}
	if e, err = f.seal(staged, name); err != nil {
		return e, fmt.Errorf("edition %s: %w", name, err)
	}
	if err := os.MkdirAll(f.Dir.Editions(), 0o755); err != nil {
		return e, err
	}
	if err := os.Rename(staged, folder); err != nil {
		return e, fmt.Errorf("edition %s: %w", name, err)
	}
	return e, errors.Join(os.Chmod(folder, 0o555), settle(f.Dir.Editions()))
}

// fill copies everything into the staged folder.
func (f Frozen) fill(ctx context.Context, staged string) error {
	if err := f.current(); err != nil {
		return err
	}
	err := os.CopyFS(filepath.Join(staged, "parquet"), os.DirFS(f.Dir.Parquet()))
	if err == nil {
		err = copyMatches(f.Config, filepath.Join(staged, "config"), "*.toml", "*/*.toml", "*/*.md")
	}
	if err == nil {
		err = copyMatches(f.SQL, filepath.Join(staged, "sql"), "macros/*.sql", "core/*.sql", "indicators/*.sql", "marts/*.sql", "checks/*.sql", "*.toml")
	}
	if err == nil && f.Report != "" {
		err = os.CopyFS(filepath.Join(staged, "report"), os.DirFS(f.Report))
	}
	if err != nil {
		return err
	}
	return f.vintages(ctx, filepath.Join(staged, "archive"))
}

// current refuses when the published file is not what a build would make now.
func (f Frozen) current() error {
	id := f.Inputs.ID()
	switch {
	case f.Inputs.Empty():
		return build.ErrNothing
	case build.PublishedID(f.Dir.Published()) != id:
		return errors.New("what is published is not what archive, config and SQL give now: run «effekt build», look at it, and freeze then")
	case f.Report != "" && f.BuildID != id:
		return errors.New("another file was published while the report was made: freeze again")
	}
	return nil
}

// vintages copies the manifests in use and the objects they name.
func (f Frozen) vintages(ctx context.Context, to string) error {
	from := os.DirFS(f.Dir.Archive())
	for _, d := range f.Inputs.Config.Datasets {
		for _, v := range f.Inputs.Datasets[d.Name].Used() {
			if err := copyFile(from, path.Join(v.Source, v.Dataset, v.Name+".json"), to); err != nil {
				return err
			}
			for _, r := range v.Requests {
				if err := errors.Join(ctx.Err(), f.object(r.Object, to), f.object(r.BodySHA256, to)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// object copies one body, once, having read it whole: a damaged one is not frozen.
func (f Frozen) object(hash, to string) error {
	if hash == "" { // a request that sent nothing
		return nil
	}
	name := path.Join("objects", hash[:2], hash+".zst")
	if _, err := os.Stat(filepath.Join(to, name)); err == nil {
		return nil
	}
	if _, err := f.Archive.Get(hash); err != nil {
		return err
	}
	return copyFile(os.DirFS(f.Dir.Archive()), name, to)
}

// copyMatches copies the files of from that match a pattern.
func copyMatches(from fs.FS, to string, patterns ...string) error {
	for _, pattern := range patterns {
		paths, err := fs.Glob(from, pattern)
		if err != nil {
			return err
		}
		for _, path := range paths {
			if err := copyFile(from, path, to); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyFile copies one file to the same path under to.
func copyFile(from fs.FS, path, to string) error {
	body, err := fs.ReadFile(from, path)
	if err != nil {
		return err
	}
	target := filepath.Join(to, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, body, 0o644)
}

// seal writes the list of files last, and takes away the right to write.
func (f Frozen) seal(staged, name string) (Edition, error) {
	files, err := measure(staged)
	if err != nil {
		return Edition{}, err
	}
	in := f.Inputs
	e := Edition{
		Format: Format, Name: name, Frozen: in.Now.UTC(), Version: in.Own.Version, County: in.Config.County.Code, Synthetic: in.Synthetic,
		BuildID: in.ID(), ConfigHash: in.Config.Hash, SQLHash: in.SQL.Hash, Files: files,
	}
	body, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return e, err
	}
	if e, err = parse(append(body, '\n')); err != nil {
		return e, err
	}
	for name, text := range map[string]string{file: string(body) + "\n", sealed: e.seal()} {
		if err := os.WriteFile(filepath.Join(staged, name), []byte(text), 0o644); err != nil {
			return e, err
		}
	}
	return e, lockDown(staged)
}

// lockDown makes everything inside read-only and sure to be on disk. The folder
// itself follows once it has been renamed.
func lockDown(staged string) error {
	return filepath.WalkDir(staged, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o444)
		switch {
		case path == staged:
			mode = 0o755
		case entry.IsDir():
			mode = 0o555
		}
		return errors.Join(settle(path), os.Chmod(path, mode))
	})
}

// settle makes sure that a file or folder is on disk.
func settle(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
