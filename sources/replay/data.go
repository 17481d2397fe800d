package replay

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// data answers POST /tables/{id}/data.
func (c *call) data() answer {
	t := c.lib.tables[strings.ToUpper(c.r.PathValue("id"))]
	switch format := c.r.URL.Query().Get("outputFormat"); {
	case t == nil:
		return *refuse(400, problem{Title: "Non-existent table", Status: 404})
	case format != "json-stat2":
		return *badRequestTwice("Unsupported output format")
	case !strings.Contains(c.r.Header.Get("Content-Type"), "json"):
		return answer{status: 415}
	}
	var w wanted
	if json.Unmarshal(c.body, &w) != nil {
		return *badRequest("One or more validation errors occurred.")
	}
	if len(w.Selection) == 0 {
		return *unserved("a table's default selection")
	}
	picked, refusal := c.lib.resolve(t, w, c.server.options.MaxCells)
	if refusal != nil {
		return *refusal
	}
	return okJSON(t.extract(picked))
}

// extract is the answer to a checked selection.
func (t *table) extract(picked [][]int) []byte {
	d := t.dataset
	d.Label, d.Extension.Discontinued = t.title(picked), json.RawMessage("null")
	d.Size, d.Dimension = make([]int, len(picked)), map[string]dimension{}
	for i, variable := range t.ID {
		v := t.Dimension[variable]
		codes := make([]string, len(picked[i]))
		for k, at := range picked[i] {
			codes[k] = v.Category.Index[at]
		}
		d.Size[i] = len(codes)
		v.Extension = v.extracted(codes)
		v.Category = v.Category.of(codes)
		d.Dimension[variable] = v
	}
	return t.appendCells(encode(d), picked)
}

// title is built as the server's: contents, then the variables by which they
// are divided. A contents variable of one value is not named.
func (t *table) title(picked [][]int) string {
	var names []string
	for i, variable := range t.ID {
		if !slices.Contains(t.Role["metric"], variable) || len(picked[i]) > 1 {
			names = append(names, t.Dimension[variable].Label)
		}
	}
	if n := len(names); n > 1 {
		names = append(names[:n-2], names[n-2]+" och "+names[n-1])
	}
	return t.px("contents") + " efter " + strings.Join(names, ", ")
}

// extracted is the extension of an answer with these codes. It describes the
// extract, not the table: eliminable only where the total is included, or where
// all that would be summed is, and without what belongs to other values. Which
// members are keyed by value code is told by their keys, except that
// noteMandatory is keyed by the position of a note, which may look like an age.
func (d dimension) extracted(codes []string) map[string]json.RawMessage {
	e := map[string]json.RawMessage{}
	for key, raw := range d.Extension {
		var byCode map[string]json.RawMessage
		if key == "noteMandatory" || json.Unmarshal(raw, &byCode) != nil || !d.keyed(byCode) {
			e[key] = raw
		} else if some := only(byCode, codes); len(some) > 0 {
			e[key] = encode(some)
		}
	}
	delete(e, "codelists")
	total := text(e["eliminationValueCode"])
	whole := total == "" && len(codes) == len(d.Category.Index) || slices.Contains(codes, total)
	e["elimination"] = encode(d.eliminable() && whole)
	if !whole {
		delete(e, "eliminationValueCode")
	}
	return e
}

func (d dimension) keyed(members map[string]json.RawMessage) bool {
	for key := range members {
		if !slices.Contains(d.Category.Index, key) {
			return false
		}
	}
	return len(members) > 0
}

// appendCells adds value, and status where any cell has one, to an encoded
// dataset. They are not encoded by encoding/json, which takes some ten times as
// long for 150 000 cells.
func (t *table) appendCells(body []byte, picked [][]int) []byte {
	b := append(body[:len(body)-1], `,"value":[`...)
	var status []byte
	cells := 0
	t.each(picked, 0, func(cell int) {
		if s := t.status[cell]; s != "" {
			status = append(strconv.AppendInt(append(status, `,"`...), int64(cells), 10), `":`...)
			status = append(status, encode(s)...)
		}
		b = append(appendNumber(b, t.values[cell]), ',')
		cells++
	})
	if cells > 0 {
		b = b[:len(b)-1]
	}
	if b = append(b, ']'); len(status) > 0 {
		b = append(append(append(b, `,"status":{`...), status[1:]...), '}')
	}
	return append(b, '}')
}

// each visits the selected cells, the last variable fastest; cell is the
// position by the variables before.
func (t *table) each(picked [][]int, cell int, visit func(cell int)) {
	depth := len(t.Size) - len(picked)
	if len(picked) == 0 {
		visit(cell)
		return
	}
	for _, at := range picked[0] {
		t.each(picked[1:], cell*t.Size[depth]+at, visit)
	}
}

// appendNumber writes a number as SCB does: no exponent, no ".0".
func appendNumber(b []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, "null"...)
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return strconv.AppendInt(b, int64(v), 10) // a third of the time
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}
