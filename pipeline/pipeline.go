package pipeline

import (
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/checks"
	"effekt/pipeline/datadir"
	"effekt/sources"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	effektsql "effekt/sql"
)

// Pipeline is the main job with everything it uses.
type Pipeline struct {
	Config  *config.Config
	SQL     *effektsql.Library
	Dir     datadir.Dir
	Archive *archive.Archive
	Client  *sources.Client
	Log     *slog.Logger
	Now     func() time.Time
	Version string
	Command string // as typed, for the ledger and the lock
	// Synthetic marks every output of the demonstration.
	Synthetic bool
	// AsOf makes a build from what the archive held then; zero: all it holds.
	AsOf time.Time
	// WithEdition names the edition that config and SQL are of; empty: today's.
	WithEdition string
	past        string // folder of Parquet to compare with; empty: the published one's
	// Watch is told how far a run has come; nil: nobody watches. It is called
	// from several goroutines.
	Watch func(Progress)
}

// NewClient makes the HTTP client that the settings describe; call times are
// counted over all processes that use the data folder.
func NewClient(c *config.Config, d datadir.Dir, log *slog.Logger, now func() time.Time) (*sources.Client, error) {
	limits := map[string]sources.Limit{}
	for _, api := range []config.API{c.SCB, c.Kolada} {
		address, err := url.Parse(api.BaseURL)
		if err != nil || address.Host == "" {
			return nil, fmt.Errorf("base_url %q is no address", api.BaseURL)
		}
		limits[api.BaseURL] = sources.Limit{Calls: api.Calls, Window: time.Duration(api.Window)}
	}
	h := c.HTTP
	return sources.NewClient(sources.Settings{
		UserAgent: h.UserAgent, CAFile: h.CAFile, MaxBody: h.MaxBodyMB << 20,
		Connect: time.Duration(h.Connect), TLS: time.Duration(h.TLS), Header: time.Duration(h.Header),
		Idle: time.Duration(h.Idle), Total: time.Duration(h.Total), Attempts: h.Attempts,
		WaitMin: time.Duration(h.WaitMin), WaitMax: time.Duration(h.WaitMax), RetryAfterMax: time.Duration(h.RetryAfterMax),
		InFlight: h.InFlight, Limits: limits, StateDir: d.Limits(), Log: log, Now: now,
	})
}

// State is how a data set fared in a run.
type State string

// The states of a data set after a fetch.
const (
	Fetched   State = "fetched"   // all of it came: a new vintage, or the newest once more
	Unchanged State = "unchanged" // the source says nothing is new
	Failed    State = "failed"    // the last good vintage, if any, stays in use
)

// DatasetResult is how one data set fared. A fetched data set may still carry
// an error: some of its KPIs were left out.
type DatasetResult struct {
	Name, Source string
	State        State
	Vintage      string
	Requests     int
	Bytes        int64
	Cells        int64 // asked of SCB; Kolada has none
	Took         time.Duration
	Err          error
}

// Result is what a run did.
type Result struct {
	Datasets  []DatasetResult
	Handed    []Handed // submissions of the inbox
	Published bool     // a new file was published; false when nothing had changed
	BuildID   string
	Checks    []checks.Result
	Rows      int64
	// LeftOut are the indicators that could not be calculated, and the data sets
	// and KPIs that could not be read: absent from the published file.
	LeftOut []ModelError
	// Clock is set when the clock has gone back since the last fetch.
	Clock error
}

// Degraded tells whether some source could not be refreshed, some indicator was
// left out, a file of the inbox is in the way or the clock has gone back.
func (r Result) Degraded() bool { return r.Err() != nil }

// Err joins the data sets' errors, each with its name, the reasons of the
// indicators left out, what is wrong in the inbox and the doubt about the clock.
func (r Result) Err() error {
	all := []error{r.Clock}
	for _, d := range r.Datasets {
		if d.Err != nil {
			all = append(all, fmt.Errorf("%s: %w", d.Name, d.Err))
		}
	}
	for _, left := range r.LeftOut {
		all = append(all, fmt.Errorf("left out: %w", left))
	}
	for _, h := range r.Handed {
		all = append(all, h.Err())
	}
	return errors.Join(all...)
}

// Want narrows a run down to one source or data set; Full asks even where the
// source says unchanged.
type Want struct {
	Source, Dataset string
	Full            bool
}
