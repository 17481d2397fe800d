package schedule

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"
)

// state is when each job last started, or was first seen. It is what makes a
// run that was missed known.
type state struct {
	path    string
	started map[string]time.Time
}

// readState reads the state of dir. No file is a first start; a damaged one is
// taken as that too, with damaged saying why.
func readState(dir string) (s *state, damaged, err error) {
	s = &state{filepath.Join(dir, ".schedule.json"), map[string]time.Time{}}
	body, err := os.ReadFile(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil, nil
	case err != nil:
		return s, nil, fmt.Errorf("schedule: %w", err)
	}
	if damaged = json.Unmarshal(body, &s.started); damaged != nil || s.started == nil {
		s.started = map[string]time.Time{}
	}
	return s, damaged, nil
}

// begin notes the jobs that are there: a new one is due from now on, one no
// longer configured is forgotten, so that it catches nothing up if it returns.
func (s *state) begin(jobs []job, now time.Time) error {
	kept := make(map[string]time.Time, len(jobs))
	for _, j := range jobs {
		kept[j.Name] = cmp.Or(s.started[j.Name], now)
	}
	s.started = kept
	return s.write()
}

// start notes that a job starts.
func (s *state) start(name string, now time.Time) error {
	s.started[name] = now
	return s.write()
}

// write replaces the file whole, or not at all.
func (s *state) write() error {
	body, err := json.MarshalIndent(s.started, "", "  ")
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	if err := renameio.WriteFile(s.path, append(body, '\n'), 0o644); err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	return nil
}
