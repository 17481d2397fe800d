// Package freshness tells how fresh what is held of each data set is, by the one
// rule of core.freshness, what has changed in its description, and which table may
// carry on one that has stopped.
package freshness

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"effekt/pipeline/build"
	"effekt/pipeline/held"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources"
)

// Standing is whether a data set is as fresh as it should be. Those between Fresh
// and Ended are given by standing_of in sql/macros/freshness.sql.
type Standing string

// The standings of a data set.
const (
	Never   Standing = "never fetched"
	Unread  Standing = "unreadable" // what the archive holds of it is damaged, or of a newer program
	Fresh   Standing = "ok"
	Overdue Standing = "overdue"      // three months after its next figures were due
	Stopped Standing = "discontinued" // the publisher itself says so
	Frozen  Standing = "frozen"       // a year after they were due: the table has probably ended
	Ended   Standing = "ended"        // the series has gone on in its successor
	Off     Standing = "off"          // the config says not to fetch it, and why
)

// Line is one data set's state, as the archive and the ledger know it.
type Line struct {
	Name       string    `json:"name"`
	Source     string    `json:"source"`
	Fetched    time.Time `json:"fetched,omitzero"`         // the last vintage; zero when there is none
	Checked    time.Time `json:"checked,omitzero"`         // when the source last answered, with or without news
	Updated    string    `json:"source_updated,omitempty"` // the source's own stamp, verbatim; Kolada has none
	LastPeriod string    `json:"last_period,omitempty"`    // "2025"; "2023–2025" where KPIs of one group differ
	Standing   Standing  `json:"standing"`
	Reason     string    `json:"reason,omitempty"` // of another standing than ok
	// News is what has changed in the table's description since the vintage
	// before, and Proposal a table that may carry it on.
	News     []string         `json:"news,omitempty"`
	Proposal sources.Proposal `json:"-"` // status words it for programs
	// Resolved says of each label what it was resolved to, or that it resolves at
	// fetch; empty where the config has codes.
	Resolved []string `json:"resolved,omitempty"`
	// Error is why the last fetch failed, "" when it did not, and FailedAt when.
	Error    string    `json:"error,omitempty"`
	FailedAt time.Time `json:"failed_at,omitzero"`
}

// newsDays is for how long, at least, what has changed in a table's description
// is told, though other vintages have come since.
const newsDays = 30

// Status reads the archive and the ledger; it asks no source and writes nothing.
// A data set whose vintage cannot be read is told of as Unread, and hides none of
// the others. in needs no data sets and no trouble.
func Status(ctx context.Context, in build.Inputs, store held.Store, troubles map[string]run.Trouble) ([]Line, error) {
	reporters := map[string]sources.Reporter{}
	for _, s := range in.Sources {
		if r, ok := s.(sources.Reporter); ok {
			reporters[s.Name()] = r
		}
	}
	in.Datasets = map[string]held.Dataset{}
	var lines []Line
	for _, d := range store.Config.Datasets {
		of, err := store.Dataset(d)
		l := lineOf(of, troubles[d.Name])
		switch {
		case d.Off != "":
			l.Standing, l.Reason, l.Error, l.FailedAt = Off, d.Off, "", time.Time{}
		case err != nil:
			l.Standing, l.Reason = Unread, err.Error()
		case len(of.Parts) > 0:
			in.Datasets[d.Name] = of
			l.News = news(reporters[d.Source], store, of)
		}
		lines = append(lines, l)
	}
	found, err := standings(ctx, in)
	for i := range lines {
		if of, ok := found[lines[i].Name]; ok {
			lines[i] = lines[i].by(of, store)
		}
	}
	return lines, err
}

func lineOf(d held.Dataset, trouble run.Trouble) Line {
	l := Line{Name: d.Name, Source: d.Source, Standing: Never, Error: trouble.Error, FailedAt: trouble.At, Resolved: resolutions(d)}
	if len(d.Parts) > 0 {
		l.Standing, l.Fetched, l.Checked, l.Updated = Fresh, d.Latest().Fetched, d.LastAsked(), d.Latest().SourceUpdated
	}
	return l
}

// resolutions says what the data set's open terms stand for, in their order.
func resolutions(d held.Dataset) []string {
	var lines []string
	for _, open := range d.Open() {
		code := "resolves at fetch"
		for _, r := range d.Newest().Resolved {
			if d.SameTable() && r.Variable == open.Variable && r.Term == open.Term && r.Codelist == open.Codelist {
				code = r.Code
			}
		}
		lines = append(lines, open.String()+": "+code)
	}
	return lines
}

// news is what the publisher has changed in a table's description. Its figures may
// be whole though the descriptions cannot be compared.
func news(r sources.Reporter, store held.Store, d held.Dataset) []string {
	if r == nil {
		return nil
	}
	before, ok, err := store.Earlier(d, d.Latest().Fetched.AddDate(0, 0, -newsDays))
	var found []string
	if err == nil && ok {
		found, err = r.News(d.Parts[0], before)
	}
	if err != nil {
		found = append(found, "cannot be compared with what it was: "+err.Error())
	}
	return found
}

// standing is a data set's row of ops.dataset.
type standing struct {
	Name       string `column:"name"`
	Standing   string `column:"standing"`
	Reason     string `column:"standing_reason"`
	LastPeriod string `column:"last_period"`
	Unread     string `column:"error"` // nothing else can be wrong: in has no trouble
}

// by is the line with the standing that its data set has, unless more than that is
// wrong with it.
func (l Line) by(s standing, store held.Store) Line {
	if l.Standing != Fresh {
		return l
	}
	l.LastPeriod, l.Standing, l.Reason = s.LastPeriod, cmp.Or(Standing(s.Standing), Fresh), s.Reason
	if s.Unread != "" {
		l.Standing, l.Reason = Unread, s.Unread
	}
	if d, _ := store.Config.Dataset(l.Name); l.Standing != Fresh && d.Successor == "" {
		l.Proposal = store.Archive.Proposal(d.Source, d.Name)
	}
	return l
}

// standings makes core.freshness of what is held. A data set that turns out to be
// damaged is left out, and told of.
func standings(ctx context.Context, in build.Inputs) (map[string]standing, error) {
	found := map[string]standing{}
	err := build.Only(ctx, in, func(ctx context.Context, db *warehouse.Build) error {
		rows, err := warehouse.Select[standing](ctx, db, "select name, standing, standing_reason, last_period, error from ops.dataset")
		for _, row := range rows {
			found[row.Name] = row
		}
		return err
	}, "core.freshness")
	var damaged *build.DatasetError
	if _, held := in.Datasets[datasetOf(err, &damaged)]; !held || ctx.Err() != nil {
		return found, err
	}
	in.Datasets = maps.Clone(in.Datasets)
	delete(in.Datasets, damaged.Dataset)
	found, err = standings(ctx, in)
	found[damaged.Dataset] = standing{Name: damaged.Dataset, Unread: damaged.Err.Error()}
	return found, err
}

// datasetOf names the data set that an error is of, "" when of none.
func datasetOf(err error, as **build.DatasetError) string {
	if !errors.As(err, as) {
		return ""
	}
	return (*as).Dataset
}

// Lagging tells whether a series has probably ended, or is late.
func (l Line) Lagging() bool {
	return slices.Contains([]Standing{Overdue, Frozen, Stopped}, l.Standing)
}
