package edition_test

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"effekt/pipeline/archive"
	"effekt/pipeline/build"
	"effekt/pipeline/edition"
	"effekt/pipeline/run"

	"github.com/google/go-cmp/cmp"
)

// An edition holds everything, cannot be written, and gives its figures once more
// from itself alone.
func TestFreezeAndVerify(t *testing.T) {
	t.Parallel()
	w, folder := frozen(t)
	v, err := verify(t, folder)
	if err != nil || !v.Sound() || v.Compared == 0 || v.Edition.Version != "test" || v.Edition.County != "24" {
		t.Fatalf("%v %+v", err, v)
	}
	for _, part := range []string{"parquet/mart/indicator_value.parquet", "config/datasets/grp.toml", "sql/indicators/product.sql", "report/rapport.txt", "archive/scb/grp/", "archive/objects/"} {
		if !slices.ContainsFunc(v.Edition.Files, func(f edition.File) bool { return strings.HasPrefix(f.Path, part) && f.Bytes > 0 }) {
			t.Errorf("it does not hold %s", part)
		}
	}
	for _, path := range []string{"", "edition.json", "report", "report/rapport.txt"} {
		if info, err := os.Stat(filepath.Join(folder, path)); err != nil || info.Mode().Perm()&0o222 != 0 {
			t.Errorf("%q can be written: %v %v", path, info.Mode(), err)
		}
	}
	if seal := read(t, filepath.Join(folder, "edition.sha256")); seal != v.Edition.ID+"  edition.json\n" || v.Edition.ID != archive.Sum([]byte(read(t, filepath.Join(folder, "edition.json")))) {
		t.Errorf("sealed as %q, the id is %s", seal, v.Edition.ID)
	}
	if all, err := edition.List(w.Dir.Editions()); err != nil || len(all) != 1 || all[0].ID != v.Edition.ID {
		t.Errorf("listed: %+v %v", all, err)
	}
	if _, err := w.freeze("2026"); !errors.Is(err, edition.ErrExists) {
		t.Errorf("frozen again: %v", err)
	}
	if err := os.RemoveAll(w.Dir.Archive()); err != nil {
		t.Fatal(err)
	}
	if v, err := verify(t, copyOf(t, folder)); err != nil || !v.Sound() {
		t.Errorf("elsewhere, without the data folder: %v %+v", err, v)
	}
}

