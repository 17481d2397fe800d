//go:build duckdb_arrow

// Package warehouse is the only importer of DuckDB. It writes a new database
// file from Arrow records and SELECTs, exports it as Parquet, and reads a
// published file without being able to change anything.
//
// A registered Arrow stream lives as a view holding raw pointers and can be
// scanned once: a view left in a file crashes the next reader, a second scan
// returns no rows and no error. So the main database is always in memory, the
// file is attached beside it, a stream is scanned by exactly one CREATE TABLE,
// and the rows are counted on both sides.
package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// catalog is the name of the file being built inside the session; a published
// effekt.duckdb has the same name when an analyst opens it.
const catalog = "effekt"

// Settings bound what a build may use of the machine.
type Settings struct {
	MemoryLimit string // as DuckDB writes it, "1GB"; empty: DuckDB's default, 80 % of memory
	Threads     int    // 0: all cores
	TempDir     string // where DuckDB may spill; empty: nowhere
}

// Build is a private database file under construction. It is one connection
// and must be used by one goroutine at a time.
type Build struct {
	db   *sql.DB
	conn *sql.Conn
}

// session is a database in memory, turned to by the statements.
func session(ctx context.Context, s Settings, statements ...string) (*Build, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	b := &Build{db: sql.OpenDB(connector)}
	b.db.SetMaxOpenConns(1)
	if b.conn, err = b.db.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("warehouse: %w", err), b.db.Close())
	}
	for _, statement := range append(s.statements(), statements...) {
		if err := b.Exec(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("warehouse: %s: %w", statement, err), b.Abandon())
		}
	}
	return b, nil
}

// statements also close every way to the network: DuckDB would otherwise fetch
// extensions by itself.
func (s Settings) statements() []string {
	statements := []string{
		"set autoinstall_known_extensions = false",
		"set autoload_known_extensions = false",
		"set allow_community_extensions = false",
		"set temp_directory = " + Text(s.TempDir),
		// Codes are few and short: a dictionary always wins, so trying the
		// other form for text on every column is only time lost.
		"set disabled_compression_methods = 'fsst'",
	}
	if s.MemoryLimit != "" {
		statements = append(statements, "set memory_limit = "+Text(s.MemoryLimit))
	}
	if s.Threads > 0 {
		statements = append(statements, fmt.Sprintf("set threads = %d", s.Threads))
	}
	return statements
}

// Create makes a new database file at path, which must not exist. The file's
// storage version is the oldest, so that every DuckDB 1.x opens it.
func Create(ctx context.Context, path string, s Settings) (*Build, error) {
	// Without a log no statement waits for the disk: Close writes everything, and
	// a build that stops before that is thrown away.
	return session(ctx, s, "attach "+Text(path)+" as "+catalog+" (storage_version 'v1.0.0', recovery_mode no_wal_writes)")
}

// Scratch is an empty session in memory, to compare Parquet files of the
// project's own. End it with Abandon.
func Scratch(ctx context.Context) (*Build, error) { return session(ctx, Settings{}) }

// Trial is an empty database in memory with a published file beside it for
// reading, to calculate again on chosen rows. Tables of the file are read as
// published.core.population; what is made is kept nowhere. End it with Abandon.
func Trial(ctx context.Context, published string) (*Build, error) {
	return session(ctx, Settings{},
		"attach ':memory:' as "+catalog,
		"attach "+Text(published)+" as published (read_only)",
		"set preserve_insertion_order = false",
		"use "+catalog)
}

// Version is DuckDB's own, "v1.5.6".
func Version(ctx context.Context) (version string, err error) {
	b, err := Scratch(ctx)
	if err != nil {
		return "", err
	}
	err = b.conn.QueryRowContext(ctx, "select version()").Scan(&version)
	return version, errors.Join(err, b.Abandon())
}

// Close writes everything to the file and lets it go. The file then has no WAL
// beside it and may be renamed.
func (b *Build) Close(ctx context.Context) error {
	for _, statement := range []string{"checkpoint " + catalog, "use memory", "detach " + catalog} {
		if err := b.Exec(ctx, statement); err != nil {
			return errors.Join(fmt.Errorf("warehouse: %s: %w", statement, err), b.Abandon())
		}
	}
	return b.Abandon()
}

// Abandon lets the file go without finishing it.
func (b *Build) Abandon() error { return errors.Join(b.conn.Close(), b.db.Close()) }

// Exec runs statements that the project itself wrote (macros, comments).
func (b *Build) Exec(ctx context.Context, statements string) error {
	_, err := b.conn.ExecContext(ctx, statements)
	return err
}

// Schemas makes the named schemas in the file.
func (b *Build) Schemas(ctx context.Context, names ...string) error {
	for _, name := range names {
		statement := "create schema if not exists " + catalog + "." + Quote(name)
		if err := b.Exec(ctx, statement); err != nil {
			return fmt.Errorf("warehouse: %s: %w", statement, err)
		}
	}
	return nil
}

// Use turns to the file, so that the models' "core.population" is the file's
// table. Loads turn back by themselves.
func (b *Build) Use(ctx context.Context) error { return b.Exec(ctx, "use "+catalog) }

// Table is a table's schema and name.
type Table struct{ Schema, Name string }

// String is the name as SQL writes it when no quoting is needed.
func (t Table) String() string { return t.Schema + "." + t.Name }

func (t Table) quoted() string { return catalog + "." + Quote(t.Schema) + "." + Quote(t.Name) }

// ParseTable reads "schema.name" of lower-case ASCII words.
func ParseTable(name string) (Table, error) {
	if ok, _ := regexp.MatchString(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`, name); !ok {
		return Table{}, fmt.Errorf("table name %q: want schema.name in lower-case ASCII", name)
	}
	schema, table, _ := strings.Cut(name, ".")
	return Table{schema, table}, nil
}

// Text writes a string literal that cannot end early. Text that the program does
// not write itself comes into SQL only by it and Quote.
func Text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// QuoteTable writes "schema.name" with both quoted.
func QuoteTable(name string) string {
	schema, table, _ := strings.Cut(name, ".")
	return Quote(schema) + "." + Quote(table)
}

// Quote writes an identifier that cannot end early.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
