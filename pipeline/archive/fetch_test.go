package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"effekt/sources"

	"github.com/google/go-cmp/cmp"
)

func TestVintage(t *testing.T) {
	t.Parallel()
	p := serve(t, 100, 0)
	dir := t.TempDir()
	a := open(t, dir, noon)
	f := begin(t, a, "key")
	ask(t, f, get(p.URL, 1), post(p.URL, 2, `{"q":1}`))
	v := commit(t, f)
	want := Vintage{Name: "20260224T120000Z", Manifest: Manifest{
		Format: 1, Source: "scb", Dataset: "befolkning", Description: sources.Description{Title: "Folkmängd"}, Started: noon(), Fetched: noon(),
		Requests: []Request{
			{Role: "data", Method: "GET", URL: p.URL + "/1", Status: 200, Bytes: 107, Received: noon(), TookMS: 1000, Attempts: 1, Object: Sum(bodyOf("/1", "", 100))},
			{
				Role: "data", Method: "POST", URL: p.URL + "/2", BodySHA256: Sum([]byte(`{"q":1}`)),
				Status: 200, Bytes: 107, Received: noon(), TookMS: 1000, Attempts: 1, Object: Sum(bodyOf("/2", `{"q":1}`, 100)),
			},
		},
	}}
	for i := range want.Requests {
		want.Requests[i].Bytes = len(bodyOf([]string{"/1", "/2"}[i], []string{"", `{"q":1}`}[i], 100))
	}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Error(diff)
	}
	got, ok, err := open(t, dir, noon).Latest("scb", "befolkning")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if sent, err := a.Get(got.Requests[1].BodySHA256); err != nil || string(sent) != `{"q":1}` {
		t.Errorf("what was sent: %q, %v", sent, err)
	}
	if left := unfinished(t, dir); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// interrupted leaves a journal of the answers to requests 0 to n-1, as a kill
// would: the archive of the dead process is never used again.
func interrupted(t *testing.T, dir, base string, n int, now func() time.Time) {
	t.Helper()
	f := begin(t, open(t, dir, now), "key")
	for i := range n {
		ask(t, f, get(base, i))
	}
}

func TestResumeAsksOnlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	p := serve(t, 1000, 0)
	dir := t.TempDir()
	for _, n := range []int{2, 5} { // interrupted twice
		interrupted(t, dir, p.URL, n, noon)
	}
	if n := p.taken(); n != 5 {
		t.Fatalf("%d requests before, want 5", n)
	}
	f := begin(t, open(t, dir, func() time.Time { return noon().Add(time.Hour) }), "key")
	var answers []string
	for _, answer := range ask(t, f, get(p.URL, 0), get(p.URL, 1), get(p.URL, 2), get(p.URL, 3), get(p.URL, 4), get(p.URL, 5), get(p.URL, 6)) {
		answers = append(answers, fmt.Sprint(answer.Attempts, answer.Took, answer.Status, Sum(answer.Body) == Sum(bodyOf(answer.Request.URL[len(p.URL):], "", 1000))))
	}
	old, fresh := "0 1s 200 true", "1 1s 200 true"
	if diff := cmp.Diff([]string{old, old, old, old, old, fresh, fresh}, answers); diff != "" {
		t.Error(diff)
	}
	if n := p.taken(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
	v := commit(t, f)
	if !v.Started.Equal(noon()) || !v.Fetched.Equal(noon().Add(time.Hour)) || len(v.Requests) != 7 {
		t.Errorf("started %s, fetched %s, %d requests", v.Started, v.Fetched, len(v.Requests))
	}
}

