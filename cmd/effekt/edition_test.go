package main

import (
	"archive/zip"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"effekt/pipeline/edition"

	"github.com/google/go-cmp/cmp"
)

func editions(t *testing.T, dir string) {
	t.Helper()
	if code, out, log := called(t, "edition", "freeze", "2026", "--data", dir); code != exitDone || !strings.Contains(out, "filer, id ") {
		t.Fatalf("exit %d: %s%s", code, out, log)
	}
	frozen := filepath.Join(dir, "editions", "2026")
	if code, _, log := called(t, "edition", "freeze", "2026", "--data", dir); code != exitFailed || !strings.Contains(log, "never overwritten") {
		t.Errorf("a second freeze: exit %d: %s", code, log)
	}
	for _, name := range []string{"../2027", "", "a/b", ".x", strings.Repeat("x", 65)} {
		if code, _, _ := called(t, "edition", "freeze", name, "--data", dir); code == exitDone {
			t.Errorf("an edition was named %q", name)
		}
	}
	t.Run("as frozen", func(t *testing.T) { t.Parallel(); editionIsAsFrozen(t, dir) })
	t.Run("copies", func(t *testing.T) { t.Parallel(); damagedCopies(t, frozen) })
	t.Run("export", func(t *testing.T) { t.Parallel(); exported(t, dir, frozen) })
}

func called(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log strings.Builder
	code = execute(context.Background(), args, &out, &log)
	return code, out.String(), log.String()
}

func editionIsAsFrozen(t *testing.T, dir string) {
	t.Helper()
	if code, out, log := called(t, "edition", "verify", "2026", "--data", dir); code != exitDone || !strings.Contains(out, "blir desamma") {
		t.Errorf("verify: exit %d: %s%s", code, out, log)
	}
	if out := output(t, "edition", "list", "--data", dir); !strings.Contains(out, "2026") {
		t.Errorf("list: %s", out)
	}
	framed := filepath.Join(t.TempDir(), "report")
	output(t, "report", "--year", "2026", "--edition", "2026", "--format", "html", "--out", framed, "--data", dir)
	if inside := read(t, filepath.Join(dir, "editions", "2026", "report", "aterrapport-2026.docx")); len(inside) == 0 {
		t.Error("the edition has no report")
	}
	if out := output(t, "archive", "prune", "--keep", "1", "--data", dir); !strings.Contains(out, "skulle ta bort 0 årgångar, 0 objekt") {
		t.Errorf("what has been handed in is to go: %s", out)
	}
	then := filepath.Join(t.TempDir(), "then.duckdb")
	if code, out, log := called(t, "build", "--data", dir, "--with-edition", "2026", "--out", then); code != exitDone {
		t.Errorf("build with the edition's definitions: exit %d: %s%s", code, out, log)
	}
	if code, _, log := called(t, "build", "--data", dir, "--with-edition", "2026"); code != exitUsage || !strings.Contains(log, "needs --out") {
		t.Errorf("published with an edition's definitions: exit %d: %s", code, log)
	}
	later := filepath.Join(t.TempDir(), "later")
	output(t, "report", "--year", "2026", "--format", "html", "--out", later, "--data", dir)
	if page := string(read(t, filepath.Join(later, "aterrapport-2026.html"))); !strings.Contains(page, "Jämfört med utgåvan 2026") {
		t.Error("the report does not say what has changed since the edition")
	}
	if page := string(read(t, filepath.Join(framed, "aterrapport-2026.html"))); !strings.Contains(page, "Utgåva 2026.") || !strings.Contains(page, "278\u00a0725") {
		t.Error("the report of the edition lacks its name or its population")
	}
	if out := output(t, "edition", "diff", "2026", "--data", dir); !strings.Contains(out, "0 ändrade slutsatser, 0 reviderade siffror, 0 tillbakadragna, 0 nya") {
		t.Errorf("diff: %s", out)
	}
}

