//go:build unix

package datadir

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// asNobody runs the test once more in a process without root's permissions,
// for root may remove and write everywhere; it tells whether this is not that
// process. Whoever is no root runs the test at once.
func asNobody(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return false
	}
	const nobody = 65534
	folder, err := os.MkdirTemp("", "nobody-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chown(folder, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	// The binary's own path leads through a folder that only its builder may enter.
	child := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env, child.Dir = append(os.Environ(), "TMPDIR="+folder, "HOME="+folder), folder
	child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if output, err := child.CombinedOutput(); err != nil {
		t.Errorf("as an ordinary user: %v\n%s", err, output)
	}
	return true
}

// A freeze that was killed while it sealed has left folders that nobody may
// write in.
func TestCleanRemovesWhatIsSealed(t *testing.T) {
	t.Parallel()
	if asNobody(t) {
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
