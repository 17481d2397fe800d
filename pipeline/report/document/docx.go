package document

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/xml"
	"fmt"
	"image"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/template"
	"time"

	"golang.org/x/sync/errgroup"
)

// emu is how many of OOXML's units make a CSS pixel.
const emu = 9525

// textWide is the width of the text between the margins of an A4 page, in CSS
// pixels; wider figures are made smaller.
const textWide = 620

// styles is word/styles.xml.
//
//go:embed styles.xml
var styles string

// parts holds a template for each other part of the Word file.
//
//go:embed word.xml
var parts string

// word is a Word file on its way: what its parts refer to.
type word struct {
	language string
	links    map[int]string    // outside the document, by number from 1
	names    map[string]string // of bookmarks, by the id they stand for
}

// bookmark is the name of an id's bookmark: Word takes forty letters, digits and
// underscores, and no more.
func (f *word) bookmark(id string) string {
	name, ok := f.names[id]
	if !ok {
		name = fmt.Sprintf("avsnitt_%d", len(f.names)+1)
		f.names[id] = name
	}
	return name
}

// target is the attribute of a link, which is noted where it leads outside.
func (f *word) target(link string) string {
	if id, inside := strings.CutPrefix(link, "#"); inside {
		return `w:anchor="` + f.bookmark(id) + `"`
	}
	f.links[len(f.links)+1] = link
	return fmt.Sprintf(`r:id="link%d"`, len(f.links))
}

// caption is what the template of that name takes.
type caption struct {
	Label  string
	Number int
	Text   string
	Stays  bool // with what follows
}

func (f *word) functions() template.FuncMap {
	return template.FuncMap{
		"xml": escaped, "bookmark": f.bookmark, "target": f.target, "short": short, "extent": extent,
		"links":    func() map[int]string { return f.links },
		"language": func() string { return map[string]string{"sv": "sv-SE", "en": "en-GB"}[f.language] },
		"side":     func(number bool) string { return map[bool]string{true: "right", false: "left"}[number] },
		"caption": func(label string, number int, text string, stays bool) caption {
			return caption{label, number, text, stays}
		},
	}
}

// DOCX writes the document as a Word file with real headings, a table of
// contents that Word fills when it opens, captions, and charts with alternative
// text. The same document gives the same bytes.
func (d Document) DOCX(w io.Writer) error {
	painted, err := d.paint()
	if err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	f := &word{language: d.Language, links: map[int]string{}, names: map[string]string{}}
	t, err := template.New("word").Funcs(f.functions()).Parse(strings.ReplaceAll(parts, "\n", ""))
	if err == nil {
		_, err = t.New("word/styles.xml").Parse(strings.TrimPrefix(styles, declaration))
	}
	if err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	packed, layout := zip.NewWriter(w), d.layout()
	for _, name := range []string{
		"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/styles.xml",
		"word/settings.xml", "word/numbering.xml", "word/footer1.xml", "word/_rels/document.xml.rels", // after the document, whose links it lists
	} {
		body := bytes.NewBufferString(declaration)
		if err := t.ExecuteTemplate(body, name, layout); err != nil {
			return fmt.Errorf("docx: %w", err)
		}
		if err := pack(packed, name, zip.Deflate, body.Bytes()); err != nil {
			return err
		}
	}
	for i, image := range painted { // packed already
		if err := pack(packed, fmt.Sprintf("word/media/image%d.png", i+1), zip.Store, image); err != nil {
			return err
		}
	}
	return packed.Close()
}

const declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// pack adds a part, which has no time of its own.
func pack(to *zip.Writer, name string, method uint16, body []byte) error {
	part, err := to.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err == nil {
		_, err = part.Write(body)
	}
	if err != nil {
		return fmt.Errorf("docx: %s: %w", name, err)
	}
	return nil
}

// paint draws all figures, which is most of the work, side by side.
func (d Document) paint() ([][]byte, error) {
	var figures []Figure
	for _, b := range d.Blocks {
		if g, ok := b.(Figure); ok {
			figures = append(figures, g)
		}
	}
	painted := make([][]byte, len(figures))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, figure := range figures {
		g.Go(func() (err error) {
			painted[i], err = figure.PNG()
			return err
		})
	}
	return painted, g.Wait()
}

// extent is the figure's size in OOXML's units, no wider than the text.
func extent(g *Figure) image.Point {
	wide, high := g.Width, g.Height
	if wide > textWide {
		wide, high = textWide, high*textWide/wide
	}
	return image.Pt(wide*emu, high*emu)
}

// short tells whether a row takes less than a page, in however narrow columns.
func short(row []Cell) bool {
	const letters = 300
	return !slices.ContainsFunc(row, func(c Cell) bool { return len(c.Text) > letters })
}

// escaped is text fit for XML; characters that XML has no place for are
// replaced.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	return b.String()
}
