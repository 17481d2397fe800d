package kolada

import (
	"bytes"
	"slices"
	"strconv"

	"effekt/sources/jsontext"
)

// Years are kept within four digits; anything else in period is a fault.
const (
	minYear = 1000
	maxYear = 9999
)

// maxCount is the largest whole number that a JSON number holds exactly.
const maxCount = 1 << 53

// Key is what a stored value is found by.
type Key struct {
	KPI, Municipality string
	Year              int
	// Gender is "T" total, "K" women or "M" men. Anything else is kept as
	// published.
	Gender string
}

// Value is one figure as published. Two Values are equal under == when nothing
// of what Kolada says about the figure differs.
type Value struct {
	Key
	Value    float64 // 0 when HasValue is false
	HasValue bool    // false for null
	// Count is 1 for a single region, for a group the number of members that
	// contributed.
	Count    int64
	HasCount bool
	// Status is verbatim; its meanings are not published. "" is not null.
	Status    string
	HasStatus bool
	// Deleted: Kolada has withdrawn the value.
	Deleted bool
}

// envelope is what surrounds the objects of any page.
type envelope struct {
	// next is next_url as sent; "" on the last page (null, missing or empty).
	next string
	// count is Kolada's own count of objects on this page, -1 when absent. It
	// is not the total, whatever its name suggests.
	count int
	// objects is the number of objects that were read: of data one per KPI, region
	// and year.
	objects int
}

// Page is one page of data.
type Page struct {
	// Values are in the order of the page, genders in the order of the record.
	Values []Value
	envelope
}

// DecodePage reads one page of /data. Anything that is not a whole page is
// refused with a *jsontext.PositionError: HTML, an error object (which has no "values"),
// a body cut short, a unit's record ("ou" in place of "municipality").
func DecodePage(body []byte) (Page, error) { return newDecoder(nil).page(body) }

// decoder reads pages of data, one after another into the same memory. It keeps
// one copy of each text over all pages: a page has some 5 000 records of a few
// hundred ids.
type decoder struct {
	*jsontext.Scanner
	sink   func(record []Value) error
	texts  map[string]string
	last   Key     // of the record before
	values []Value // of the page, or of the record being read
	places []int   // the byte of each value's figure, -1 where it is absent
	first  int     // of the record being read, among values
	forms  [3]form // of the values in each place of a record
}

// newDecoder returns a decoder for any number of pages. With a sink it gives each
// record there, whose values are the sink's own only until it returns; without,
// it gathers those of a page.
func newDecoder(sink func(record []Value) error) *decoder {
	return &decoder{sink: sink, texts: map[string]string{}}
}

// page reads one body. Without a sink the page holds until the next is read.
func (d *decoder) page(body []byte) (Page, error) {
	d.Scanner, d.forms = jsontext.New(body), [3]form{}
	d.values, d.places = d.values[:0], d.places[:0]
	if d.sink == nil {
		d.values = slices.Grow(d.values, len(body)/96) // a value with its share of the record is some 90 bytes
	}
	e, err := readEnvelope(d.Scanner, body, d.record)
	if err != nil {
		return Page{}, err
	}
	return Page{Values: d.values, envelope: e}, nil
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

// record reads the values of one KPI, region and year. "values" may stand
// before the ids, so the values get their key when the record has ended.
func (d *decoder) record() {
	at := d.Offset()
	d.first = len(d.values)
	var key Key
	d.Known("a record", []string{"kpi", "municipality", "period", "values", "ou"}, func(name string) {
		switch name {
		case "kpi":
			key.KPI = d.shared(d.last.KPI)
		case "municipality":
			key.Municipality = d.shared(d.last.Municipality)
		case "period":
			key.Year = d.year()
		case "values":
			d.Elements(d.value)
		case "ou":
			d.FailAt(at, "a unit's record, with ou in place of municipality")
		}
	})
	if key.KPI == "" || key.Municipality == "" || key.Year == 0 {
		d.FailAt(at, "a record without kpi, municipality or period")
	}
	if d.Err() != nil {
		return
	}
	d.last = key
	record := d.values[d.first:]
	for i := range record {
		key.Gender = record[i].Gender
		record[i].Key = key
	}
	if d.sink == nil {
		return
	}
	if err := d.sink(record); err != nil {
		d.FailAt(at, "%v", err)
	}
	d.values, d.places = d.values[:0], d.places[:0]
}

// form is how a value was written: the bytes before and after its figure, and
// what they mean. The value in the same place of the next record is most likely
// written in the same way, so that it costs two comparisons.
type form struct {
	before, after []byte
	value         Value // without its figure
}

// value reads one gender's figure. Members that are absent are null.
func (d *decoder) value() {
	at, nth := d.Offset(), len(d.values)-d.first
	if nth < len(d.forms) && d.again(at, &d.forms[nth]) {
		return
	}
	whole, found, told, figure := d.Rest(), false, false, -1
	var v Value
	var seen form
	d.Known("a value", []string{"gender", "value", "count", "status", "isdeleted", "is_deleted"}, func(name string) {
		switch name {
		case "gender":
			v.Gender, found = d.shared("T"), true
		case "value":
			figure = d.Offset()
			seen.before = whole[:figure-at]
			d.figure(&v)
			d.Next()
			seen.after = d.Rest()
		case "count":
			if v.HasCount = !d.Null(); v.HasCount {
				v.Count = d.Whole("a count", 0, maxCount)
			}
		case "status":
			if v.HasStatus = !d.Null(); v.HasStatus {
				v.Status = d.shared("")
			}
		default: // v2 wrote is_deleted
			if told {
				d.FailAt(at, "a value with isdeleted twice")
			}
			v.Deleted, told = d.Bool(), true
		}
	})
	if !found {
		d.FailAt(at, "a value without gender")
	}
	if d.Err() == nil && figure >= 0 && nth < len(d.forms) {
		seen.after, seen.value = seen.after[:len(seen.after)-len(d.Rest())], v
		d.forms[nth] = seen
	}
	d.values, d.places = append(d.values, v), append(d.places, figure)
}

// again reads a value that is written as one before it, but for the figure.
func (d *decoder) again(at int, f *form) bool {
	if f.before == nil || !bytes.HasPrefix(d.Rest(), f.before) {
		return false
	}
	d.Advance(len(f.before))
	v, figure := f.value, d.Offset()
	d.figure(&v)
	if d.Next(); !bytes.HasPrefix(d.Rest(), f.after) {
		d.Seek(at)
		return false
	}
	d.Advance(len(f.after))
	d.values, d.places = append(d.values, v), append(d.places, figure)
	return true
}

func (d *decoder) figure(v *Value) {
	v.Value = 0
	if v.HasValue = !d.Null(); v.HasValue {
		v.Value = d.Number()
	}
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
