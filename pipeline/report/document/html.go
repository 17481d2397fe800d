package document

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed page.html
var page string

// view is what the page's template sees of a block.
type view struct {
	Heading   *Heading
	Paragraph *Paragraph
	List      *List
	Table     *Table
	Figure    *Figure
	Number    int // of a table or figure, from 1
	SVG       template.HTML
}

// HTML writes the document as one page that needs nothing from elsewhere: no
// script, no font, no image. It prints on A4.
func (d Document) HTML(w io.Writer) error {
	t, err := template.New("page").Parse(page)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	var views []view
	var contents []Heading
	tables, figures := 0, 0
	for _, b := range d.Blocks {
		var v view
		switch b := b.(type) {
		case Heading:
			v.Heading = &b
			if b.Level <= 2 {
				contents = append(contents, b)
			}
		case Paragraph:
			v.Paragraph = &b
		case List:
			v.List = &b
		case Table:
			tables++
			v.Table, v.Number = &b, tables
		case Figure:
			figures++
			// The drawing is our own and has its texts escaped.
			v.Figure, v.Number, v.SVG = &b, figures, template.HTML(bytes.TrimSpace(b.SVG)) //nolint:gosec // see above
		}
		views = append(views, v)
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct {
		Document
		Views    []view
		Contents []Heading
	}{d, views, contents})
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}
