package outcomes

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxLine is the last row that may hold anything.
const maxLine = 100_000

// sheet reads the XML of a sheet into g.
func (o *opened) sheet(part string, g *grid) error {
	n := 0
	return o.part(part, func(d *xml.Decoder) error {
		return elements(d, func(start xml.StartElement) error {
			switch start.Name.Local {
			case "row":
				l, err := o.row(d, start, n+1)
				n = l.number
				if err != nil || len(l.cells) == 0 {
					return err
				}
				g.lines = append(g.lines, l)
				if len(g.lines) > maxRows || l.number > maxLine {
					return errTooMany
				}
			case "mergeCell":
				g.merge(attribute(start, "ref"))
			}
			return nil
		})
	})
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// row reads a row whose number is next unless it says another.
func (o *opened) row(d *xml.Decoder, start xml.StartElement, next int) (line, error) {
	l := line{number: next}
	if said, err := strconv.Atoi(attribute(start, "r")); err == nil && said >= next {
		l.number = said
	}
	hidden := attribute(start, "hidden")
	for {
		token, err := d.Token()
		if err != nil {
			return l, err
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				l.trim()
				l.hidden = (hidden == "1" || hidden == "true") && len(l.cells) > 0
				return l, nil
			}
		case xml.StartElement:
			if err := o.place(d, t, &l); err != nil {
				return l, err
			}
		}
	}
}

// trim drops the empty cells at the end.
func (l *line) trim() {
	for len(l.cells) > 0 && l.cells[len(l.cells)-1] == (cell{}) {
		l.cells = l.cells[:len(l.cells)-1]
	}
}

// storedCell is a cell in the file.
type storedCell struct {
	At      string  `xml:"r,attr"`
	Style   int     `xml:"s,attr"`
	Type    string  `xml:"t,attr"`
	Value   string  `xml:"v"`
	Inline  runs    `xml:"is"`
	Formula *string `xml:"f"`
}

func (o *opened) place(d *xml.Decoder, start xml.StartElement, l *line) error {
	if start.Name.Local != "c" {
		return d.Skip()
	}
	var stored storedCell
	if err := d.DecodeElement(&stored, &start); err != nil {
		return err
	}
	column := len(l.cells)
	if at, _, err := excelize.CellNameToCoordinates(stored.At); err == nil {
		column = at - 1
	}
	if column >= maxCols {
		return nil
	}
	for len(l.cells) <= column {
		l.cells = append(l.cells, cell{})
	}
	l.cells[column] = o.cell(stored)
	return nil
}

func (o *opened) cell(s storedCell) cell {
	c := cell{text: s.Value}
	if s.Formula != nil {
		// A cell that shares its neighbour's formula holds none of its own.
		c.formula = strings.TrimSpace(*s.Formula) + " "
	}
	switch s.Type {
	case "s":
		c.text = ""
		if i, err := strconv.Atoi(strings.TrimSpace(s.Value)); err == nil && i >= 0 && i < len(o.shared) {
			c.text = o.shared[i]
		}
	case "inlineStr":
		c.text = s.Inline.String()
	}
	c.text = c.text[:min(len(c.text), maxText+1)] // one more says that there was more
	if c.text != "" {
		c.kind = kindOf(s.Type, c.text)
	}
	if c.kind == number && s.Style >= 0 && s.Style < len(o.styles) {
		c.date, c.percent = o.styles[s.Style].date, o.styles[s.Style].percent
	}
	return c
}

func kindOf(stored, text string) kind {
	switch stored {
	case "b":
		return truth
	case "e":
		return failure
	case "n", "":
		if _, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
			return number
		}
	}
	return word
}

// merge spreads the value of a merged cell down its first column, for that is
// how people merge: one effort's id beside its three rows.
func (g *grid) merge(area string) {
	from, to, _ := strings.Cut(area, ":")
	column, top, err1 := excelize.CellNameToCoordinates(from)
	_, bottom, err2 := excelize.CellNameToCoordinates(to)
	if err1 != nil || err2 != nil || column > maxCols || bottom-top > maxRows || len(g.merged) >= 1000 {
		return
	}
	g.merged = append(g.merged, area)
	var value cell
	for i := range g.lines {
		l := &g.lines[i]
		switch {
		case l.number == top && column <= len(l.cells):
			value = l.cells[column-1]
		case l.number > top && l.number <= bottom && value.kind != empty:
			for len(l.cells) < column {
				l.cells = append(l.cells, cell{})
			}
			l.cells[column-1] = value
		}
	}
}
