// Generate writes the synthetic data of the demo: the bodies that
// effekt/sources/replay serves as SCB and Kolada would. Every figure is
// invented by formula; only codes, names and titles are facts.
//
// A table is one function in a file of its own, listed in tables; a Kolada
// series is one line in kpis.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

func main() {
	regions := flag.String("regions", "../../config/regions.toml", "the regions to make figures for")
	out := flag.String("out", ".", "the folder to write scb/ and kolada/ into")
	flag.Parse()
	if err := run(*regions, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(regions, out string) error {
	text, err := os.ReadFile(regions)
	if err != nil {
		return err
	}
	files, err := generate(text)
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

// generate makes every file of the demo folder, by its slash-separated name,
// from the text of regions.toml.
func generate(regions []byte) (map[string][]byte, error) {
	all, err := readRegions(regions)
	if err != nil {
		return nil, err
	}
	w := newWorld(all)
	files := map[string][]byte{}
	for _, build := range tables() {
		t := build(w)
		body, err := t.body()
		if err != nil {
			return nil, err
		}
		files["scb/"+t.id+".json.zst"] = body
	}
	if err := w.kolada(files); err != nil {
		return nil, err
	}
	return files, pack(files)
}

// tables lists the SCB tables, one function each.
func tables() []func(*world) *table {
	return []func(*world) *table{
		tab638, tab5557, tab3981, tab3200, tab3554, tab3138,
		tab5169, tab6481, tab1212, tab6640, tab4394, tab2538, tab4642, tab4352,
		tab6366, tab6384, tab389, tab5655, tab3204, tab4357,
	}
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
