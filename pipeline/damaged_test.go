package pipeline_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"effekt/pipeline/archive"
	"effekt/pipeline/freshness"
)

// A body that the disk has spoilt is no source's fault: nothing is published
// without it, and a fetch of everything mends it.
func TestDamagedObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	before := w.file()
	v, _, err := w.open().Archive.Latest("scb", "grp")
	if err != nil {
		t.Fatal(err)
	}
	hash := v.Data("data")[0].Object
	path := filepath.Join(w.dir.Archive(), "objects", hash[:2], hash+".zst")
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	body[len(body)/2] ^= 1
	if err := errors.Join(os.Chmod(path, 0o644), os.WriteFile(path, body, 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.buildAnew(); !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("a build of a damaged archive: %v", err)
	}
	w.untouched(before)
	w.allWell("everything anew", w.fetch(question{full: true}))
	if _, err := w.buildAnew(); err != nil {
		t.Errorf("after a fetch of everything: %v", err)
	}
}

// An older description that cannot be read hides neither the table's standing nor
// that it cannot be.
func TestStatusOfADamagedDescription(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	v, _, err := w.open().Archive.Latest("scb", "grp")
	if err != nil {
		t.Fatal(err)
	}
	w.revised(101)
	hash := v.Data("metadata")[0].Object
	if err := os.WriteFile(filepath.Join(w.dir.Archive(), "objects", hash[:2], hash+".zst"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	l := w.grp()
	if l.Standing != freshness.Fresh || len(l.News) != 1 || !strings.Contains(l.News[0], "cannot be compared") || !strings.Contains(l.News[0], hash) {
		t.Errorf("%+v", l)
	}
}
