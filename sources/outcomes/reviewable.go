package outcomes

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// What a copy with comments can be made of. The library that writes it makes
// every row down to a sheet's last and every cell out to a row's last, and looks
// through all rows for each that has no number of its own.
const (
	maxReviewed   = 1 << 18 // tags and attributes
	maxMade       = 1 << 20 // cells, also those that are only passed over
	maxMadeRows   = 4 << 20 // rows: four sheets down to the last that Excel has
	maxUnnumbered = 2000    // rows
)

// extent is how far the sheets of a workbook reach.
type extent struct {
	rows, cells, unnumbered int
	row, column             int // where the reading stands
}

// reviewable tells whether the copy of a guarded workbook takes a reasonable
// time and memory to make.
func reviewable(f File) bool {
	archive, err := zip.NewReader(bytes.NewReader(f.Body), int64(len(f.Body)))
	if err != nil {
		return false
	}
	var all extent
	var pieces tags
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			return false
		}
		err = all.part(io.TeeReader(io.LimitReader(r, maxPart), &pieces))
		if err := errors.Join(err, r.Close()); err != nil || pieces > maxReviewed {
			return false
		}
	}
	return true
}

var errTooWide = errors.New("the sheets reach too far")

// part reads one part; what is no XML reaches nowhere.
func (e *extent) part(r io.Reader) error {
	e.row, e.column = 0, 0
	d := xml.NewDecoder(r)
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) || err != nil && d.InputOffset() == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			e.element(start)
		}
		if e.cells > maxMade || e.rows > maxMadeRows || e.unnumbered > maxUnnumbered {
			return errTooWide
		}
	}
}

func (e *extent) element(start xml.StartElement) {
	at := strings.TrimSpace(attribute(start, "r"))
	switch start.Name.Local {
	case "row":
		e.column = 0
		if n, err := strconv.Atoi(at); err == nil && n > e.row {
			e.rows, e.row = e.rows+n-e.row, n
			return
		}
		e.unnumbered++
	case "c":
		column := e.column + 1
		if n, _, err := excelize.CellNameToCoordinates(at); err == nil {
			column = n
		}
		e.cells += max(column-e.column, 0)
		e.column = max(column, e.column)
	}
}
