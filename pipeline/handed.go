package pipeline

import (
	"bytes"
	"context"
	"effekt/pipeline/archive"
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
	var odd []Submission // what is no file, each by itself: it is refused
	for _, entry := range entries {
		path := filepath.Join(p.Dir.Inbox(), entry.Name())
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

// Handed is how a submission fared.
type Handed struct {
	Paths   []string
	Reading outcomes.Reading
	// Unreadable is the one sentence for files that could not be read at all. In
	// the inbox they are set aside.
	Unreadable error
	Vintage    string   // in the archive; empty when nothing was new
	Hidden     []string // what is too small to be published, row by row with its columns
	Review     string   // path of the copy with comments; empty when there is none
	// Stuck is why a file could not be moved out of the inbox, or its copy with
	// comments not be written.
	Stuck error
	aside bool // set aside in the inbox
}

// Refused tells whether the submission was turned down.
func (h Handed) Refused() bool { return h.Unreadable != nil || h.Reading.Errors() > 0 }

// Import reads submissions, one after another, so that a later one knows the
// earlier. It holds the data folder's lock. Files of the inbox that are read
// go to inbox/read.
func (p *Pipeline) Import(ctx context.Context, submissions []Submission) ([]Handed, error) {
	if err := p.ownCounty(ctx); err != nil {
		return nil, err
	}
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
		return h, p.setAside(ctx, &h, files)
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
	h.Stuck = p.move(h.Paths, readFolder)
	return nil
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

// refuse writes the copy with comments, and remembers what was wrong without the
// values. What has been refused before is left alone: somebody may be at work in
// the copy.
func (p *Pipeline) refuse(ctx context.Context, h *Handed, files []outcomes.File) error {
	review := filepath.Join(filepath.Dir(h.Paths[0]), outcomes.ReviewName(files[0].Name))
	if p.inInbox(h.Paths[0]) {
		review = filepath.Join(p.Dir.Inbox(), asideFolder, filepath.Base(review))
	}
	again, err := p.refusedBefore(fileSum(files))
	if err != nil {
		return err
	}
	if _, err := os.Stat(review); !again || err != nil {
		h.Stuck = writeReview(review, files, h.Reading)
	}
	if unreadable, ok := errors.AsType[*outcomes.FileError](h.Stuck); ok {
		h.Unreadable, h.Stuck = unreadable, nil
		return p.setAside(ctx, h, files)
	}
	if h.Stuck == nil {
		h.Review = review
	}
	return p.remember(ctx, fileSum(files), h.Reading, fileNames(files))
}

func (p *Pipeline) inInbox(path string) bool {
	folder, err := filepath.Abs(filepath.Dir(path))
	return err == nil && folder == filepath.Clean(p.Dir.Inbox())
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

// readInbox imports what lies in the inbox; the lock is held already.
func (p *Pipeline) readInbox(ctx context.Context) ([]Handed, error) {
	submissions, err := p.Inbox()
	if err != nil {
		return []Handed{{Paths: []string{p.Dir.Inbox()}, Stuck: err}}, nil //nolint:nilerr // told with the run, and nothing else stops for it
	}
	return p.importAll(ctx, submissions)
}
