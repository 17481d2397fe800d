package kolada

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Place is where a figure stands in a stored page.
type Place struct {
	Offset int64  // byte of the value in the body; -1 where the member is absent
	Raw    string // the value as the bytes have it: a number or null
}

// Locate finds the figure with a key in a page of /data, and says whether the
// page has it. A deleted figure is not found. A body that is no page is an
// error.
func Locate(body []byte, key Key) (Place, bool, error) {
	from, to := 0, 0
	d := newDecoder(nil)
	d.sink = func(row []Value) error {
		if slices.ContainsFunc(row, func(v Value) bool { return v.Key == key && !v.Deleted }) {
			from, to = d.begun, d.at
		}
		return nil
	}
	if _, err := d.page(body); err != nil || to == 0 {
		return Place{}, false, err
	}
	place, err := inRecord(body[from:to], key.Gender)
	if place.Offset >= 0 {
		place.Offset += int64(from)
	}
	return place, err == nil, err
}

// figureDepth is how many brackets are open inside a figure: the record's, the
// list's and its own.
const figureDepth = 3

// inRecord finds the value beside a gender; offsets count within the record.
func inRecord(record []byte, gender string) (Place, error) {
	tokens := json.NewDecoder(bytes.NewReader(record))
	tokens.UseNumber()
	depth, key, found := 0, "", ""
	place := Place{-1, "null"}
	for {
		token, err := tokens.Token()
		if err != nil {
			return Place{-1, "null"}, fmt.Errorf("kolada: no value for gender %s: %w", gender, err)
		}
		text, isText := token.(string)
		switch {
		case token == json.Delim('{') || token == json.Delim('['):
			if depth++; depth == figureDepth {
				found, place = "", Place{-1, "null"}
			}
			key = ""
		case token == json.Delim('}') || token == json.Delim(']'):
			if depth--; depth == figureDepth-1 && found == gender {
				return place, nil
			}
			key = ""
		case depth != figureDepth:
		case key == "" && isText:
			key = text
		default:
			switch key {
			case "gender":
				found = text
			case "value":
				place = placeOf(token, tokens.InputOffset())
			}
			key = ""
		}
	}
}

// placeOf is the place of a number or null that ends at a byte.
func placeOf(token json.Token, end int64) Place {
	raw := "null"
	if number, ok := token.(json.Number); ok {
		raw = number.String()
	}
	return Place{end - int64(len(raw)), raw}
}
