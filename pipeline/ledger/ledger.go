// Package ledger keeps runs.ndjson: a line when a run begins and one when it
// ends. A run without its second line was killed.
package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// maxLine bounds a line of the ledger in bytes.
const maxLine = 1 << 20

// Run is one run. Outcome is "running" in the first line; ok, degraded, failed
// or interrupted in the last; Read says "killed" where the last is missing.
type Run struct {
	ID        string    `json:"id"`
	Command   string    `json:"command"`
	County    string    `json:"county"`
	Version   string    `json:"version"`
	PID       int       `json:"pid"`
	Host      string    `json:"host"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end,omitzero"`
	Outcome   string    `json:"outcome"`
	Published bool      `json:"published"`
	Error     string    `json:"error,omitempty"`
	Datasets  []Dataset `json:"datasets,omitempty"`
}

// Dataset is how a data set fared in a run.
type Dataset struct {
	Name     string `json:"name"`
	Source   string `json:"source"`
	State    string `json:"state"`
	Requests int    `json:"requests"`
	Bytes    int64  `json:"bytes"`
	TookMS   int64  `json:"took_ms"`
	Error    string `json:"error,omitempty"`
}

// Begin writes the first line of a run and returns its id.
func Begin(path string, r Run) (string, error) {
	r.ID = fmt.Sprintf("%s-%d", r.Start.UTC().Format("20060102T150405.000Z"), os.Getpid())
	r.Outcome = "running"
	return r.ID, add(path, r)
}

// End writes the last line of a run.
func End(path string, r Run) error { return add(path, r) }

// add writes one line in one piece; after a line that a kill tore, it begins a
// new one.
func add(path string, r Run) error {
	r.PID = os.Getpid()
	r.Host, _ = os.Hostname()
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o644)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if torn(f) {
		line = append([]byte("\n"), line...)
	}
	_, err = f.Write(append(line, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

func torn(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// Read gives the last n runs, newest first, and how many lines were damaged.
func Read(path string, n int) (runs []Run, skipped int, err error) {
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("ledger: %w", err)
	}
	at := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var r Run
		if json.Unmarshal(lines.Bytes(), &r) != nil || r.ID == "" {
			skipped++
			continue
		}
		if r.Outcome == "running" {
			r.Outcome = "killed"
		}
		if i, ok := at[r.ID]; ok {
			runs[i] = r
			continue
		}
		at[r.ID] = len(runs)
		runs = append(runs, r)
	}
	var last []Run
	for i := len(runs) - 1; i >= 0 && len(last) < n; i-- {
		last = append(last, runs[i])
	}
	return last, skipped, nil
}
