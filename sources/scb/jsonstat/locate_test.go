package jsonstat

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestLocateFindsEveryCell draws small cubes, dense and sparse, and looks every
// cell up by its codes.
func TestLocateFindsEveryCell(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 4).Draw(t, "sizes")
		sparse := rapid.Bool().Draw(t, "sparse")
		body := drawn(t, sizes, sparse)
		cube, err := Decode(body)
		if err != nil {
			t.Fatal(err)
		}
		wanted := make([]map[string]string, len(cube.Values))
		for cell := range wanted {
			wanted[cell] = map[string]string{}
			for i, code := range codesAt(cube, cell) {
				wanted[cell][cube.Dimensions[i].Code] = code
			}
		}
		places, err := Locate(body, wanted)
		if err != nil {
			t.Fatal(err)
		}
		for cell, value := range cube.Values {
			checkPlace(t, body, places[cell], cell, value)
		}
	})
}

func checkPlace(t *rapid.T, body []byte, place Place, cell int, value float64) {
	t.Helper()
	if place.Cell != cell {
		t.Fatalf("cell %d, want %d", place.Cell, cell)
	}
	if math.IsNaN(value) {
		if place.Raw != "null" {
			t.Fatalf("cell %d: raw %q, want null", cell, place.Raw)
		}
		return
	}
	if got := string(body[place.Offset:][:len(place.Raw)]); got != place.Raw {
		t.Fatalf("byte %d has %q, want %q", place.Offset, got, place.Raw)
	}
	if got, err := strconv.ParseFloat(place.Raw, 64); err != nil || got != value {
		t.Fatalf("cell %d is %q, want %v", cell, place.Raw, value)
	}
}

// drawn writes a cube whose values are their cells' numbers, some missing.
func drawn(t *rapid.T, sizes []int, sparse bool) []byte {
	cells := 1
	var ids, lengths, dimensions, values []string
	for i, size := range sizes {
		cells *= size
		ids = append(ids, fmt.Sprintf(`"D%d"`, i))
		lengths = append(lengths, strconv.Itoa(size))
		var index []string
		for k := range size {
			index = append(index, fmt.Sprintf(`"c%d"`, k))
		}
		dimensions = append(dimensions, fmt.Sprintf(`"D%d":{"category":{"index":[%s]}}`, i, strings.Join(index, ",")))
	}
	for cell := range cells {
		missing := rapid.IntRange(0, 4).Draw(t, "missing") == 0
		switch {
		case sparse && !missing:
			values = append(values, fmt.Sprintf(`"%d": %d.5`, cell, cell))
		case !sparse && missing:
			values = append(values, "null")
		case !sparse:
			values = append(values, fmt.Sprintf(" %d.5", cell))
		}
	}
	list := "[" + strings.Join(values, ",") + "]"
	if sparse {
		list = "{" + strings.Join(values, ",") + "}"
	}
	return fmt.Appendf(nil, `{"class":"dataset","id":[%s],"size":[%s],"dimension":{%s},"value":%s}`,
		strings.Join(ids, ","), strings.Join(lengths, ","), strings.Join(dimensions, ","), list)
}

func TestLocateRefuses(t *testing.T) {
	t.Parallel()
	const body = `{"class":"dataset","id":["A"],"size":[1],"dimension":{"A":{"category":{"index":["x"]}}},"value":[1]}`
	for name, test := range map[string]struct {
		body  string
		codes map[string]string
		want  string
	}{
		"no such code":      {body, map[string]string{"A": "y"}, `no code "y"`},
		"variable missing":  {body, map[string]string{}, "variable A"},
		"no values":         {strings.Replace(body, `,"value":[1]`, "", 1), map[string]string{"A": "x"}, "without values"},
		"not a whole body":  {body[:60], map[string]string{"A": "x"}, "byte"},
		"values that lie":   {strings.Replace(body, "[1]}", "[1,2]}", 1), map[string]string{"A": "x"}, "values"},
		"nothing to locate": {"", map[string]string{"A": "x"}, "byte 0"},
	} {
		_, err := Locate([]byte(test.body), []map[string]string{test.codes})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}
