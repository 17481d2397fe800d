package pipeline

import (
	"context"
	"effekt/pipeline/archive"
	"effekt/sources/outcomes"
	"errors"
	"fmt"
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

// Err is what somebody must look after: files of the inbox that cannot be read
// or moved. A workbook with faults is its reporter's to correct.
func (h Handed) Err() error {
	name := filepath.Base(h.Paths[0])
	switch {
	case h.Unreadable != nil && h.Stuck != nil:
		return fmt.Errorf("inbox: %q cannot be read and still lies there: %w", name, h.Stuck)
	case h.aside:
		return fmt.Errorf("inbox: %q cannot be read and is set aside in inbox/%s", name, asideFolder)
	case h.Stuck != nil:
		return fmt.Errorf("inbox: %q: %w", name, h.Stuck)
	}
	return nil
}

// setAside moves what cannot be read out of the inbox, so that it is in nobody's
// way, and remembers it. Files that lie elsewhere, or are being written, stay.
func (p *Pipeline) setAside(ctx context.Context, h *Handed, files []outcomes.File) error {
	why, _ := errors.AsType[*outcomes.FileError](h.Unreadable)
	if !p.inInbox(h.Paths[0]) || why.Busy() {
		return nil
	}
	reading := h.Reading
	reading.Problems = append(slices.Clone(reading.Problems), outcomes.Problem{File: why.Name, Rule: why.Sentence})
	var names []string
	for _, path := range h.Paths {
		names = append(names, filepath.Base(path))
	}
	err := p.remember(ctx, asFound(h.Paths, files), reading, names)
	h.Stuck = p.move(h.Paths, asideFolder)
	h.aside = h.Stuck == nil
	return err
}

// asFound names a submission by its content, or where that cannot be read by
// what its folder says of it.
func asFound(paths []string, files []outcomes.File) string {
	if len(files) == len(paths) {
		return fileSum(files)
	}
	var all []any
	for _, path := range paths {
		all = append(all, filepath.Base(path))
		if info, err := os.Lstat(path); err == nil {
			all = append(all, info.Mode().String(), info.Size(), info.ModTime().UTC())
		}
	}
	return fingerprint(all...)
}

// remember keeps what was wrong with a submission, once and without its values.
func (p *Pipeline) remember(ctx context.Context, asked string, r outcomes.Reading, names []string) error {
	if again, err := p.refusedBefore(asked); again || err != nil {
		return err
	}
	body, err := outcomes.Rejected{Stamp: r.Stamp, Files: names, Problems: r.Problems}.Encode()
	if err != nil {
		return err
	}
	_, err = p.keep(ctx, rejectedSet, asked, strings.Join(names, ", "), []keptPart{{"problems", "problems.json", body}})
	return err
}

func (p *Pipeline) refusedBefore(asked string) (bool, error) {
	before, err := p.outcomeVintages(rejectedSet)
	return slices.ContainsFunc(before, func(v archive.Vintage) bool { return v.Asked == asked }), err
}

// move moves files of the inbox into one of its folders. A name that is taken
// there gets the time before it.
func (p *Pipeline) move(paths []string, folder string) error {
	var all error
	for _, path := range paths {
		if !p.inInbox(path) {
			continue
		}
		to := filepath.Join(p.Dir.Inbox(), folder)
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		if _, err := os.Lstat(filepath.Join(to, filepath.Base(path))); err == nil {
			to = filepath.Join(to, p.Now().UTC().Format("20060102T150405Z")+" "+filepath.Base(path))
		} else {
			to = filepath.Join(to, filepath.Base(path))
		}
		if err := os.Rename(path, to); !errors.Is(err, os.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return all
}
