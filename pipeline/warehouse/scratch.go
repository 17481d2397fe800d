//go:build duckdb_arrow

package warehouse

import (
	"context"
	"fmt"
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
