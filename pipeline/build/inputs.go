// Package build makes a database of what the archive holds, the config and the
// SQL: load → order → run → correct → check → publish. Its inputs are gathered
// before it begins and do not change under way; the same inputs give the same
// figures.
package build

import (
	"errors"
	"fmt"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/held"
	"effekt/pipeline/run"
	"effekt/sources"
	"effekt/sources/outcomes"

	effektsql "effekt/sql"
)

// form changes when this program builds the same inputs into another file.
const form = "3"

// ErrNothing says that no data set has ever come, so there is nothing to build.
var ErrNothing = errors.New("nothing has been fetched yet: run «effekt refresh» where the sources can be reached")

// Inputs is all that decides the content of a build.
type Inputs struct {
	Config  *config.Config
	SQL     *effektsql.Library
	Sources []sources.Source
	// Datasets is what is in use of each data set, by name; one that has never come
	// is there without parts.
	Datasets map[string]held.Dataset
	// Trouble is why a data set's last fetch failed, by name.
	Trouble  map[string]error
	Reported outcomes.Reported
	Runs     []run.Run // so far, newest first; the run that builds, where it is recorded, first of all
	// Own is the run that builds.
	Own       run.Run
	Synthetic bool      // marks everything that is published
	AsOf      time.Time // the moment that the build is of; zero: Now
	Now       time.Time
	// WithEdition names the edition that config and SQL are of; empty: today's.
	WithEdition string
	Warn        func(msg string, args ...any)
	// Published is the folder of Parquet that is published, whose findings of checks
	// are carried on; Past that of the figures to compare with. Either may be empty.
	Published, Past string
}

// ID names the build by all that decides its content.
func (in Inputs) ID() string {
	parts := []any{form, in.Config.Hash, in.SQL.Hash, in.Synthetic, in.AsOf}
	for _, i := range in.Config.Indicators { // a year that has ended since has outcomes where it had forecasts
		parts = append(parts, i.EndedYear(in.Today()))
	}
	for _, d := range in.Config.Datasets {
		parts = append(parts, d.Name, in.Datasets[d.Name].Latest().Name, in.Trouble[d.Name] != nil)
	}
	return run.Fingerprint(append(parts, in.Reported.Vintages, in.corrections())...)
}

// Empty tells that no data set has ever come.
func (in Inputs) Empty() bool {
	for _, d := range in.Datasets {
		if len(d.Vintages) > 0 {
			return false
		}
	}
	return true
}

// received is when the archive last received anything.
func (in Inputs) received() (last time.Time) {
	at := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	for _, d := range in.Datasets {
		at(d.Latest().Fetched)
	}
	for _, row := range in.Reported.Rows {
		at(row.Received)
	}
	for _, refused := range in.Reported.Rejected {
		at(refused.Received)
	}
	return last
}

// At is the moment that the build is of.
func (in Inputs) At() time.Time {
	if in.AsOf.IsZero() {
		return in.Now
	}
	return in.AsOf
}

// Today is the day in Sweden that the build is of, which tells outcomes from
// forecasts. It is an hour late in summer: the year turns in winter time.
func (in Inputs) Today() time.Time { return in.At().In(time.FixedZone("CET", 3600)) }

// asOf is AsOf as the file's comments say it, "" for an ordinary build.
func (in Inputs) asOf() string {
	var text string
	if !in.AsOf.IsZero() {
		text = fmt.Sprintf("ÅTERSKAPAD ur arkivet som det var %s. ", in.AsOf.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	if in.WithEdition != "" {
		text += fmt.Sprintf("MED CONFIG OCH SQL FRÅN UTGÅVAN %s. ", in.WithEdition)
	}
	return text
}

// newest is the newest vintage of a data set, the zero value without any.
func (in Inputs) newest(dataset string) archive.Vintage { return in.Datasets[dataset].Latest() }
