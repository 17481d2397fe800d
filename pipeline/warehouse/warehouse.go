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
	"database/sql/driver"
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
	path string
}

// Create makes a new database file at path, which must not exist. The file's
// storage version is the oldest, so that every DuckDB 1.x opens it.
func Create(ctx context.Context, path string, s Settings) (*Build, error) {
	b, err := open(ctx, "", s)
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	b.path = path
	// Without a log no statement waits for the disk: Close writes everything, and
	// a build that stops before that is thrown away.
	attach := fmt.Sprintf("attach %s as %s (storage_version 'v1.0.0', recovery_mode no_wal_writes)", text(path), catalog)
	if _, err := b.conn.ExecContext(ctx, attach); err != nil {
		return nil, errors.Join(fmt.Errorf("warehouse: create %s: %w", path, err), b.shut())
	}
	return b, nil
}

func open(ctx context.Context, dsn string, s Settings) (*Build, error) {
	connector, err := duckdb.NewConnector(dsn, func(exec driver.ExecerContext) error {
		return configure(ctx, exec, s)
	})
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Build{db: db, conn: conn}, nil
}

// configure closes every way to the network: DuckDB would otherwise fetch
// extensions by itself.
func configure(ctx context.Context, exec driver.ExecerContext, s Settings) error {
	statements := []string{
		"set autoinstall_known_extensions = false",
		"set autoload_known_extensions = false",
		"set allow_community_extensions = false",
		"set temp_directory = " + text(s.TempDir),
		// Codes are few and short: a dictionary always wins, so trying the
		// other form for text on every column is only time lost.
		"set disabled_compression_methods = 'fsst'",
	}
	if s.MemoryLimit != "" {
		statements = append(statements, "set memory_limit = "+text(s.MemoryLimit))
	}
	if s.Threads > 0 {
		statements = append(statements, fmt.Sprintf("set threads = %d", s.Threads))
	}
	for _, statement := range statements {
		if _, err := exec.ExecContext(ctx, statement, nil); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// Close writes everything to the file and lets it go. The file then has no WAL
// beside it and may be renamed.
func (b *Build) Close(ctx context.Context) error {
	for _, statement := range []string{"checkpoint " + catalog, "use memory", "detach " + catalog} {
		if _, err := b.conn.ExecContext(ctx, statement); err != nil {
			return errors.Join(fmt.Errorf("warehouse: %s: %w", statement, err), b.shut())
		}
	}
	return b.shut()
}

// Abandon lets the file go without finishing it.
func (b *Build) Abandon() error { return b.shut() }

func (b *Build) shut() error {
	return errors.Join(b.conn.Close(), b.db.Close())
}

// Exec runs statements that the project itself wrote (macros, comments).
func (b *Build) Exec(ctx context.Context, statements string) error {
	_, err := b.conn.ExecContext(ctx, statements)
	return err
}

// Schemas makes the named schemas in the file and turns to it, so that
// "core.population" means the file's table from here on.
func (b *Build) Schemas(ctx context.Context, names ...string) error {
	for _, name := range names {
		statement := fmt.Sprintf("create schema if not exists %s.%s", catalog, quote(name))
		if _, err := b.conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("warehouse: %s: %w", statement, err)
		}
	}
	return nil
}

// Table is a table's schema and name.
type Table struct{ Schema, Name string }

// String is the name as SQL writes it when no quoting is needed.
func (t Table) String() string { return t.Schema + "." + t.Name }

func (t Table) quoted() string {
	return catalog + "." + quote(t.Schema) + "." + quote(t.Name)
}

// ParseTable reads "schema.name" of lower-case ASCII words.
func ParseTable(name string) (Table, error) {
	if ok, _ := regexp.MatchString(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`, name); !ok {
		return Table{}, fmt.Errorf("table name %q: want schema.name in lower-case ASCII", name)
	}
	schema, table, _ := strings.Cut(name, ".")
	return Table{schema, table}, nil
}

// quote writes an identifier, text a string literal, so that neither can end early.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
