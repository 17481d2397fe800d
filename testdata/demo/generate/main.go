// Generate writes the synthetic data of the demo: the bodies that
// effekt/sources/replay serves as SCB and Kolada would. Every figure is
// invented by formula; only codes, names and titles are facts.
//
// tables.toml, kpis.toml and places.toml say what there is; formulas.go and
// figures.go hold one formula per table and series.
package main

import (
	"effekt/config"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

func main() {
	out := flag.String("out", ".", "the folder to write scb/ and kolada/ into")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	files, err := generate()
	if err != nil {
		return err
	}
	for name, body := range files {
		path := filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, body, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate makes every file of the demo folder, by its slash-separated name.
func generate() (map[string][]byte, error) {
	c, err := config.Load(config.Embedded, config.Overrides{})
	if err != nil {
		return nil, err
	}
	s, err := readSpec()
	if err != nil {
		return nil, err
	}
	w, files := newWorld(c.Regions, s), map[string][]byte{}
	if err := errors.Join(w.tables(files), w.kolada(files)); err != nil {
		return nil, err
	}
	return files, pack(files)
}

// pack compresses the files named .zst, in one thread, so that the same
// content always gives the same bytes.
func pack(files map[string][]byte) error {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(8<<20))
	if err != nil {
		return err
	}
	for name, body := range files {
		if filepath.Ext(name) == ".zst" {
			files[name] = e.EncodeAll(body, nil)
		}
	}
	return nil
}
