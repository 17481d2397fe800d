//go:build unix

package datadir

import (
	"os"
	"path/filepath"
	"testing"

	"effekt/testdata/ordinary"
)

// A freeze that was killed while it sealed has left folders that nobody may
// write in.
func TestCleanRemovesWhatIsSealed(t *testing.T) {
	t.Parallel()
	if ordinary.Test(t) {
		return
	}
	d := open(t)
	staged := filepath.Join(d.Work(), "freeze-1", "2026")
	sealed := []string{filepath.Join(staged, "archive", "objects", "ab"), filepath.Join(staged, "archive", "objects"), filepath.Join(staged, "archive")}
	if err := os.MkdirAll(sealed[0], 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(sealed[0], "x.zst"), nil, 0o444); err != nil {
		t.Fatal(err)
	}
	for i, folder := range sealed {
		if err := os.Chmod(folder, []os.FileMode{0o555, 0o555, 0}[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Clean(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(d.Work()); err != nil || len(entries) != 0 {
		t.Errorf("left %v, %v", entries, err)
	}
}
