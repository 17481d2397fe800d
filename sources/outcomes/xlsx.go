package outcomes

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// unreadable is the sentence for a zip that is no sound workbook.
const unreadable = "Arbetsboken är skadad och kan inte läsas. Öppna den i kalkylprogrammet, spara igen som .xlsx och lämna in på nytt."

// errTooMany stops the reading of a sheet that nobody has filled in by hand.
var errTooMany = errors.New("too many rows")

// maxLine is the last row that may hold anything.
const maxLine = 100_000

// opened is a workbook's parts by name. It is read here, not by the library that
// writes it: that one looks each cell up from the top, and a sheet may be long.
type opened struct {
	parts    map[string][]byte
	shared   []string
	styles   []style
	date1904 bool
}

// readWorkbook gives every sheet of a guarded workbook, and its stamp.
func readWorkbook(name string, parts []part) (grids []grid, stamp Stamp, err error) {
	o := &opened{parts: map[string][]byte{}}
	for _, p := range parts {
		o.parts[p.name] = p.body
	}
	sheets, err := o.workbook()
	if err = errors.Join(err, o.strings(), o.formats()); err != nil {
		return nil, stamp, &FileError{name, unreadable}
	}
	for _, s := range sheets {
		if slices.Contains([]string{fold(readmeSheet), fold(listsSheet), fold(reviewSheet)}, fold(s.name)) {
			continue
		}
		g := grid{file: name, name: s.name, date1904: o.date1904}
		switch err := o.sheet(s.part, &g); {
		case errors.Is(err, errTooMany):
			return nil, stamp, &FileError{name, fmt.Sprintf("Bladet %s har mer än %d rader. Lämna in den arbetsbok som mallen gav.", shown(s.name), maxRows)}
		case err != nil:
			return nil, stamp, &FileError{name, unreadable}
		case fold(s.name) == fold(stampSheet):
			stamp = stampOf(g)
		default:
			grids = append(grids, g)
		}
	}
	return grids, stamp, nil
}

func stampOf(g grid) Stamp {
	values := map[int]string{}
	for _, l := range g.lines {
		if len(l.cells) > 1 {
			values[l.number] = tidy(l.cells[1].text)
		}
	}
	version, _ := strconv.Atoi(values[1]) // none is 0, which a template never has
	return Stamp{Version: version, Round: values[2], Unit: values[3]}
}

// decode reads a part into to; a workbook need not have it.
func (o *opened) decode(name string, to any) error {
	if body, ok := o.parts[name]; ok {
		return xml.NewDecoder(bytes.NewReader(body)).Decode(to)
	}
	return nil
}

// sheetPart is a sheet's name and where it lies in the zip.
type sheetPart struct{ name, part string }

// workbook lists the sheets in order.
func (o *opened) workbook() (sheets []sheetPart, err error) {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	err = errors.Join(o.decode("xl/workbook.xml", &book), o.decode("xl/_rels/workbook.xml.rels", &relations))
	targets := map[string]string{}
	for _, r := range relations.List {
		targets[r.ID] = path.Join("xl", r.Target)
		if rooted, ok := strings.CutPrefix(r.Target, "/"); ok {
			targets[r.ID] = rooted
		}
	}
	o.date1904 = yes(book.Properties.Date1904)
	for _, s := range book.Sheets {
		for _, a := range s.Attrs {
			if a.Name.Local == "id" {
				sheets = append(sheets, sheetPart{s.Name, targets[a.Value]})
			}
		}
	}
	if len(sheets) == 0 {
		err = errors.Join(err, errors.New("no sheets"))
	}
	return sheets, err
}

func yes(value string) bool { return value == "1" || value == "true" }

// runs is a text in pieces, as cells and the list of shared texts hold it.
type runs struct {
	Text string   `xml:"t"`
	Runs []string `xml:"r>t"`
}

