//go:build duckdb_arrow

package warehouse

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type named string

type common struct {
	Region named `column:"region"`
}

type figure struct {
	common
	Year   int       `column:"year"`
	Value  *float64  `column:"value"`
	Flags  []string  `column:"flags"`
	Noted  time.Time `column:"noted"`
	Status string    `column:"status"`
	Ready  bool      `column:"ready"`
	Note   string    // no column
}

func TestSelect(t *testing.T) {
	t.Parallel()
	b, err := Create(t.Context(), filepath.Join(t.TempDir(), "x.duckdb"), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abandon()
	got, err := Select[figure](t.Context(), b, `select * from (values
		('24', 2024, 1.5::double, ['a', 'b'], timestamp '2026-02-21 08:00:00', 'A', true),
		('00', 2025::bigint, null, null, null, null, false)) as t(region, year, value, flags, noted, status, ready)`)
	if err != nil {
		t.Fatal(err)
	}
	want := []figure{
		{common: common{"24"}, Year: 2024, Value: new(1.5), Flags: []string{"a", "b"}, Noted: time.Date(2026, 2, 21, 8, 0, 0, 0, time.UTC), Status: "A", Ready: true},
		{common: common{"00"}, Year: 2025},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(figure{}, common{})); diff != "" {
		t.Error(diff)
	}
}

// TestSelectIsStrict gives it what must never become an empty cell.
func TestSelectIsStrict(t *testing.T) {
	t.Parallel()
	b, err := Create(t.Context(), filepath.Join(t.TempDir(), "x.duckdb"), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abandon()
	type row struct {
		Year  int      `column:"year"`
		Value *float64 `column:"value"`
	}
	for _, test := range []struct{ query, want string }{
		{"select 2024 as year", "no column value"},
		{"select 2024 as year, 1.5::double as figure", "column figure has no field"},
		{"select 2024 as year, 1.5::double as value, 2 as more", "column more has no field"},
		{"select null::integer as year, 1.5::double as value", "column year: NULL for int"},
		{"select '2024' as year, 1.5::double as value", "column year: 2024 (string) for int"},
		{"select 2024 as year, 1 as value", "column value: 1 (int32) for float64"},
		{"select 2024 as year, '..' as value", "column value: .. (string) for float64"},
		{"select 2024 as year, 1.5::double as value from nothing", "nothing"},
	} {
		if _, err := Select[row](t.Context(), b, test.query); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.query, err, test.want)
		}
	}
}
