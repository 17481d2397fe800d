package pipeline

import (
	"context"
	"effekt/pipeline/archive"
	"effekt/sources/outcomes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
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

// Inbox lists the submissions in the data folder's inbox. What is being
// written waits.
func (p *Pipeline) Inbox() ([]Submission, error) {
	entries, err := os.ReadDir(p.Dir.Inbox())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || outcomes.Temporary(entry.Name()) {
			continue
		}
		if outcomes.Settled(info, time.Now()) { // files' times are the machine's own
			paths = append(paths, filepath.Join(p.Dir.Inbox(), entry.Name()))
		}
	}
	return Submissions(paths), nil
}

// Handed is how a submission fared.
type Handed struct {
	Paths   []string
	Reading outcomes.Reading
	// Unreadable is the one sentence for files that could not be read at all.
	Unreadable error
	Vintage    string   // in the archive; empty when nothing was new
	Hidden     []string // what is too small to be published, row by row with its columns
	Review     string   // path of the copy with comments; empty when there is none
}

// Refused tells whether the submission was turned down.
func (h Handed) Refused() bool { return h.Unreadable != nil || h.Reading.Errors() > 0 }

// Import reads submissions, one after another, so that a later one knows the
// earlier. It holds the data folder's lock. Files of the inbox that are read
// go to inbox/read.
func (p *Pipeline) Import(ctx context.Context, submissions []Submission) ([]Handed, error) {
	var all []Handed
	_, err := p.locked(ctx, func(ctx context.Context) (Result, error) {
		var err error
		all, err = p.importAll(ctx, submissions)
		return Result{}, err
	})
	return all, err
}

func (p *Pipeline) importAll(ctx context.Context, submissions []Submission) ([]Handed, error) {
	var all []Handed
	for _, s := range submissions {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		h, err := p.importOne(ctx, s)
		if err != nil {
			return all, err
		}
		all = append(all, h)
	}
	return all, nil
}

func (p *Pipeline) importOne(ctx context.Context, s Submission) (Handed, error) {
	h := Handed{Paths: s.Paths}
	files, err := loadAll(s.Paths)
	if err == nil {
		h.Reading, err = p.readAgainst(files)
	}
	var unreadable *outcomes.FileError
	switch {
	case errors.As(err, &unreadable):
		h.Unreadable = unreadable
		return h, nil
	case err != nil:
		return h, err
	case h.Reading.Errors() > 0:
		return h, p.refuse(ctx, &h, files)
	}
	return h, p.accept(ctx, &h, files)
}

// readAgainst reads a submission against all that has been let in before.
func (p *Pipeline) readAgainst(files []outcomes.File) (outcomes.Reading, error) {
	b, err := p.Book("", "")
	if err != nil {
		return outcomes.Reading{}, err
	}
	known, _, err := p.Reported()
	if err != nil {
		return outcomes.Reading{}, err
	}
	return outcomes.Read(files, b, known)
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

// fileSum names a submission by its content.
func fileSum(files []outcomes.File) string {
	var sums []string
	for _, f := range files {
		sums = append(sums, archive.Sum(f.Body))
	}
	slices.Sort(sums)
	return fingerprint(sums)
}

func (p *Pipeline) accept(ctx context.Context, h *Handed, files []outcomes.File) error {
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
		v, err := p.keep(ctx, acceptedSet, fileSum(files), strings.Join(a.Files, ", "), parts)
		if err != nil {
			return err
		}
		h.Vintage = v.Name
		h.Hidden = p.hidden(r.Rows)
	}
	return p.put(h.Paths)
}

// hidden names what will not be published, without the values.
func (p *Pipeline) hidden(rows []outcomes.Row) []string {
	handed := make([]outcomes.Handed, len(rows))
	for i, row := range rows {
		handed[i].Row = row
	}
	outcomes.Hide(handed, p.Config.Framework.Small.Floor)
	var all []string
	for _, h := range handed {
		if len(h.Hidden) > 0 {
			all = append(all, h.Name()+" ("+strings.Join(h.Hidden, ", ")+")")
		}
	}
	return all
}

// put moves files of the inbox that have been read out of the way.
func (p *Pipeline) put(paths []string) error {
	for _, path := range paths {
		if !p.inInbox(path) {
			continue
		}
		read := filepath.Join(p.Dir.Inbox(), "read")
		if err := os.MkdirAll(read, 0o755); err != nil {
			return err
		}
		to := filepath.Join(read, filepath.Base(path))
		if _, err := os.Lstat(to); err == nil {
			to = filepath.Join(read, p.Now().UTC().Format("20060102T150405Z")+" "+filepath.Base(path))
		}
		if err := os.Rename(path, to); err != nil {
			return err
		}
	}
	return nil
}

// refuse writes the copy with comments, and remembers what was wrong without the
// values. What has been refused before is left alone: somebody may be at work in
// the copy.
func (p *Pipeline) refuse(ctx context.Context, h *Handed, files []outcomes.File) error {
	h.Review = filepath.Join(filepath.Dir(h.Paths[0]), outcomes.ReviewName(files[0].Name))
	if p.inInbox(h.Paths[0]) {
		h.Review = filepath.Join(p.Dir.Inbox(), "granskade", filepath.Base(h.Review))
	}
	asked := fileSum(files)
	before, err := p.outcomeVintages(rejectedSet)
	if err != nil {
		return err
	}
	again := slices.ContainsFunc(before, func(v archive.Vintage) bool { return v.Asked == asked })
	if _, err := os.Stat(h.Review); again && err == nil {
		return nil
	}
	if err := writeReview(h.Review, files, h.Reading); err != nil || again {
		return err
	}
	body, err := outcomes.Rejected{Stamp: h.Reading.Stamp, Files: fileNames(files), Problems: h.Reading.Problems}.Encode()
	if err != nil {
		return err
	}
	_, err = p.keep(ctx, rejectedSet, asked, strings.Join(fileNames(files), ", "), []keptPart{{"problems", "problems.json", body}})
	return err
}

func (p *Pipeline) inInbox(path string) bool {
	folder, err := filepath.Abs(filepath.Dir(path))
	return err == nil && folder == filepath.Clean(p.Dir.Inbox())
}

func writeReview(path string, files []outcomes.File, reading outcomes.Reading) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".granskad-*")
	if err != nil {
		return err
	}
	err = outcomes.Review(f, files, reading)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// readInbox imports what lies in the inbox; the lock is held already.
func (p *Pipeline) readInbox(ctx context.Context) ([]Handed, error) {
	submissions, err := p.Inbox()
	if err != nil {
		return nil, err
	}
	return p.importAll(ctx, submissions)
}
