package kolada

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
	// Records is the number of objects: one per KPI, region and year.
	Records int
	// Next is next_url as sent, "" on the last page.
	Next string
	// Count is Kolada's count of records on this page, -1 when absent.
	Count int
	// Unknown counts values by a gender other than T, K and M; nil when none.
	Unknown map[string]int
}

func (p Page) envelope() envelope {
	return envelope{next: p.Next, count: p.Count, objects: p.Records}
}

// DecodePage reads one page of /data. Anything that is not a whole page is
// refused with a *PositionError: HTML, an error object (which has no "values"),
// a body cut short, a unit's record ("ou" in place of "municipality").
func DecodePage(body []byte) (Page, error) {
	values := make([]Value, 0, len(body)/96)
	d := newDecoder(func(record []Value) error {
		values = append(values, record...)
		return nil
	})
	page, err := d.page(body)
	if err != nil {
		return Page{}, err
	}
	page.Values = values
	return page, nil
}
