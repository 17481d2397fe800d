package outcomes

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// convert lets LibreOffice open a file and save it as another kind.
func convert(t *testing.T, kind string, files ...File) string {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed: apt-get install libreoffice-calc-nogui")
	}
	in, out := t.TempDir(), t.TempDir()
	args := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", kind, "--outdir", out}
	for _, f := range files {
		path := filepath.Join(in, f.Name)
		if err := os.WriteFile(path, f.Body, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	cmd := exec.CommandContext(t.Context(), office, args...)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, text)
	}
	return out
}

// TestLibreOffice converts the filled-in and the empty template with
// LibreOffice and reads them back: nothing has changed.
func TestLibreOffice(t *testing.T) {
	t.Parallel()
	before := filled(t, valid())
	out := convert(t, "xlsx", File{"ifylld.xlsx", before}, File{"tom.xlsx", filled(t, nil)})
	load := func(name string) File {
		f, err := Load(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	got, want := read(t, nil, load("ifylld.xlsx")), read(t, nil, one(before)...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("before and after LibreOffice:\n%s", diff)
	}
	if empty := read(t, nil, load("tom.xlsx")); empty.Errors() != 1 || empty.Stamp.Round != "2026H1" {
		t.Errorf("the empty template: %v", empty.Problems)
	}
	known := accept(nil, got)
	prefilled := body(t, templateFile(t, testBook(), known))
	again := read(t, known, File{"igen.xlsx", prefilled})
	if again.Same != 3 || len(again.Problems) != 0 {
		t.Errorf("prefilled: %+v", again)
	}
}
