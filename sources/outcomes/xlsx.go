package outcomes

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// unreadable is the sentence for a zip that is no sound workbook.
const unreadable = "Arbetsboken är skadad och kan inte läsas. Öppna den i kalkylprogrammet, spara igen som .xlsx och lämna in på nytt."

// errTooMany stops the reading of a sheet that nobody has filled in by hand.
var errTooMany = errors.New("too many rows")

// opened is an opened workbook. It is read here, not by the library that writes
// it: that one looks each cell up from the top, and a sheet may be long.
type opened struct {
	parts    map[string]*zip.File
	shared   []string
	styles   []style
	date1904 bool
}

// readWorkbook gives every sheet of a guarded workbook, and its stamp.
func readWorkbook(f File) ([]grid, Stamp, error) {
	refuse := func() ([]grid, Stamp, error) { return nil, Stamp{}, &FileError{f.Name, unreadable} }
	o, sheets, err := openWorkbook(f.Body)
	if err != nil {
		return refuse()
	}
	var grids []grid
	var stamp Stamp
	for _, s := range sheets {
		if ignored(s.name) {
			continue
		}
		g := grid{file: f.Name, name: s.name, date1904: o.date1904}
		err := o.sheet(s.part, &g)
		if errors.Is(err, errTooMany) {
			return nil, stamp, &FileError{f.Name, fmt.Sprintf("Bladet %s har mer än %d rader. Lämna in den arbetsbok som mallen gav.", shown(s.name), maxRows)}
		}
		if err != nil {
			return refuse()
		}
		if fold(s.name) == fold(stampSheet) {
			stamp = stampOf(g)
			continue
		}
		grids = append(grids, g)
	}
	return grids, stamp, nil
}

func ignored(name string) bool {
	for _, own := range []string{readmeSheet, listsSheet, reviewSheet} {
		if fold(name) == fold(own) {
			return true
		}
	}
	return false
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

// sheetPart is a sheet's name and where it lies in the zip.
type sheetPart struct{ name, part string }

func openWorkbook(body []byte) (*opened, []sheetPart, error) {
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, nil, err
	}
	o := &opened{parts: map[string]*zip.File{}}
	for _, part := range archive.File {
		o.parts[part.Name] = part
	}
	sheets, err := o.workbook()
	if err == nil {
		err = errors.Join(o.strings(), o.formats())
	}
	return o, sheets, err
}

// part is one part of the zip; ok is false when there is none of that name.
func (o *opened) part(name string, read func(*xml.Decoder) error) error {
	part, ok := o.parts[name]
	if !ok {
		return nil
	}
	r, err := part.Open()
	if err != nil {
		return err
	}
	err = read(xml.NewDecoder(io.LimitReader(r, maxPart)))
	return errors.Join(err, r.Close())
}

// workbook lists the sheets in order.
func (o *opened) workbook() ([]sheetPart, error) {
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
	err := errors.Join(
		o.part("xl/workbook.xml", func(d *xml.Decoder) error { return d.Decode(&book) }),
		o.part("xl/_rels/workbook.xml.rels", func(d *xml.Decoder) error { return d.Decode(&relations) }),
	)
	targets := map[string]string{}
	for _, r := range relations.List {
		targets[r.ID] = path.Join("xl", r.Target)
		if rooted, ok := strings.CutPrefix(r.Target, "/"); ok {
			targets[r.ID] = rooted
		}
	}
	o.date1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	var sheets []sheetPart
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
	return o.part("xl/sharedStrings.xml", func(d *xml.Decoder) error {
		return elements(d, func(start xml.StartElement) error {
			if start.Name.Local != "si" {
				return nil
			}
			var r runs
			err := d.DecodeElement(&r, &start)
			o.shared = append(o.shared, r.String())
			return err
		})
	})
}

// elements hands every start element to take, which may decode it whole.
func elements(d *xml.Decoder, take func(xml.StartElement) error) error {
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := take(start); err != nil {
				return err
			}
		}
	}
}

// style is what a number format says of a number.
type style struct{ date, percent bool }

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
	if err := o.part("xl/styles.xml", func(d *xml.Decoder) error { return d.Decode(&sheet) }); err != nil {
		return err
	}
	own := map[int]string{}
	for _, f := range sheet.Formats {
		own[f.ID] = f.Code
	}
	for _, c := range sheet.Cells {
		o.styles = append(o.styles, styleOf(c.Format, own[c.Format]))
	}
	return nil
}

// styleOf knows the numbers that every spreadsheet program gives its formats,
// and reads the code of any other.
func styleOf(n int, code string) style {
	if code != "" {
		plain := strings.ToLower(unquoted(code))
		return style{date: strings.ContainsAny(plain, "yd") && !strings.Contains(plain, "general") && !strings.Contains(plain, "standard"), percent: strings.Contains(plain, "%")}
	}
	return style{date: n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58, percent: n == 9 || n == 10}
}

// unquoted drops the literal parts of a number format.
func unquoted(code string) string {
	return regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.`).ReplaceAllString(code, "")
}
