package intake

import (
	"context"
	"effekt/pipeline/archive"
	"effekt/pipeline/run"
	"effekt/sources/outcomes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folders of the inbox: what has been read, and what has been refused with the
// copies that say why.
const (
	readFolder  = "read"
	asideFolder = "granskade"
)

// setAside moves what cannot be read out of the inbox, so that it is in nobody's
// way, and remembers it. Files that lie elsewhere, or are being written, stay.
func (s Store) setAside(ctx context.Context, h *run.Handed, files []outcomes.File) error {
	why, _ := errors.AsType[*outcomes.FileError](h.Unreadable)
	if !s.inInbox(h.Paths[0]) || why.Busy() {
		return nil
	}
	reading := h.Reading
	reading.Problems = append(slices.Clone(reading.Problems), outcomes.Problem{File: why.Name, Rule: why.Sentence})
	var names []string
	for _, path := range h.Paths {
		names = append(names, filepath.Base(path))
	}
	err := s.remember(ctx, asFound(h.Paths, files), reading, names)
	if h.Stuck = s.move(h.Paths, asideFolder); h.Stuck == nil {
		h.Aside = asideFolder
	}
	return err
}

// asFound names a submission by its content, or where that cannot be read by
// what its folder says of it.
func asFound(paths []string, files []outcomes.File) string {
	if len(files) == len(paths) {
		return contentOf(files)
	}
	var all []any
	for _, path := range paths {
		all = append(all, filepath.Base(path))
		if info, err := os.Lstat(path); err == nil {
			all = append(all, info.Mode().String(), info.Size(), info.ModTime().UTC())
		}
	}
	return run.Fingerprint(all...)
}

// remember keeps what was wrong with a submission, once and without its values.
func (s Store) remember(ctx context.Context, asked string, r outcomes.Reading, names []string) error {
	if again, err := s.refusedBefore(asked); again || err != nil {
		return err
	}
	body, err := outcomes.Rejected{Stamp: r.Stamp, Files: names, Problems: r.Problems}.Encode()
	if err != nil {
		return err
	}
	_, err = s.keep(ctx, rejectedSet, asked, strings.Join(names, ", "), []keptPart{{"problems", "problems.json", body}})
	return err
}

func (s Store) refusedBefore(asked string) (bool, error) {
	before, err := s.vintages(rejectedSet)
	return slices.ContainsFunc(before, func(v archive.Vintage) bool { return v.Asked == asked }), err
}

// move moves files of the inbox into one of its folders. A name that is taken
// there gets the time before it.
func (s Store) move(paths []string, folder string) error {
	var all error
	for _, path := range paths {
		if !s.inInbox(path) {
			continue
		}
		to := filepath.Join(s.Dir.Inbox(), folder)
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		name := filepath.Base(path)
		if _, err := os.Lstat(filepath.Join(to, name)); err == nil {
			name = s.Now().UTC().Format("20060102T150405Z") + " " + name
		}
		if err := os.Rename(path, filepath.Join(to, name)); !errors.Is(err, os.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return all
}
