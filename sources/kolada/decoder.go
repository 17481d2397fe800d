package kolada

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// decoder reads pages of data, giving one record after another to sink. It
// keeps one copy of each text over all pages: a page has some 5 000 records
// of a few hundred ids.
type decoder struct {
	scanner
	sink      func(record []Value) error
	texts     map[string]string
	kpi, area string  // of the record before
	row       []Value // of the record being read
	begun     int     // byte where it begins
	unknown   map[string]int
	// shapes of the record and the value before this one
	recordShape, valueShape shape
}

// newDecoder returns a decoder for any number of pages. The record that sink
// gets is its own only until it returns.
func newDecoder(sink func(record []Value) error) *decoder {
	return &decoder{sink: sink, texts: map[string]string{}}
}

// page reads one body. Values of the page returned is nil: sink has had them.
func (d *decoder) page(body []byte) (Page, error) {
	d.scanner, d.unknown = scanner{body: body}, nil
	d.recordShape, d.valueShape = shape{}, shape{}
	e, err := d.envelope(d.record)
	if err != nil {
		return Page{}, err
	}
	return Page{Records: e.objects, Next: e.next, Count: e.count, Unknown: d.unknown}, nil
}

// envelope reads a whole body, calling object for every member of "values".
func (s *scanner) envelope(object func()) (envelope, error) {
	e := envelope{count: -1}
	found := false
	for ok := s.open('{', '}', "an object"); ok; ok = s.more('}') {
		at := s.at
		switch string(s.key()) {
		case "values":
			if found {
				s.fail(at, `"values" a second time`)
			}
			found = true
			for ok := s.open('[', ']', "an array"); ok; ok = s.more(']') {
				object()
				e.objects++
			}
		case "next_url":
			if !s.null() {
				e.next = s.utf8Text()
			}
		case "count":
			if !s.null() {
				e.count = int(s.whole("a count", 0, maxCount))
			}
		default:
			s.skip(1)
		}
	}
	s.end()
	if !found {
		s.fail(0, `no "values": `+strconv.Quote(string(s.body[:min(len(s.body), 200)])))
	}
	return e, s.err
}

// field is a member of a record or a value.
type field byte

const (
	fieldEnd field = iota // no member: the object has ended
	fieldOther
	fieldKPI
	fieldMunicipality
	fieldPeriod
	fieldValues
	fieldOU
	fieldGender
	fieldValue
	fieldCount
	fieldStatus
	fieldDeleted
)

func fieldOf(name []byte) field {
	switch string(name) {
	case "kpi":
		return fieldKPI
	case "municipality":
		return fieldMunicipality
	case "period":
		return fieldPeriod
	case "values":
		return fieldValues
	case "ou":
		return fieldOU
	case "gender":
		return fieldGender
	case "value":
		return fieldValue
	case "count":
		return fieldCount
	case "status":
		return fieldStatus
	case "isdeleted", "is_deleted": // v2 wrote the latter
		return fieldDeleted
	}
	return fieldOther
}

// shape remembers how an object was written: for each member the bytes from
// the end of the one before to its colon, and last the bytes up to the end of
// the object. The next object is most likely written in the same way, so that
// a member costs one comparison; if not, it is read like any other.
type shape struct {
	raw    [8][]byte
	fields [8]field
}

// member goes from the end of one member's value, or from before the object
// when i is 0, to the value of the i-th member. It returns fieldEnd when there
// is none.
func (d *decoder) member(s *shape, i int, what string) field {
	if i < len(s.raw) {
		if known := s.raw[i]; known != nil && bytes.HasPrefix(d.body[d.at:], known) {
			d.at += len(known)
			return s.fields[i]
		}
	}
	start, f := d.at, fieldEnd
	if i == 0 && d.open('{', '}', what) || i > 0 && d.more('}') {
		f = fieldOf(d.key())
	}
	if d.err == nil && i < len(s.raw) {
		s.raw[i], s.fields[i] = d.body[start:d.at], f
	}
	return f
}

