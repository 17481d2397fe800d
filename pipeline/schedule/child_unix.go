//go:build unix

package schedule

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// ownGroup puts the child and what it starts in a process group of its own: a
// Ctrl-C at the terminal comes to the scheduler alone, which then stops the
// group in order.
func ownGroup(child *exec.Cmd) { child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// terminate asks the whole group to stop.
func terminate(child *exec.Cmd) error { return send(child, syscall.SIGTERM) }

// kill ends the whole group. The child has not been waited for yet, so the
// number is still its own.
func kill(child *exec.Cmd) { _ = send(child, syscall.SIGKILL) }

func send(child *exec.Cmd, what syscall.Signal) error {
	err := syscall.Kill(-child.Process.Pid, what)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}
