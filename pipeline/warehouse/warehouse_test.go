//go:build duckdb_arrow

package warehouse

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

func create(t *testing.T) (*Build, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "effekt.duckdb")
	b, err := Create(t.Context(), path, Settings{MemoryLimit: "500MB", Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Schemas(t.Context(), "core", "scb", "config"); err != nil {
		t.Fatal(err)
	}
	return b, path
}

// failing yields its batches and then an error.
type failing struct {
	array.RecordReader
	err error
}

func (f failing) Err() error { return errors.Join(f.RecordReader.Err(), f.err) }

func batches(t *testing.T, sizes ...int) array.RecordReader {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "region", Type: arrow.BinaryTypes.String}, {Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}, nil)
	var records []arrow.RecordBatch
	for _, size := range sizes {
		builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for i := range size {
			builder.Field(0).(*array.StringBuilder).Append("24")
			builder.Field(1).(*array.Float64Builder).Append(float64(i))
		}
		records = append(records, builder.NewRecordBatch())
	}
	reader, err := array.NewRecordReader(schema, records)
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

func TestLoadKeepsEveryRow(t *testing.T) {
	t.Parallel()
	for _, sizes := range [][]int{nil, {0}, {1}, {3, 0, 5000}} {
		b, path := create(t)
		rows, err := b.Load(t.Context(), Table{"scb", "x"}, batches(t, sizes...))
		if err != nil {
			t.Fatal(err)
		}
		want := int64(0)
		for _, size := range sizes {
			want += int64(size)
		}
		if rows != want {
			t.Errorf("%v: %d rows, want %d", sizes, rows, want)
		}
		if err := b.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		noArrowView(t, path)
	}
}

