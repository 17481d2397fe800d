package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCSVCellCannotBecomeAFormula(t *testing.T) {
	t.Parallel()
	for in, want := range map[any]string{
		"=1+1": "'=1+1", "@x": "'@x", "+46 90": "'+46 90", "-2+3+cmd|' /C calc'!A0": "'-2+3+cmd|' /C calc'!A0", "\t=1": "'\t=1",
		"-": "-", "-9": "-9", "+1.5": "+1.5", "24": "24", "Älv": "Älv", "": "", "..": "..",
		-5.5: "-5.5", int32(-1): "-1", nil: "",
	} {
		if got := csvCell(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Each form keeps a hostile cell on its line, and a missing one apart from text.
func TestFormats(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"table":    "a  t\n1  b c�\n   \n",
		"csv":      "a,t\n1,\"b\nc\x1b\"\n,\n",
		"json":     "[\n  {\"a\":1,\"t\":\"b\\nc\\u001b\"},\n  {\"a\":null,\"t\":\"\"}\n]\n",
		"markdown": "| a | t |\n| --- | --- |\n| 1 | b<br>c\x1b |\n|  |  |\n",
	} {
		var out strings.Builder
		to := Formats()[name](&out)
		for _, row := range [][]any{{"a", "t"}, {1, "b\nc\x1b"}, {nil, ""}} {
			if err := to.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := to.End(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// Lists and objects are written as DuckDB writes them.
func TestText(t *testing.T) {
	t.Parallel()
	if got := Text([]any{1.5, nil, map[string]any{"b": "x", "a": float32(2)}}); got != "[1.5, NULL, {a: 2, b: x}]" {
		t.Error(got)
	}
}
