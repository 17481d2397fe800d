package jsonstat

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// recorded is a real body; the test is skipped where there are none.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "recordings", "scb-v2", name))
	if os.IsNotExist(err) {
		t.Skip("no recordings here")
	}
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// plain is a body as encoding/json reads it, another route than the decoder's.
type plain struct {
	ID        []string
	Size      []int
	Value     []*float64
	Status    map[string]string
	Dimension map[string]struct {
		Category struct{ Index map[string]int }
	}
}

// at is the cell of one code per variable.
func (p plain) at(codes ...string) int {
	cell := 0
	for i, code := range codes {
		cell = cell*p.Size[i] + p.Dimension[p.ID[i]].Category.Index[code]
	}
	return cell
}

// Every cell of every real answer, code by code.
func TestDecodeRecordings(t *testing.T) {
	t.Parallel()
	for name, cells := range map[string]int{"TAB6471-data-county-month-sv.json": 21 * 11 * 3 * 4, "TAB5780-data-status-dotdot-en.json": 325, "TAB1267-data-two-cells-en-2025-02.json": 2} {
		body := recorded(t, name)
		var want plain
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		cube, err := Decode(body)
		if err != nil || len(cube.Values) != cells || len(want.Value) != cells {
			t.Fatalf("%s: %d cells: %v", name, len(cube.Values), err)
		}
		for cell := range cube.Values {
			i := want.at(codesAt(cube, cell)...)
			if missing := want.Value[i] == nil; missing != math.IsNaN(cube.Values[cell]) || !missing && *want.Value[i] != cube.Values[cell] {
				t.Errorf("%s: cell %d is %v", name, cell, cube.Values[cell])
			}
		}
		for key, symbol := range want.Status {
			if cell, err := strconv.Atoi(key); err != nil || cube.StatusOf(cell) != symbol {
				t.Errorf("%s: status of cell %s is %q", name, key, cube.StatusOf(cell))
			}
		}
		if name[:7] == "TAB5780" && (cube.Missing != 74 || cube.StatusOf(73) != ".." || cube.StatusOf(74) != "") {
			t.Errorf("%d cells are missing", cube.Missing)
		}
	}
}
