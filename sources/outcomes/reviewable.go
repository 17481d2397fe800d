package outcomes

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
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

// reviewable tells whether the copy of a workbook takes a reasonable time and
// memory to make.
func reviewable(parts []part) bool {
	var all extent
	pieces := 0
	for _, p := range parts {
		xml, ok := all.part(p.body)
		if xml {
			pieces += tags(p.body)
		}
		if !ok || pieces > maxReviewed {
			return false
		}
	}
	return true
}

// part reads one part and tells whether it is XML, and whether it is sound and
// within reach; what is no XML reaches nowhere.
func (e *extent) part(body []byte) (isXML, ok bool) {
	e.row, e.column = 0, 0
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.RawToken()
		if err != nil {
			end := errors.Is(err, io.EOF)
			return end || d.InputOffset() > 0, end || d.InputOffset() == 0
		}
		if start, ok := token.(xml.StartElement); ok {
			e.element(start)
		}
		if e.cells > maxMade || e.rows > maxMadeRows || e.unnumbered > maxUnnumbered {
			return true, false
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

// withoutComments is a workbook with every comment taken out, part by part.
// Programs number and name the parts of comments each in its own way, and the
// library that writes new ones only knows its own.
func withoutComments(name string, parts []part) (File, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	own := regexp.MustCompile(`^xl/(comments[^/]*\.xml|comments/.*|threadedComments/.*|drawings/[^/]*\.vml)$`)
	for _, p := range parts {
		if own.MatchString(p.name) {
			continue
		}
		to, err := w.Create(p.name)
		if err != nil {
			return File{}, err
		}
		if _, err := to.Write(unlinked(p)); err != nil {
			return File{}, err
		}
	}
	err := w.Close()
	return File{name, out.Bytes()}, err
}

// unlinked takes out what refers to comments.
func unlinked(p part) []byte {
	var pattern string
	switch {
	case strings.HasPrefix(p.name, "xl/worksheets/_rels/"):
		pattern = `<Relationship\s[^>]*/(comments|threadedComment|vmlDrawing)"`
	case strings.HasPrefix(p.name, "xl/worksheets/"):
		pattern = `<legacyDrawing(HF)?\s`
	case p.name == "[Content_Types].xml":
		pattern = `<Override\s[^>]*PartName="/xl/(comments|threadedComments/|drawings/[^"/]*\.vml)`
	default:
		return p.body
	}
	return regexp.MustCompile(pattern+`[^>]*(?:/>|></(?:Relationship|legacyDrawing(?:HF)?|Override)>)`).ReplaceAll(p.body, nil)
}
