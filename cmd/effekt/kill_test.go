//go:build unix

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ordinary is the program in a process of its own, without root's permissions:
// root may write in a folder that is sealed.
func ordinary(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), "effekt", args...)
	command.Dir, command.Env = home, append(os.Environ(), "TMPDIR="+home)
	if os.Geteuid() == 0 {
		// The binary's own path leads through a folder that only its builder may enter.
		command.Path, command.Err = "/proc/self/exe", nil
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return command
}

const nobody = 65534

// ordinaryFolder is one that an ordinary user owns and can reach.
func ordinaryFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "effekt-ordinary-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { writable(t, folder); os.RemoveAll(folder) })
	if os.Geteuid() == 0 {
		if err := os.Chown(folder, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// A freeze that is killed while it seals is in nobody's way: the next build
// clears it away, also without root's permissions.
func TestKilledFreeze(t *testing.T) {
	t.Parallel()
	home := ordinaryFolder(t)
	if out, err := ordinary(t, home, "demo", "--data", "d").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	left := ""
	for try := 0; left == "" && try < 10; try++ {
		name := "n" + strconv.Itoa(try)
		freeze := ordinary(t, home, "edition", "freeze", name, "--data", "d")
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
	out, err := ordinary(t, home, "build", "--data", "d").CombinedOutput()
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
