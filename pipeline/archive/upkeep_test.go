package archive

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// filled is an archive of three vintages a day apart; each has an answer of its
// own and one that all share.
func filled(t *testing.T) (a *Archive, dir string) {
	t.Helper()
	p := serve(t, 100, 0)
	dir = t.TempDir()
	for day := range 3 {
		a = open(t, dir, func() time.Time { return noon().AddDate(0, 0, day) })
		f := begin(t, a, "key")
		ask(t, f, get(p.URL, 0), get(p.URL, day+1))
		commit(t, f)
	}
	age(t, dir)
	return a, dir
}

// age makes every object older than a fetch under way can be.
func age(t *testing.T, dir string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, objects, "*", "*.zst"))
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * resumeWithin)
	for _, path := range all {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
}

func TestVerifyNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	a, dir := filled(t)
	found, err := a.Verify(t.Context())
	if err != nil || len(found.Troubles) != 0 || found.Manifests != 3 || found.Objects != 4 {
		t.Fatalf("%+v, %v", found, err)
	}
	loose, err := a.Put([]byte("nobody names me"))
	if err != nil {
		t.Fatal(err)
	}
	newest, _, err := a.Latest("scb", "befolkning")
	if err != nil {
		t.Fatal(err)
	}
	first, second := newest.Requests[0].Object, newest.Requests[1].Object
	if err := os.WriteFile(filepath.Join(dir, objectName(first)), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, objectName(second))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "scb", "befolkning", "20250101T000000Z.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if found, err = a.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, trouble := range found.Troubles {
		got = append(got, trouble.What+" "+trouble.Path)
	}
	want := []string{"damaged " + objectName(first), "dangling " + objectName(loose), "missing " + objectName(second), "unread scb/befolkning/20250101T000000Z.json"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPruneKeepsWhatIsNeeded(t *testing.T) {
	t.Parallel()
	oldest, middle := "scb/befolkning/20260224T120000Z", "scb/befolkning/20260225T120000Z"
	for _, test := range []struct {
		name string
		keep Keep
		want []string
	}{
		{"latest", Keep{Latest: 1}, []string{oldest, middle}},
		{"none means one", Keep{}, []string{oldest, middle}},
		{"two", Keep{Latest: 2}, []string{oldest}},
		{"since", Keep{Latest: 1, Since: noon().AddDate(0, 0, 1)}, []string{oldest}},
		{"also", Keep{Latest: 1, Also: map[string]bool{oldest: true}}, []string{middle}},
		{"all", Keep{Latest: 9}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, dir := filled(t)
			for _, really := range []bool{false, true} {
				got, err := a.Prune(t.Context(), test.keep, really)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got.Vintages); diff != "" || got.Objects != len(test.want) {
					t.Errorf("really %v: %d objects, %s", really, got.Objects, diff)
				}
			}
			for _, gone := range test.want {
				if _, err := os.Stat(filepath.Join(dir, gone+".json")); !missing(err) {
					t.Errorf("%s is still there", gone)
				}
			}
			found, err := a.Verify(t.Context())
			if err != nil || len(found.Troubles) != 0 || found.Manifests != 3-len(test.want) {
				t.Errorf("afterwards: %+v, %v", found, err)
			}
		})
	}
}

// What a fetch under way has received is not swept away, even when the clock has
// been set to a year later.
func TestPruneLeavesWhatIsYoung(t *testing.T) {
	t.Parallel()
	_, dir := filled(t)
	a := open(t, dir, func() time.Time { return time.Now().AddDate(1, 0, 0) })
	young, err := a.Put([]byte("just received"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Prune(t.Context(), Keep{Latest: 9}, true); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Get(young); err != nil {
		t.Error(err)
	}
}

// A damaged manifest may need anything, so nothing is removed.
func TestPruneStopsAtADamagedManifest(t *testing.T) {
	t.Parallel()
	a, dir := filled(t)
	path := filepath.Join(dir, "scb", "befolkning", "20250101T000000Z.json")
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Prune(t.Context(), Keep{Latest: 1}, true); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	if found, err := a.Verify(t.Context()); err != nil || found.Objects != 4 || slices.ContainsFunc(found.Troubles, func(t Trouble) bool { return t.What == "missing" }) {
		t.Errorf("%+v, %v", found, err)
	}
}

// What is pruned is noted first: a stop in between takes nothing away, and a list
// that cannot be read is never taken for none.
func TestPruneLeavesItsTrace(t *testing.T) {
	t.Parallel()
	a, dir := filled(t)
	oldest := filepath.Join(dir, "scb", "befolkning", "20260224T120000Z.json")
	body, err := os.ReadFile(oldest)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Prune(t.Context(), Keep{Latest: 2}, true); err != nil {
		t.Fatal(err)
	}
	first := noon().Add(time.Hour)
	_, held, err := asOf(a, first)
	if gone, ok := errors.AsType[*PrunedError](err); held || !ok || gone.Name != "20260224T120000Z" || !gone.Fetched.Equal(noon()) {
		t.Errorf("after the pruning: %v, %v", held, err)
	}
	if v, held, err := asOf(a, first.AddDate(0, 0, 1)); err != nil || !held || v.Name != "20260225T120000Z" {
		t.Errorf("what stays: %v, %v, %v", v.Name, held, err)
	}
	// A stop between the note and the removal.
	if err := os.WriteFile(oldest, body, 0o644); err != nil {
		t.Fatal(err)
	}
	if v, held, err := asOf(a, first); err != nil || !held || v.Name != "20260224T120000Z" {
		t.Errorf("noted and not removed: %v, %v, %v", v.Name, held, err)
	}
	for range 2 {
		if _, err := a.Prune(t.Context(), Keep{Latest: 1}, true); err != nil {
			t.Fatal(err)
		}
	}
	arrivals, err := a.Arrivals("scb", "befolkning")
	if err != nil || len(arrivals) != 3 || arrivals[0].Gone == nil || arrivals[1].Gone == nil || arrivals[2].Gone != nil {
		t.Errorf("arrivals %+v, %v", arrivals, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "scb", "befolkning", "pruned.json"), []byte(`[{"vinta`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := asOf(a, first.AddDate(0, 0, 9)); err == nil || !strings.Contains(err.Error(), "pruned.json") {
		t.Errorf("a damaged list: %v", err)
	}
	if found, err := a.Verify(t.Context()); err != nil || len(found.Troubles) != 1 || found.Troubles[0].What != "unread" {
		t.Errorf("a damaged list: %+v, %v", found, err)
	}
	if _, held, err := a.Latest("scb", "befolkning"); err != nil || !held {
		t.Errorf("the newest needs no list: %v, %v", held, err)
	}
}
