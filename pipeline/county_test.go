package pipeline_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"effekt/pipeline"
	"effekt/pipeline/run"
	"effekt/sources/replay"
)

// A folder is one county's: a run for another is refused before anything is
// asked or made, and the history of revisions goes on.
func TestAFolderIsOneCountys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	revised := func(value float64) {
		w.later(time.Hour)
		w.revise(func(l *replay.Library) error {
			return errors.Join(l.SetValue("TAB3138", grp("24", "2022"), value, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
		})
	}
	const revisions = "select count(*) from mart.revision where region = '24' and year = 2022"
	revised(111)
	w.sound()
	w.one(revisions, "1")
	before := w.file()
	refused := func(when string) {
		t.Helper()
		w.set(`county = "24"`, `county = "23"`)
		w.forget()
		p := w.open()
		for name, run := range map[string]func() error{
			"refresh": func() error { _, err := p.Refresh(t.Context(), run.Want{}); return err },
			"fetch":   func() error { _, err := p.FetchOnly(t.Context(), run.Want{}); return err },
			"build":   func() error { _, err := p.Build(t.Context()); return err },
			"history": func() error { _, err := p.BuildHistory(t.Context()); return err },
			"import":  func() error { _, err := p.Import(t.Context(), nil); return err },
		} {
			err := run()
			if other, ok := errors.AsType[*pipeline.CountyError](err); !ok || other.Held != "24" || other.Wanted != "23" {
				t.Errorf("%s, %s: %v", when, name, err)
			}
		}
		if w.asked() != 0 {
			t.Errorf("%s: the sources were asked", when)
		}
		w.set(`county = "23"`, `county = "24"`)
	}
	refused("as it is")
	w.untouched(before)
	aside(t, w.dir.Published())
	refused("with the archive alone")
	aside(t, w.dir.Published()+".aside")
	sayNothing(t, w.dir.Archive())
	refused("with an archive that is older than the mark")
	w.untouched(before)
	revised(112)
	w.sound()
	w.one(revisions, "2")
}

// aside takes a folder away, and one that is away back.
func aside(t *testing.T, folder string) {
	t.Helper()
	to := folder + ".aside"
	if filepath.Ext(folder) == ".aside" {
		to = folder[:len(folder)-len(".aside")]
	}
	if err := os.Rename(folder, to); err != nil {
		t.Fatal(err)
	}
}

// sayNothing makes every manifest one of before manifests said whose they are.
func sayNothing(t *testing.T, archive string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(archive, "*", "*", "2*Z.json"))
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	for _, path := range all {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		older := regexp.MustCompile(`"county":"24",`).ReplaceAll(body, nil)
		if bytes.Equal(older, body) {
			t.Errorf("%s does not say whose it is", path)
		}
		if err := os.WriteFile(path, older, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
