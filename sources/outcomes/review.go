package outcomes

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// openBook opens a guarded workbook for writing in. The library may panic on
// hostile input.
func openBook(f File) (book *excelize.File, err error) {
	defer recovered(f.Name, &err)
	return excelize.OpenReader(bytes.NewReader(f.Body), excelize.Options{UnzipSizeLimit: maxAll, UnzipXMLSizeLimit: maxPart})
}

func recovered(name string, err *error) {
	if recover() != nil {
		*err = &FileError{name, unreadable}
	}
}

// reviewer signs the comments, so that those of an earlier review are known.
const reviewer = "Granskning"

// Review writes a copy of a submission with every problem as a comment in its
// cell, and all of them on a sheet «granskning» that stands first. CSV files
// become sheets of one workbook. Every error is a *FileError, whatever the
// library that writes the copy says or does.
func Review(w io.Writer, files []File, reading Reading) error {
	err := writeCopy(w, files, reading)
	if _, told := errors.AsType[*FileError](err); err != nil && !told {
		err = &FileError{files[0].Name, unreadable}
	}
	return err
}

func writeCopy(w io.Writer, files []File, reading Reading) (err error) {
	defer recovered(files[0].Name, &err)
	v := &review{actual: map[string]string{}, comments: map[place][]string{}}
	if err := v.open(files); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	for _, name := range v.GetSheetList() {
		if fold(name) == fold(reviewSheet) {
			v.do(v.DeleteSheet(name))
		}
	}
	v.mark(reading.Problems)
	v.summary(reading)
	if v.err != nil {
		return v.err
	}
	_, err = v.WriteTo(w)
	return err
}

// ReviewName is what the copy of a file is called: the name, "-granskad.xlsx".
func ReviewName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return strings.TrimSuffix(name, "-granskad") + "-granskad.xlsx"
}

// place is a cell of a sheet.
type place struct{ sheet, cell string }

type review struct {
	pen
	actual   map[string]string  // name of each of our sheets in the book
	comments map[place][]string // of people
}

func (v *review) open(files []File) error {
	grids, _, parts, err := open(files[0])
	if err != nil || parts != nil {
		if parts != nil && !reviewable(parts) {
			err = &FileError{files[0].Name, "Arbetsboken är för stor för en kopia med kommentarer. Lämna in den arbetsbok som mallen gav."}
		}
		if err != nil {
			return err
		}
		return v.openBook(files[0], grids, parts)
	}
	v.File = excelize.NewFile()
	v.copyCSV(grids[0])
	for _, f := range files[1:] {
		g, err := readCSV(f)
		if err != nil {
			return err
		}
		v.copyCSV(g)
	}
	v.do(v.DeleteSheet("Sheet1"))
	return v.err
}

func (v *review) openBook(f File, grids []grid, parts []part) error {
	for _, g := range grids {
		if s, ok := sheetOf(g); ok && v.actual[s.Name] == "" {
			v.actual[s.Name] = g.name
		}
	}
	if err := v.remember(f); err != nil {
		return err
	}
	bare, err := withoutComments(f.Name, parts)
	if err != nil {
		return err
	}
	v.File, err = openBook(bare)
	return err
}

// remember keeps what people themselves have written in comments, to stand
// below ours.
func (v *review) remember(f File) error {
	book, err := openBook(f)
	if err != nil {
		return err
	}
	for _, name := range book.GetSheetList() {
		comments, err := book.GetComments(name)
		if err != nil {
			continue // what cannot be read is no loss
		}
		for _, c := range comments {
			if text := commentText(c); text != "" && !ours(c.Author, text) {
				v.comments[place{name, c.Cell}] = []string{text}
			}
		}
	}
	return book.Close()
}

func (v *review) copyCSV(g grid) {
	s, ok := sheetOf(g)
	if !ok {
		return
	}
	_, err := v.NewSheet(s.Name)
	v.do(err)
	v.actual[s.Name] = s.Name
	for _, l := range g.lines {
		for i, c := range l.cells {
			v.text(s.Name, i, l.number, c.text)
		}
	}
}

