// Package run is what a run of the pipeline wants, how far it has come, what it
// did, and the ledger of all runs. It knows no source and no database.
//
// The ledger is runs.ndjson: a line when a run begins and one with the same id
// when it ends. Lines are only ever added, each in one write that is on the disk
// before the run goes on, so that a kill leaves at worst a run without its second
// line or half a line at the end. Both are read as what they are.
package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"effekt/pipeline/checks"
	"effekt/sources"
	"effekt/sources/outcomes"
)

// Want narrows a run down to one source or data set; Full asks even where the
// source says unchanged.
type Want struct {
	Source, Dataset string
	Full            bool
}

// The states of a data set after a fetch.
const (
	Fetched   = "fetched"   // all of it came: a new vintage, or the newest once more
	Unchanged = "unchanged" // the source says nothing is new
	Failed    = "failed"    // of a data set: the last good vintage, if any, stays in use
)

// Dataset is how one data set fared, and its line in the ledger. A fetched data
// set may still carry an error: some of its KPIs were left out.
type Dataset struct {
	Name     string `json:"name"`
	Source   string `json:"source"`
	State    string `json:"state"`
	Rows     int64  `json:"rows"`
	Requests int    `json:"requests"`
	Bytes    int64  `json:"bytes"`
	TookMS   int64  `json:"duration_ms"`
	Error    string `json:"error,omitempty"` // Err as text

	Vintage string        `json:"-"`
	Cells   int64         `json:"-"` // asked of SCB; Kolada has none
	Took    time.Duration `json:"-"`
	Err     error         `json:"-"`
}

// Result is what a run did.
type Result struct {
	Datasets  []Dataset
	Handed    []Handed // submissions of the inbox
	Published bool     // a new file was published; false when nothing had changed
	BuildID   string
	Checks    []checks.Result
	Rows      int64
	// LeftOut are the indicators that could not be calculated, and the data sets
	// and KPIs that could not be read: absent from the published file.
	LeftOut []LeftOut
	// Clock is set when the clock has gone back since the last fetch.
	Clock error
}

// LeftOut says that a table was left out of the published file, and why.
type LeftOut struct { //nolint:errname // it is a table left out, told as an error
	Table string // "indicator.grp_per_capita"
	Err   error
}

// Error is the table and the reason.
func (e LeftOut) Error() string { return e.Table + ": " + e.Err.Error() }

// Unwrap is the reason.
func (e LeftOut) Unwrap() error { return e.Err }

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
	Aside string // the folder in which the inbox's files were set aside; empty when they were not
}

// Err is what somebody must look after: files of the inbox that cannot be read
// or moved. A workbook with faults is its reporter's to correct.
func (h Handed) Err() error {
	name := filepath.Base(h.Paths[0])
	switch {
	case h.Unreadable != nil && h.Stuck != nil:
		return fmt.Errorf("inbox: %q cannot be read and still lies there: %w", name, h.Stuck)
	case h.Aside != "":
		return fmt.Errorf("inbox: %q cannot be read and is set aside in inbox/%s", name, h.Aside)
	case h.Stuck != nil:
		return fmt.Errorf("inbox: %q: %w", name, h.Stuck)
	}
	return nil
}

// Refused tells whether the submission was turned down.
func (h Handed) Refused() bool { return h.Unreadable != nil || h.Reading.Errors() > 0 }

// Degraded tells whether some source could not be refreshed, some indicator was
// left out, a file of the inbox is in the way or the clock has gone back.
func (r Result) Degraded() bool { return r.Err() != nil }

// Err joins the data sets' errors, each with its name, and the reasons of all
// else that is not as it should be.
func (r Result) Err() error {
	all := []error{r.Clock}
	for _, d := range r.Datasets {
		if d.Err != nil {
			all = append(all, fmt.Errorf("%s: %w", d.Name, d.Err))
		}
	}
	for _, left := range r.LeftOut {
		all = append(all, fmt.Errorf("left out: %w", left))
	}
	for _, h := range r.Handed {
		all = append(all, h.Err())
	}
	return errors.Join(all...)
}

// Progress is how far one step of a run has come, for whoever watches.
type Progress struct {
	Step  string // the data set's name, or "build"
	Done  int    // so many more answers, or parts of the build, are there
	Total int    // so many there will be, said once; 0 in every other call
	// Result is how the data set fared, when it is done; nil before that.
	Result *Dataset
}

// Watch is told how far a run has come, from several goroutines; nil watches
// nothing.
type Watch func(Progress)

// Tell tells, if anybody watches.
func (w Watch) Tell(p Progress) {
	if w != nil {
		w(p)
	}
}

// Caller tells of every answer with data that next brings to a step.
func (w Watch) Caller(next sources.Caller, step string) sources.Caller {
	return watching{next, w, step}
}

type watching struct {
	sources.Caller
	watch Watch
	step  string
}

// Call asks and tells that one more answer with data has come.
func (w watching) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	answer, err := w.Caller.Call(ctx, r)
	if err == nil && r.Role == "data" {
		w.watch.Tell(Progress{Step: w.step, Done: 1})
	}
	return answer, err
}

// Fingerprint is the sha256 in hex of its parts as JSON: what differs in any of
// them has another.
func Fingerprint(parts ...any) string {
	sum := sha256.New()
	for _, part := range parts {
		body, err := json.Marshal(part)
		fmt.Fprintf(sum, "%s%v\x00", body, err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