// record reads the values of one KPI, region and year. "values" may stand
// before the ids, so the rows get their key when the record has ended.
func (d *decoder) record() {
	d.next()
	at := d.at
	d.begun = at
	d.row = d.row[:0]
	kpi, area, year := "", "", 0
	for i, f := 0, fieldOther; f != fieldEnd; i++ {
		switch f = d.member(&d.recordShape, i, "a record"); f {
		case fieldEnd:
		case fieldKPI:
			kpi = d.shared(d.kpi)
		case fieldMunicipality:
			area = d.shared(d.area)
		case fieldPeriod:
			year = d.year()
		case fieldValues:
			for ok := d.open('[', ']', "an array"); ok; ok = d.more(']') {
				d.value()
			}
		case fieldOU:
			d.fail(at, "a unit's record, with ou in place of municipality")
		default:
			d.skip(1)
		}
	}
	if kpi == "" || area == "" || year == 0 {
		d.fail(at, "a record without kpi, municipality or period")
		return
	}
	d.give(kpi, area, year, at)
}

// give completes the row and passes it on.
func (d *decoder) give(kpi, area string, year, at int) {
	d.kpi, d.area = kpi, area
	for i := range d.row {
		v := &d.row[i]
		v.KPI, v.Municipality, v.Year = kpi, area, year
	}
	if d.err != nil {
		return
	}
	if err := d.sink(d.row); err != nil {
		d.fail(at, err.Error())
	}
}

// value reads one gender's figure. Members that are absent are null.
func (d *decoder) value() {
	d.next()
	at := d.at
	d.row = append(d.row, Value{})
	v := &d.row[len(d.row)-1]
	found := false
	for i, f := 0, fieldOther; f != fieldEnd; i++ {
		switch f = d.member(&d.valueShape, i, "a value"); f {
		case fieldEnd:
		case fieldGender:
			v.Gender, found = d.gender(), true
		case fieldValue:
			if v.HasValue = !d.null(); v.HasValue {
				v.Value = d.number()
			}
		case fieldCount:
			if v.HasCount = !d.null(); v.HasCount {
				v.Count = d.whole("a count", 0, maxCount)
			}
		case fieldStatus:
			if v.HasStatus = !d.null(); v.HasStatus {
				v.Status = d.shared("")
			}
		case fieldDeleted:
			v.Deleted = d.flag()
		default:
			d.skip(1)
		}
	}
	if !found {
		d.fail(at, "a value without gender")
	}
}

// gender reads T, K or M, or any other text, which is counted.
func (d *decoder) gender() string {
	d.next()
	if end := d.at + 3; end <= len(d.body) {
		for _, known := range [...]string{"T", "K", "M"} {
			if d.body[d.at] == '"' && d.body[d.at+1] == known[0] && d.body[d.at+2] == '"' {
				d.at = end
				return known
			}
		}
	}
	text := d.shared("")
	if text == "T" || text == "K" || text == "M" || d.err != nil {
		return text
	}
	if d.unknown == nil {
		d.unknown = map[string]int{}
	}
	d.unknown[text]++
	return text
}

// year reads a period: a number, or the text that v2 sent.
func (d *decoder) year() int {
	if d.next() != '"' {
		return int(d.whole("a year", minYear, maxYear))
	}
	at := d.at
	text := d.text()
	n, err := strconv.Atoi(string(text))
	if d.err == nil && (err != nil || len(text) != 4 || n < minYear) {
		d.fail(at, "want a year, have "+strconv.Quote(string(text)))
	}
	return n
}

// shared reads a string that has probably been met before, most likely as
// last.
func (d *decoder) shared(last string) string {
	d.next()
	at := d.at
	b := d.text()
	if string(b) == last {
		return last
	}
	if known, ok := d.texts[string(b)]; ok {
		return known
	}
	if !utf8.Valid(b) {
		d.fail(at, "a string that is not UTF-8")
		return ""
	}
	text := string(b)
	d.texts[text] = text
	return text
}
