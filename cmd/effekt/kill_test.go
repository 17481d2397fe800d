//go:build unix

package main

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"effekt/testdata/ordinary"
)

// ordinarily is the program in a process of its own, of an ordinary user: root
// may write in a folder that is sealed.
func ordinarily(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), "effekt", args...)
	ordinary.As(command, home)
	return command
}

// A freeze that is killed while it seals is in nobody's way: the next build
// clears it away, also without root's permissions.
func TestKilledFreeze(t *testing.T) {
	t.Parallel()
	home := ordinary.Folder(t)
	t.Cleanup(func() { writable(t, home) })
	if out, err := ordinarily(t, home, "demo", "--data", "d").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	left := ""
	for try := 0; left == "" && try < 10; try++ {
		name := "n" + strconv.Itoa(try)
		freeze := ordinarily(t, home, "edition", "freeze", name, "--data", "d")
		if err := freeze.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { _ = freeze.Wait(); close(ended) }()
		for sealed(home) == "" && freeze.Process.Signal(syscall.Signal(0)) == nil {
			time.Sleep(time.Millisecond)
		}
		_ = freeze.Process.Kill()
		<-ended
		left = sealed(home)
	}
	if left == "" {
		t.Fatal("no freeze was killed while it sealed")
	}
	remove(t, filepath.Join(home, "d", "published", "parquet", "_build")) // something to build
	out, err := ordinarily(t, home, "build", "--data", "d").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "published: ") || sealed(home) != "" {
		t.Errorf("%v: %s", err, out)
	}
}

// sealed is a folder of a staged edition that nobody may write in, "" when there
// is none.
func sealed(home string) (found string) {
	_ = filepath.WalkDir(filepath.Join(home, "d", ".build"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil //nolint:nilerr // it was cleared away in the meantime
		}
		if info, err := entry.Info(); err == nil && info.Mode().Perm() == 0o555 {
			found = path
		}
		return nil
	})
	return found
}
