package replay

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Dialect makes SCB's answers use forms of JSON-stat 2.0 that SCB itself does
// not send but other publishers do. The zero value is SCB's own.
type Dialect struct {
	Value   string // "sparse": an object of the known cells
	Status  string // "array"; "single" or "single-array" where all cells have the same one
	Index   string // "array"; "absent" for variables with one value
	Shuffle bool   // members and categories in another order than id and position
	// StringPeriod makes Kolada's period a string, as it was in v2.
	StringPeriod bool
}

// shown is a variable as one answer shows it.
type shown struct {
	v             *variable
	codes, labels []string
	extension     map[string]json.RawMessage
}

// dataset is a JSON-stat answer: a selection's data, or with sel nil the
// table's metadata.
type dataset struct {
	t             *table
	label         string
	language      string
	shown         []shown
	stub, heading []string
	sel           *sel
	dialect       Dialect
}

func (d dataset) append(b []byte) []byte {
	if d.dialect.Shuffle {
		b = append(b, `{"class":"dataset"`...)
		b = d.appendData(b)
		b = append(b, ',')
		b = d.appendShape(b, true)
		b = append(b, ',')
		b = d.appendHead(b)
		return append(b, '}')
	}
	b = append(b, '{')
	b = d.appendHead(b)
	b = append(b, ',')
	b = d.appendShape(b, false)
	b = d.appendData(b)
	return append(b, '}')
}

func (d dataset) appendHead(b []byte) []byte {
	b = append(b, `"version":"2.0"`...)
	if !d.dialect.Shuffle {
		b = append(b, `,"class":"dataset"`...)
	}
	b = appendString(append(b, `,"label":`...), d.label)
	b = appendString(append(b, `,"source":`...), d.t.source)
	b = appendString(append(b, `,"updated":`...), d.t.updated)
	if len(d.t.notes) > 0 {
		b = appendStrings(append(b, `,"note":`...), d.t.notes)
	}
	return d.appendExtension(b)
}

// appendShape appends role, id, size and dimension, or with dimension first.
func (d dataset) appendShape(b []byte, dimensionFirst bool) []byte {
	if dimensionFirst {
		b = append(d.appendDimensions(b), ',')
	}
	b = append(b, `"role":{"time":`...)
	b = appendStrings(b, []string{d.t.timeCode})
	b = appendStrings(append(b, `,"metric":`...), []string{d.t.metricCode})
	var codes []string
	size := []byte(`,"size":[`)
	for i, s := range d.shown {
		codes = append(codes, s.v.code)
		if i > 0 {
			size = append(size, ',')
		}
		size = strconv.AppendInt(size, int64(len(s.codes)), 10)
	}
	b = appendStrings(append(b, `},"id":`...), codes)
	b = append(append(b, size...), ']')
	if !dimensionFirst {
		b = d.appendDimensions(append(b, ','))
	}
	return b
}

