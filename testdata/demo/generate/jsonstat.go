package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// notice stands in every body.
const notice = "Syntetiska uppgifter framtagna för demonstration; de är inte statistik."

// A table is one SCB table before it is written.
type table struct {
	id       string // TAB638
	title    string // without years and notice
	subject  string // two letters
	area     string // the subject in words
	updated  string
	notes    []string
	official bool
	noSums   bool // cells carry noise: sums of them are discouraged
	vars     []variable
	values   []float64      // last variable fastest; NaN where missing
	status   map[int]string // by position in values
}

// A variable is one dimension of a table.
type variable struct {
	code, label string
	codes       []code
	elimination bool
	total       string // the code that elimination takes, if there is one
}

// A code is one value of a variable; unit and decimals are of contents only.
type code struct {
	code, label, unit string
	decimals          int
}

// size is the number of cells.
func (t *table) size() int {
	n := 1
	for _, v := range t.vars {
		n *= len(v.codes)
	}
	return n
}

// fill sets every cell by its codes' positions. The position slice is reused.
func (t *table) fill(cell func(at []int) float64) *table {
	t.values = make([]float64, t.size())
	t.status = map[int]string{}
	at := make([]int, len(t.vars))
	for i := range t.values {
		t.values[i] = cell(at)
		t.next(at)
	}
	return t
}

func (t *table) next(at []int) {
	for d := len(at) - 1; d >= 0; d-- {
		if at[d]++; at[d] < len(t.vars[d].codes) {
			return
		}
		at[d] = 0
	}
}

// blank replaces the cells whose codes the choice accepts by a symbol.
func (t *table) blank(symbol string, choose func(codes []string, value float64) bool) *table {
	at := make([]int, len(t.vars))
	codes := make([]string, len(t.vars))
	for i, value := range t.values {
		for d := range at {
			codes[d] = t.vars[d].codes[at[d]].code
		}
		if choose(codes, value) {
			t.values[i], t.status[i] = math.NaN(), symbol
		}
		t.next(at)
	}
	return t
}

// summed builds a table whose first variable is the region and whose counts
// add up exactly: the cells of a town are given, larger places are sums.
func (w *world) summed(t *table, cells func(t *town, out []float64)) *table {
	return w.summedOver(t, w.places, cells)
}

// summedOver is summed for other regions than the usual ones.
func (w *world) summedOver(t *table, regions []place, cells func(t *town, out []float64)) *table {
	t.values = make([]float64, t.size())
	t.status = map[int]string{}
	width := len(t.values) / len(t.vars[0].codes)
	own := make([][]float64, len(w.towns))
	for i := range w.towns {
		own[i] = make([]float64, width)
		cells(&w.towns[i], own[i])
	}
	for r, p := range regions {
		out := t.values[r*width : (r+1)*width]
		for _, n := range p.towns {
			for i, v := range own[n] {
				out[i] += v
			}
		}
	}
	return t
}

type dataset struct {
	Version   string               `json:"version"`
	Class     string               `json:"class"`
	Label     string               `json:"label"`
	Source    string               `json:"source"`
	Updated   string               `json:"updated"`
	Note      []string             `json:"note"`
	Role      map[string][]string  `json:"role"`
	ID        []string             `json:"id"`
	Size      []int                `json:"size"`
	Dimension map[string]dimension `json:"dimension"`
	Extension map[string]any       `json:"extension"`
	Value     json.RawMessage      `json:"value"`
	Status    map[string]string    `json:"status,omitempty"`
}

type dimension struct {
	Label     string         `json:"label"`
	Category  category       `json:"category"`
	Extension map[string]any `json:"extension"`
}

type category struct {
	Index map[string]int    `json:"index"`
	Label map[string]string `json:"label"`
	Unit  map[string]unitOf `json:"unit,omitempty"`
}

type unitOf struct {
	Base     string `json:"base"`
	Decimals int    `json:"decimals"`
}

// body writes the whole table as SCB would answer, notes and metadata included.
func (t *table) body() ([]byte, error) {
	if len(t.values) != t.size() {
		return nil, fmt.Errorf("%s: %d values for %d cells", t.id, len(t.values), t.size())
	}
	d := dataset{
		Version: "2.0", Class: "dataset", Source: "effekt demo (syntetiska data)", Updated: t.updated,
		Label:     t.title + ". " + t.span() + " (SYNTETISKA DEMODATA)",
		Note:      append([]string{notice}, t.notes...),
		Role:      map[string][]string{"time": {"Tid"}, "metric": {"ContentsCode"}},
		Dimension: map[string]dimension{}, Extension: t.extension(), Value: t.numbers(),
	}
	for _, v := range t.vars {
		d.ID = append(d.ID, v.code)
		d.Size = append(d.Size, len(v.codes))
		d.Dimension[v.code] = v.dimension()
	}
	if len(t.status) > 0 {
		d.Status = make(map[string]string, len(t.status))
		for i, symbol := range t.status {
			d.Status[strconv.Itoa(i)] = symbol
		}
	}
	return encode(d)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// span is the period as titles have it.
func (t *table) span() string {
	years := t.vars[len(t.vars)-1].codes
	first, last := years[0].code, years[len(years)-1].code
	if first == last {
		return "År " + first
	}
	return "År " + first + " - " + last
}

func (t *table) extension() map[string]any {
	stub := []string{}
	for _, v := range t.vars[:len(t.vars)-2] {
		stub = append(stub, v.code)
	}
	mandatory := map[string]bool{}
	for i := range len(t.notes) + 1 {
		mandatory[strconv.Itoa(i)] = true
	}
	return map[string]any{
		"noteMandatory": mandatory,
		"discontinued":  nil,
		"px": map[string]any{
			"infofile": t.subject + "DEMO", "tableid": t.id, "decimals": 0, "official-statistics": t.official,
			"aggregallowed": !t.noSums, "copyright": false, "language": "sv", "contents": t.title,
			"descriptiondefault": false, "heading": []string{"ContentsCode", "Tid"}, "stub": stub,
			"matrix": t.id, "subject-code": t.subject, "subject-area": t.area,
		},
	}
}

func (v variable) dimension() dimension {
	d := dimension{
		Label:     v.label,
		Category:  category{Index: map[string]int{}, Label: map[string]string{}},
		Extension: map[string]any{"elimination": v.elimination, "show": "value", "codelists": []any{}},
	}
	if v.total != "" {
		d.Extension["eliminationValueCode"] = v.total
	}
	if v.code == "ContentsCode" {
		d.Category.Unit = map[string]unitOf{}
	}
	for i, c := range v.codes {
		d.Category.Index[c.code] = i
		d.Category.Label[c.code] = c.label
		if v.code == "ContentsCode" {
			d.Category.Unit[c.code] = unitOf{Base: c.unit, Decimals: c.decimals}
		}
	}
	return d
}

// numbers writes the values rounded to their content's decimals.
func (t *table) numbers() json.RawMessage {
	contents := t.vars[len(t.vars)-2].codes
	years := len(t.vars[len(t.vars)-1].codes)
	b := []byte{'['}
	for i, v := range t.values {
		if i > 0 {
			b = append(b, ',')
		}
		if math.IsNaN(v) {
			b = append(b, "null"...)
			continue
		}
		v = round(v, contents[i/years%len(contents)].decimals)
		b = strconv.AppendFloat(b, v+0, 'f', -1, 64)
	}
	return append(b, ']')
}

// named makes codes from «code label» pairs.
func named(pairs ...string) []code {
	var out []code
	for _, p := range pairs {
		c, label, _ := strings.Cut(p, " ")
		out = append(out, code{code: c, label: label})
	}
	return out
}
