//go:build !unix

package schedule

import "os/exec"

func ownGroup(*exec.Cmd) {}

// terminate can only kill where there is no signal to ask with.
func terminate(child *exec.Cmd) error { return child.Process.Kill() }

func kill(child *exec.Cmd) { _ = child.Process.Kill() }
