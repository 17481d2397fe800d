package sources

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
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

const (
	defaultMaxBody = 256 << 20
	largestMaxBody = math.MaxInt64 - 1 // one more byte is read to see that the cap is passed
)

// complete returns s with defaults for the zero fields, or everything that is
// wrong with it.
func (s Settings) complete() (Settings, error) {
	s.UserAgent = cmp.Or(s.UserAgent, "effekt")
	s.MaxBody = min(cmp.Or(s.MaxBody, defaultMaxBody), largestMaxBody)
	s.Connect = cmp.Or(s.Connect, 10*time.Second)
	s.TLS = cmp.Or(s.TLS, 10*time.Second)
	s.Header = cmp.Or(s.Header, 30*time.Second)
	s.Idle = cmp.Or(s.Idle, 30*time.Second)
	s.Total = cmp.Or(s.Total, 5*time.Minute)
	s.Attempts = cmp.Or(s.Attempts, 5)
	s.WaitMin = cmp.Or(s.WaitMin, 500*time.Millisecond)
	s.WaitMax = cmp.Or(s.WaitMax, max(s.WaitMin, 30*time.Second))
	s.RetryAfterMax = cmp.Or(s.RetryAfterMax, 10*time.Minute)
	s.InFlight = cmp.Or(s.InFlight, 4)
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	return s, s.validate()
}

func (s Settings) validate() error {
	var problems []error
	negative := func(name string, value int64) {
		if value < 0 {
			problems = append(problems, fmt.Errorf("%s is negative", name))
		}
	}
	negative("size cap", s.MaxBody)
	negative("time-out for connect", int64(s.Connect))
	negative("time-out for tls", int64(s.TLS))
	negative("time-out for header", int64(s.Header))
	negative("time-out for idle", int64(s.Idle))
	negative("time-out for total", int64(s.Total))
	negative("number of attempts", int64(s.Attempts))
	negative("shortest back-off", int64(s.WaitMin))
	negative("longest retry-after", int64(s.RetryAfterMax))
	negative("number in flight", int64(s.InFlight))
	if s.WaitMax < s.WaitMin {
		problems = append(problems, fmt.Errorf("longest back-off %s is below the shortest, %s", s.WaitMax, s.WaitMin))
	}
	if strings.ContainsFunc(s.UserAgent, isControl) {
		problems = append(problems, fmt.Errorf("user agent %q has a control character", s.UserAgent))
	}
	return errors.Join(problems...)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
