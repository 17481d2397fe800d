package intake

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"effekt/pipeline/archive"
	"effekt/pipeline/run"
	"effekt/sources/outcomes"

	"github.com/google/renameio/v2"
)

// Folders of the inbox: what has been read, and what has been refused with the
// copies that say why.
const (
	readFolder  = "read"
	asideFolder = "granskade"
)

// refuse writes the copy with comments, and remembers what was wrong without the
// values. A submission that was refused before is left alone: somebody may be at
// work in the copy.
func (s Store) refuse(ctx context.Context, h *run.Handed, files []outcomes.File) error {
	review := filepath.Join(filepath.Dir(h.Paths[0]), outcomes.ReviewName(files[0].Name))
	if s.inInbox(h.Paths[0]) {
		review = filepath.Join(s.Dir.Inbox(), asideFolder, filepath.Base(review))
	}
	asked := contentOf(h.Paths, files)
	again, err := s.refusedBefore(asked)
	if err != nil {
		return err
	}
	if _, err := os.Stat(review); !again || err != nil {
		h.Stuck = writeReview(review, files, h.Reading)
	}
	if unreadable, ok := errors.AsType[*outcomes.FileError](h.Stuck); ok {
		h.Unreadable, h.Stuck = unreadable, nil
		return s.setAside(ctx, h, files)
	}
	if h.Stuck == nil {
		h.Review = review
	}
	return s.remember(ctx, asked, h.Reading, names(h.Paths))
}

func writeReview(path string, files []outcomes.File, reading outcomes.Reading) error {
	var copied bytes.Buffer
	if err := outcomes.Review(&copied, files, reading); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(path, copied.Bytes(), 0o644)
}

// setAside moves what cannot be read out of the inbox, so that it is in nobody's
// way, and remembers it. Files that lie elsewhere, or are being written, stay.
func (s Store) setAside(ctx context.Context, h *run.Handed, files []outcomes.File) error {
	why, _ := errors.AsType[*outcomes.FileError](h.Unreadable)
	if !s.inInbox(h.Paths[0]) || why.Busy() {
		return nil
	}
	reading := h.Reading
	reading.Problems = append(slices.Clone(reading.Problems), outcomes.Problem{File: why.Name, Rule: why.Sentence})
	err := s.remember(ctx, contentOf(h.Paths, files), reading, names(h.Paths))
	if h.Stuck = s.move(h.Paths, asideFolder); h.Stuck == nil {
		h.Aside = asideFolder
	}
	return err
}

// remember keeps what was wrong with a submission, once and without its values.
func (s Store) remember(ctx context.Context, asked string, r outcomes.Reading, files []string) error {
	if again, err := s.refusedBefore(asked); again || err != nil {
		return err
	}
	body, err := outcomes.Rejected{Stamp: r.Stamp, Files: files, Problems: r.Problems}.Encode()
	if err != nil {
		return err
	}
	_, err = s.keep(ctx, rejectedSet, asked, files, part{"problems", "problems.json", body})
	return err
}

func (s Store) refusedBefore(asked string) (bool, error) {
	before, err := s.vintages(rejectedSet)
	return slices.ContainsFunc(before, func(v archive.Vintage) bool { return v.Asked == asked }), err
}

func (s Store) inInbox(path string) bool {
	folder, err := filepath.Abs(filepath.Dir(path))
	return err == nil && folder == filepath.Clean(s.Dir.Inbox())
}

// move moves files of the inbox into one of its folders. A name that is taken
// there gets the time before it.
func (s Store) move(paths []string, folder string) (all error) {
	to := filepath.Join(s.Dir.Inbox(), folder)
	for _, path := range slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return !s.inInbox(path) }) {
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
