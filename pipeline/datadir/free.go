package datadir

import (
	"fmt"
	"syscall"
)

// Free says in one line that the disk lacks room for needed more bytes: a
// database written on a full disk may be damaged, so a build asks first. A
// system that cannot tell is taken to have room.
func (d Dir) Free(needed int64) error {
	free, known := freeBytes(d.Root)
	if !known || free >= needed {
		return nil
	}
	line := fmt.Sprintf("the disk of %s has %s free, the build needs %s", d.Root, size(free), size(needed))
	return &unusableError{line: line, err: syscall.ENOSPC}
}

// size writes bytes in the decimal units that disks are sold in.
func size(bytes int64) string {
	switch {
	case bytes >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
	case bytes >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