// mark lays one comment in each cell that has problems, above what people wrote.
func (v *review) mark(problems []Problem) {
	texts := map[place][]string{}
	var order []place
	for _, p := range problems {
		sheet, ok := v.actual[p.Sheet]
		if !ok || p.Cell == "" {
			continue
		}
		at := place{sheet, p.Cell}
		if texts[at] == nil {
			order = append(order, at)
		}
		texts[at] = append(texts[at], kindOfProblem(p)+": "+p.Rule+" "+p.Action)
		if !p.Warning {
			v.disarm(at)
		}
	}
	for _, at := range order {
		v.comment(at, reviewer, append(texts[at], v.comments[at]...))
		delete(v.comments, at)
	}
	for at, text := range v.comments {
		v.comment(at, "", text)
	}
}

func commentText(c excelize.Comment) string {
	for _, run := range c.Paragraph {
		c.Text += run.Text
	}
	return c.Text
}

// ours tells whether a comment comes from a review; LibreOffice drops authors.
func ours(author, text string) bool {
	return author == reviewer || strings.HasPrefix(text, "Rätta: ") || strings.HasPrefix(text, "Observera: ")
}

func (v *review) comment(at place, author string, texts []string) {
	text := strings.Join(slices.Compact(texts), "\n")
	v.do(v.AddComment(at.sheet, excelize.Comment{
		Author: author, Cell: at.cell, Width: 320, Height: uint(40 + 20*(len(text)/45+len(texts))),
		Paragraph: []excelize.RichTextRun{{Text: clip(text, 2000)}},
	}))
}

// disarm turns a refused formula into the text it was.
func (v *review) disarm(at place) {
	formula, err := v.GetCellFormula(at.sheet, at.cell)
	if v.do(err); formula != "" {
		v.do(v.SetCellFormula(at.sheet, at.cell, ""), v.SetCellStr(at.sheet, at.cell, harmless("="+formula)))
	}
}

func kindOfProblem(p Problem) string {
	if p.Warning {
		return "Observera"
	}
	return "Rätta"
}

// summary lists all problems on a sheet of its own, first in the workbook.
func (v *review) summary(reading Reading) {
	_, err := v.NewSheet(reviewSheet)
	v.do(err)
	n := reading.Errors()
	verdict := "Arbetsboken kan läsas in som den är."
	if n > 0 {
		verdict = "Ingenting har lästs in. Rätta raderna nedan (samma text står som kommentar i cellerna) och lämna in arbetsboken igen."
	}
	rows := [][]string{
		{fmt.Sprintf("Granskning: %d fel att rätta, %d att observera", n, len(reading.Problems)-n)},
		{verdict},
		{"slag", "blad", "cell", "kolumn", "värde", "vad som är fel", "vad du gör"},
	}
	head := len(rows)
	for _, p := range reading.Problems {
		rows = append(rows, []string{kindOfProblem(p), p.Sheet, p.Cell, p.Column, p.Value, p.Rule, p.Action})
	}
	wrap := v.style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	bold := v.style(excelize.Style{Font: &excelize.Font{Bold: true}})
	for i, row := range rows {
		for column, text := range row {
			v.text(reviewSheet, column, i+1, text)
		}
		if i >= head {
			v.look(reviewSheet, 0, 6, i+1, wrap)
		}
	}
	v.look(reviewSheet, 0, 0, 1, bold)
	v.look(reviewSheet, 0, 6, head, bold)
	v.do(v.SetColWidth(reviewSheet, "A", "E", 16), v.SetColWidth(reviewSheet, "F", "G", 60))
	if first := v.GetSheetList()[0]; first != reviewSheet {
		v.do(v.MoveSheet(reviewSheet, first))
	}
	v.SetActiveSheet(0)
}
