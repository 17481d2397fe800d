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
	book, err = excelize.OpenReader(bytes.NewReader(f.Body), excelize.Options{UnzipSizeLimit: maxAll, UnzipXMLSizeLimit: maxPart})
	if err != nil {
		return nil, &FileError{f.Name, unreadable}
	}
	return book, nil
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
	v := &review{actual: map[string]string{}, theirs: map[[2]string]string{}}
	if err := v.open(files); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.book.Close()) }()
	for _, step := range []func([]Problem) error{v.clear, v.mark, v.summary} {
		if err := step(reading.Problems); err != nil {
			return err
		}
	}
	_, err = v.book.WriteTo(w)
	return err
}

// ReviewName is what the copy of a file is called: the name, "-granskad.xlsx".
func ReviewName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return strings.TrimSuffix(name, "-granskad") + "-granskad.xlsx"
}

type review struct {
	book   *excelize.File
	actual map[string]string    // name of each of our sheets in the book
	theirs map[[2]string]string // comments of people, by sheet and cell
}

func (v *review) open(files []File) error {
	if what, err := guard(files[0]); err != nil || what == workbook {
		if err != nil {
			return err
		}
		return v.openBook(files[0])
	}
	v.book = excelize.NewFile()
	for _, f := range files {
		g, err := readCSV(f)
		if err != nil {
			return err
		}
		if err := v.copyCSV(g); err != nil {
			return err
		}
	}
	return v.book.DeleteSheet("Sheet1")
}

func (v *review) openBook(f File) error {
	if !reviewable(f) {
		return &FileError{f.Name, "Arbetsboken är för stor för en kopia med kommentarer. Lämna in den arbetsbok som mallen gav."}
	}
	grids, _, err := readWorkbook(f)
	if err != nil {
		return err
	}
	for _, g := range grids {
		if s, ok := sheetOf(g); ok && v.actual[s.Name] == "" {
			v.actual[s.Name] = g.name
		}
	}
	if err := v.remember(f); err != nil {
		return err
	}
	bare, err := withoutComments(f)
	if err != nil {
		return err
	}
	v.book, err = openBook(bare)
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
				v.theirs[[2]string{name, c.Cell}] = text
			}
		}
	}
	return book.Close()
}

func (v *review) copyCSV(g grid) error {
	s, ok := sheetOf(g)
	if !ok {
		return nil
	}
	if _, err := v.book.NewSheet(s.Name); err != nil {
		return err
	}
	v.actual[s.Name] = s.Name
	for _, l := range g.lines {
		for i, c := range l.cells {
			if err := v.book.SetCellStr(s.Name, address(i, l.number), harmless(c.text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// clear takes away the summary of an earlier review.
func (v *review) clear([]Problem) error {
	for _, name := range v.book.GetSheetList() {
		if fold(name) == fold(reviewSheet) {
			return v.book.DeleteSheet(name)
		}
	}
	return nil
}

// mark lays one comment in each cell that has problems.
func (v *review) mark(problems []Problem) error {
	texts := map[[2]string][]string{}
	var order [][2]string
	for _, p := range problems {
		sheet, ok := v.actual[p.Sheet]
		if !ok || p.Cell == "" {
			continue
		}
		at := [2]string{sheet, p.Cell}
		if texts[at] == nil {
			order = append(order, at)
		}
		texts[at] = append(texts[at], kindOfProblem(p)+": "+p.Rule+" "+p.Action)
		if !p.Warning {
			if err := v.disarm(sheet, p.Cell); err != nil {
				return err
			}
		}
	}
	for _, at := range order {
		if theirs := v.theirs[at]; theirs != "" {
			texts[at] = append(texts[at], theirs)
			delete(v.theirs, at)
		}
		if err := v.comment(at[0], at[1], reviewer, texts[at]); err != nil {
			return err
		}
	}
	for at, text := range v.theirs {
		if err := v.comment(at[0], at[1], "", []string{text}); err != nil {
			return err
		}
	}
	return nil
}

func commentText(c excelize.Comment) string {
	var b strings.Builder
	b.WriteString(c.Text)
	for _, run := range c.Paragraph {
		b.WriteString(run.Text)
	}
	return b.String()
}

// ours tells whether a comment comes from a review; LibreOffice drops authors.
func ours(author, text string) bool {
	return author == reviewer || strings.HasPrefix(text, "Rätta: ") || strings.HasPrefix(text, "Observera: ")
}

func (v *review) comment(sheet, at, author string, texts []string) error {
	text := strings.Join(slices.Compact(texts), "\n")
	return v.book.AddComment(sheet, excelize.Comment{
		Author: author, Cell: at, Width: 320, Height: uint(40 + 20*(len(text)/45+len(texts))),
		Paragraph: []excelize.RichTextRun{{Text: clip(text, 2000)}},
	})
}

// disarm turns a refused formula into the text it was.
func (v *review) disarm(sheet, at string) error {
	formula, err := v.book.GetCellFormula(sheet, at)
	if err != nil || formula == "" {
		return err
	}
	return errors.Join(v.book.SetCellFormula(sheet, at, ""), v.book.SetCellStr(sheet, at, harmless("="+formula)))
}

func kindOfProblem(p Problem) string {
	if p.Warning {
		return "Observera"
	}
	return "Rätta"
}

// summary lists all problems on a sheet of its own, first in the workbook.
func (v *review) summary(problems []Problem) error {
	if _, err := v.book.NewSheet(reviewSheet); err != nil {
		return err
	}
	n := Reading{Problems: problems}.Errors()
	rows := [][]string{
		{fmt.Sprintf("Granskning: %d fel att rätta, %d att observera", n, len(problems)-n)},
		{verdict(n)},
		{"slag", "blad", "cell", "kolumn", "värde", "vad som är fel", "vad du gör"},
	}
	for _, p := range problems {
		rows = append(rows, []string{kindOfProblem(p), p.Sheet, p.Cell, p.Column, p.Value, p.Rule, p.Action})
	}
	for i, row := range rows {
		for column, text := range row {
			if err := v.book.SetCellStr(reviewSheet, address(column, i+1), harmless(text)); err != nil {
				return err
			}
		}
	}
	return v.dress(len(rows))
}

func verdict(errs int) string {
	if errs > 0 {
		return "Ingenting har lästs in. Rätta raderna nedan (samma text står som kommentar i cellerna) och lämna in arbetsboken igen."
	}
	return "Arbetsboken kan läsas in som den är."
}

func (v *review) dress(rows int) error {
	wrap, err := v.book.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	bold, err := v.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	const head = 3
	err = errors.Join(
		v.book.SetCellStyle(reviewSheet, "A1", "A1", bold), v.book.SetCellStyle(reviewSheet, address(0, head), address(6, head), bold),
		v.book.SetColWidth(reviewSheet, "A", "E", 16), v.book.SetColWidth(reviewSheet, "F", "G", 60),
	)
	if rows > head {
		err = errors.Join(err, v.book.SetCellStyle(reviewSheet, address(0, head+1), address(6, rows), wrap))
	}
	first := v.book.GetSheetList()[0]
	if first != reviewSheet {
		err = errors.Join(err, v.book.MoveSheet(reviewSheet, first))
	}
	v.book.SetActiveSheet(0)
	return err
}
