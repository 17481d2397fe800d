package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// What is checked in must be what the generator makes. Compressed files are
// compared by content as well, so that a new version of the compressor is told
// from a new figure.
func TestCheckedInFilesAreGenerated(t *testing.T) {
	t.Parallel()
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Errorf("%v (run go generate)", err)
			continue
		}
		if bytes.Equal(got, want) {
			continue
		}
		if filepath.Ext(name) == ".zst" && bytes.Equal(unpack(t, got), unpack(t, want)) {
			t.Errorf("%s has the same content but other bytes: the compressor has changed (run go generate)", name)
			continue
		}
		t.Errorf("%s is not what the generator makes (run go generate)", name)
	}
	checkStrays(t, files)
}

// checkStrays finds files that the generator no longer makes.
func checkStrays(t *testing.T, files map[string][]byte) {
	t.Helper()
	for _, pattern := range []string{"scb/*", "kolada/*.json", "kolada/data/*"} {
		names, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if rel := filepath.ToSlash(name[len("../"):]); files[rel] == nil {
				t.Errorf("%s is not made by the generator", rel)
			}
		}
	}
}

func unpack(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if body, err = r.DecodeAll(body, nil); err != nil {
		t.Fatal(err)
	}
	return body
}

func TestDivideIsWhole(t *testing.T) {
	t.Parallel()
	for n := range 300 {
		for i := range 20 {
			var out [4]int
			divide(n, unit("test", n, i), []float64{0.1, 0.45, 0.3}, out[:])
			sum := 0
			for _, k := range out {
				sum += k
				if k < 0 {
					t.Fatalf("%d divided as %v", n, out)
				}
			}
			if sum != n {
				t.Fatalf("%d divided as %v", n, out)
			}
		}
	}
}
