package sources

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/time/rate"
)

// Limit is at most Calls calls in any Window. Zero means not announced.
type Limit struct {
	Calls  int
	Window time.Duration
}

func (l Limit) set() bool { return l.Calls > 0 && l.Window > 0 }

// margin lengthens the window a little, for a call leaves here before it is
// counted there.
func (l Limit) margin() time.Duration { return l.Window + l.Window*3/200 }

// host is one publisher's address and what may be sent to it.
type host struct {
	name   string
	state  string // file with the times of the latest calls; "" counts alone
	slots  chan struct{}
	now    func() time.Time
	log    *slog.Logger
	mu     sync.Mutex
	limits []Limit
	bucket *rate.Limiter
	calls  []time.Time // of this process, oldest first
}

func newHost(name string, s Settings) *host {
	h := &host{name: name, slots: make(chan struct{}, max(s.InFlight, 1)), now: s.Now, log: s.Log, bucket: rate.NewLimiter(rate.Inf, 1)}
	if s.StateDir != "" {
		h.state = filepath.Join(s.StateDir, url.PathEscape(name)+".json")
	}
	h.tighten(s.Limits[name])
	return h
}

// tighten keeps l beside the limits already known: all of them are held. The
// bucket lets a whole burst through and no more; the window does the rest.
func (h *host) tighten(l Limit) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !l.set() || slices.Contains(h.limits, l) {
		return
	}
	h.limits = append(h.limits, l)
	every := rate.Every(l.Window / time.Duration(l.Calls))
	if len(h.limits) == 1 || every < h.bucket.Limit() {
		h.bucket = rate.NewLimiter(every, l.Calls)
	}
}

func (h *host) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *host) leave() { <-h.slots }

// wait returns when one more call may be sent.
func (h *host) wait(ctx context.Context) error {
	h.mu.Lock()
	bucket := h.bucket
	h.mu.Unlock()
	if err := bucket.Wait(ctx); err != nil {
		return err
	}
	pause := h.reserve(ctx).Sub(h.now())
	if pause <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reserve books the earliest moment that all limits permit, counting the calls
// of every process that shares the state file.
func (h *host) reserve(ctx context.Context) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.limits) == 0 {
		return h.now()
	}
	unlock := h.lock(ctx)
	defer unlock()
	calls := h.recent()
	at := earliest(calls, h.limits, h.now())
	h.calls = append(calls, at)
	h.keep()
	return at
}

// earliest is the first moment from now on at which one more call keeps every
// limit, given the times of earlier calls, oldest first.
func earliest(calls []time.Time, limits []Limit, now time.Time) time.Time {
	at := now
	if n := len(calls); n > 0 && calls[n-1].After(at) {
		at = calls[n-1]
	}
	for _, l := range limits {
		if n := len(calls); n >= l.Calls {
			if free := calls[n-l.Calls].Add(l.margin()); free.After(at) {
				at = free
			}
		}
	}
	return at
}

// recent merges what the state file holds with this process's own calls. A
// file that is damaged, or dated further ahead than the limits can explain, is
// worth nothing: the clock went backwards or somebody else wrote it.
func (h *host) recent() []time.Time {
	longest := time.Duration(0)
	most := 0
	for _, l := range h.limits {
		longest, most = max(longest, l.margin()), max(most, l.Calls)
	}
	calls := h.calls
	if shared, ok := h.shared(most); ok {
		calls = shared
	}
	now := h.now()
	kept := slices.DeleteFunc(slices.Clone(calls), func(t time.Time) bool {
		return t.Before(now.Add(-longest)) || t.After(now.Add(2*longest))
	})
	slices.SortFunc(kept, time.Time.Compare)
	return kept
}

func (h *host) shared(most int) ([]time.Time, bool) {
	if h.state == "" {
		return nil, false
	}
	info, err := os.Stat(h.state)
	if err != nil || info.Size() > int64(most+16)*4096 {
		return nil, false
	}
	body, err := os.ReadFile(h.state)
	if err != nil {
		return nil, false
	}
	var calls []time.Time
	if json.Unmarshal(body, &calls) != nil {
		return nil, false
	}
	return calls, true
}

func (h *host) keep() {
	if h.state == "" {
		return
	}
	body, err := json.Marshal(h.calls)
	if err == nil {
		err = os.WriteFile(h.state, body, 0o644)
	}
	if err != nil {
		h.log.Warn("call times cannot be shared with other processes", "host", h.name, "error", err)
	}
}

// lock takes the state file for a moment; another process that is stuck with
// it is not waited for longer than two seconds.
func (h *host) lock(ctx context.Context) func() {
	if h.state == "" {
		return func() {}
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	file := flock.New(h.state + ".lock")
	if _, err := file.TryLockContext(ctx, 5*time.Millisecond); err != nil {
		h.log.Warn("call times cannot be locked", "host", h.name, "error", err)
		return func() {}
	}
	return func() {
		if err := file.Unlock(); err != nil {
			h.log.Warn("call times cannot be unlocked", "host", h.name, "error", err)
		}
	}
}
