package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// One manifest of a newer program hides none of the other data sets, in text or
// for programs, and stays loud.
func TestStatusOfAnArchiveThatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := demoFolder(t)
	manifests, err := filepath.Glob(filepath.Join(dir, "archive", "scb", "grp", "2*Z.json"))
	if err != nil || len(manifests) != 1 {
		t.Fatal(manifests, err)
	}
	body, err := os.ReadFile(manifests[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(manifests[0], []byte(strings.Replace(string(body), `"format":1`, `"format":7`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	var text, asJSON, log strings.Builder
	if code := execute(context.Background(), []string{"status", "--data", dir}, &text, &log); code != exitFailed {
		t.Errorf("exit %d", code)
	}
	for _, want := range []string{"grp är oläsbar: archive: " + manifests[0] + ": the manifest has format 7", "income_median", "jobb", "att göra"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if code := execute(context.Background(), []string{"status", "--json", "--data", dir}, &asJSON, &log); code != exitFailed {
		t.Errorf("exit %d", code)
	}
	var s statusJSON
	if err := json.Unmarshal([]byte(asJSON.String()), &s); err != nil {
		t.Fatal(err)
	}
	standing := map[string]string{}
	for _, d := range s.Datasets {
		standing[d.Name] = string(d.Standing)
	}
	if standing["grp"] != "unreadable" || standing["income_median"] == "unreadable" || len(standing) < 20 || len(s.Runs) == 0 || len(s.Due) == 0 {
		t.Errorf("%+v", s)
	}
	if !strings.Contains(log.String(), "the archive cannot be read for grp") {
		t.Errorf("stderr: %s", log.String())
	}
}
