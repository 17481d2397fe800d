//go:build duckdb_arrow

package warehouse

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Scratch is an empty session in memory, to compare Parquet files of the
// project's own. End it with Abandon.
func Scratch(ctx context.Context) (*Build, error) {
	b, err := open(ctx, "", Settings{})
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	return b, nil
}

// Version is DuckDB's own, "v1.5.6".
func Version(ctx context.Context) (string, error) {
	b, err := Scratch(ctx)
	if err != nil {
		return "", err
	}
	found, err := b.Query(ctx, "select version()", 1)
	if err := errors.Join(err, b.Abandon()); err != nil {
		return "", err
	}
	return fmt.Sprint(found.Rows[0][0]), nil
}

// Parquet is a folder of <schema>/<table>.parquet for reading, as if it were a
// published file. Only files of the project's own may be read so.
func Parquet(ctx context.Context, folder string) (*Reader, error) {
	b, err := Scratch(ctx)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*", "*.parquet"))
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("%s holds no Parquet files", folder)
	}
	for _, path := range paths {
		schema, name := filepath.Base(filepath.Dir(path)), strings.TrimSuffix(filepath.Base(path), ".parquet")
		if err == nil {
			err = b.Exec(ctx, fmt.Sprintf("create schema if not exists %s; create view %[1]s.%s as from read_parquet(%s)", quote(schema), quote(name), text(path)))
		}
	}
	if err != nil {
		return nil, errors.Join(err, b.Abandon())
	}
	return &Reader{b}, nil
}
