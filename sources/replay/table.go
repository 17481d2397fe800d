package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// table is one whole SCB table. A Library shares its tables with its clones:
// an edit works on a copy and replaces what it changes, and nothing writes into
// a map or slice that another copy may hold.
type table struct {
	dataset
	id           string
	discontinued bool
	values       []float64 // the last variable fastest; NaN where missing
	status       map[int]string
}

// dataset holds the members of a JSON-stat 2.0 body in SCB's order, but for
// value and status, which come last.
type dataset struct {
	Version   string               `json:"version"`
	Class     string               `json:"class"`
	Label     string               `json:"label"`
	Source    string               `json:"source"`
	Updated   string               `json:"updated"`
	Note      []string             `json:"note,omitempty"`
	Extension extension            `json:"extension"`
	Role      map[string][]string  `json:"role"`
	ID        []string             `json:"id"`
	Size      []int                `json:"size"`
	Dimension map[string]dimension `json:"dimension"`
}

type extension struct {
	NoteMandatory json.RawMessage            `json:"noteMandatory,omitempty"`
	PX            map[string]json.RawMessage `json:"px"`
	Discontinued  json.RawMessage            `json:"discontinued,omitempty"` // null in data answers, absent in metadata
	Contact       json.RawMessage            `json:"contact,omitempty"`
}

type dimension struct {
	Label     string                     `json:"label"`
	Note      json.RawMessage            `json:"note,omitempty"`
	Category  category                   `json:"category"`
	Extension map[string]json.RawMessage `json:"extension"`
	Link      json.RawMessage            `json:"link,omitempty"`
}

type category struct {
	Index index                      `json:"index"`
	Label map[string]string          `json:"label"` // a code without a label is its own
	Unit  map[string]json.RawMessage `json:"unit,omitempty"`
	Note  map[string]json.RawMessage `json:"note,omitempty"`
}

// decodeTable reads a table in the folder's form.
func decodeTable(id string, body []byte) (*table, error) {
	var file struct {
		dataset
		Value  numbers        `json:"value"`
		Status map[int]string `json:"status"`
	}
	if err := json.Unmarshal(body, &file); err != nil {
		return nil, err
	}
	t := &table{dataset: file.dataset, id: id, values: file.Value, status: file.Status}
	t.Version, t.Class = "2.0", "dataset"
	return t, t.check()
}

func (t *table) check() error {
	cells := 1
	for i, code := range t.ID {
		d, ok := t.Dimension[code]
		if !ok {
			return fmt.Errorf("no dimension %s", code)
		}
		if i >= len(t.Size) || t.Size[i] != len(d.Category.Index) {
			return fmt.Errorf("dimension %s has %d values, and size says otherwise", code, len(d.Category.Index))
		}
		var eliminable bool
		if raw, ok := d.Extension["elimination"]; ok && json.Unmarshal(raw, &eliminable) != nil {
			return fmt.Errorf("dimension %s: extension.elimination is neither true nor false", code)
		}
		cells *= t.Size[i]
	}
	if len(t.values) != cells {
		return fmt.Errorf("value: %d numbers for %d cells", len(t.values), cells)
	}
	for cell := range t.status {
		if cell < 0 || cell >= cells {
			return fmt.Errorf("status: cell %d of %d", cell, cells)
		}
	}
	return nil
}

// time is the code of the time variable, "" without one.
func (t *table) time() string {
	if codes := t.Role["time"]; len(codes) > 0 {
		return codes[0]
	}
	return ""
}

// px is a text of the PX file's keywords, "" without it.
func (t *table) px(keyword string) string { return text(t.Extension.PX[keyword]) }

// eliminable says whether a request may leave the variable out.
func (d dimension) eliminable() bool { return string(d.Extension["elimination"]) == "true" }

// label is a value's label.
func (c category) label(code string) string {
	if label, ok := c.Label[code]; ok {
		return label
	}
	return code
}

// of leaves only these codes in the category.
func (c category) of(codes []string) category {
	labels := make(map[string]string, len(codes))
	for _, code := range codes {
		labels[code] = c.label(code)
	}
	return category{codes, labels, only(c.Unit, codes), only(c.Note, codes)}
}

func only(all map[string]json.RawMessage, codes []string) map[string]json.RawMessage {
	some := map[string]json.RawMessage{}
	for _, code := range codes {
		if raw, ok := all[code]; ok {
			some[code] = raw
		}
	}
	return some
}

// index lists a variable's codes by position: an object from code to position
// or, in a folder's table, an array of codes.
type index []string

// UnmarshalJSON implements json.Unmarshaler.
func (x *index) UnmarshalJSON(raw []byte) error {
	if raw[0] == '[' {
		return json.Unmarshal(raw, (*[]string)(x))
	}
	var at map[string]int
	if err := json.Unmarshal(raw, &at); err != nil {
		return err
	}
	*x = slices.SortedFunc(maps.Keys(at), func(a, b string) int { return at[a] - at[b] })
	for i, code := range *x {
		if at[code] != i {
			return fmt.Errorf("category.index: no code has position %d", i)
		}
	}
	return nil
}

// MarshalJSON implements json.Marshaler; the members are in order of position,
// as SCB's are.
func (x index) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, code := range x {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "%s:%d", encode(code), i)
	}
	return append(b, '}'), nil
}

// numbers are cells, NaN for null. encoding/json takes some ten times as long
// for the millions that a folder holds.
type numbers []float64

// UnmarshalJSON implements json.Unmarshaler.
func (n *numbers) UnmarshalJSON(raw []byte) error {
	if raw[0] != '[' {
		return errors.New("value: not an array")
	}
	*n = make(numbers, 0, bytes.Count(raw, []byte{','})+1)
	for rest := raw[1 : len(raw)-1]; len(bytes.TrimSpace(rest)) > 0; {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte{','})
		v := math.NaN()
		if word = bytes.TrimSpace(word); string(word) != "null" {
			var err error
			if v, err = strconv.ParseFloat(string(word), 64); err != nil {
				return fmt.Errorf("value %d: %w", len(*n), err)
			}
		}
		*n = append(*n, v)
	}
	return nil
}

// encode writes JSON with <, > and & as they are. What it is given is made of
// texts, numbers and JSON that has been decoded, for which there is no error.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return nil
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}

// text is a JSON string's content, and "" for anything else.
func text(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}
