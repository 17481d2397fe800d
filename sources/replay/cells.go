package replay

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// cube walks the cells of a selection in the order of its answer.
type cube struct {
	t      *table
	groups [][][]int // per axis in answer order, per picked value: offsets into t.values
	fixed  [][]int   // offsets of the eliminated variables, one list each
	single bool      // every group has one offset, so no cell is a sum
}

func (s *sel) cube(t *table) *cube {
	c := &cube{t: t, single: true}
	strides := map[string]int{}
	for i, stride := len(t.variables)-1, 1; i >= 0; i-- {
		strides[t.variables[i].code] = stride
		stride *= len(t.variables[i].codes)
	}
	for _, a := range s.axes {
		if a.gone {
			c.fixed = append(c.fixed, scale(a.v.whole(), strides[a.v.code]))
			c.single = c.single && len(c.fixed[len(c.fixed)-1]) == 1
		}
	}
	for _, a := range s.order {
		group := make([][]int, len(a.picked))
		for k, i := range a.picked {
			parts := []int{i}
			if a.values.parts != nil {
				parts = a.values.parts[i]
			}
			group[k] = scale(parts, strides[a.v.code])
			c.single = c.single && len(parts) == 1
		}
		c.groups = append(c.groups, group)
	}
	return c
}

// whole is what elimination takes: the designated total if there is one, else
// every value.
func (v *variable) whole() []int {
	if i, ok := v.find(v.eliminationCode); ok && v.eliminationCode != "" {
		return []int{i}
	}
	return span(0, len(v.codes))
}

func scale(positions []int, stride int) []int {
	scaled := make([]int, len(positions))
	for i, p := range positions {
		scaled[i] = p * stride
	}
	return scaled
}

// each calls emit for every cell, the last axis fastest.
func (c *cube) each(emit func(value float64, status string)) {
	if c.single {
		c.walk(c.groups, c.base(), func(at int) { emit(c.t.values[at], c.t.status[at]) })
		return
	}
	c.walkSums(c.groups, c.fixed, emit)
}

func (c *cube) walk(groups [][][]int, base int, visit func(at int)) {
	if len(groups) == 0 {
		visit(base)
		return
	}
	for _, g := range groups[0] {
		if len(groups) == 1 {
			visit(base + g[0])
			continue
		}
		c.walk(groups[1:], base+g[0], visit)
	}
}

func (c *cube) walkSums(groups [][][]int, chosen [][]int, emit func(float64, string)) {
	if len(groups) == 0 {
		emit(c.sum(chosen))
		return
	}
	for _, g := range groups[0] {
		c.walkSums(groups[1:], append(slices.Clip(chosen), g), emit)
	}
}

// sum adds the cells of every combination. A nil ("-") counts as zero; one
// part missing makes the sum missing, with that part's symbol.
func (c *cube) sum(chosen [][]int) (float64, string) {
	parts := []int{0}
	for _, offsets := range chosen {
		next := make([]int, 0, len(parts)*len(offsets))
		for _, p := range parts {
			for _, o := range offsets {
				next = append(next, p+o)
			}
		}
		parts = next
	}
	if len(parts) == 1 {
		return c.t.values[parts[0]], c.t.status[parts[0]]
	}
	total, counted := 0.0, false
	for _, at := range parts {
		v, status := c.t.values[at], c.t.status[at]
		if !math.IsNaN(v) {
			total, counted = total+v, true
		} else if status != "-" {
			return math.NaN(), missingSymbol(status)
		}
	}
	if !counted {
		return math.NaN(), "-"
	}
	return total, ""
}

func missingSymbol(status string) string {
	if status == "" {
		return ".."
	}
	return status
}

// appendCells appends value, and status where any cell has one, in the form
// the dialect asks for.
func (c *cube) appendCells(b []byte, cells int, d Dialect) []byte {
	b = append(b, `,"value":`...)
	status := make([]string, 0)
	mark := func(at int, s string) {
		if s == "" {
			return
		}
		if len(status) == 0 {
			status = make([]string, cells)
		}
		status[at] = s
	}
	if d.Value == "sparse" {
		b = c.appendSparse(b, mark)
	} else {
		b = c.appendDense(b, mark)
	}
	if len(status) == 0 {
		return b
	}
	return appendStatus(append(b, `,"status":`...), status, d)
}

func (c *cube) appendDense(b []byte, mark func(int, string)) []byte {
	if c.single && len(c.t.status) == 0 && len(c.groups) > 0 {
		return c.appendRows(b)
	}
	b = append(b, '[')
	at := 0
	c.each(func(v float64, s string) {
		if at > 0 {
			b = append(b, ',')
		}
		b = appendNumber(b, v)
		mark(at, s)
		at++
	})
	return append(b, ']')
}

func (c *cube) appendSparse(b []byte, mark func(int, string)) []byte {
	b = append(b, '{')
	at, first := 0, true
	c.each(func(v float64, s string) {
		if !math.IsNaN(v) {
			b = appendKey(b, strconv.Itoa(at), &first)
			b = appendNumber(b, v)
		}
		mark(at, s)
		at++
	})
	return append(b, '}')
}

// appendNumber writes a number as SCB does: no exponent, no ".0".
func appendNumber(b []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, "null"...)
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return strconv.AppendInt(b, int64(v), 10)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

func appendStatus(b []byte, status []string, d Dialect) []byte {
	same := true
	for _, s := range status {
		same = same && s == status[0]
	}
	switch {
	case d.Status == "single" && same:
		return appendString(b, status[0])
	case d.Status == "single-array" && same:
		return appendStrings(b, status[:1])
	case d.Status == "array":
		return appendStatusArray(b, status)
	}
	b = append(b, '{')
	first := true
	for i, s := range status {
		if s != "" {
			b = appendKey(b, strconv.Itoa(i), &first)
			b = appendString(b, s)
		}
	}
	return append(b, '}')
}

func appendStatusArray(b []byte, status []string) []byte {
	list := make([]*string, len(status))
	for i := range status {
		if status[i] != "" {
			list[i] = &status[i]
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return append(b, "[]"...)
	}
	return append(b, text...)
}

// appendKey begins a member of an object.
func appendKey(b []byte, key string, first *bool) []byte {
	if !*first {
		b = append(b, ',')
	}
	*first = false
	b = appendString(b, key)
	return append(b, ':')
}

// appendRows is appendDense for the plain case, in which benchmarks ask for
// millions of cells.
func (c *cube) appendRows(b []byte) []byte {
	b = append(b, '[')
	inner := c.groups[len(c.groups)-1]
	c.walk(c.groups[:len(c.groups)-1], c.base(), func(at int) {
		for _, g := range inner {
			b = append(appendNumber(b, c.t.values[at+g[0]]), ',')
		}
	})
	return append(b[:len(b)-1], ']') // every axis has a value, so there is a last comma
}

// base is where the eliminated variables put every cell that is not a sum.
func (c *cube) base() int {
	base := 0
	for _, f := range c.fixed {
		base += f[0]
	}
	return base
}
