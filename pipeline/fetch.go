package pipeline

import (
	"context"
	"crypto/sha256"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Fetch brings what is new into the archive, one goroutine a source. A data
// set that fails is a value in the result; only ctx stops everything.
func (p *Pipeline) Fetch(ctx context.Context, want Want) ([]DatasetResult, error) {
	wanted, err := p.wanted(want)
	if err != nil {
		return nil, err
	}
	var bySource [2][]DatasetResult
	var g errgroup.Group
	g.Go(func() error {
		bySource[0] = p.fetchSCB(ctx, wanted["scb"], want.Full)
		return nil
	})
	g.Go(func() error {
		bySource[1] = p.fetchKolada(ctx, wanted["kolada"], want.Full)
		return nil
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	results := slices.Concat(bySource[0], bySource[1])
	slices.SortFunc(results, func(a, b DatasetResult) int { return strings.Compare(a.Name, b.Name) })
	return results, ctx.Err()
}

// Matches is an error when no data set is what is wanted.
func (p *Pipeline) Matches(want Want) error {
	_, err := p.wanted(want)
	return err
}

func (p *Pipeline) wanted(want Want) (map[string][]config.Dataset, error) {
	wanted := map[string][]config.Dataset{}
	for _, d := range p.Config.Datasets {
		switch {
		case want.Source != "" && want.Source != d.Source || want.Dataset != "" && want.Dataset != d.Name:
		case d.Off == "":
			wanted[d.Source] = append(wanted[d.Source], d)
		case want.Dataset != "":
			return nil, fmt.Errorf("the data set %s is off: %s", d.Name, d.Off)
		}
	}
	if len(wanted) == 0 {
		return nil, p.unmatched(want)
	}
	return wanted, nil
}

// unmatched names what is near a source or data set that there is not.
func (p *Pipeline) unmatched(want Want) error {
	var names, agencies []string
	for _, d := range p.Config.Datasets {
		names, agencies = append(names, d.Name), append(agencies, d.Source)
	}
	slices.Sort(agencies)
	agencies = slices.Compact(agencies)
	switch {
	case want.Source != "" && !slices.Contains(agencies, want.Source):
		return fmt.Errorf("no data set matches source %q%s", want.Source, sources.Hint(want.Source, agencies))
	case !slices.Contains(names, want.Dataset):
		return fmt.Errorf("no data set matches %q%s", want.Dataset, sources.Hint(want.Dataset, names))
	}
	return fmt.Errorf("no data set matches: %q is of another source than %q", want.Dataset, want.Source)
}

// task is one data set with what the archive knows of it.
type task struct {
	config.Dataset
	asked   string // hash of everything that is asked for
	latest  archive.Vintage
	has     bool
	checked archive.Checked
	err     error
}

func (p *Pipeline) task(d config.Dataset) task {
	coding := d.RegionCoding
	if d.Source == "kolada" {
		coding = "kolada"
	}
	t := task{Dataset: d, asked: fingerprint(d.Table, d.Select, d.Optional, d.Codelists, d.KPIs, d.Regions, d.Years, p.Config.Words(coding))}
	t.latest, t.has, t.err = p.Archive.Latest(d.Source, d.Name)
	t.checked = p.Archive.Checked(d.Source, d.Name)
	return t
}

func fingerprint(parts ...any) string {
	sum := sha256.New()
	for _, part := range parts {
		body, err := json.Marshal(part)
		fmt.Fprintf(sum, "%s%v\x00", body, err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// stale tells whether a data set must be fetched whatever the source says. So it
// must when the last answer lies ahead: the clock was wrong then or is now, and
// «what is new since» has no meaning.
func (p *Pipeline) stale(t task, full bool) bool {
	whole := t.latest.Fetched
	if t.checked.Whole.After(whole) {
		whole = t.checked.Whole
	}
	age := p.Now().Sub(whole)
	return full || !t.has || t.checked.Kept == t.latest.Name || t.latest.Asked != t.asked || age > time.Duration(t.RefetchDays)*24*time.Hour || t.lastAsked().After(p.Now().Add(archive.Skew))
}

// lastAsked is when the source last answered for the data set.
func (t task) lastAsked() time.Time {
	if t.checked.At.After(t.latest.Started) {
		return t.checked.At
	}
	return t.latest.Started
}

// refused notes that what came must not take the place of what is held.
func (p *Pipeline) refused(t task) error {
	if !t.has {
		return nil
	}
	c := t.checked
	c.Kept = t.latest.Name
	return p.Archive.SetChecked(t.Source, t.Name, c)
}

func failed(t task, err error) DatasetResult {
	return DatasetResult{Name: t.Name, Source: t.Source, State: Failed, Vintage: t.latest.Name, Err: err}
}

func (p *Pipeline) unchanged(t task, c archive.Checked) DatasetResult {
	r := DatasetResult{Name: t.Name, Source: t.Source, State: Unchanged, Vintage: t.latest.Name}
	c.Whole = t.checked.Whole
	r.Err = p.Archive.SetChecked(t.Source, t.Name, c)
	return r
}

func fetched(t task, v archive.Vintage, took time.Duration, err error) DatasetResult {
	r := DatasetResult{Name: t.Name, Source: t.Source, State: Fetched, Vintage: v.Name, Requests: len(v.Requests), Took: took, Err: err}
	r.Cells = cells(v.Manifest)
	for _, request := range v.Requests {
		r.Bytes += int64(request.Bytes)
	}
	return r
}

// cells is how many cells a vintage of an SCB table asked for.
func cells(m archive.Manifest) int64 {
	if len(m.Variables) == 0 {
		return 0
	}
	n := int64(1)
	for _, v := range m.Variables {
		n *= int64(len(v.Codes))
	}
	return n
}
