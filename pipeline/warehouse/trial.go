//go:build duckdb_arrow

package warehouse

import (
	"context"
	"errors"
	"fmt"
)

// Published is the catalog of the published file in a Trial.
const Published = "published"

// Trial is an empty database in memory with a published file beside it for
// reading, to calculate again on chosen rows. Tables of the file are read as
// published.core.population; what is made is kept nowhere. End it with Abandon.
func Trial(ctx context.Context, published string) (*Build, error) {
	b, err := open(ctx, "", Settings{})
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	for _, statement := range []string{
		"attach ':memory:' as " + catalog,
		"attach " + text(published) + " as " + Published + " (read_only)",
		"set preserve_insertion_order = false",
		"use " + catalog,
	} {
		if _, err := b.conn.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("warehouse: %s: %w", statement, err), b.shut())
		}
	}
	return b, nil
}

// Text writes a string literal that cannot end early.
func Text(s string) string { return text(s) }

// Quote writes an identifier that cannot end early.
func Quote(name string) string { return quote(name) }