func (d dataset) appendDimensions(b []byte) []byte {
	b = append(b, `"dimension":{`...)
	first := true
	for _, s := range d.reordered() {
		b = appendKey(b, s.v.code, &first)
		b = appendString(append(b, `{"label":`...), s.v.label)
		if s.v.note != nil {
			b = append(append(b, `,"note":`...), s.v.note...)
		}
		b = d.appendCategory(b, s)
		b = appendObject(append(b, `,"extension":`...), s.extension, "elimination", "eliminationValueCode",
			"refperiod", "noteMandatory", "categoryNoteMandatory", "show", "codelists")
		if s.v.link != nil {
			b = append(append(b, `,"link":`...), s.v.link...)
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

func (d dataset) reordered() []shown {
	if !d.dialect.Shuffle {
		return d.shown
	}
	backward := slices.Clone(d.shown)
	slices.Reverse(backward)
	return backward
}

func (d dataset) appendCategory(b []byte, s shown) []byte {
	order := span(0, len(s.codes))
	if d.dialect.Shuffle {
		slices.Reverse(order)
	}
	b = append(b, `,"category":{`...)
	b = d.appendIndex(b, s, order)
	b = append(b, `"label":{`...)
	first := true
	for _, i := range order {
		b = appendString(appendKey(b, s.codes[i], &first), s.labels[i])
	}
	b = append(b, '}')
	b = appendByCode(b, "unit", s.v.units, s.codes)
	b = appendByCode(b, "note", s.v.notes, s.codes)
	return append(b, '}')
}

func (d dataset) appendIndex(b []byte, s shown, order []int) []byte {
	switch {
	case d.dialect.Index == "absent" && len(s.codes) == 1:
		return b
	case d.dialect.Index == "array":
		return append(appendStrings(append(b, `"index":`...), s.codes), ',')
	}
	b = append(b, `"index":{`...)
	first := true
	for _, i := range order {
		b = appendKey(b, s.codes[i], &first)
		b = strconv.AppendInt(b, int64(i), 10)
	}
	return append(b, "},"...)
}

// appendByCode appends a member with what there is for the codes shown, and
// nothing if that is nothing.
func appendByCode(b []byte, key string, all map[string]json.RawMessage, codes []string) []byte {
	if some := only(all, codes); len(some) > 0 {
		b = append(append(append(b, `,"`...), key...), `":`...)
		b = appendObject(b, some, codes...)
	}
	return b
}

func only(all map[string]json.RawMessage, codes []string) map[string]json.RawMessage {
	some := map[string]json.RawMessage{}
	if len(all) == 0 {
		return some
	}
	for _, c := range codes {
		if raw, ok := all[c]; ok {
			some[c] = raw
		}
	}
	return some
}

// appendObject appends an object: the named members first, in that order, then
// the rest by name.
func appendObject(b []byte, members map[string]json.RawMessage, order ...string) []byte {
	b = append(b, '{')
	first := true
	named := make(map[string]bool, len(order))
	for _, key := range order {
		if raw, ok := members[key]; ok && !named[key] {
			b = append(appendKey(b, key, &first), raw...)
		}
		named[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if !named[key] {
			b = append(appendKey(b, key, &first), members[key]...)
		}
	}
	return append(b, '}')
}

// appendExtension appends the data set's own extension. Only data answers have
// discontinued, and it is always null: the server never fills it. The matrix is
// the table's id, whatever the table was called in the older API.
func (d dataset) appendExtension(b []byte) []byte {
	members := maps.Clone(d.t.extension)
	if members == nil {
		members = map[string]json.RawMessage{}
	}
	delete(members, "discontinued")
	if d.sel != nil {
		members["discontinued"] = json.RawMessage("null")
	}
	px := maps.Clone(d.t.px)
	if px == nil {
		px = map[string]json.RawMessage{}
	}
	px["matrix"] = appendString(nil, d.t.id)
	px["language"] = appendString(nil, d.language)
	px["heading"], px["stub"] = appendStrings(nil, d.heading), appendStrings(nil, d.stub)
	members["px"] = appendObject(nil, px, "infofile", "tableid", "decimals", "official-statistics",
		"aggregallowed", "copyright", "language", "contents", "descriptiondefault", "heading", "stub",
		"matrix", "subject-code", "subject-area")
	return appendObject(append(b, `,"extension":`...), members, "noteMandatory", "px", "discontinued", "contact")
}

func (d dataset) appendData(b []byte) []byte {
	if d.sel == nil {
		return append(b, `,"value":[]`...)
	}
	return d.sel.cube(d.t).appendCells(b, d.sel.cells, d.dialect)
}

// data is the answer to a checked selection.
func (t *table) data(s *sel, language string, dialect Dialect) []byte {
	d := dataset{t: t, label: t.title(s, language), language: language, stub: s.stub, heading: s.heading, sel: s, dialect: dialect}
	for _, a := range s.order {
		codes, labels := make([]string, len(a.picked)), make([]string, len(a.picked))
		for k, i := range a.picked {
			codes[k], labels[k] = a.values.codes[i], a.values.labels[i]
		}
		d.shown = append(d.shown, shown{a.v, codes, labels, a.v.dataExtension(codes)})
	}
	return d.append(make([]byte, 0, 8*s.cells+16<<10))
}

// dataExtension describes the extract, not the table: eliminable only where
// the total is included, or where all that would be summed is.
func (v *variable) dataExtension(codes []string) map[string]json.RawMessage {
	e := v.filtered(codes)
	total := v.eliminationCode != "" && slices.Contains(codes, v.eliminationCode)
	whole := v.eliminationCode == "" && len(codes) == len(v.codes)
	e["elimination"] = json.RawMessage(strconv.FormatBool(v.elimination && (total || whole)))
	if v.elimination && total {
		e["eliminationValueCode"] = appendString(nil, v.eliminationCode)
	}
	return e
}

// filtered is the extension without what belongs to values not shown. Which
// members are keyed by value code is told by their keys, except that
// noteMandatory is keyed by the position of a note, which may look like an age.
func (v *variable) filtered(codes []string) map[string]json.RawMessage {
	e := make(map[string]json.RawMessage, len(v.extension)+3)
	for key, raw := range v.extension {
		var byCode map[string]json.RawMessage
		if key == "noteMandatory" || json.Unmarshal(raw, &byCode) != nil || !v.keyed(byCode) {
			e[key] = raw
		} else if some := only(byCode, codes); len(some) > 0 {
			e[key] = appendObject(nil, some, codes...)
		}
	}
	return e
}

func (v *variable) keyed(members map[string]json.RawMessage) bool {
	for key := range members {
		if _, ok := v.position[key]; !ok {
			return false
		}
	}
	return len(members) > 0
}

// title is built as the server's: contents, then the variables by which they
// are divided. A contents variable of one value is not named.
func (t *table) title(s *sel, language string) string {
	by, and := " efter ", " och "
	if language == "en" {
		by, and = " by ", " and "
	}
	var names []string
	for _, a := range s.order {
		if a.v.code != t.metricCode || len(a.picked) > 1 {
			names = append(names, a.v.label)
		}
	}
	if n := len(names); n > 1 {
		names = append(names[:n-2:n-2], names[n-2]+and+names[n-1])
	}
	return text(t.px["contents"]) + by + strings.Join(names, ", ")
}

func (t *table) pxList(key string) []string {
	var list []string
	_ = json.Unmarshal(rawOr(t.px[key], "null"), &list)
	return list
}
