package archive

import (
	"effekt/sources"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// nameForm is a vintage's name: such names sort as their times do.
const nameForm = "20060102T150405Z"

// names lists a data set's vintages, oldest first, without opening any. Files
// that are no manifests are passed over.
func names(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder) // sorted
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []string
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".json")
		if _, err := time.Parse(nameForm, name); ok && err == nil && len(name) == len(nameForm) {
			all = append(all, name)
		}
	}
	return all, nil
}

// nextName is the name of a vintage fetched at t: its second, or the one after
// the newest vintage's when that is not earlier. So two in one second keep
// their order, and so do two between which the clock went back; the manifest
// keeps the clock's own time.
func nextName(folder string, t time.Time) (string, error) {
	name := t.UTC().Format(nameForm)
	all, err := names(folder)
	if err != nil || len(all) == 0 || all[len(all)-1] < name {
		return name, err
	}
	newest, err := time.Parse(nameForm, all[len(all)-1])
	if err != nil {
		return "", err
	}
	name = newest.Add(time.Second).Format(nameForm)
	if len(name) != len(nameForm) {
		return "", fmt.Errorf("no name comes after %s", filepath.Join(folder, all[len(all)-1]+".json"))
	}
	return name, nil
}

// Newest yields a data set's vintages, newest first, reading each as it comes.
// A damaged manifest, or one of a newer format, is yielded as an error that
// names it and ends the sequence.
func (a *Archive) Newest(source, dataset string) iter.Seq2[Vintage, error] {
	return a.newest(source, dataset, nil)
}

// NewestAsOf is Newest of what had been fetched at t, by the times of arrivals.
// Of those that had not, it reads no more than that time. One that has been
// removed since is yielded as a *PrunedError with its name and KPIs, and does not
// end the sequence.
func (a *Archive) NewestAsOf(source, dataset string, t time.Time) iter.Seq2[Vintage, error] {
	return a.newest(source, dataset, &t)
}

// newest yields the vintages that had come at asOf; nil is all of them.
func (a *Archive) newest(source, dataset string, asOf *time.Time) iter.Seq2[Vintage, error] {
	return func(yield func(Vintage, error) bool) {
		folder, all, err := a.list(source, dataset)
		gone := map[string]*Removed{}
		if err == nil && asOf != nil {
			all, gone, err = a.listAsOf(source, dataset, *asOf)
		}
		for i := len(all) - 1; i >= 0 && err == nil; i-- {
			if r := gone[all[i]]; r != nil {
				if !yield(Vintage{r.Name, Manifest{Source: source, Dataset: dataset, Fetched: r.Fetched, Description: sources.Description{KPIs: r.KPIs}}}, &PrunedError{dataset, *r}) {
					return
				}
				continue
			}
			var m Manifest
			if m, err = readManifest(filepath.Join(folder, all[i]+".json")); err == nil && !yield(Vintage{all[i], m}, nil) {
				return
			}
		}
		if err != nil {
			yield(Vintage{}, err)
		}
	}
}

// listAsOf names the vintages that had come at t, and those of them that have
// been removed since.
func (a *Archive) listAsOf(source, dataset string, t time.Time) (all []string, gone map[string]*Removed, err error) {
	arrivals, err := a.Arrivals(source, dataset)
	gone = map[string]*Removed{}
	for _, r := range until(arrivals, t) {
		all, gone[r.Vintage] = append(all, r.Vintage), r.Gone
	}
	return all, gone, err
}

func (a *Archive) list(source, dataset string) (folder string, all []string, err error) {
	folder, err = a.folder(source, dataset)
	if err != nil {
		return "", nil, err
	}
	all, err = names(folder)
	return folder, all, wrap(err)
}

// Vintages lists a data set's vintages, oldest first. It reads all of them;
// who needs the newest few uses Newest.
func (a *Archive) Vintages(source, dataset string) ([]Vintage, error) {
	var all []Vintage
	for v, err := range a.Newest(source, dataset) {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	slices.Reverse(all)
	return all, nil
}

// Latest is a data set's last vintage, and whether there is one. It reads no
// other, so a damaged older one does not matter.
func (a *Archive) Latest(source, dataset string) (Vintage, bool, error) {
	return head(a.Newest(source, dataset))
}

// AsOf is the last of a data set's vintages that had been fetched at t, and
// whether there was one. Vintages between which the clock went back keep the
// order in which they came, and what had come before stays what it was.
func (a *Archive) AsOf(source, dataset string, t time.Time) (Vintage, bool, error) {
	return head(a.NewestAsOf(source, dataset, t))
}

func head(vintages iter.Seq2[Vintage, error]) (Vintage, bool, error) {
	for v, err := range vintages {
		return v, err == nil, err
	}
	return Vintage{}, false, nil
}

// beginning is what stands in a manifest before all that is long.
type beginning struct {
	Origin
	fetched time.Time
}

// readBeginning reads a manifest up to its time of fetching.
func readBeginning(path string) (beginning, error) {
	f, err := os.Open(path)
	if err != nil {
		return beginning{}, wrap(err)
	}
	defer f.Close() //nolint:errcheck // only read
	b, err := parseBeginning(io.LimitReader(f, maxManifest))
	if err != nil {
		return b, fmt.Errorf("archive: %s: the manifest is damaged: %w", path, err)
	}
	return b, nil
}

func parseBeginning(r io.Reader) (b beginning, err error) {
	d := json.NewDecoder(r)
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return b, first(err, errors.New("not an object"))
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return b, err
		}
		var passed json.RawMessage
		var to any = &passed
		switch key {
		case "synthetic":
			to = &b.Synthetic
		case "county":
			to = &b.County
		case "fetched":
			err := d.Decode(&b.fetched)
			return b, err
		}
		if err := d.Decode(to); err != nil {
			return b, err
		}
	}
	return b, errors.New("no time of fetching")
}
