package kolada

import "slices"

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

// Page is one page of data.
type Page struct {
	// Values are in the order of the page, genders in the order of the record.
	Values []Value
	// Unknown counts values by a gender other than T, K and M; nil when none.
	Unknown map[string]int
	envelope
}

// DecodePage reads one page of /data. Anything that is not a whole page is
// refused with a *jsontext.PositionError: HTML, an error object (which has no "values"),
// a body cut short, a unit's record ("ou" in place of "municipality").
func DecodePage(body []byte) (Page, error) {
	r := newPageReader()
	if _, err := r.read(body); err != nil {
		return Page{}, err
	}
	return r.page, nil
}

// pageReader reads one page after another into the same memory.
type pageReader struct {
	decoder *decoder
	values  []Value
	page    Page // the last one read
}

func newPageReader() *pageReader {
	r := &pageReader{}
	r.decoder = newDecoder(func(record []Value) error {
		r.values = append(r.values, record...)
		return nil
	})
	return r
}

// read decodes body as the page, in place of the one before.
func (r *pageReader) read(body []byte) (envelope, error) {
	// A value with its share of the record is some 90 bytes as published.
	r.values = slices.Grow(r.values[:0], len(body)/96)
	page, err := r.decoder.page(body)
	page.Values = r.values
	r.page = page
	return page.envelope, err
}
