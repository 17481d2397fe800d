package main

import (
	"context"
	"io"
	"testing"
	"time"

	"effekt/testdata/budget"
)

// commanded runs a command as often as asked, on one demonstration.
func commanded(b *testing.B, what string, limit time.Duration, args ...string) {
	b.Helper()
	args = append(args, "--data", demoFolder(b))
	budget.Loop(b, what, limit, func() {
		if code := execute(context.Background(), args, io.Discard, io.Discard); code != exitDone {
			b.Fatalf("%v: exit %d", args, code)
		}
	})
}

func BenchmarkReport(b *testing.B) {
	commanded(b, "the report in three forms", 5*time.Second, "report", "--year", "2026", "--out", b.TempDir())
}

// A figure that rests on hundreds of cells.
func BenchmarkExplain(b *testing.B) {
	commanded(b, "`explain` of 808 cells", time.Second, "explain", "demographic_dependency_ratio", "--year", "2024")
}

func BenchmarkBuild(b *testing.B) { commanded(b, "a build with nothing new", 2*time.Second, "build") }