func (r runs) String() string {
	text := r.Text + strings.Join(r.Runs, "")
	if !strings.Contains(text, "_x") {
		return text
	}
	return regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`).ReplaceAllStringFunc(text, func(escaped string) string {
		code, err := strconv.ParseUint(escaped[2:6], 16, 32)
		if err != nil {
			return escaped
		}
		return string(rune(code))
	})
}

func (o *opened) strings() error {
	return o.elements("xl/sharedStrings.xml", func(d *xml.Decoder, start xml.StartElement) error {
		if start.Name.Local != "si" {
			return nil
		}
		var r runs
		err := d.DecodeElement(&r, &start)
		o.shared = append(o.shared, r.String())
		return err
	})
}

// elements hands every start element of a part to take, which may decode it whole.
func (o *opened) elements(name string, take func(*xml.Decoder, xml.StartElement) error) error {
	d := xml.NewDecoder(bytes.NewReader(o.parts[name]))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if start, ok := token.(xml.StartElement); ok && err == nil {
			err = take(d, start)
		}
		if err != nil {
			return err
		}
	}
}

// formats reads which cell styles show dates and which per cent.
func (o *opened) formats() error {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	err := o.decode("xl/styles.xml", &sheet)
	own := map[int]string{}
	for _, f := range sheet.Formats {
		own[f.ID] = f.Code
	}
	for _, c := range sheet.Cells {
		o.styles = append(o.styles, styleOf(c.Format, own[c.Format]))
	}
	return err
}

// styleOf knows the numbers that every spreadsheet program gives its formats,
// and reads the code of any other, without its literal parts.
func styleOf(n int, code string) style {
	if code != "" {
		plain := strings.ToLower(regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.`).ReplaceAllString(code, ""))
		return style{date: strings.ContainsAny(plain, "yd") && !strings.Contains(plain, "general") && !strings.Contains(plain, "standard"), percent: strings.Contains(plain, "%")}
	}
	return style{date: n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58, percent: n == 9 || n == 10}
}

// storedRow and storedCell are a row and a cell in the file.
type (
	storedRow struct {
		Number string       `xml:"r,attr"`
		Hidden string       `xml:"hidden,attr"`
		Cells  []storedCell `xml:"c"`
	}
	storedCell struct {
		At      string  `xml:"r,attr"`
		Style   int     `xml:"s,attr"`
		Type    string  `xml:"t,attr"`
		Value   string  `xml:"v"`
		Inline  runs    `xml:"is"`
		Formula *string `xml:"f"`
	}
)

// sheet reads the XML of a sheet into g.
func (o *opened) sheet(part string, g *grid) error {
	next := 1
	return o.elements(part, func(d *xml.Decoder, start xml.StartElement) error {
		switch start.Name.Local {
		case "row":
			var stored storedRow
			if err := d.DecodeElement(&stored, &start); err != nil {
				return err
			}
			l := o.row(stored, next)
			next = l.number + 1
			if len(l.cells) > 0 {
				g.lines = append(g.lines, l)
			}
			if len(g.lines) > maxRows || len(l.cells) > 0 && l.number > maxLine {
				return errTooMany
			}
		case "mergeCell":
			g.merge(attribute(start, "ref"))
		}
		return nil
	})
}

func attribute(e xml.StartElement, name string) string {
	i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		return ""
	}
	return e.Attr[i].Value
}

// row is a stored row, whose number is next unless it says another, without the
// empty cells at its end.
func (o *opened) row(stored storedRow, next int) line {
	l := line{number: next}
	if said, err := strconv.Atoi(stored.Number); err == nil && said >= next {
		l.number = said
	}
	for _, c := range stored.Cells {
		column := len(l.cells)
		if at, _, err := excelize.CellNameToCoordinates(c.At); err == nil {
			column = at - 1
		}
		if column < maxCols {
			l.put(column, o.cell(c))
		}
	}
	for len(l.cells) > 0 && l.cells[len(l.cells)-1] == (cell{}) {
		l.cells = l.cells[:len(l.cells)-1]
	}
	l.hidden = yes(stored.Hidden) && len(l.cells) > 0
	return l
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
		c.style = o.styles[s.Style]
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
