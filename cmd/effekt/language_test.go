package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is printed for people is Swedish and stands in text/; the code has none of
// it, and writes to standard output through print, encode and answer alone.
func TestLanguages(t *testing.T) {
	t.Parallel()
	english := regexp.MustCompile(`(?i)(?:^|\PL)(the|of|is|are|and|with|nothing|file|files|missing|rows|year|from|source|since)(?:$|\PL)`)
	actions := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	texts, err := fs.Glob(texts, "text/*.txt")
	if err != nil || len(texts) < 12 {
		t.Fatal(texts, err)
	}
	for _, path := range texts {
		if word := english.FindString(actions.ReplaceAllString(string(read(t, path)), " ")); word != "" {
			t.Errorf("%s: %q is English", path, word)
		}
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`Fprint\w*\(a\.stdout|os\.Stdout\.`).Find(body); found != nil {
			t.Errorf("%s: %s goes past the texts", path, found)
		}
	}
}
