package sources

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// ledger is the file in which the processes on a machine book the starts of
// their calls to one publisher: Unix nanoseconds, one a line, oldest first. It
// is replaced by rename under a lock beside it. In one process its host keeps
// goroutines apart.
//
// It is an aid, never a hindrance: whatever is wrong with it costs a warning,
// and the process then counts for itself.
type ledger struct {
	path      string
	log       *slog.Logger
	warned    bool      // since it last worked
	leaveTill time.Time // not tried before then, after a lock that never came
}

const (
	lockWait    = time.Second      // holders need a millisecond
	lockRetry   = time.Millisecond // how often the lock is tried
	leaveAlone  = 10 * time.Second // after a lock that was waited for in vain
	maxLedger   = 1 << 20          // bytes; a larger file is not ours
	stampLength = 20               // bytes of a line
)

func newLedger(dir, publisher string, log *slog.Logger) *ledger {
	_ = os.MkdirAll(dir, 0o755) // if it fails, so does the lock, which says why
	return &ledger{path: filepath.Join(dir, fileName(publisher)+".starts"), log: log}
}

func fileName(publisher string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, publisher)
}

// take books a start now if every process's starts permit one; otherwise it
// tells when to ask again, at most the longest window away. When the file does
// not work, the start is free.
func (l *ledger) take(ctx context.Context, limits []Limit) (at time.Time, booked bool) {
	err := l.change(ctx, limits, func(starts []time.Time, now time.Time) ([]time.Time, bool) {
		at = earliest(starts, now, limits)
		booked = !at.After(now)
		if !booked {
			return starts, false
		}
		return append(starts, at), true
	})
	if err != nil {
		return time.Now(), true
	}
	return at, booked
}

// move changes a booked start.
func (l *ledger) move(ctx context.Context, from, to time.Time, limits []Limit) {
	_ = l.change(ctx, limits, func(starts []time.Time, _ time.Time) ([]time.Time, bool) {
		return starts, move(starts, from, to)
	}) // has been warned of
}

var (
	errLeftAlone = errors.New("left alone for a while")
	errStuck     = errors.New("another process keeps the lock")
)

// change lets edit change the starts and writes them if it did, all under the
// lock. An error has been warned of, once until it works again.
func (l *ledger) change(ctx context.Context, limits []Limit, edit func([]time.Time, time.Time) ([]time.Time, bool)) error {
	if time.Now().Before(l.leaveTill) {
		return errLeftAlone
	}
	err := l.locked(ctx, func() error {
		now := time.Now() // not before the lock is held
		starts, mended, err := l.read(now)
		if err != nil {
			return err
		}
		starts, changed := edit(starts, now)
		if changed || mended != "" {
			err = l.write(pruned(starts, now, limits))
		}
		if err == nil && mended != "" {
			l.log.Warn("the shared call times were mended", "file", l.path, "because", mended)
		}
		return err
	})
	if ctx.Err() != nil {
		return err
	}
	if errors.Is(err, errStuck) {
		l.leaveTill = time.Now().Add(leaveAlone)
	}
	if err != nil && !l.warned {
		l.log.Warn("call times are not shared with other processes", "file", l.path, "error", err)
	}
	l.warned = err != nil
	return err
}

// locked runs work under the lock, or gives up on a holder that is stuck.
func (l *ledger) locked(ctx context.Context, work func() error) (err error) {
	path := l.path + ".lock"
	if _, err := regular(path); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lockWait, errStuck)
	defer cancel()
	lock := flock.New(path)
	if _, err := lock.TryLockContext(ctx, lockRetry); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return fmt.Errorf("lock %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	return work()
}

// read also tells why the file must be written anew, "" when it need not.
func (l *ledger) read(now time.Time) (starts []time.Time, mended string, err error) {
	size, err := regular(l.path)
	if err != nil || size == 0 {
		return nil, "", err
	}
	if size > maxLedger {
		return nil, fmt.Sprintf("it was %d bytes", size), nil
	}
	body, err := os.ReadFile(l.path)
	if err != nil {
		return nil, "", err
	}
	starts, mended = parseStarts(body, now)
	return starts, mended, nil
}

// regular is the size of a file, 0 where there is none. It refuses what may hang
// when it is opened, such as a pipe.
func regular(path string) (size int64, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("%s is not a regular file", path)
	}
	return info.Size(), nil
}

// parseStarts reads what it can and tells what it could not. A start still to
// come means that the clock was set back: it counts as now, so that it delays
// nobody by more than a window, and nobody gets a window for nothing.
func parseStarts(body []byte, now time.Time) (starts []time.Time, mended string) {
	for line := range bytes.Lines(body) {
		stamp, err := strconv.ParseInt(string(bytes.TrimSuffix(line, []byte("\n"))), 10, 64)
		if err != nil || stamp < 0 {
			mended = "a line was damaged"
			continue
		}
		start := time.Unix(0, stamp)
		if start.After(now) {
			mended = "a time was still to come"
			start = now
		}
		starts = append(starts, start)
	}
	slices.SortFunc(starts, time.Time.Compare)
	return starts, mended
}

// write replaces the file. It is not synced to disk: after a power cut the
// windows are over.
func (l *ledger) write(starts []time.Time) error {
	var body []byte
	for _, start := range starts[max(0, len(starts)-maxLedger/stampLength):] {
		body = append(strconv.AppendInt(body, start.UnixNano(), 10), '\n')
	}
	next := l.path + ".next"
	if _, err := regular(next); err != nil {
		return err
	}
	if err := os.WriteFile(next, body, 0o644); err != nil {
		return err
	}
	return os.Rename(next, l.path)
}
