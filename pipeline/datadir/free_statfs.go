//go:build linux || darwin || freebsd

package datadir

import (
	"math"
	"math/bits"

	"golang.org/x/sys/unix"
)

// freeBytes is what an ordinary user may still write, quota apart.
func freeBytes(path string) (free int64, known bool) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return 0, false
	}
	// FreeBSD counts below zero when only root may write.
	blocks := int64(stat.Bavail)
	if blocks < 0 {
		return 0, true
	}
	high, low := bits.Mul64(uint64(blocks), uint64(stat.Bsize))
	if high != 0 || low > math.MaxInt64 {
		return math.MaxInt64, true
	}
	return int64(low), true
}
