package build

import (
	"os"
	"path/filepath"
	"testing"
)

func stagedFile(t *testing.T, work, content string) built {
	t.Helper()
	b := built{Database: filepath.Join(work, "b.duckdb"), Parquet: filepath.Join(work, "parquet"), ID: content}
	if err := os.MkdirAll(filepath.Join(b.Parquet, "mart"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{b.Database, filepath.Join(b.Parquet, "mart", "indicator.parquet")} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestSwapLeavesOldReadersTheirFile(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir := filepath.Join(root, "published")
	if err := swap(dir, stagedFile(t, root, "first")); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(filepath.Join(dir, "effekt.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := swap(dir, stagedFile(t, root, "second")); err != nil {
		t.Fatal(err)
	}
	old := make([]byte, 5)
	if _, err := reader.Read(old); err != nil || string(old) != "first" {
		t.Errorf("the open file became %q (%v)", old, err)
	}
	for _, path := range []string{"effekt.duckdb", "parquet/mart/indicator.parquet"} {
		got, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil || string(got) != "second" {
			t.Errorf("%s holds %q (%v)", path, got, err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "effekt.duckdb"))
	if err != nil || info.Mode().Perm() != 0o444 {
		t.Errorf("mode %v (%v), want 0444", info.Mode(), err)
	}
	if id := PublishedID(dir); id != "second" {
		t.Errorf("parquet of build %q", id)
	}
}

func TestSwapRefusesAnUnfinishedFile(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	b := stagedFile(t, root, "x")
	if err := os.WriteFile(b.Database+".wal", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := swap(filepath.Join(root, "published"), b); err == nil {
		t.Error("a file with a WAL beside it was published")
	}
}
