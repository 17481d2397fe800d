//go:build duckdb_arrow

package warehouse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Comments describe a table and its columns to whoever opens the file.
type Comments struct {
	Table   string
	Columns map[string]string
}

// Comment writes the comments of table t.
func (b *Build) Comment(ctx context.Context, t Table, c Comments) error {
	var statements strings.Builder
	statements.WriteString("begin;\n") // one transaction, for each is written by itself otherwise
	fmt.Fprintf(&statements, "comment on table %s is %s;\n", t.quoted(), Text(c.Table))
	for column, comment := range c.Columns {
		fmt.Fprintf(&statements, "comment on column %s.%s is %s;\n", t.quoted(), Quote(column), Text(comment))
	}
	statements.WriteString("commit;\n")
	if err := b.Exec(ctx, statements.String()); err != nil {
		return fmt.Errorf("comment on %s: %w", t, err)
	}
	return nil
}

// Export writes each table as dir/<schema>/<table>.parquet, with provenance as
// the file's key-value metadata. The same rows give the same bytes.
func (b *Build) Export(ctx context.Context, dir string, provenance map[string]string) error {
	tables, err := b.Columns(ctx)
	if err != nil {
		return err
	}
	for t := range tables {
		if err := os.MkdirAll(filepath.Join(dir, t.Schema), 0o755); err != nil {
			return err
		}
		path := filepath.Join(dir, t.Schema, t.Name+".parquet")
		statement := fmt.Sprintf("copy %s to %s (format parquet, compression zstd, kv_metadata %s)",
			t.quoted(), Text(path), pairs(provenance))
		if err := b.Exec(ctx, statement); err != nil {
			return fmt.Errorf("export %s: %w", t, err)
		}
	}
	return nil
}

func pairs(values map[string]string) string {
	list := make([]string, 0, len(values))
	for key, value := range values {
		list = append(list, Quote(key)+": "+Text(value))
	}
	return "{" + strings.Join(list, ", ") + "}"
}
