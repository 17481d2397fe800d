package schedule

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
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
	s = &state{path: filepath.Join(dir, ".schedule.json"), started: map[string]time.Time{}}
	body, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil, nil
	}
	if err != nil {
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
		kept[j.Name] = now
		if last, ok := s.started[j.Name]; ok {
			kept[j.Name] = last
		}
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
	file, err := os.CreateTemp(filepath.Dir(s.path), ".schedule-*.json")
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	_, err = file.Write(append(body, '\n'))
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), s.path)
	}
	if err != nil {
		return fmt.Errorf("schedule: %w", errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}
