package sources

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// shared is what the ledger's file holds.
func shared(t *testing.T, l *ledger) []time.Time {
	t.Helper()
	body, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	starts, mended := parseStarts(body, time.Now())
	if mended != "" {
		t.Error(mended)
	}
	return starts
}

// Processes that share a folder keep the limit together.
func TestProcessesCountTogether(t *testing.T) {
	t.Parallel()
	const processes, calls = 2, 15
	var count atomic.Int32
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		answer(200, good)(w, r)
	})
	state := t.TempDir()
	errs := make(chan error)
	began := time.Now()
	for range processes {
		cmd := child(t, url, state, calls)
		go func() { errs <- cmd.Run() }()
	}
	for range processes {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	starts := shared(t, newLedger(state, address(url), slog.New(slog.DiscardHandler)))
	if count.Load() != processes*calls || len(starts) != processes*calls {
		t.Errorf("%d calls came and %d were booked, want %d", count.Load(), len(starts), processes*calls)
	}
	limit := Limit{sharedLimit, sharedSpan}
	if from, to, found := crowded(starts, limit); found {
		t.Errorf("%d calls between %s and %s", sharedLimit+1, from, to)
	}
	if took := time.Since(began); took < 4*sharedSpan {
		t.Errorf("%d calls took %s", processes*calls, took)
	}
}

// Whatever is wrong with the file, a call waits at most one window, and a
// warning says so.
func TestLedgerNeverHinders(t *testing.T) {
	t.Parallel()
	limit := Limit{2, 100 * time.Millisecond}
	stamps := func(times ...time.Time) []byte {
		var b []byte
		for _, at := range times {
			b = append(strconv.AppendInt(b, at.UnixNano(), 10), '\n')
		}
		return b
	}
	century := time.Now().AddDate(100, 0, 0)
	tests := map[string]struct {
		spoil func(path string) error
		warn  string
	}{
		"damaged":   {func(p string) error { return os.WriteFile(p, []byte("{\"a\":\x00\xff\n12\n"), 0o600) }, "a line was damaged"},
		"empty":     {func(p string) error { return os.WriteFile(p, nil, 0o600) }, ""},
		"huge":      {func(p string) error { return os.WriteFile(p, bytes.Repeat([]byte("1\n"), maxLedger), 0o600) }, "it was 2097152 bytes"},
		"one line":  {func(p string) error { return os.WriteFile(p, bytes.Repeat([]byte("1"), maxLedger), 0o600) }, "a line was damaged"},
		"far ahead": {func(p string) error { return os.WriteFile(p, stamps(century, century, century), 0o600) }, "a time was still to come"},
		"just ahead": {func(p string) error {
			soon := time.Now().Add(time.Hour)
			return os.WriteFile(p, stamps(soon, soon), 0o600)
		}, "a time was still to come"},
		"a folder":    {func(p string) error { return os.Mkdir(p, 0o700) }, "is not a regular file"},
		"lock folder": {func(p string) error { return os.Mkdir(p+".lock", 0o700) }, "is not a regular file"},
		"next folder": {func(p string) error { return os.Mkdir(p+".next", 0o700) }, "is not a regular file"},
		"file for dir": {func(p string) error {
			d := filepath.Dir(p)
			return errors.Join(os.Remove(d), os.WriteFile(d, nil, 0o600))
		}, "not shared"},
		"ahead and no writing": {func(p string) error {
			return errors.Join(os.WriteFile(p, stamps(century, century), 0o600), os.Mkdir(p+".next", 0o700))
		}, "is not a regular file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			dir := filepath.Join(t.TempDir(), "limits")
			s, _ := Settings{StateDir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))}.complete()
			h := newHost("h", s)
			h.tighten(limit)
			if err := test.spoil(h.ledger.path); err != nil {
				t.Fatal(err)
			}
			starts, took := pace(t, h, 6, 1, 0)
			if from, to, found := crowded(starts, limit); found {
				t.Errorf("alone, 3 calls between %s and %s", from, to)
			}
			// a file that hinders holds the calls for an hour or for ever
			if took > time.Minute {
				t.Errorf("took %s", took)
			}
			if warned := strings.Contains(log.String(), test.warn); !warned || strings.Count(log.String(), "\n") > 1 {
				t.Errorf("log:\n%s", log.String())
			}
		})
	}
}

