package kolada

import (
	"bytes"
	"effekt/sources/jsontext"
	"strconv"
)

// decoder reads pages of data, giving one record after another to sink. It
// keeps one copy of each text over all pages: a page has some 5 000 records
// of a few hundred ids.
type decoder struct {
	*jsontext.Scanner
	sink    func(record []Value) error
	texts   map[string]string
	last    Key     // of the record before
	row     []Value // of the record being read
	places  []place // of the row's values, where they are wanted
	locate  bool
	unknown map[string]int
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
	d.Scanner, d.unknown = jsontext.New(body), nil
	d.recordShape, d.valueShape = shape{}, shape{}
	e, err := readEnvelope(d.Scanner, body, d.record)
	if err != nil {
		return Page{}, err
	}
	return Page{envelope: e, Unknown: d.unknown}, nil
}

// readEnvelope reads a whole body, calling object for every member of "values".
func readEnvelope(s *jsontext.Scanner, body []byte, object func()) (envelope, error) {
	e := envelope{count: -1}
	found := false
	s.Members(func(name string) {
		switch name {
		case "values":
			found = true
			s.Elements(func() {
				object()
				e.objects++
			})
		case "next_url":
			e.next = s.TextOrNull()
		case "count":
			if !s.Null() {
				e.count = int(s.Whole("a count", 0, maxCount))
			}
		default:
			s.Skip()
		}
	})
	s.End()
	if !found {
		s.FailAt(0, `no "values": %.200q`, body)
	}
	return e, s.Err()
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

// members calls visit at the value of each member of an object, which what
// names. A member that is read and comes twice is refused.
func (d *decoder) members(s *shape, what string, visit func(field)) {
	seen := 0
	for i := 0; ; i++ {
		at := d.Offset()
		f := d.member(s, i, what)
		if f == fieldEnd || d.Err() != nil {
			return
		}
		if f != fieldOther && seen&(1<<f) != 0 {
			d.FailAt(at, "a member of %s twice", what)
		}
		seen |= 1 << f
		visit(f)
	}
}

// member goes from the end of one member's value, or from before the object
// when i is 0, to the value of the i-th member. It returns fieldEnd when there
// is none.
func (d *decoder) member(s *shape, i int, what string) field {
	rest := d.Rest()
	if i < len(s.raw) && s.raw[i] != nil && bytes.HasPrefix(rest, s.raw[i]) {
		d.Advance(len(s.raw[i]))
		return s.fields[i]
	}
	f := fieldEnd
	if i == 0 && d.Next() != '{' {
		d.Want(what)
	}
	if i == 0 && d.Open('{') || i > 0 && d.More('{') {
		f = fieldOf(d.Key())
	}
	if d.Err() == nil && i < len(s.raw) {
		s.raw[i], s.fields[i] = rest[:len(rest)-len(d.Rest())], f
	}
	return f
}

// record reads the values of one KPI, region and year. "values" may stand
// before the ids, so the rows get their key when the record has ended.
func (d *decoder) record() {
	at := d.Offset()
	d.row, d.places = d.row[:0], d.places[:0]
	var key Key
	d.members(&d.recordShape, "a record", func(f field) {
		switch f {
		case fieldKPI:
			key.KPI = d.shared(d.last.KPI)
		case fieldMunicipality:
			key.Municipality = d.shared(d.last.Municipality)
		case fieldPeriod:
			key.Year = d.year()
		case fieldValues:
			d.Elements(d.value)
		case fieldOU:
			d.FailAt(at, "a unit's record, with ou in place of municipality")
		default:
			d.Skip()
		}
	})
	if key.KPI == "" || key.Municipality == "" || key.Year == 0 {
		d.FailAt(at, "a record without kpi, municipality or period")
	}
	if d.Err() != nil {
		return
	}
	d.last = key
	for i := range d.row {
		key.Gender = d.row[i].Gender
		d.row[i].Key = key
	}
	if err := d.sink(d.row); err != nil {
		d.FailAt(at, "%v", err)
	}
}

// value reads one gender's figure. Members that are absent are null.
func (d *decoder) value() {
	at := d.Offset()
	d.row = append(d.row, Value{})
	v := &d.row[len(d.row)-1]
	found, stands := false, place{-1, "null"}
	d.members(&d.valueShape, "a value", func(f field) {
		switch f {
		case fieldGender:
			v.Gender, found = d.gender(), true
		case fieldValue:
			if d.locate {
				stands.offset = int64(d.Offset())
				stands.raw = string(d.Raw())
				d.Seek(int(stands.offset))
			}
			if v.HasValue = !d.Null(); v.HasValue {
				v.Value = d.Number()
			}
		case fieldCount:
			if v.HasCount = !d.Null(); v.HasCount {
				v.Count = d.Whole("a count", 0, maxCount)
			}
		case fieldStatus:
			if v.HasStatus = !d.Null(); v.HasStatus {
				v.Status = d.shared("")
			}
		case fieldDeleted:
			v.Deleted = d.Bool()
		default:
			d.Skip()
		}
	})
	if !found {
		d.FailAt(at, "a value without gender")
	}
	if d.locate {
		d.places = append(d.places, stands)
	}
}

// gender reads T, K or M, or any other text, which is counted.
func (d *decoder) gender() string {
	b := d.Bytes()
	for _, known := range [...]string{"T", "K", "M"} {
		if string(b) == known {
			return known
		}
	}
	text := d.copied(b)
	if d.Err() != nil {
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
	if d.Next() != '"' {
		return int(d.Whole("a year", minYear, maxYear))
	}
	at := d.Offset()
	text := d.Text()
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || len(text) != 4 || n < minYear {
		d.FailAt(at, "want a year, have %q", text)
	}
	return int(n)
}

// shared reads a string that has probably been met before, most likely as
// last.
func (d *decoder) shared(last string) string {
	b := d.Bytes()
	if string(b) == last {
		return last
	}
	return d.copied(b)
}

// copied is the one copy of a text.
func (d *decoder) copied(b []byte) string {
	if known, ok := d.texts[string(b)]; ok {
		return known
	}
	text := string(b)
	d.texts[text] = text
	return text
}

// place is where the value of a figure stands in a page.
type place struct {
	offset int64  // byte in the body; -1 where the member is absent
	raw    string // the value as the bytes have it: a number or null
}
