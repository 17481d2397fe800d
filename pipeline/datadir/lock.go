package datadir

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode"

	"github.com/gofrs/flock"
)

// Holder is who holds a lock, as the lock file tells it.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Command string    `json:"command"`
}

// HeldError says that somebody else holds the lock.
type HeldError struct {
	Root string
	// Schedule is true for the schedule's lock, false for the writers'.
	Schedule bool
	// Holder is zero when the lock file does not say who it is.
	Holder Holder
}

// Error names who holds the lock, as far as it can be read, in one line.
func (e *HeldError) Error() string {
	what := "the data folder " + e.Root
	if e.Schedule {
		what = "the schedule of the data folder " + e.Root
	}
	if e.Holder.PID <= 0 {
		return what + " is in use by another process (the lock file does not say which)"
	}
	return fmt.Sprintf("%s is in use by pid %d on host %s since %s (%s)", what,
		e.Holder.PID, oneLine(e.Holder.Host), e.Holder.Since.UTC().Format("2006-01-02 15:04:05 MST"), oneLine(e.Holder.Command))
}

// oneLine keeps a damaged lock file from breaking the message in two.
func oneLine(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if clean = strings.TrimSpace(clean); clean == "" {
		return "unknown"
	}
	if runes := []rune(clean); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return clean
}

// Lock is a lock that is held.
type Lock struct {
	file *flock.Flock
}

// Lock takes the right to write in the folder, waiting at most wait for
// another holder; zero tries once. Command is what the holder is doing, such
// as "effekt refresh". The system releases the lock when a process dies,
// however it dies, so a killed holder never blocks.
//
// The error is a *HeldError, ctx's own, or what the system says of the file.
func (d Dir) Lock(ctx context.Context, command string, wait time.Duration, now time.Time) (*Lock, error) {
	return take(ctx, d.LockFile(), &HeldError{Root: d.Root}, holder(command, now), wait)
}

// LockSchedule takes the right to run the folder's jobs by the clock. It does
// not take the right to write: each job does that itself.
func (d Dir) LockSchedule(ctx context.Context, command string, now time.Time) (*Lock, error) {
	path := filepath.Join(d.Root, ".schedule.lock")
	return take(ctx, path, &HeldError{Root: d.Root, Schedule: true}, holder(command, now), 0)
}

func holder(command string, now time.Time) Holder {
	host, _ := os.Hostname() // oneLine says that it is unknown
	return Holder{PID: os.Getpid(), Host: oneLine(host), Since: now.UTC().Truncate(time.Second), Command: oneLine(command)}
}

func take(ctx context.Context, path string, held *HeldError, me Holder, wait time.Duration) (*Lock, error) {
	lock := &Lock{file: flock.New(path, flock.SetPermissions(0o644))}
	ok, err := lock.try(ctx, wait)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, unusable(held.Root, err)
	}
	if !ok {
		held.Holder = readHolder(path)
		return nil, held
	}
	if err := lock.sign(me); err != nil {
		return nil, errors.Join(unusable(held.Root, err), lock.file.Unlock())
	}
	return lock, nil
}

// try asks at once and then ten times a second until wait is over.
func (l *Lock) try(ctx context.Context, wait time.Duration) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	ok, err := l.file.TryLock()
	if ok || err != nil || wait <= 0 {
		return ok, err
	}
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	ok, err = l.file.TryLockContext(waiting, 100*time.Millisecond)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return false, nil
	}
	return ok, err
}

// sign writes who holds the lock over whatever a killed holder left: one write
// from the start, so that a reader never meets an empty file, then the rest
// cut off. Windows lets nobody write to a locked file, not even its holder;
// the message then does without a name.
func (l *Lock) sign(me Holder) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	line, err := json.Marshal(me)
	if err != nil {
		return err
	}
	return rewrite(l.file.Path(), append(line, '\n'))
}

func rewrite(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(text, 0)
	return errors.Join(err, file.Truncate(int64(len(text))), file.Close())
}

// readHolder reads who has signed a lock file.
func readHolder(path string) Holder {
	file, err := os.Open(path)
	if err != nil {
		return Holder{}
	}
	defer file.Close() //nolint:errcheck // only read from
	return parseHolder(io.LimitReader(file, 64<<10))
}

// parseHolder reads the first JSON value: a shorter signature over a longer one
// leaves a tail until it is cut off. It gives the zero Holder for anything that
// is not a signature.
func parseHolder(body io.Reader) Holder {
	var h Holder
	if json.NewDecoder(body).Decode(&h) != nil || h.PID <= 0 {
		return Holder{}
	}
	return h
}

// Unlock gives the right back and wipes the name. The file stays: removing it
// would let two processes lock two files of the same name.
func (l *Lock) Unlock() error {
	var err error
	if runtime.GOOS != "windows" {
		err = rewrite(l.file.Path(), nil)
	}
	return errors.Join(err, l.file.Unlock())
}