func TestStuckHolderOfTheLock(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, _ := Settings{StateDir: t.TempDir(), Log: slog.New(slog.NewTextHandler(&log, nil))}.complete()
	h := newHost("h", s)
	h.tighten(Limit{100, time.Second})
	holder := flock.New(h.ledger.path + ".lock")
	if err := holder.Lock(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = holder.Unlock() })
	if _, took := pace(t, h, 20, 4, 0); took < lockWait || took > 20*lockWait {
		t.Errorf("20 calls took %s, want one wait of %s", took, lockWait)
	}
	if !strings.Contains(log.String(), "another process keeps the lock") {
		t.Errorf("log:\n%s", log.String())
	}
}

func TestLedgerForgetsWhatIsOver(t *testing.T) {
	t.Parallel()
	s, _ := Settings{StateDir: t.TempDir()}.complete()
	h := newHost("h", s)
	h.tighten(Limit{100, time.Second})
	old := time.Now().Add(-keepFor - time.Second)
	if err := h.ledger.write([]time.Time{old, old, time.Now()}); err != nil {
		t.Fatal(err)
	}
	pace(t, h, 1, 1, 0)
	if starts := shared(t, h.ledger); len(starts) != 2 {
		t.Errorf("%v", starts)
	}
}

func TestFileNameIsSafe(t *testing.T) {
	t.Parallel()
	for publisher, want := range map[string]string{
		"api.kolada.se/v3": "api.kolada.se_v3", "127.0.0.1:80": "127.0.0.1_80", "[::1]:80/../x": "___1__80_.._x", "å": "_",
	} {
		if got := fileName(publisher); got != want {
			t.Errorf("%q gives %q, want %q", publisher, got, want)
		}
	}
}

// Any bytes give starts in order, none of them still to come, and starts that
// are written are read back.
func FuzzParseStarts(f *testing.F) {
	now := time.Date(2026, 11, 24, 8, 15, 0, 0, time.UTC)
	f.Add([]byte(""))
	f.Add(fmt.Appendf(nil, "%d\n%d", now.UnixNano(), now.UnixNano()+1))
	f.Add([]byte("-1\n\n9223372036854775807\n9223372036854775808\r\nx\x00\n+5"))
	f.Fuzz(func(t *testing.T, body []byte) {
		starts, mended := parseStarts(body, now)
		var again []byte
		for i, start := range starts {
			if start.After(now) || i > 0 && start.Before(starts[i-1]) {
				t.Fatalf("%v", starts)
			}
			again = append(strconv.AppendInt(again, start.UnixNano(), 10), '\n')
		}
		if reread, why := parseStarts(again, now); why != "" || len(reread) != len(starts) {
			t.Fatalf("%d starts, read again %d %s (%s)", len(starts), len(reread), why, mended)
		}
	})
}

// BenchmarkLedger is what booking a start costs, disk included.
func BenchmarkLedger(b *testing.B) {
	l := newLedger(b.TempDir(), "h", slog.New(slog.DiscardHandler))
	now := time.Now()
	var full []time.Time // two minutes at SCB's limit
	for i := range 360 {
		full = append(full, now.Add(time.Duration(i-360)*time.Second/3))
	}
	if err := l.write(full); err != nil {
		b.Fatal(err)
	}
	as := func(starts []time.Time, _ time.Time) ([]time.Time, bool) { return starts, true }
	for b.Loop() {
		if err := l.change(b.Context(), nil, as); err != nil {
			b.Fatal(err)
		}
	}
}
