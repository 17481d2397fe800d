package pipeline

import (
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/fetch"
	"effekt/pipeline/held"
	"effekt/pipeline/intake"
	"effekt/pipeline/run"
	"effekt/sources"
	"effekt/sources/kolada"
	"effekt/sources/scb"

	effektsql "effekt/sql"
)

// Pipeline is everything that its jobs use. Its parts are made of it when they
// are needed, so that a copy with another field is another pipeline.
type Pipeline struct {
	Config *config.Config
	SQL    *effektsql.Library
	// Sources are the publishers that the config's data sets name; Sources makes
	// those that there are.
	Sources []sources.Source
	Dir     datadir.Dir
	Archive *archive.Archive // nil: nothing has ever come
	Client  sources.Caller   // nil where nothing is asked
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
	// Watch is told how far a run has come; nil: nobody watches. It is called
	// from several goroutines.
	Watch run.Watch
	past  string // folder of Parquet to compare with; empty: the published one's
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

// recheck is the pause before a table that was not found is asked for once more.
const recheck = time.Second

// Sources makes the publishers that there are. client may be nil where nothing
// is asked of them.
func Sources(c *config.Config, client *sources.Client) []sources.Source {
	statistics := &scb.Source{Base: c.SCB.BaseURL, Language: c.SCB.Language, Recheck: recheck, InFlight: c.HTTP.InFlight}
	if client != nil {
		statistics.Tighten = func(l sources.Limit) { client.Tighten(c.SCB.BaseURL, l) }
	}
	return []sources.Source{statistics, &kolada.Source{Base: c.Kolada.BaseURL}}
}

// Held is what the archive holds of the data sets.
func (p *Pipeline) Held() held.Store {
	return held.Store{Config: p.Config, Archive: p.Archive, AsOf: p.AsOf, Now: p.Now, Log: p.Log}
}

// Intake is what the organisation has handed in.
func (p *Pipeline) Intake() intake.Store {
	return intake.Store{Config: p.Config, Dir: p.Dir, Archive: p.Archive, Origin: p.origin(), AsOf: p.AsOf, Now: p.Now}
}

// Fetcher brings what is new into the archive.
func (p *Pipeline) Fetcher() fetch.Fetcher {
	return fetch.Fetcher{Store: p.Held(), Sources: p.Sources, Client: p.Client, Origin: p.origin(), Watch: p.Watch}
}

// origin is what every vintage says of the archive it is in.
func (p *Pipeline) origin() archive.Origin {
	return archive.Origin{Synthetic: p.Synthetic, County: p.Config.County.Code}
}
