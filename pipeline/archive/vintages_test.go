package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/sources"

	"github.com/google/go-cmp/cmp"
)

// manifests writes empty vintages fetched at the times, in that order.
func manifests(t testing.TB, dir string, times ...time.Time) *Archive {
	t.Helper()
	c := &clock{}
	a := open(t, dir, c.now)
	for n, at := range times {
		c.set(at)
		if _, err := begin(t, a, "key").Commit(Manifest{Description: sources.Description{Title: fmt.Sprint(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func titles(t testing.TB, a *Archive) (names, titles []string) {
	t.Helper()
	all, err := a.Vintages("scb", "befolkning")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		names, titles = append(names, v.Name), append(titles, v.Title)
	}
	return names, titles
}

func TestNamesKeepTheOrder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		times []time.Time
		want  []string
	}{
		"within a second": {
			[]time.Time{noon(), noon(), noon().Add(999 * time.Millisecond), noon().Add(time.Second)},
			[]string{"20260224T120000Z", "20260224T120001Z", "20260224T120002Z", "20260224T120003Z"},
		},
		"clock set back": {
			[]time.Time{noon(), noon().Add(-time.Hour), noon().Add(-time.Minute), noon().Add(time.Hour)},
			[]string{"20260224T120000Z", "20260224T120001Z", "20260224T120002Z", "20260224T130000Z"},
		},
		"other time zone": {
			[]time.Time{noon(), noon().Add(time.Minute).In(time.FixedZone("CET", 3600))},
			[]string{"20260224T120000Z", "20260224T120100Z"},
		},
		"over midnight": {
			[]time.Time{noon().Add(12*time.Hour - time.Second), noon()},
			[]string{"20260224T235959Z", "20260225T000000Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names, titles := titles(t, manifests(t, t.TempDir(), test.times...))
			if diff := cmp.Diff(test.want, names); diff != "" {
				t.Error(diff)
			}
			if !slices.Equal(titles, []string{"0", "1", "2", "3"}[:len(titles)]) {
				t.Errorf("in another order: %v", titles)
			}
		})
	}
}

func TestNoNameComesAfter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := manifests(t, dir, time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC))
	_, err := begin(t, a, "key").Commit(Manifest{})
	wantError(t, err, "no name comes after", "99991231T235959Z.json")
}

func TestReadingNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "archive")
	a := open(t, dir, noon)
	_, latest, err := a.Latest("scb", "befolkning")
	_, asOf, err2 := asOf(a, noon())
	all, err3 := a.Vintages("scb", "befolkning")
	if err := errors.Join(err, err2, err3); latest || asOf || all != nil || err != nil {
		t.Error(latest, asOf, all, err)
	}
	if c := a.Checked("scb", "befolkning"); c != (Checked{}) {
		t.Errorf("%+v", c)
	}
	if _, err := os.Stat(dir); !missing(err) {
		t.Errorf("reading made the folder: %v", err)
	}
}

func TestFilesThatAreNoManifests(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := manifests(t, dir, noon())
	for _, name := range []string{"checked.json", "20260224T12000Z.json", "20261324T120000Z.json", "20260301T120000Z.json.bak", "20260301T120000.5Z.json", ".20260301T120000Z.json", "notes.txt", "20260301T120000Z"} {
		if err := os.WriteFile(filepath.Join(dir, "scb", "befolkning", name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if names, _ := titles(t, a); len(names) != 1 {
		t.Errorf("%v", names)
	}
}

func TestDamagedManifest(t *testing.T) {
	t.Parallel()
	request := `{"role":"data","method":"GET","url":"u","status":200,"object":"` + strings.Repeat("a", 64) + `"}`
	for body, says := range map[string]string{
		"":               "damaged",
		"{":              "damaged",
		"null":           "damaged: no format",
		"[]":             "damaged",
		`{"format":1}`:   "damaged: no time",
		`{"format":"1"}`: "damaged",
		`{"format":0}`:   "damaged: no format",
		"\x00\x00\x00":   "damaged",
		`{"format":1,"fetched":"2026-02-24T12:00:00Z"} trailing`:                                                                     "damaged",
		`{"format":1,"fetched":"2026-02-24T12:00:00Z","requests":[` + request + `,{}]}`:                                              "damaged: request 2: method",
		`{"format":1,"fetched":"2026-02-24T12:00:00Z","requests":[` + strings.Replace(request, "aa", "..", 1) + `]}`:                 "damaged: request 1: object",
		`{"format":1,"fetched":"2026-02-24T12:00:00Z","requests":[` + strings.Replace(request, "{", `{"body_sha256":"x",`, 1) + `]}`: "damaged: request 1: body_sha256",
		`{"format":2,"fetched":"2026-02-24T12:00:00Z","requests":"of another type"}`:                                                 "has format 2, this program knows up to 1: use a newer effekt",
	} {
		t.Run(body[:min(len(body), 12)], func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			a := manifests(t, dir, noon(), noon().Add(time.Hour), noon().Add(2*time.Hour))
			path := filepath.Join(dir, "scb", "befolkning", "20260224T130000Z.json")
			if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := a.Vintages("scb", "befolkning")
			wantError(t, err, path, says)
			if v, ok, err := a.Latest("scb", "befolkning"); err != nil || !ok || v.Title != "2" {
				t.Errorf("an older one's damage hid the latest: %v", err)
			}
			if _, ok, err := asOf(a, noon().Add(90*time.Minute)); ok || err == nil {
				t.Error("AsOf passed over the damaged one")
			} else {
				wantError(t, err, path)
			}
		})
	}
}

func TestManifestTooLarge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := manifests(t, dir, noon())
	path := filepath.Join(dir, "scb", "befolkning", "20260224T120000Z.json")
	if err := os.Truncate(path, maxManifest+1); err != nil { // a hole, not 64 MB
		t.Skip(err)
	}
	_, _, err := a.Latest("scb", "befolkning")
	wantError(t, err, path, "more than the 67108864")
}

func TestManifestIsAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "scb", "befolkning", "20260224T120000Z.json")
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, err := open(t, dir, noon).Latest("scb", "befolkning")
	wantError(t, err, path)
}

func TestNewestReadsNoMoreThanAskedFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := manifests(t, dir, noon(), noon().Add(time.Hour), noon().Add(2*time.Hour))
	if err := os.Remove(filepath.Join(dir, "scb", "befolkning", "20260224T120000Z.json")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "scb", "befolkning", "20260224T120000Z.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for v, err := range a.Newest("scb", "befolkning", time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, v.Title); len(got) == 2 {
			break
		}
	}
	if !slices.Equal(got, []string{"2", "1"}) {
		t.Errorf("%v", got)
	}
}

func TestChecked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := open(t, dir, noon)
	want := Checked{At: noon(), ListedUpdated: "2026-02-21T08:00:00Z"}
	for range 2 {
		if err := a.SetChecked("scb", "befolkning", want); err != nil {
			t.Fatal(err)
		}
	}
	if got := a.Checked("scb", "befolkning"); got != want {
		t.Errorf("%+v", got)
	}
	if got := open(t, dir, func() time.Time { return noon().Add(-Skew - time.Second) }).Checked("scb", "befolkning"); got != (Checked{}) {
		t.Errorf("a check in the future was believed: %+v", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "scb", "befolkning", "checked.json"), []byte(`{"at":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := a.Checked("scb", "befolkning"); got != (Checked{}) {
		t.Errorf("a damaged note was believed: %+v", got)
	}
}

// A year of daily refreshes: one day in fifty the publisher has changed its
// bodies, and one in ten everything is fetched again to be sure. What stays
// the same must not be kept twice. Manifests are counted beside the bodies.
func TestAYearOfRefreshes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &clock{at: noon()}
	a := open(t, dir, c.now)
	var changed int64
	for day := range 250 {
		c.set(noon().AddDate(0, 0, day))
		if day%10 > 0 {
			if err := a.SetChecked("scb", "befolkning", Checked{At: c.now()}); err != nil {
				t.Fatal(err)
			}
			continue
		}
		f := begin(t, a, "key")
		for n := range 3 {
			body := bodyOf(fmt.Sprintf("/%d/%d", n, day/50), "", 100_000)
			if day%50 == 0 {
				changed += int64(len(body))
			}
			if err := f.keep(asked(n), answer(body), n); err != nil {
				t.Fatal(err)
			}
		}
		commit(t, f)
	}
	var kept int64
	count := map[string]int{}
	for _, path := range files(t, dir) {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		kept += info.Size()
		count[filepath.Ext(path)]++
	}
	if count[".zst"] != 15 || count[".json"] != 25+1 {
		t.Errorf("want 15 objects, 25 manifests and the check: %v", count)
	}
	if kept > changed*12/10 {
		t.Errorf("%d bytes are kept of %d that changed", kept, changed)
	}
}

func TestEncodedManifest(t *testing.T) {
	t.Parallel()
	official := true
	m := Manifest{
		Format: Format, Source: "scb", Dataset: "befolkning", Origin: Origin{true, "24"}, Started: noon(), Fetched: noon().Add(time.Millisecond),
		Description: sources.Description{
			Table: "TAB1", Title: "Folkmängd",
			Official: &official, Notes: []string{"n\nm"}, Variables: []sources.Variable{{Code: "Region", Codes: []sources.Code{{Code: "00", Label: "Riket"}}}},
		},
		Requests: []Request{{Method: "GET", URL: "u", Status: 200, Object: strings.Repeat("a", 64)}},
	}
	body, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseManifest(body)
	if diff := cmp.Diff(m, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	path := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := readBeginning(path)
	if err != nil || !b.Fetched.Equal(m.Fetched) || b.Origin != m.Origin {
		t.Errorf("%+v, %v", b, err)
	}
	if !json.Valid(body) || bytes.Count(body, []byte("\n")) != 1 {
		t.Errorf("want one line of JSON: %s", body)
	}
	m.Requests[0].Object = "x"
	_, err = m.encode()
	wantError(t, err, "request 1: object")
}