// Each way of changing a copy is named. The copies lie outside the data folder,
// as on another machine.
func damagedCopies(t *testing.T, frozen string) {
	t.Helper()
	for _, test := range []struct {
		name   string
		want   []string
		change func(t *testing.T, folder string)
	}{
		{"files", []string{
			"fil ändrad: archive/objects/", "fil ändrad: parquet/mart/indicator_value.parquet", "fil saknas: sql/core/", "fil tillagd: config/extra.txt", "is not as it was frozen",
		}, func(t *testing.T, folder string) {
			t.Helper()
			flip(t, oneOf(t, folder, "archive/objects/*/*.zst"))
			flip(t, filepath.Join(folder, "parquet/mart/indicator_value.parquet"))
			remove(t, oneOf(t, folder, "sql/core/*.sql"))
			put(t, filepath.Join(folder, "config/extra.txt"), "x")
		}},
		{"figures that cannot be read", []string{"fil ändrad: parquet/mart/indicator_value.parquet", "the frozen figures", "is not as it was frozen"}, func(t *testing.T, folder string) {
			t.Helper()
			path := filepath.Join(folder, "parquet/mart/indicator_value.parquet")
			put(t, path, string(read(t, path)[:1000]))
		}},
		{"seal", []string{"fil ändrad: edition.sha256", "is not as it was frozen"}, func(t *testing.T, folder string) {
			t.Helper()
			put(t, filepath.Join(folder, "edition.sha256"), "")
		}},
		{"link", []string{"fil ingen vanlig fil: config/regions.toml", "is not as it was frozen"}, func(t *testing.T, folder string) {
			t.Helper()
			path, away := filepath.Join(folder, "config/regions.toml"), filepath.Join(t.TempDir(), "regions.toml")
			put(t, away, string(read(t, path)))
			remove(t, path)
			if err := os.Symlink(away, path); err != nil {
				t.Fatal(err)
			}
		}},
		{"newer format", []string{"newer effekt"}, func(t *testing.T, folder string) {
			t.Helper()
			put(t, filepath.Join(folder, "edition.json"), `{"format": 99, "name": "2026"}`)
		}},
		{"list that leads out", []string{"damaged"}, func(t *testing.T, folder string) {
			t.Helper()
			put(t, filepath.Join(folder, "edition.json"), `{"format": 1, "name": "2026", "files": [{"path": "../../etc/passwd"}]}`)
		}},
		{"another name in the list", []string{"fil ändrad: edition.json", "is not as it was frozen"}, func(t *testing.T, folder string) {
			t.Helper()
			path := filepath.Join(folder, "edition.json")
			put(t, path, strings.Replace(string(read(t, path)), `"version": "0.1"`, `"version": "0.3"`, 1))
		}},
		{"no seal", []string{"fil saknas: edition.sha256"}, func(t *testing.T, folder string) { t.Helper(); remove(t, filepath.Join(folder, "edition.sha256")) }},
		{"no list", []string{"no edition"}, func(t *testing.T, folder string) { t.Helper(); remove(t, filepath.Join(folder, "edition.json")) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(folder, os.DirFS(frozen)); err != nil {
				t.Fatal(err)
			}
			writable(t, folder)
			test.change(t, folder)
			code, out, log := called(t, "edition", "verify", folder)
			for _, want := range test.want {
				if code != exitFailed || !strings.Contains(out+log, want) {
					t.Errorf("exit %d, want %q: %s%s", code, want, out, log)
				}
			}
		})
	}
}

func writable(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(path, 0o755)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func oneOf(t *testing.T, folder, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: nothing found, %v", pattern, err)
	}
	return found[len(found)/2]
}

func flip(t *testing.T, path string) {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	body[len(body)/2] ^= 1
	put(t, path, string(body))
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func exported(t *testing.T, dir, frozen string) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "case.zip")
	output(t, "edition", "export", "2026", "--out", to, "--data", dir)
	r, err := zip.OpenReader(to)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []string
	for _, f := range r.File {
		got = append(got, strings.TrimPrefix(f.Name, "2026/"))
	}
	e, err := edition.Read(frozen)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"edition.json", "edition.sha256"}
	for _, f := range e.Files {
		want = append(want, f.Path)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
