package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources"
	"effekt/sources/outcomes"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The archive's names for what the organisation reports: submissions that were
// let in, with their rows, and the list of problems of those that were not.
const (
	outcomeSource = "outcomes"
	acceptedSet   = "workbook"
	rejectedSet   = "rejected"
)

// Book is what a workbook of a round may say, by the config. An empty round is
// the latest that has opened.
func (p *Pipeline) Book(round, unit string) (outcomes.Book, error) {
	f := p.Config.Framework
	chosen, ok := f.Round(round)
	if round == "" {
		chosen, ok = latestRound(f.Rounds, p.Now())
	}
	if !ok {
		return outcomes.Book{}, sources.NoSuch("round", round, roundNames(f.Rounds))
	}
	b := outcomes.Book{
		Round: outcomes.Round{Name: chosen.Name, Opens: chosen.Opens.Time, Due: chosen.Due.Time}, Rounds: roundNames(f.Rounds), Unit: unit, Units: f.Reporting.Units,
		Place: p.Config.County.Name, Inbox: f.Reporting.Inbox, Today: p.Now(), Lists: p.lists(),
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
func (p *Pipeline) lists() map[string][]outcomes.Choice {
	f := p.Config.Framework
	lists := map[string][]outcomes.Choice{}
	for name, codes := range f.Codes {
		for _, c := range codes {
			lists[name] = append(lists[name], outcomes.Choice{Code: c.Code, Label: c.Label})
		}
	}
	for _, a := range f.Activities {
		lists["generisk_aktivitet"] = append(lists["generisk_aktivitet"], outcomes.Choice{Code: strconv.Itoa(a.Number), Label: a.Name})
	}
	for _, q := range f.Questions {
		lists["fraga"] = append(lists["fraga"], outcomes.Choice{Code: strconv.Itoa(q.Number), Label: q.Text})
	}
	columns := map[string]string{"national": "nationellt_omrade", "sustainability": "rus_mal", "direction": "rus_inriktning", "priority": "rus_prioritering"}
	for _, g := range f.Goals {
		column := columns[g.Kind]
		lists[column] = append(lists[column], outcomes.Choice{Code: g.Reported(), Label: g.Name})
	}
	lists["rus_mal"] = append(lists["rus_mal"], outcomes.Choice{Code: "bada", Label: "Båda målen"})
	for _, i := range p.Config.Indicators {
		lists["indikator_id"] = append(lists["indikator_id"], outcomes.Choice{Code: i.ID, Label: i.Label.SV})
	}
	for _, r := range p.Config.Regions {
		if r.Code == p.Config.County.Code || r.Level == "municipality" && r.County == p.Config.County.Code {
			lists["geografi"] = append(lists["geografi"], outcomes.Choice{Code: r.Code, Label: r.Name})
		}
	}
	return lists
}

// outcomeVintages lists a set's vintages, oldest first, as AsOf knew them.
func (p *Pipeline) outcomeVintages(set string) ([]archive.Vintage, error) {
	if p.Archive == nil {
		return nil, nil
	}
	all, err := p.Archive.Vintages(outcomeSource, set)
	if !p.AsOf.IsZero() {
		all = slices.DeleteFunc(all, func(v archive.Vintage) bool { return v.Fetched.After(p.AsOf) })
	}
	return all, err
}

// object is the body of a vintage's only request of a role.
func (p *Pipeline) object(v archive.Vintage, role string) ([]byte, error) {
	data := v.Data(role)
	if len(data) != 1 {
		return nil, fmt.Errorf("archive: outcomes %s has %d objects for %s, want 1", v.Name, len(data), role)
	}
	return p.Archive.Get(data[0].Object)
}

// Reported is every row that has been let in, in the order it came, and the
// same as what a reader must know. Values are as they were reported.
func (p *Pipeline) Reported() (*outcomes.Known, []outcomes.Handed, error) {
	vintages, err := p.outcomeVintages(acceptedSet)
	if err != nil {
		return nil, nil, err
	}
	known := &outcomes.Known{}
	var handed []outcomes.Handed
	for _, v := range vintages {
		body, err := p.object(v, "rows")
		if err != nil {
			return nil, nil, err
		}
		a, err := outcomes.Decode(body)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", v.Name, err)
		}
		known.Add(a.Stamp.Round, a.Rows...)
		for _, row := range a.Rows {
			handed = append(handed, outcomes.Handed{Row: row, Round: a.Stamp.Round, Unit: a.Stamp.Unit, Vintage: v.Name, Received: v.Fetched})
		}
	}
	outcomes.Replace(handed)
	return known, handed, nil
}

// Rejection is a submission that was refused.
type Rejection struct {
	outcomes.Rejected
	Vintage  string
	Received time.Time
}

// Rejections lists the refused submissions, oldest first.
func (p *Pipeline) Rejections() ([]Rejection, error) {
	vintages, err := p.outcomeVintages(rejectedSet)
	if err != nil {
		return nil, err
	}
	var all []Rejection
	for _, v := range vintages {
		body, err := p.object(v, "problems")
		if err != nil {
			return nil, err
		}
		r, err := outcomes.DecodeRejected(body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.Name, err)
		}
		all = append(all, Rejection{r, v.Name, v.Fetched})
	}
	return all, nil
}

// offered hands the archive what somebody has handed in, as if asked for.
type offered struct{ now func() time.Time }

// Call answers with the request's own body.
func (o offered) Call(_ context.Context, r sources.Request) (sources.Answer, error) {
	body := r.Body
	r.Body = nil
	return sources.Answer{Request: r, Status: 200, Body: body, At: o.now().UTC(), Attempts: 1}, nil
}

// keptPart is one object of a submission on its way into the archive.
type keptPart struct {
	role, name string
	body       []byte
}

// keep writes a vintage of parts. asked names what was handed in.
func (p *Pipeline) keep(ctx context.Context, set, asked, title string, parts []keptPart) (archive.Vintage, error) {
	f, err := p.Archive.Begin(outcomeSource, set, asked)
	if err != nil {
		return archive.Vintage{}, err
	}
	caller := f.Caller(offered{p.Now})
	for _, part := range parts {
		if _, err := caller.Call(ctx, sources.Request{Role: part.role, Method: "PUT", URL: "file:" + part.name, Body: part.body}); err != nil {
			return archive.Vintage{}, forget(f, err)
		}
	}
	return f.Commit(archive.Manifest{Origin: p.origin(), Title: title, Asked: asked})
}

func forget(f *archive.Fetch, err error) error {
	if dropped := f.Forget(); dropped != nil {
		return fmt.Errorf("%w; %w", err, dropped)
	}
	return err
}
