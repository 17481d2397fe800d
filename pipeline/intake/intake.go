// Package intake takes in what the organisation reports twice a year: it makes
// the workbook of a round, reads those that come back against all that was
// reported before, and keeps them in the archive, or refuses them with a copy
// that says why. It also says who owes a report, and what is due next.
package intake

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/sources"
	"effekt/sources/outcomes"
)

// The archive's names for what the organisation reports: submissions that were
// let in, with their rows, and the list of problems of those that were not.
const (
	outcomeSource = "outcomes"
	acceptedSet   = "workbook"
	rejectedSet   = "rejected"
)

// Store is what has been handed in, and the inbox where more may lie. Import
// writes; the caller holds the data folder's lock.
type Store struct {
	Config  *config.Config
	Dir     datadir.Dir
	Archive *archive.Archive // nil: nothing has ever come
	Origin  archive.Origin   // written in every manifest
	AsOf    time.Time        // what had been handed in then; zero: all
	Now     func() time.Time
}

// Book is what a workbook of a round may say, by the config. An empty round is
// the latest that has opened.
func (s Store) Book(round, unit string) (outcomes.Book, error) {
	f := s.Config.Framework
	chosen, ok := f.Round(round)
	if round == "" {
		chosen, ok = latestRound(f.Rounds, s.Now())
	}
	if !ok {
		return outcomes.Book{}, sources.NoSuch("round", round, roundNames(f.Rounds))
	}
	b := outcomes.Book{
		Round: outcomes.Round{Name: chosen.Name, Opens: chosen.Opens.Time, Due: chosen.Due.Time}, Rounds: roundNames(f.Rounds), Unit: unit, Units: f.Reporting.Units,
		Place: s.Config.County.Name, Inbox: f.Reporting.Inbox, Today: s.Now(), Lists: lists(s.Config),
	}
	for _, a := range f.Activities {
		b.Activities = append(b.Activities, outcomes.Activity{Number: a.Number, Name: a.Name, Definition: a.Definition, Performance: a.Performance, Result: a.Outcome})
	}
	b.Questions = b.Lists["fraga"]
	return b, nil
}

func latestRound(rounds []config.Round, now time.Time) (config.Round, bool) {
	for _, r := range slices.Backward(rounds) {
		if !now.Before(r.Opens.Time) {
			return r, true
		}
	}
	return config.Round{}, false
}

func roundNames(rounds []config.Round) []string {
	var names []string
	for _, r := range rounds {
		names = append(names, r.Name)
	}
	return names
}

// lists is every code list of the workbook.
func lists(c *config.Config) map[string][]outcomes.Choice {
	lists := map[string][]outcomes.Choice{}
	add := func(list, code, label string) {
		lists[list] = append(lists[list], outcomes.Choice{Code: code, Label: label})
	}
	for name, codes := range c.Framework.Codes {
		for _, code := range codes {
			add(name, code.Code, code.Label)
		}
	}
	for _, a := range c.Framework.Activities {
		add("generisk_aktivitet", strconv.Itoa(a.Number), a.Name)
	}
	for _, q := range c.Framework.Questions {
		add("fraga", strconv.Itoa(q.Number), q.Text)
	}
	columns := map[string]string{"national": "nationellt_omrade", "sustainability": "rus_mal", "direction": "rus_inriktning", "priority": "rus_prioritering"}
	for _, g := range c.Framework.Goals {
		add(columns[g.Kind], g.Reported(), g.Name)
	}
	add("rus_mal", "bada", "Båda målen")
	for _, i := range c.Indicators {
		add("indikator_id", i.ID, i.Label.SV)
	}
	for _, r := range c.Regions {
		if r.Code == c.County.Code || r.Level == "municipality" && r.County == c.County.Code {
			add("geografi", r.Code, r.Name)
		}
	}
	return lists
}

// Reported is all that has been handed in. Values are as they were reported.
func (s Store) Reported() (all outcomes.Reported, err error) {
	err = s.each(acceptedSet, "rows", func(v archive.Vintage, body []byte) error {
		a, err := outcomes.Decode(body)
		for _, row := range a.Rows {
			all.Rows = append(all.Rows, outcomes.Handed{Row: row, Round: a.Stamp.Round, Unit: a.Stamp.Unit, Vintage: v.Name, Received: v.Fetched})
		}
		all.Vintages = append(all.Vintages, vintageOf(v))
		return err
	})
	if err != nil {
		return all, err
	}
	outcomes.Replace(all.Rows)
	return all, s.each(rejectedSet, "problems", func(v archive.Vintage, body []byte) error {
		r, err := outcomes.DecodeRejected(body)
		r.Vintage, r.Received = v.Name, v.Fetched
		all.Rejected, all.Vintages = append(all.Rejected, r), append(all.Vintages, vintageOf(v))
		return err
	})
}

// vintageOf is a submission's place in the archive, "outcomes/workbook/…".
func vintageOf(v archive.Vintage) string { return path.Join(v.Source, v.Dataset, v.Name) }

// each reads the only body of a role in every vintage of a set, oldest first.
func (s Store) each(set, role string, read func(archive.Vintage, []byte) error) error {
	vintages, err := s.vintages(set)
	if err != nil {
		return err
	}
	for _, v := range vintages {
		data := v.Data(role)
		if len(data) != 1 {
			return fmt.Errorf("archive: outcomes %s has %d objects for %s, want 1", v.Name, len(data), role)
		}
		body, err := s.Archive.Get(data[0].Object)
		if err == nil {
			err = read(v, body)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	return nil
}

// vintages lists a set's vintages, oldest first, as AsOf knew them.
func (s Store) vintages(set string) ([]archive.Vintage, error) {
	if s.Archive == nil {
		return nil, nil
	}
	all, err := s.Archive.Vintages(outcomeSource, set)
	return slices.DeleteFunc(all, func(v archive.Vintage) bool { return !s.AsOf.IsZero() && v.Fetched.After(s.AsOf) }), err
}

// offered hands the archive what somebody has handed in, as if asked for.
type offered struct{ now func() time.Time }

// Call answers with the request's own body.
func (o offered) Call(_ context.Context, r sources.Request) (sources.Answer, error) {
	body := r.Body
	r.Body = nil
	return sources.Answer{Request: r, Status: 200, Body: body, At: o.now().UTC(), Attempts: 1}, nil
}

// part is one object of a submission on its way into the archive.
type part struct {
	role, name string
	body       []byte
}

// keep writes a vintage of parts and returns its name. asked names what was handed
// in, files are the names under which it was.
func (s Store) keep(ctx context.Context, set, asked string, files []string, parts ...part) (string, error) {
	f, err := s.Archive.Begin(outcomeSource, set, asked)
	if err != nil {
		return "", err
	}
	caller := f.Caller(offered{s.Now})
	for _, p := range parts {
		if _, err := caller.Call(ctx, sources.Request{Role: p.role, Method: "PUT", URL: "file:" + p.name, Body: p.body}); err != nil {
			return "", errors.Join(err, f.Forget())
		}
	}
	v, err := f.Commit(archive.Manifest{Origin: s.Origin, Description: sources.Description{Title: strings.Join(files, ", ")}, Asked: asked})
	return v.Name, err
}