func TestWhatIsNotResumed(t *testing.T) {
	t.Parallel()
	journal := func(edit func(string) string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, "scb", "befolkning", journalName)
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(edit(string(body))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, test := range map[string]struct {
		key   string
		after time.Duration
		harm  func(*testing.T, string)
		want  int // requests of 3
	}{
		"nothing wrong":       {"key", time.Hour, nil, 0},
		"other question":      {"other", time.Hour, nil, 3},
		"almost a day":        {"key", 24 * time.Hour, nil, 0},
		"over a day":          {"key", 24*time.Hour + 1, nil, 3},
		"clock a little back": {"key", -time.Hour, nil, 0},
		"clock far back":      {"key", -25 * time.Hour, nil, 3},
		"torn line":           {"key", 0, journal(func(s string) string { return s[:len(s)-2] }), 1},
		"no last newline":     {"key", 0, journal(func(s string) string { return s[:len(s)-1] }), 1},
		"damaged line":        {"key", 0, journal(func(s string) string { return strings.Replace(s, `/1"`, `/1`, 1) }), 2},
		"damaged hash":        {"key", 0, journal(func(s string) string { return strings.Replace(s, `"object":"`, `"object":"x`, 1) }), 3},
		"damaged head":        {"key", 0, journal(func(s string) string { return s[1:] }), 3},
		"zeros at the end":    {"key", 0, journal(func(s string) string { return s + strings.Repeat("\x00", 4096) }), 0},
		"all zeros":           {"key", 0, journal(func(s string) string { return strings.Repeat("\x00", len(s)) }), 3},
		"endless line":        {"key", 0, journal(func(s string) string { return s + strings.Repeat("x", 2*maxLine) + "\n" }), 0},
		"empty":               {"key", 0, journal(func(string) string { return "" }), 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			p := serve(t, 1000, 0)
			interrupted(t, dir, p.URL, 3, noon)
			if test.harm != nil {
				test.harm(t, dir)
			}
			p.taken()
			for range 2 { // what is taken up leaves a journal that can be taken up
				f := begin(t, open(t, dir, func() time.Time { return noon().Add(test.after) }), test.key)
				ask(t, f, get(p.URL, 0), get(p.URL, 1), get(p.URL, 2))
				if err := f.Abort(); err != nil {
					t.Fatal(err)
				}
			}
			if n := p.taken(); n != test.want {
				t.Errorf("%d requests, want %d", n, test.want)
			}
		})
	}
}

