package jsonstat

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// compare holds every cell of a body, code by code, against another reading of it.
func compare(t *testing.T, name string, body []byte, cells int) *Cube {
	t.Helper()
	var want plain
	if err := json.Unmarshal(body, &want); err != nil {
		t.Fatal(err)
	}
	cube, err := Decode(body)
	if err != nil || len(cube.Values) != cells || len(want.Value) != cells {
		t.Fatalf("%s: %d cells: %v", name, len(want.Value), err)
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
	return cube
}

// Every cell of every real answer.
func TestDecodeRecordings(t *testing.T) {
	t.Parallel()
	for name, cells := range map[string]int{"TAB6471-data-county-month-sv.json": 21 * 11 * 3 * 4, "TAB5780-data-status-dotdot-en.json": 325, "TAB1267-data-two-cells-en-2025-02.json": 2} {
		cube := compare(t, name, recorded(t, name), cells)
		if name[:7] == "TAB5780" && (cube.Missing != 74 || cube.StatusOf(73) != ".." || cube.StatusOf(74) != "") {
			t.Errorf("%d cells are missing", cube.Missing)
		}
	}
}

// The same of invented bodies with the traits of the real ones; what stands
// around the cells is in their golden files.
func TestDecodeBodiesLikeTheRealOnes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cells, missing, symbols int
		text                    string
	}{
		// Classes of a codelist (-9, 100+10), TotSa, four mandatory notes and one of a variable.
		"scb_data_month_codelist": {36, 0, 0, `"100+10": 2`},
		// Quarters written as months among months, missing with and without more to say, a status on a value.
		"scb_data_status_mixed_months": {7, 3, 3, "\u00a0"},
		// The beta server's: no discontinued, copyright or measuringType.
		"scb_data_beta": {2, 0, 0, `"eliminationValueCode": "00"`},
		// 0 before a municipality existed.
		"scb_data_zeros": {24, 0, 0, "[0, 0, 31"},
	} {
		body, err := os.ReadFile("testdata/decode/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		cube := compare(t, name, body, test.cells)
		if cube.Missing != test.missing || len(cube.Symbols) != test.symbols || !bytes.Contains(body, []byte(test.text)) {
			t.Errorf("%s: %d missing, symbols %q, text %v", name, cube.Missing, cube.Symbols, bytes.Contains(body, []byte(test.text)))
		}
		r := NewReader(columnsOf(cube), from(io.EOF, string(body)))
		got, _ := drained(t, r)
		if diff := cmp.Diff(expected(t, columnsOf(cube), string(body)), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		r.Release()
	}
}

func columnsOf(c *Cube) (all Columns) {
	for _, d := range c.Dimensions {
		all = append(all, struct{ Code, Column string }{d.Code, d.Code})
	}
	return all
}
