//go:build unix

// Package ordinary lets a test run without root's permissions, for root may
// read, write and remove everywhere and sees none of what goes wrong for others.
package ordinary

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// nobody owns nothing but what it is given here.
const nobody = 65534

// Test runs the test once more in a process of an ordinary user when this one
// is root's, and tells whether it did: then the test has been done.
func Test(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return false
	}
	home := Folder(t)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	As(child, home)
	output, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "--- PASS: "+t.Name()) {
		t.Errorf("as an ordinary user: %v\n%s", err, output)
	}
	return true
}

// As makes a command of this very program one of an ordinary user, at home in a
// Folder.
func As(command *exec.Cmd, home string) {
	command.Dir, command.Env = home, append(os.Environ(), "TMPDIR="+home)
	if os.Geteuid() != 0 {
		return
	}
	// The binary's own path leads through a folder that only its builder may enter.
	command.Path, command.Err = "/proc/self/exe", nil
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}

// Folder is one that an ordinary user owns and can reach.
func Folder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "effekt-ordinary-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) }) //nolint:errcheck // the system clears away the rest
	if os.Geteuid() == 0 {
		if err := os.Chown(folder, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
