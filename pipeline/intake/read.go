package intake

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"effekt/pipeline/archive"
	"effekt/pipeline/run"
	"effekt/sources/outcomes"
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
		return []run.Handed{{Paths: []string{s.Dir.Inbox()}, Stuck: err}}, nil //nolint:nilerr // it is told in the result
	}
	if len(submissions) == 0 { // before the first round has opened, too
		return nil, nil
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
		if !h.Refused() {
			known.Add(h.Reading.Stamp.Round, h.Reading.Rows...)
		}
		all = append(all, h)
	}
	return all, nil
}

func (s Store) importOne(ctx context.Context, submission Submission, b outcomes.Book, known *outcomes.Known) (run.Handed, error) {
	h := run.Handed{Paths: submission.Paths}
	files, err := loadAll(h.Paths)
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
	case len(h.Reading.Rows) > 0:
		err = s.accept(ctx, &h, files)
	}
	if err == nil {
		h.Stuck = s.move(h.Paths, readFolder)
	}
	return h, err
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

// names are the submission's files without their folders.
func names(paths []string) []string {
	var all []string
	for _, path := range paths {
		all = append(all, filepath.Base(path))
	}
	return all
}

// contentOf names a submission by its content, or where that cannot be read by
// what its folder says of it.
func contentOf(paths []string, files []outcomes.File) string {
	var sums []string
	for _, f := range files {
		sums = append(sums, archive.Sum(f.Body))
	}
	if len(files) == len(paths) {
		slices.Sort(sums)
		return run.Fingerprint(sums)
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

// accept keeps new rows in the archive with the files that they came in.
func (s Store) accept(ctx context.Context, h *run.Handed, files []outcomes.File) error {
	r := h.Reading
	a := outcomes.Accepted{Stamp: r.Stamp, Files: names(h.Paths), Rows: r.Rows}
	for _, problem := range r.Problems {
		a.Notes = append(a.Notes, problem.String())
	}
	rows, err := a.Encode()
	if err != nil {
		return err
	}
	parts := []part{{"rows", "rows.json", rows}}
	for _, f := range files {
		parts = append(parts, part{"workbook", f.Name, f.Body})
	}
	h.Vintage, err = s.keep(ctx, acceptedSet, contentOf(h.Paths, files), a.Files, parts...)
	h.Hidden = hidden(r.Rows, s.Config.Framework.Small.Floor)
	return err
}

// hidden names what will not be published, without the values.
func hidden(rows []outcomes.Row, floor int) (all []string) {
	handed := make([]outcomes.Handed, len(rows))
	for i, row := range rows {
		handed[i].Row = row
	}
	outcomes.Hide(handed, floor)
	for _, h := range handed {
		if len(h.Hidden) > 0 {
			all = append(all, h.Name()+" ("+strings.Join(h.Hidden, ", ")+")")
		}
	}
	return all
}
