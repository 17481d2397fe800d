package run

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// maxLine bounds a line of the ledger in bytes.
const maxLine = 1 << 20

// The outcomes of a run. The first line says Running, the last one of the
// next three or Failed; Read says Killed of a run that has no last line and cannot be
// under way any longer.
const (
	Running     = "running"
	OK          = "ok"
	Degraded    = "degraded" // published, but some source was not refreshed
	Interrupted = "interrupted"
	Killed      = "killed"
)

// Run is one run, and the form of both its lines.
type Run struct {
	ID      string    `json:"id"`
	Command string    `json:"command"`
	County  string    `json:"county"`
	Version string    `json:"version"`
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end,omitzero"`
	Outcome string    `json:"outcome"`
	// Exit is the process's exit code, nil until the run has ended.
	Exit      *int `json:"exit,omitempty"`
	Published bool `json:"published"`
	// BuildID names the inputs of the file that was published or left alone.
	BuildID string `json:"build_id,omitempty"`
	Counts  Counts `json:"counts"`
	// Error is what ended the run, Errors everything that went wrong in it.
	Error    string    `json:"error,omitempty"`
	Errors   []string  `json:"errors,omitempty"`
	Datasets []Dataset `json:"datasets,omitempty"`
}

// Counts sums a run up. Bytes are those of the bodies received, Cells those
// asked of the sources, Rows those of the tables built, Offending the rows
// that checks returned.
type Counts struct {
	Datasets  int   `json:"datasets"`
	Fetched   int   `json:"fetched"`
	Unchanged int   `json:"unchanged"`
	Failed    int   `json:"failed"`
	Requests  int   `json:"requests"`
	Bytes     int64 `json:"bytes"`
	Cells     int64 `json:"cells"`
	Rows      int64 `json:"rows"`
	Checks    int   `json:"checks"`
	Offending int64 `json:"offending"`
}

// Begin writes the first line of a run that this process makes and returns the
// run's id. Start is the caller's; id, pid, host and outcome are set here.
func Begin(path string, r Run) (string, error) {
	r.ID = fmt.Sprintf("%s-%d-%s", r.Start.UTC().Format("20060102T150405.000Z"), os.Getpid(), rand.Text()[:4])
	r.Outcome, r.Exit = Running, nil
	return r.ID, add(path, r)
}

// End writes the last line of the run whose id Begin returned. It says all
// that the first line said, so either line is a run by itself. What the caller
// leaves out and the rest tells is filled in: the data sets' counts, the list
// of errors, the exit code that goes with the outcome.
func End(path string, r Run) error {
	if r.ID == "" {
		return errors.New("run: a run ends that never began")
	}
	exit, ok := exitOf(r.Outcome)
	if !ok {
		return fmt.Errorf("run: %q is no outcome of a run", r.Outcome)
	}
	if r.Exit == nil {
		r.Exit = &exit
	}
	for i, d := range r.Datasets {
		if d.Err != nil {
			r.Datasets[i].Error = d.Err.Error()
		}
		r.Datasets[i].TookMS = max(d.TookMS, d.Took.Milliseconds())
	}
	if r.Errors == nil {
		r.Errors = allErrors(r)
	}
	r.Counts = r.Counts.with(r.Datasets)
	return add(path, r)
}

// exitOf is the exit code of an outcome, as the command line promises it.
func exitOf(outcome string) (code int, ok bool) {
	switch outcome {
	case OK:
		return 0, true
	case Failed:
		return 1, true
	case Degraded:
		return 3, true
	case Interrupted:
		return 130, true
	}
	return 0, false
}

func allErrors(r Run) []string {
	var all []string
	if r.Error != "" {
		all = append(all, r.Error)
	}
	for _, d := range r.Datasets {
		if d.Error != "" {
			all = append(all, d.Name+": "+d.Error)
		}
	}
	return all
}

// with adds the data sets up unless the caller has done so.
func (c Counts) with(datasets []Dataset) Counts {
	if c.Datasets > 0 {
		return c
	}
	c.Datasets = len(datasets)
	for _, d := range datasets {
		switch d.State {
		case Fetched:
			c.Fetched++
		case Unchanged:
			c.Unchanged++
		case Failed:
			c.Failed++
		}
		c.Requests += d.Requests
		c.Bytes += d.Bytes
		c.Rows += d.Rows
	}
	return c
}

// add appends one line in one write and waits until it is on the disk.
func add(path string, r Run) error {
	r.PID = os.Getpid()
	r.Host, _ = os.Hostname()
	line, err := encode(r)
	if err != nil {
		return fmt.Errorf("runs.ndjson: %w", err)
	}
	_, err = os.Stat(path)
	created := errors.Is(err, os.ErrNotExist)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o644)
	if err != nil {
		return fmt.Errorf("runs.ndjson: %w", err)
	}
	if torn(file) {
		line = append([]byte("\n"), line...)
	}
	_, err = file.Write(line)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("runs.ndjson: %w", err)
	}
	if created {
		syncFolder(filepath.Dir(path))
	}
	return nil
}

// torn says whether the file ends in half a line, which the next line must
// not be glued to.
func torn(file *os.File) bool {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// syncFolder makes a new file's name last too. Some systems cannot; the line
// itself is safe, so that is no error.
func syncFolder(path string) {
	if folder, err := os.Open(path); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}

// encode makes the line, its messages cut so that Read will take it: a
// publisher may answer with a page of HTML.
func encode(r Run) ([]byte, error) {
	for limit := 4000; limit >= 10; limit /= 4 {
		line, err := json.Marshal(cut(r, limit))
		if err != nil {
			return nil, err
		}
		if len(line) < maxLine {
			return append(line, '\n'), nil
		}
	}
	return nil, fmt.Errorf("run %s does not fit in a line of %d bytes", r.ID, maxLine)
}

func cut(r Run, limit int) Run {
	short := func(s string) string {
		if len(s) <= limit {
			return s
		}
		return string(bytes.ToValidUTF8([]byte(s[:limit]), nil)) + "…"
	}
	r.Command, r.Error = short(r.Command), short(r.Error)
	r.Errors, r.Datasets = append([]string(nil), r.Errors...), append([]Dataset(nil), r.Datasets...)
	for i := range r.Errors {
		r.Errors[i] = short(r.Errors[i])
	}
	for i := range r.Datasets {
		r.Datasets[i].Error = short(r.Datasets[i].Error)
	}
	return r
}