func TestLoadMoreAdds(t *testing.T) {
	t.Parallel()
	b, path := create(t)
	table := Table{"scb", "x"}
	if _, err := b.Load(t.Context(), table, batches(t, 10)); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{3, 0, 7000} {
		if rows, err := b.LoadMore(t.Context(), table, batches(t, n)); err != nil || rows != int64(n) {
			t.Errorf("%d rows, want %d: %v", rows, n, err)
		}
	}
	if _, err := b.LoadMore(t.Context(), table, failing{batches(t, 3), errors.New("page 2: value 14")}); err == nil || !strings.Contains(err.Error(), "page 2: value 14") {
		t.Errorf("error %v", err)
	}
	stored, err := b.Query(t.Context(), "select count(*)::varchar from effekt.scb.x", 0)
	if err != nil || stored.Rows[0][0] != "7013" {
		t.Errorf("%v rows, want 7013: %v", stored.Rows, err)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	noArrowView(t, path)
}

func noArrowView(t *testing.T, path string) {
	t.Helper()
	r, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	result, err := r.Query(t.Context(), "select view_name from duckdb_views() where not internal", 0)
	if err != nil || len(result.Rows) != 0 {
		t.Errorf("views left: %v %v", result.Rows, err)
	}
}

func TestFailedStreamLeavesNoTable(t *testing.T) {
	t.Parallel()
	b, _ := create(t)
	_, err := b.Load(t.Context(), Table{"scb", "x"}, failing{batches(t, 3), errors.New("page 2: value 14: not a number")})
	if err == nil || !strings.Contains(err.Error(), "page 2: value 14") {
		t.Fatalf("error %v", err)
	}
	columns, err := b.Columns(t.Context())
	if err != nil || len(columns) != 0 {
		t.Errorf("tables left: %v %v", columns, err)
	}
	if err := b.Abandon(); err != nil {
		t.Error(err)
	}
}

func TestLoadStructsKeepsTypesAndGaps(t *testing.T) {
	t.Parallel()
	b, _ := create(t)
	defer b.Abandon()
	type row struct {
		A string   `json:"a"`
		B []string `json:"b"`
		N *float64 `json:"n"`
		D string   `json:"d,omitempty" type:"DATE"`
	}
	if err := LoadStructs(t.Context(), b, Table{"config", "none"}, []row(nil)); err != nil {
		t.Fatal(err)
	}
	if err := LoadStructs(t.Context(), b, Table{"config", "t"}, []row{{"24", []string{"x", "å'"}, nil, ""}, {"25", nil, new(2.5), "2026-02-21"}}); err != nil {
		t.Fatal(err)
	}
	if none, err := b.Query(t.Context(), "select * from effekt.config.none", 0); err != nil || len(none.Columns) != 4 || len(none.Rows) != 0 {
		t.Errorf("%v: %v", none, err)
	}
	got, err := b.Query(t.Context(), "select a, b, n, d::varchar as d from effekt.config.t order by a", 0)
	if err != nil {
		t.Fatal(err)
	}
	want := Result{
		Columns: []string{"a", "b", "n", "d"},
		Types:   []string{"VARCHAR", "VARCHAR[]", "DOUBLE", "VARCHAR"},
		Rows:    [][]any{{"24", []any{"x", "å'"}, nil, nil}, {"25", nil, 2.5, "2026-02-21"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReferencesReadTheQuery(t *testing.T) {
	t.Parallel()
	b, _ := create(t)
	defer b.Abandon()
	tests := []struct{ query, want string }{
		{"with a as (select * from scb.x) select * from a join core.y using (region)", "core.y scb.x"},
		{"select * from scb.x where value > (select max(value) from scb.z) union all from core.y", "core.y scb.x scb.z"},
		{"select 1", ""},
	}
	for _, test := range tests {
		tables, err := b.References(t.Context(), test.query)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, table := range tables {
			names = append(names, table.String())
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.query, got, test.want)
		}
	}
	for _, query := range []string{"drop table scb.x", "select 1; select 2", "select from where"} {
		if _, err := b.References(t.Context(), query); err == nil {
			t.Errorf("%q was accepted", query)
		}
	}
}

func TestFileOpensInEveryDuckDB1(t *testing.T) {
	t.Parallel()
	b, path := create(t)
	if _, err := b.Load(t.Context(), Table{"scb", "x"}, batches(t, 10)); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	header := make([]byte, 16)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Read(header); err != nil {
		t.Fatal(err)
	}
	// Bytes 12–15 are the storage version; 64 is v1.0.0 (duckdb-notes 4a).
	if version := binary.LittleEndian.Uint32(header[12:]); version != 64 {
		t.Errorf("storage version %d, want 64", version)
	}
	if _, err := os.Stat(path + ".wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a WAL lies beside the file: %v", err)
	}
}

func TestExportIsTheSameBytesTwice(t *testing.T) {
	t.Parallel()
	b, _ := create(t)
	defer b.Abandon()
	if _, err := b.Load(t.Context(), Table{"scb", "x"}, batches(t, 5000)); err != nil {
		t.Fatal(err)
	}
	var got [2]string
	for i := range got {
		dir := t.TempDir()
		if err := b.Export(t.Context(), dir, map[string]string{"effekt": "o'k"}); err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(filepath.Join(dir, "scb", "x.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		got[i] = string(body)
	}
	if got[0] != got[1] {
		t.Error("the Parquet bytes differ")
	}
}

func TestReaderOnlyReads(t *testing.T) {
	t.Parallel()
	b, path := create(t)
	if _, err := b.Load(t.Context(), Table{"scb", "x"}, batches(t, 3)); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, statement := range []string{
		"create table t (a integer)", "drop table scb.x", "insert into scb.x values ('1', 1)", "delete from scb.x",
		"select * from read_csv('/etc/passwd')", "from '/etc/passwd'", "select * from read_text('/etc/passwd')",
		"select * from glob('/*')", "copy scb.x to '/tmp/x.csv'", "attach ':memory:' as m", "attach '/tmp/y.duckdb'",
		"set memory_limit = '1GB'", "pragma threads = 1", "install httpfs", "load httpfs", "call pragma_version()",
		"set variable a = 1", "select 1; drop table scb.x", "explain analyze delete from scb.x", "export database '/tmp/z'",
		"begin", "prepare p as select 1", "use memory", "checkpoint", "create temp table t as select 1", "create macro m() as 1", "",
		"select * from duckdb_secrets() where 1 = (select count(*) from read_blob('/etc/hosts'))",
	} {
		if _, err := r.Query(context.Background(), statement, 0); err == nil {
			t.Errorf("%q was let through", statement)
		}
	}
	for _, statement := range []string{"select count(*) from scb.x", "from scb.x", "describe scb.x", "summarize scb.x", "explain select 1", "with a as (select 1) select * from a", "show all tables", "values (1)"} {
		if _, err := r.Query(context.Background(), statement, 0); err != nil {
			t.Errorf("%q: %v", statement, err)
		}
	}
}
