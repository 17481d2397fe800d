package archive

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"effekt/sources"
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
	var all []string
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".json")
		if _, err := time.Parse(nameForm, name); ok && err == nil && len(name) == len(nameForm) {
			all = append(all, name)
		}
	}
	return all, err
}

// set is a data set's vintages.
type set struct {
	dir   string   // the archive's
	name  string   // "scb/befolkning"
	names []string // of the vintages, oldest first, at least one
}

// place is a vintage's manifest inside the archive, path where that is.
func (s set) place(vintage string) string { return filepath.Join(s.name, vintage+".json") }
func (s set) path(vintage string) string  { return filepath.Join(s.dir, s.place(vintage)) }

// vintagesOf lists the vintages of every data set of the archive in dir.
func vintagesOf(dir string) (all []set, err error) {
	sources, err := folders(dir)
	for _, source := range sources {
		datasets, failed := folders(filepath.Join(dir, source))
		err = cmp.Or(err, failed)
		for _, dataset := range datasets {
			s := set{dir: dir, name: filepath.Join(source, dataset)}
			s.names, failed = names(filepath.Join(dir, s.name))
			err = cmp.Or(err, failed)
			if len(s.names) > 0 {
				all = append(all, s)
			}
		}
	}
	return all, err
}

// folders are the folders that may hold a source or a data set.
func folders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if missing(err) {
		return nil, nil
	}
	var all []string
	for _, entry := range entries {
		if entry.IsDir() && validName(entry.Name()) {
			all = append(all, entry.Name())
		}
	}
	return all, err
}

// nextName is the name of a vintage fetched at t: its second, or the one after
// the newest vintage's when that is not earlier. So two in one second keep
// their order, and so do two between which the clock went back; the manifest
// keeps the clock's own time.
func nextName(folder string, t time.Time) (string, error) {
	all, err := names(folder)
	if len(all) > 0 {
		newest, _ := time.Parse(nameForm, all[len(all)-1]) // names gave it as a time
		if next := newest.Add(time.Second); t.Before(next) {
			t = next
		}
	}
	name := t.UTC().Format(nameForm)
	if len(name) != len(nameForm) {
		err = fmt.Errorf("no name comes after %s", filepath.Join(folder, all[len(all)-1]+".json"))
	}
	return name, err
}

// Newest yields a data set's vintages, newest first, reading each as it comes.
// A damaged manifest, or one of a newer format, is yielded as an error that
// names it and ends the sequence. With asOf it yields those that had come then;
// one that has been removed since is yielded as a *PrunedError with its name and
// KPIs, and does not end the sequence.
func (a *Archive) Newest(source, dataset string, asOf time.Time) iter.Seq2[Vintage, error] {
	return func(yield func(Vintage, error) bool) {
		folder, all, err := a.came(source, dataset, asOf)
		if err != nil {
			yield(Vintage{}, err)
			return
		}
		for _, came := range slices.Backward(all) {
			v := Vintage{Name: came.Vintage}
			var err error
			if r := came.Gone; r != nil {
				v.Manifest = Manifest{Source: source, Dataset: dataset, Fetched: r.Fetched, Description: sources.Description{KPIs: r.KPIs}}
				err = &PrunedError{dataset, *r}
			} else {
				v.Manifest, err = readManifest(filepath.Join(folder, v.Name+".json"))
			}
			if !yield(v, err) || err != nil && came.Gone == nil {
				return
			}
		}
	}
}

// came lists the vintages that had come at asOf; without it all that are there,
// and no times.
func (a *Archive) came(source, dataset string, asOf time.Time) (folder string, all []Arrival, err error) {
	if folder, err = a.folder(source, dataset); err != nil {
		return "", nil, err
	}
	if !asOf.IsZero() {
		all, err = a.Arrivals(source, dataset)
		return folder, slices.DeleteFunc(all, func(v Arrival) bool { return v.At.After(asOf) }), err
	}
	held, err := names(folder)
	for _, name := range held {
		all = append(all, Arrival{Vintage: name})
	}
	return folder, all, err
}

// Vintages lists a data set's vintages, oldest first. It reads all of them;
// who needs the newest few uses Newest.
func (a *Archive) Vintages(source, dataset string) ([]Vintage, error) {
	var all []Vintage
	for v, err := range a.Newest(source, dataset, time.Time{}) {
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
	for v, err := range a.Newest(source, dataset, time.Time{}) {
		return v, err == nil, err
	}
	return Vintage{}, false, nil
}

// beginning is what a manifest says of whose it is and when it came.
type beginning struct {
	Origin
	Fetched time.Time `json:"fetched"`
}

func readBeginning(path string) (b beginning, err error) {
	body, err := readBounded(path, maxManifest)
	if err == nil {
		err = json.Unmarshal(body, &b)
	}
	return b, err
}
