package outcomes

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Accepted is a submission that was let in, as the archive keeps it beside the
// file itself: later rules never change what was reported.
type Accepted struct {
	Stamp Stamp    `json:"stamp"`
	Files []string `json:"files"`
	Rows  []Row    `json:"rows"`
	Notes []string `json:"notes,omitempty"` // the warnings that were given
}

// Encode is the form that Decode reads.
func (a Accepted) Encode() ([]byte, error) { return json.MarshalIndent(a, "", " ") }

// Decode reads what Encode wrote.
func Decode(body []byte) (Accepted, error) {
	var a Accepted
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("outcomes: accepted rows: %w", err)
	}
	return a, nil
}

// Rejected is a submission that was refused: what was wrong, without the values
// that were, for they may be personal data.
type Rejected struct {
	Stamp    Stamp     `json:"stamp"`
	Files    []string  `json:"files"`
	Problems []Problem `json:"problems"`
	Vintage  string    `json:"-"` // of the archive
	Received time.Time `json:"-"` // UTC
}

// Encode is the form that DecodeRejected reads.
func (r Rejected) Encode() ([]byte, error) { return json.MarshalIndent(r, "", " ") }

// DecodeRejected reads what Encode wrote.
func DecodeRejected(body []byte) (Rejected, error) {
	var r Rejected
	if err := json.Unmarshal(body, &r); err != nil {
		return r, fmt.Errorf("outcomes: refused submission: %w", err)
	}
	return r, nil
}

// Handed is a row with when and how it was handed in.
type Handed struct {
	Row
	Round, Unit string
	Vintage     string    // of the archive
	Received    time.Time // UTC
	ReplacedBy  string    // name of the version that holds instead, empty for the one that does
	Hidden      []string  // columns whose value is too small to be published
}

// Reported is all that the organisation has handed in, in the order it came:
// the rows that were let in, as they were reported, and the submissions that
// were refused.
type Reported struct {
	Rows     []Handed
	Rejected []Rejected
	Vintages []string // of all submissions: "outcomes/workbook/20260131T080000Z"
}

// Known is the rows as a reader must know them.
func (r Reported) Known() *Known {
	known := &Known{}
	for _, row := range r.Rows {
		known.Add(row.Round, row.Row)
	}
	return known
}

// HalfYear is the first and last day, ISO, of the half-year "2026H1".
func HalfYear(name string) (first, last string) {
	year, half, _ := strings.Cut(name, "H")
	if half == "2" {
		return year + "-07-01", year + "-12-31"
	}
	return year + "-01-01", year + "-06-30"
}

// Replace says of every row which later version has taken its place. rows are
// in the order they were handed in.
func Replace(rows []Handed) {
	last := map[string]int{}
	for i := range rows {
		key := rows[i].Sheet + " " + rows[i].ID
		if before, ok := last[key]; ok {
			rows[before].ReplacedBy = rows[i].Name()
		}
		last[key] = i
	}
}
