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

// HTML writes the document as one page that needs nothing from elsewhere: no
// script, no font, no image. It prints on A4.
func (d Document) HTML(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		// The drawing is our own and has its texts escaped.
		"drawing": func(g *Figure) template.HTML { return template.HTML(bytes.TrimSpace(g.SVG)) }, //nolint:gosec // see above
	}).Parse(page)
	var out bytes.Buffer
	if err == nil {
		err = t.Execute(&out, d.layout())
	}
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}
