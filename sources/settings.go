package sources

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"
)

// Settings say how the client behaves towards every host. A zero field means
// the default named beside it.
type Settings struct {
	UserAgent string // "effekt"; should say who asks and how to reach them
	CAFile    string // PEM certificates trusted besides the system's; "" = none
	MaxBody   int64  // bytes of a body after content-encoding is undone; 256 MiB

	// Each phase of an attempt has its own limit, so that a dead host is
	// found in seconds while a slow answer may take its time. Waiting for the
	// limiter counts towards none of them.
	Connect time.Duration // look-up and dial; 10 s
	TLS     time.Duration // handshake; 10 s
	Header  time.Duration // from the request sent to the answer's header; 30 s
	Idle    time.Duration // between two reads of the body; 30 s
	Total   time.Duration // one attempt, redirects and body included; 5 min

	Attempts      int           // of one call, the first one included; 5
	WaitMin       time.Duration // shortest back-off; 500 ms
	WaitMax       time.Duration // longest back-off; 30 s
	RetryAfterMax time.Duration // a Retry-After beyond this ends the call; 10 min

	InFlight int              // calls to one publisher at a time in this process; 4
	Limits   map[string]Limit // by base address, "https://api.kolada.se/v3", or host
	// StateDir is the folder where the starts of calls are kept for all
	// processes on the machine; "" counts in this process only.
	StateDir string

	Log *slog.Logger // nil is silent
	// Now stamps answers and is what a Retry-After date is compared with;
	// nil is time.Now. Pacing and time-outs always follow the real clock.
	Now func() time.Time
}

const largestMaxBody = math.MaxInt64 - 1 // one more byte is read to see that the cap is passed

// complete returns s with defaults for the zero fields, or everything that is
// wrong with it.
func (s Settings) complete() (Settings, error) {
	s.UserAgent = cmp.Or(s.UserAgent, "effekt")
	s.Log = cmp.Or(s.Log, slog.New(slog.DiscardHandler))
	if s.Now == nil {
		s.Now = time.Now
	}
	problems := slices.Concat(
		fill([]field[time.Duration]{
			{"time-out for connect", &s.Connect, 10 * time.Second},
			{"time-out for tls", &s.TLS, 10 * time.Second},
			{"time-out for header", &s.Header, 30 * time.Second},
			{"time-out for idle", &s.Idle, 30 * time.Second},
			{"time-out for total", &s.Total, 5 * time.Minute},
			{"longest retry-after", &s.RetryAfterMax, 10 * time.Minute},
			{"shortest back-off", &s.WaitMin, 500 * time.Millisecond},
			{"longest back-off", &s.WaitMax, max(s.WaitMin, 30*time.Second)},
		}),
		fill([]field[int]{{"number of attempts", &s.Attempts, 5}, {"number in flight", &s.InFlight, 4}}),
		fill([]field[int64]{{"size cap", &s.MaxBody, 256 << 20}}),
	)
	s.MaxBody = min(s.MaxBody, largestMaxBody)
	if s.WaitMax < s.WaitMin {
		problems = append(problems, fmt.Errorf("longest back-off %s is below the shortest, %s", s.WaitMax, s.WaitMin))
	}
	if strings.ContainsFunc(s.UserAgent, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		problems = append(problems, fmt.Errorf("user agent %q has a control character", s.UserAgent))
	}
	return s, errors.Join(problems...)
}

// field is a setting with its default, which stands for zero.
type field[T cmp.Ordered] struct {
	name     string
	value    *T
	fallback T
}

func fill[T cmp.Ordered](fields []field[T]) (problems []error) {
	var zero T
	for _, f := range fields {
		*f.value = cmp.Or(*f.value, f.fallback)
		if *f.value < zero {
			problems = append(problems, fmt.Errorf("%s is negative", f.name))
		}
	}
	return problems
}