func TestResumedDamagedObjectIsAskedForAgain(t *testing.T) {
	t.Parallel()
	p := serve(t, 1000, 0)
	dir := t.TempDir()
	interrupted(t, dir, p.URL, 3, noon)
	a := open(t, dir, noon)
	damaged := a.objectPath(Sum(bodyOf("/0", "", 1000)))
	gone := a.objectPath(Sum(bodyOf("/1", "", 1000)))
	if err := errors.Join(os.Truncate(damaged, 0), os.Remove(gone)); err != nil {
		t.Fatal(err)
	}
	p.taken()
	v := vintage(t, a, p.URL, 3)
	if n := p.taken(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
	whole(t, a, v)
}

// whole makes sure that every object of a vintage can be read.
func whole(t testing.TB, a *Archive, v Vintage) {
	t.Helper()
	for _, hash := range v.objects() {
		if _, err := a.Get(hash); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
}

func TestResumedAnswerThatCheckRefuses(t *testing.T) {
	t.Parallel()
	p := serve(t, 1000, 0)
	dir := t.TempDir()
	interrupted(t, dir, p.URL, 1, noon)
	f := begin(t, open(t, dir, noon), "key")
	r := get(p.URL, 0)
	r.Check = func([]byte) error { return errors.New("not what I asked for") }
	ask(t, f, r)
	if n := p.taken(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

// A question that is asked twice gets two answers; a fetch that is resumed
// after the first must still ask for the second.
func TestQuestionAskedTwice(t *testing.T) {
	t.Parallel()
	p := serve(t, 1000, 0)
	dir := t.TempDir()
	interrupted(t, dir, p.URL, 1, noon)
	f := begin(t, open(t, dir, noon), "key")
	ask(t, f, get(p.URL, 0), get(p.URL, 0))
	if n := p.taken(); n != 2 {
		t.Errorf("%d requests, want one before and one after", n)
	}
	if v := commit(t, f); len(v.Requests) != 2 {
		t.Errorf("%d requests in the manifest, want 2", len(v.Requests))
	}
}

func TestEndsOfAFetch(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end  func(*Fetch) error
		want int // requests of the next fetch
	}{
		"abort":  {(*Fetch).Abort, 1},
		"forget": {(*Fetch).Forget, 2},
		"commit": {func(f *Fetch) error { _, err := f.Commit(Manifest{}); return err }, 2},
		"kill right after the manifest": {func(f *Fetch) error {
			path := filepath.Join(f.folder, journalName)
			body, err := os.ReadFile(path)
			_, committed := f.Commit(Manifest{})
			line := `{"committing":"20260224T120000Z"}` + "\n"
			return errors.Join(err, committed, os.WriteFile(path, append(body, line...), 0o600))
		}, 2},
		"kill right before the manifest": {func(f *Fetch) error {
			return errors.Join(f.note(entry{Committing: "20260224T120000Z"}), f.Abort())
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, 1000, 0)
			a := open(t, t.TempDir(), noon)
			f := begin(t, a, "key")
			ask(t, f, get(p.URL, 0))
			if err := test.end(f); err != nil {
				t.Fatal(err)
			}
			p.taken()
			f = begin(t, a, "key")
			ask(t, f, get(p.URL, 0), get(p.URL, 1))
			if n := p.taken(); n != test.want {
				t.Errorf("%d requests, want %d", n, test.want)
			}
			if v := commit(t, f); len(v.Requests) != 2 {
				t.Errorf("%d requests in the manifest", len(v.Requests))
			}
		})
	}
}

func TestCommitWithoutAnObject(t *testing.T) {
	t.Parallel()
	p := serve(t, 1000, 0)
	dir := t.TempDir()
	a := open(t, dir, noon)
	f := begin(t, a, "key")
	ask(t, f, get(p.URL, 0), get(p.URL, 1))
	gone := a.objectPath(Sum(bodyOf("/1", "", 1000)))
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	_, err := f.Commit(Manifest{})
	wantError(t, err, gone)
	if _, ok, err := a.Latest("scb", "befolkning"); ok || err != nil {
		t.Errorf("half a vintage was written: %v, %v", ok, err)
	}
	p.taken()
	whole(t, a, vintage(t, a, p.URL, 2)) // the failed Commit let go and kept the journal
	if n := p.taken(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestBeginTwice(t *testing.T) {
	t.Parallel()
	a := open(t, t.TempDir(), noon)
	f := begin(t, a, "key")
	_, err := a.Begin("scb", "befolkning", "key")
	wantError(t, err, "scb/befolkning is being fetched already")
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	commit(t, begin(t, a, "key"))
}

func TestNamesThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	a := open(t, t.TempDir(), noon)
	for _, name := range []string{"", ".", "..", "a/b", "../x", "A", "å", "1a", "_a", "a-b", "objects", "a\x00", "con.json"} {
		for _, pair := range [][2]string{{name, "befolkning"}, {"scb", name}} {
			_, err := a.Begin(pair[0], pair[1], "key")
			wantError(t, err, "cannot name a folder")
			_, _, err = a.Latest(pair[0], pair[1])
			wantError(t, err, "cannot name a folder")
			wantError(t, a.SetChecked(pair[0], pair[1], Checked{}), "cannot name a folder")
		}
	}
}

func TestCallsSideBySide(t *testing.T) {
	t.Parallel()
	p := serve(t, 5000, 0)
	dir := t.TempDir()
	interrupted(t, dir, p.URL, 10, noon)
	a := open(t, dir, noon)
	f := begin(t, a, "key")
	p.taken()
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := worker; i < 40; i += 8 {
				if _, err := f.Caller(plain{}).Call(t.Context(), get(p.URL, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	v := commit(t, f)
	var urls []string
	for _, r := range v.Requests {
		urls = append(urls, r.URL)
	}
	slices.Sort(urls)
	if n := p.taken(); n != 30 || len(slices.Compact(urls)) != 40 {
		t.Errorf("%d requests, %d answers; want 30 and 40", n, len(urls))
	}
	whole(t, a, v)
}

// A manifest lists requests as they were asked, whichever answer came first.
func TestRequestsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	f := &Fetch{used: map[int]Request{3: {URL: "c"}, 1: {URL: "a"}, 2: {URL: "b"}}}
	if got := f.requests(); got[0].URL != "a" || got[1].URL != "b" || got[2].URL != "c" {
		t.Errorf("%v", got)
	}
}

func TestLeftoversOfKillsGo(t *testing.T) {
	t.Parallel()
	p := serve(t, 1000, 0)
	dir := t.TempDir()
	a := open(t, dir, noon)
	vintage(t, a, p.URL, 1)
	for _, path := range []string{"objects/.writing/123", "objects/.writing/456"} {
		if err := os.WriteFile(filepath.Join(dir, path), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a = open(t, dir, noon)
	if left := unfinished(t, dir); len(left) != 2 {
		t.Fatalf("Open, or this test, removed something: %v", left)
	}
	vintage(t, a, p.URL, 1)
	if err := a.SetChecked("scb", "befolkning", Checked{At: noon()}); err != nil {
		t.Fatal(err)
	}
	if left := unfinished(t, dir); left != nil {
		t.Errorf("left behind: %v", left)
	}
}
