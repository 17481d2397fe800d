package run

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// Read gives the last n runs (all when n is not positive), newest first, and
// how many lines were damaged and passed over. No file is no runs.
//
// A run without its last line is Running while it may be under way: no later
// run has come through, and its process, where that can be asked, is alive. It
// is Killed otherwise.
func Read(path string, n int) (runs []Run, skipped int, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("runs.ndjson: %w", err)
	}
	defer file.Close() //nolint:errcheck // only read
	host, _ := os.Hostname()
	runs, skipped, err = fold(file, n, func(r Run) bool { return r.Host != host || alive(r.PID) })
	if err != nil {
		return nil, 0, fmt.Errorf("runs.ndjson: %w", err)
	}
	return runs, skipped, nil
}

// fold joins the lines of each run. mayRun says whether the process of a run
// without its last line may still be there.
func fold(r io.Reader, n int, mayRun func(Run) bool) (runs []Run, skipped int, err error) {
	lines := bufio.NewReaderSize(r, maxLine)
	at := map[string]int{}
	for err == nil {
		var line []byte
		var whole bool
		line, whole, err = nextLine(lines)
		if run, ok := decode(line); whole && ok {
			if i, known := at[run.ID]; known {
				runs[i] = later(runs[i], run)
			} else {
				at[run.ID] = len(runs)
				runs = append(runs, run)
			}
		} else if !whole || len(bytes.TrimSpace(line)) > 0 {
			skipped++
		}
	}
	if !errors.Is(err, io.EOF) {
		return nil, 0, err
	}
	return newest(runs, n, mayRun), skipped, nil
}

// nextLine reads a line; one longer than maxLine is read past and not whole.
func nextLine(r *bufio.Reader) (line []byte, whole bool, err error) {
	line, err = r.ReadSlice('\n')
	whole = true
	for errors.Is(err, bufio.ErrBufferFull) {
		line, whole = nil, false
		_, err = r.ReadSlice('\n')
	}
	return line, whole, err
}

func decode(line []byte) (Run, bool) {
	var r Run
	if json.Unmarshal(line, &r) != nil || r.ID == "" || r.Start.IsZero() {
		return Run{}, false
	}
	switch r.Outcome {
	case Running, OK, Degraded, Failed, Interrupted:
		return r, true
	}
	return Run{}, false
}

// later takes the last line of a run, in whatever order the two stand.
func later(a, b Run) Run {
	if b.Outcome == Running {
		return a
	}
	return b
}

// newest turns the order round and settles the runs without a last line. A
// later run that came through held the lock, so the earlier one was gone.
func newest(runs []Run, n int, mayRun func(Run) bool) []Run {
	if n <= 0 || n > len(runs) {
		n = len(runs)
	}
	last := make([]Run, 0, n)
	through := false
	for i := len(runs) - 1; i >= len(runs)-n; i-- {
		r := runs[i]
		if r.Outcome == Running && (through || !mayRun(r)) {
			r.Outcome = Killed
		}
		through = through || r.Outcome == OK || r.Outcome == Degraded
		last = append(last, r)
	}
	return last
}

// alive asks the system for a process of this host; one that another user
// owns is alive too.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = process.Signal(syscall.Signal(0))
	return !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, syscall.ESRCH)
}

// Trouble is why a data set's last fetch failed, and when that run ended.
type Trouble struct {
	Error string
	At    time.Time
}

// Troubles is what the ledger's last word on each data set says went wrong, by
// name.
func Troubles(path string) (map[string]Trouble, error) {
	runs, _, err := Read(path, 0)
	if err != nil {
		return nil, err
	}
	seen, found := map[string]bool{}, map[string]Trouble{}
	for _, r := range runs {
		for _, d := range r.Datasets {
			if !seen[d.Name] && d.Error != "" {
				found[d.Name] = Trouble{d.Error, r.End}
			}
			seen[d.Name] = true
		}
	}
	return found, nil
}
