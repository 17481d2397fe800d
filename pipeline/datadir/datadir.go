// Package datadir is the data folder: where things lie in it, who may write,
// and whether the disk has room.
package datadir

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Dir is the data folder.
type Dir struct{ Root string }

// Open makes the folder when needed and says in one line what is wrong with it.
func Open(root string) (Dir, error) {
	d := Dir{root}
	for _, folder := range []string{root, d.Archive(), d.Published(), d.Work(), d.Limits()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return Dir{}, fmt.Errorf("the data folder cannot be used: %w", err)
		}
	}
	return d, nil
}

// Archive is the folder of bodies and manifests.
func (d Dir) Archive() string { return filepath.Join(d.Root, "archive") }

// Published is the folder of the current database.
func (d Dir) Published() string { return filepath.Join(d.Root, "published") }

// Database is the current database file.
func (d Dir) Database() string { return filepath.Join(d.Published(), "effekt.duckdb") }

// Runs is the ledger of runs.
func (d Dir) Runs() string { return filepath.Join(d.Root, "runs.ndjson") }

// Work is the folder of builds under way.
func (d Dir) Work() string { return filepath.Join(d.Root, ".build") }

// Limits is the folder of call times that processes count together.
func (d Dir) Limits() string { return filepath.Join(d.Root, ".limits") }

// Clean removes what killed builds left. Only who holds the lock may call it.
func (d Dir) Clean() error {
	entries, err := os.ReadDir(d.Work())
	if err != nil {
		return err
	}
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(d.Work(), entry.Name())))
	}
	return err
}

// Holder is who holds the lock.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Command string    `json:"command"`
}

// HeldError says that somebody else is writing.
type HeldError struct {
	Root   string
	Holder Holder
}

// Error names who holds the lock, as far as it can be read.
func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("the data folder %s is in use by another process", e.Root)
	}
	return fmt.Sprintf("the data folder %s is in use by pid %d on host %s since %s (%s)",
		e.Root, e.Holder.PID, e.Holder.Host, e.Holder.Since.Format(time.RFC3339), e.Holder.Command)
}

// Lock is the right to write.
type Lock struct{ file *flock.Flock }

// Lock takes the right to write, waiting at most wait for another holder. The
// system releases it when a process dies, however it dies.
func (d Dir) Lock(ctx context.Context, command string, wait time.Duration, now time.Time) (*Lock, error) {
	path := filepath.Join(d.Root, ".lock")
	file := flock.New(path)
	ctx, cancel := context.WithTimeout(ctx, wait+time.Millisecond)
	defer cancel()
	held, err := file.TryLockContext(ctx, 50*time.Millisecond)
	if errors.Is(err, context.DeadlineExceeded) || err == nil && !held {
		return nil, d.held(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be locked: %w", err)
	}
	host, _ := os.Hostname()
	body, err := json.Marshal(Holder{os.Getpid(), host, now.UTC(), strings.TrimSpace(command)})
	if err == nil {
		err = os.WriteFile(path, body, 0o644)
	}
	if err != nil {
		return nil, errors.Join(err, file.Unlock())
	}
	return &Lock{file}, nil
}

func (d Dir) held(path string) error {
	held := &HeldError{Root: d.Root}
	body, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(body, &held.Holder) != nil {
		held.Holder = Holder{}
	}
	return held
}

// Unlock gives the right back.
func (l *Lock) Unlock() error { return l.file.Unlock() }
