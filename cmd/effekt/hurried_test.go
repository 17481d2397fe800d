package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"effekt/config"
	"effekt/sources/replay"
)

// hurried is a folder with the shipped config, aimed at a loopback server and
// without the pauses that spare the real publishers.
func hurried(t *testing.T, running *replay.Running) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, config.Embedded); err != nil {
		t.Fatal(err)
	}
	body, err := fs.ReadFile(config.Embedded, "effekt.toml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(
		"https://statistikdatabasen.scb.se/api/v2", running.SCB(),
		"https://api.kolada.se/v3", running.Kolada(),
		"calls = 30 ", "calls = 10000 ", "calls = 4 ", "calls = 10000 ",
		`"500ms"`, `"5ms"`,
	).Replace(string(body))
	if strings.Contains(text, "https://") || strings.Count(text, "calls = 10000") != 2 {
		t.Fatal("effekt.toml is worded in another way")
	}
	if err := os.WriteFile(filepath.Join(dir, "effekt.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}