// What cannot be frozen leaves nothing behind.
func TestFreezeRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.freeze("2026"); !errors.Is(err, build.ErrNothing) {
		t.Errorf("nothing has come: %v", err)
	}
	w.refresh()
	for _, name := range []string{"", "../2026", "a/b", ".x", "två ord", strings.Repeat("x", 65)} {
		if _, err := w.freeze(name); err == nil {
			t.Errorf("frozen as %q", name)
		}
	}
	in, err := w.Inputs()
	if err != nil {
		t.Fatal(err)
	}
	f := edition.Frozen{Inputs: in, Dir: w.Dir, Archive: w.Archive, Config: w.files, SQL: w.sql, Report: t.TempDir(), BuildID: "another"}
	if _, err := edition.Freeze(t.Context(), f, "2026"); err == nil || !strings.Contains(err.Error(), "another file was published while the report was made") {
		t.Errorf("a report of another build: %v", err)
	}
	w.revise(1)
	if _, err := w.FetchOnly(t.Context(), run.Want{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.freeze("2026"); err == nil || !strings.Contains(err.Error(), "run «effekt build»") {
		t.Errorf("what is published is not what is held: %v", err)
	}
	w.refresh()
	objects, err := filepath.Glob(filepath.Join(w.Dir.Archive(), "objects", "*", "*.zst"))
	if err != nil || len(objects) == 0 {
		t.Fatal(objects, err)
	}
	for _, object := range objects {
		flip(t, object)
	}
	if _, err := w.freeze("2026"); err == nil {
		t.Error("damaged bodies were frozen")
	}
	if left, err := os.ReadDir(w.Dir.Editions()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// Every way of changing an edition is found and named by its file.
func TestVerifyFindsWhatHasChanged(t *testing.T) {
	t.Parallel()
	_, folder := frozen(t)
	const values = "parquet/mart/indicator_value.parquet"
	for name, test := range map[string]struct {
		change func(t *testing.T, at func(path string) string)
		want   string // findings
		again  string // why the figures cannot be compared; empty when they can
	}{
		"a byte": {func(t *testing.T, at func(string) string) { t.Helper(); flip(t, at("report/rapport.txt")) }, "changed report/rapport.txt", ""},
		"a file that is gone and one that has come": {func(t *testing.T, at func(string) string) {
			t.Helper()
			remove(t, at("report/rapport.txt"))
			put(t, at("config/extra.txt"), "x")
		}, "missing report/rapport.txt, added config/extra.txt", ""},
		"the SQL": {func(t *testing.T, at func(string) string) {
			t.Helper()
			put(t, at("sql/indicators/product.sql"), strings.Replace(productSQL, "value,", "value + 1 as value,", 1))
		}, "changed sql/indicators/product.sql", ""},
		"figures that cannot be read": {func(t *testing.T, at func(string) string) { t.Helper(); put(t, at(values), "PAR1") }, "changed " + values, "the frozen figures"},
		"figures that are gone":       {func(t *testing.T, at func(string) string) { t.Helper(); remove(t, at(values)) }, "missing " + values, "the frozen figures"},
		"config that is gone":         {func(t *testing.T, at func(string) string) { t.Helper(); remove(t, at("config/effekt.toml")) }, "missing config/effekt.toml", "effekt.toml"},
		"a link": {func(t *testing.T, at func(string) string) {
			t.Helper()
			remove(t, at("config/regions.toml"))
			if err := os.Symlink("/etc/hostname", at("config/regions.toml")); err != nil {
				t.Fatal(err)
			}
		}, "no ordinary file config/regions.toml", "no ordinary file"},
		"the seal":      {func(t *testing.T, at func(string) string) { t.Helper(); put(t, at("edition.sha256"), "") }, "changed edition.sha256", ""},
		"the seal gone": {func(t *testing.T, at func(string) string) { t.Helper(); remove(t, at("edition.sha256")) }, "missing edition.sha256", ""},
		"the version": {func(t *testing.T, at func(string) string) {
			t.Helper()
			put(t, at("edition.json"), strings.Replace(read(t, at("edition.json")), `"version": "test"`, `"version": "9.9"`, 1))
		}, "changed edition.json or its seal edition.sha256", ""},
	} {
		to := copyOf(t, folder)
		test.change(t, func(path string) string { return filepath.Join(to, path) })
		v, err := verify(t, to)
		if err != nil || v.Sound() {
			t.Errorf("%s: %v, sound %v", name, err, v.Sound())
		}
		var found []string
		for _, f := range v.Files {
			found = append(found, f.What+" "+f.Path)
		}
		if got := strings.Join(found, ", "); got != test.want {
			t.Errorf("%s: found %q, want %q", name, got, test.want)
		}
		if test.again == "" != (v.Rebuilt == nil) || v.Rebuilt != nil && !strings.Contains(v.Rebuilt.Error(), test.again) {
			t.Errorf("%s: calculated again: %v", name, v.Rebuilt)
		}
		if other := len(v.Figures) > 0; other != (name == "the SQL") {
			t.Errorf("%s: %d figures differ", name, len(v.Figures))
		}
	}
}

// An edition of an older program has no seal, and verifies; one of a newer is
// refused; a list that leads out of the edition, or is none, is damaged.
func TestOtherPrograms(t *testing.T) {
	t.Parallel()
	_, folder := frozen(t)
	older := copyOf(t, folder)
	list := filepath.Join(older, "edition.json")
	text := strings.NewReplacer(`"format": 2`, `"format": 1`, `"version": "test"`, `"version": "0.1"`).Replace(read(t, list))
	put(t, list, text)
	remove(t, filepath.Join(older, "edition.sha256"))
	if v, err := verify(t, older); err != nil || !v.Sound() || v.Edition.Version != "0.1" {
		t.Errorf("of an older program: %v %+v", err, v)
	}
	for text, want := range map[string]string{
		`{"format": 99, "name": "2026"}`: edition.ErrNewer.Error(), `{"format": 1, "name": "2026", "files": [{"path": "../x"}]}`: `names the file "../x"`,
		`{"format": 2, "name": "2026", "files": [{"path": "edition.json"}]}`: "names the file", `{"name": "2026"}`: "no format or name", `{"format": 1}`: "no format or name", `{`: "damaged",
	} {
		put(t, list, text)
		if _, err := verify(t, older); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
		if err := edition.Export(t.Context(), older, filepath.Join(t.TempDir(), "x.zip")); err == nil {
			t.Errorf("%s was exported", text)
		}
	}
	remove(t, list)
	if err := os.Mkdir(list, 0o755); err != nil {
		t.Fatal(err)
	}
	if all, err := edition.List(filepath.Dir(older)); err == nil || len(all) > 0 || !strings.Contains(err.Error(), "no ordinary file") {
		t.Errorf("a folder in the list's place: %v %v", all, err)
	}
	remove(t, list)
	if _, err := edition.Read(older); err == nil || !strings.Contains(err.Error(), "is no edition") {
		t.Errorf("no list: %v", err)
	}
	if all, err := edition.List(filepath.Join(older, "none")); err != nil || all != nil {
		t.Errorf("no editions: %v %v", all, err)
	}
}

// A later file is compared with the edition figure by figure.
func TestDiffAfterARevision(t *testing.T) {
	t.Parallel()
	w, folder := frozen(t)
	compare := func() edition.Diff {
		d, err := edition.Compare(t.Context(), filepath.Join(folder, "parquet"), w.Dir.Parquet(), "24")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := compare(); len(d.Revised)+len(d.Withdrawn)+len(d.Conclusions) > 0 || d.Added != 0 {
		t.Errorf("nothing has changed: %+v", d)
	}
	w.revise(123)
	w.refresh()
	d := compare()
	if len(d.Revised) != 1 || len(d.Withdrawn) > 0 || d.Added != 0 {
		t.Fatalf("%+v", d)
	}
	if r := d.Revised[0]; r.Indicator != "product" || r.Region != "24" || r.Year != 2023 || *r.New != 123 || *r.Old == 123 || r.OldVintage == r.NewVintage {
		t.Errorf("%+v", r)
	}
	if v, err := verify(t, folder); err != nil || !v.Sound() {
		t.Errorf("the edition itself: %v %+v", err, v)
	}
}

// The zip file holds every file of the edition, byte for byte; a damaged edition
// is not exported.
func TestExport(t *testing.T) {
	t.Parallel()
	_, folder := frozen(t)
	to := filepath.Join(t.TempDir(), "case.zip")
	if err := edition.Export(t.Context(), folder, to); err != nil {
		t.Fatal(err)
	}
	r, err := zip.OpenReader(to)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	e, err := edition.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"edition.json", "edition.sha256"}
	for _, f := range e.Files {
		want = append(want, f.Path)
	}
	var got []string
	for _, f := range r.File {
		path := strings.TrimPrefix(f.Name, "2026/")
		got = append(got, path)
		inside, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(inside); err != nil || string(body) != read(t, filepath.Join(folder, path)) {
			t.Errorf("%s is another in the zip file: %v", path, err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	damaged, out := copyOf(t, folder), t.TempDir()
	flip(t, filepath.Join(damaged, "report/rapport.txt"))
	if err := edition.Export(t.Context(), damaged, filepath.Join(out, "x.zip")); err == nil || !strings.Contains(err.Error(), "is not as it was frozen") {
		t.Errorf("a damaged edition: %v", err)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func flip(t *testing.T, path string) {
	t.Helper()
	body := []byte(read(t, path))
	body[len(body)/2] ^= 1
	if err := errors.Join(os.Chmod(path, 0o644), os.WriteFile(path, body, 0o644)); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
