package intake

import (
	"bytes"
	"context"
	"effekt/pipeline/archive"
	"effekt/pipeline/run"
	"effekt/sources/outcomes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/renameio/v2"
)

// Submission is files on disk that were handed in together: one workbook, or
// all the CSV files of a folder.
type Submission struct{ Paths []string }

// Submissions groups paths as they are read.
func Submissions(paths []string) []Submission {
	var all []Submission
	folders := map[string]int{}
	for _, path := range paths {
		if strings.EqualFold(filepath.Ext(path), ".csv") {
			folder := filepath.Dir(path)
			if i, ok := folders[folder]; ok {
				all[i].Paths = append(all[i].Paths, path)
				continue
			}
			folders[folder] = len(all)
		}
		all = append(all, Submission{Paths: []string{path}})
	}
	return all
}

// Inbox lists the submissions in the data folder's inbox. A file that is being
// written waits.
func (s Store) Inbox() ([]Submission, error) {
	entries, err := os.ReadDir(s.Dir.Inbox())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var paths []string
	var odd []Submission // what is no file, each by itself: it is refused
	for _, entry := range entries {
		path := filepath.Join(s.Dir.Inbox(), entry.Name())
		info, err := entry.Info()
		switch {
		case err != nil, outcomes.Temporary(entry.Name()), entry.IsDir() && !outcomes.Named(entry.Name()):
		case !info.Mode().IsRegular():
			odd = append(odd, Submission{[]string{path}})
		case outcomes.Settled(info, time.Now()): // files' times are the machine's own
			paths = append(paths, path)
		}
	}
	return append(odd, Submissions(paths)...), nil
}

// ImportInbox imports what lies in the inbox. An inbox that cannot be read is
// told in the result, and stops nothing else.
func (s Store) ImportInbox(ctx context.Context) ([]run.Handed, error) {
	submissions, err := s.Inbox()
	if err != nil {
		return []run.Handed{{Paths: []string{s.Dir.Inbox()}, Stuck: err}}, nil
	}
	return s.Import(ctx, submissions)
}

// Import reads submissions, one after another, so that a later one knows the
// earlier. Files of the inbox that are read go to inbox/read.
func (s Store) Import(ctx context.Context, submissions []Submission) ([]run.Handed, error) {
	b, err := s.Book("", "")
	if err != nil {
		return nil, err
	}
	reported, err := s.Reported()
	if err != nil {
		return nil, err
	}
	known := reported.Known()
	var all []run.Handed
	for _, submission := range submissions {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		h, err := s.importOne(ctx, submission, b, known)
		if err != nil {
			return all, err
		}
		known.Add(h.Reading.Stamp.Round, accepted(h)...)
		all = append(all, h)
	}
	return all, nil
}

func accepted(h run.Handed) []outcomes.Row {
	if h.Refused() {
		return nil
	}
	return h.Reading.Rows
}

func (s Store) importOne(ctx context.Context, submission Submission, b outcomes.Book, known *outcomes.Known) (run.Handed, error) {
	h := run.Handed{Paths: submission.Paths}
	files, err := loadAll(submission.Paths)
	if err == nil {
		h.Reading, err = outcomes.Read(files, b, known)
	}
	var unreadable *outcomes.FileError
	switch {
	case errors.As(err, &unreadable):
		h.Unreadable = unreadable
		return h, s.setAside(ctx, &h, files)
	case err != nil:
		return h, err
	case h.Reading.Errors() > 0:
		return h, s.refuse(ctx, &h, files)
	}
	return h, s.accept(ctx, &h, files)
}

func loadAll(paths []string) ([]outcomes.File, error) {
	var files []outcomes.File
	for _, path := range paths {
		f, err := outcomes.Load(path)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func fileNames(files []outcomes.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Name)
	}
	return all
}

// contentOf names a submission by its content.
func contentOf(files []outcomes.File) string {
	var sums []string
	for _, f := range files {
		sums = append(sums, archive.Sum(f.Body))
	}
	slices.Sort(sums)
	return run.Fingerprint(sums)
}

func (s Store) accept(ctx context.Context, h *run.Handed, files []outcomes.File) error {
	r := h.Reading
	if len(r.Rows) > 0 {
		a := outcomes.Accepted{Stamp: r.Stamp, Files: fileNames(files), Rows: r.Rows}
		for _, problem := range r.Problems {
			a.Notes = append(a.Notes, problem.String())
		}
		rows, err := a.Encode()
		if err != nil {
			return err
		}
		parts := []keptPart{{"rows", "rows.json", rows}}
		for _, f := range files {
			parts = append(parts, keptPart{"workbook", f.Name, f.Body})
		}
		v, err := s.keep(ctx, acceptedSet, contentOf(files), strings.Join(a.Files, ", "), parts)
		if err != nil {
			return err
		}
		h.Vintage = v.Name
		h.Hidden = hidden(r.Rows, s.Config.Framework.Small.Floor)
	}
	h.Stuck = s.move(h.Paths, readFolder)
	return nil
}

// hidden names what will not be published, without the values.
func hidden(rows []outcomes.Row, floor int) []string {
	handed := make([]outcomes.Handed, len(rows))
	for i, row := range rows {
		handed[i].Row = row
	}
	outcomes.Hide(handed, floor)
	var all []string
	for _, h := range handed {
		if len(h.Hidden) > 0 {
			all = append(all, h.Name()+" ("+strings.Join(h.Hidden, ", ")+")")
		}
	}
	return all
}

// refuse writes the copy with comments, and remembers what was wrong without the
// values. A submission that was refused before is left alone: somebody may be at
// work in the copy.
func (s Store) refuse(ctx context.Context, h *run.Handed, files []outcomes.File) error {
	review := filepath.Join(filepath.Dir(h.Paths[0]), outcomes.ReviewName(files[0].Name))
	if s.inInbox(h.Paths[0]) {
		review = filepath.Join(s.Dir.Inbox(), asideFolder, filepath.Base(review))
	}
	again, err := s.refusedBefore(contentOf(files))
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
	return s.remember(ctx, contentOf(files), h.Reading, fileNames(files))
}

func (s Store) inInbox(path string) bool {
	folder, err := filepath.Abs(filepath.Dir(path))
	return err == nil && folder == filepath.Clean(s.Dir.Inbox())
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
