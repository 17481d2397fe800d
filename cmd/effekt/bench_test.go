package main

import (
	"context"
	"io"
	"testing"
)

// commanded runs a command as often as asked, on one demonstration.
func commanded(b *testing.B, args ...string) {
	b.Helper()
	dir := demoFolder(b)
	for b.Loop() {
		if code := execute(context.Background(), append(args, "--data", dir), io.Discard, io.Discard); code != exitDone {
			b.Fatalf("%v: exit %d", args, code)
		}
	}
}

// BenchmarkReport is the whole report in three forms. Budget: 5 s.
func BenchmarkReport(b *testing.B) { commanded(b, "report", "--year", "2026", "--out", b.TempDir()) }

// BenchmarkExplain is a figure that rests on hundreds of cells. Budget: 1 s.
func BenchmarkExplain(b *testing.B) {
	commanded(b, "explain", "demographic_dependency_ratio", "--year", "2024")
}

// BenchmarkBuild is a build that finds no changed data set. Budget: 2 s.
func BenchmarkBuild(b *testing.B) { commanded(b, "build") }
