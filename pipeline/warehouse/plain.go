//go:build duckdb_arrow

package warehouse

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Plain turns a value of a DuckDB type into one that encoding/json can write
// and fmt shows as DuckDB does: nil, bool, string, a number or json.Number, a
// list, or a map. Dates and times become text as DuckDB writes them, a number
// that JSON lacks (NaN, the infinities) its name.
func Plain(v any, kind string) any {
	switch v := v.(type) {
	case float64:
		return finite(v, v)
	case float32:
		return finite(float64(v), v)
	case duckdb.Decimal:
		// All decimals of the type are kept: 1.50 is not 1.5.
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(v.Scale)), nil)
		return json.Number(new(big.Rat).SetFrac(v.Value, scale).FloatString(int(v.Scale)))
	case *big.Int:
		return json.Number(v.String())
	case time.Time:
		return moment(v, kind)
	case []byte:
		return bytes(v, kind)
	case duckdb.Interval:
		return fmt.Sprintf("%d months %d days %s", v.Months, v.Days, time.Duration(v.Micros)*time.Microsecond)
	case duckdb.Union:
		return Plain(v.Value, "")
	case []any:
		inner := strings.TrimSuffix(kind, "[]")
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = Plain(item, inner)
		}
		return list
	case map[string]any:
		fields := make(map[string]any, len(v))
		for name, item := range v {
			fields[name] = Plain(item, "")
		}
		return fields
	case duckdb.OrderedMap:
		fields := make(map[string]any, v.Len())
		for i, key := range v.Keys() {
			fields[fmt.Sprint(Plain(key, ""))] = Plain(v.Values()[i], "")
		}
		return fields
	case fmt.Stringer:
		return v.String()
	}
	return v
}

func finite(f float64, v any) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return strings.TrimPrefix(strings.ToLower(fmt.Sprint(f)), "+")
	}
	return v
}

// moment writes a date or time; without a type one at midnight is a date.
func moment(t time.Time, kind string) string {
	midnight := t.Equal(t.Truncate(24 * time.Hour))
	switch {
	case kind == "DATE", kind == "" && midnight:
		return t.Format("2006-01-02")
	case kind == "TIME", strings.HasPrefix(kind, "TIME "):
		return t.Format("15:04:05.999999")
	case kind == "TIMESTAMPTZ", kind == "TIMESTAMP WITH TIME ZONE":
		return t.UTC().Format("2006-01-02 15:04:05.999999+00")
	}
	return t.Format("2006-01-02 15:04:05.999999")
}

func bytes(b []byte, kind string) string {
	if kind == "UUID" && len(b) == 16 {
		id := duckdb.UUID(b)
		return id.String()
	}
	return `\x` + hex.EncodeToString(b)
}
