package document

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// emu is how many of OOXML's units make a CSS pixel.
const emu = 9525

// textWide is the width of the text between the margins of an A4 page, in CSS
// pixels; wider figures are made smaller.
const textWide = 620

//go:embed styles.xml
var styles string

// word is a Word file on its way.
type word struct {
	Document
	body            bytes.Buffer
	painted         [][]byte // the figures, in order
	images          [][]byte // those that have been placed
	links           []string // outside the document
	tables, figures int
	bookmarks       int
	names           map[string]string // of bookmarks, by the id they stand for
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

// DOCX writes the document as a Word file with real headings, a table of
// contents that Word fills when it opens, captions, and charts with alternative
// text. The same document gives the same bytes.
func (d Document) DOCX(w io.Writer) error {
	painted, err := d.paint()
	if err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	f := &word{Document: d, painted: painted, names: map[string]string{}}
	f.front()
	for _, b := range d.Blocks {
		if err := f.block(b); err != nil {
			return fmt.Errorf("docx: %w", err)
		}
	}
	packed := zip.NewWriter(w)
	for _, part := range f.parts() {
		header := &zip.FileHeader{Name: part.name, Method: part.method(), Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		to, err := packed.CreateHeader(header)
		if err != nil {
			return fmt.Errorf("docx: %w", err)
		}
		if _, err := to.Write(part.body); err != nil {
			return fmt.Errorf("docx: %w", err)
		}
	}
	return packed.Close()
}

type part struct {
	name string
	body []byte
}

// method stores images as they are: they are packed already.
func (p part) method() uint16 {
	if strings.HasSuffix(p.name, ".png") {
		return zip.Store
	}
	return zip.Deflate
}

const declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

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

// parts are the files of the package.
func (f *word) parts() []part {
	all := []part{
		{"[Content_Types].xml", []byte(declaration + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
			`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
			`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
			`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
			`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>` +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`)},
		{"_rels/.rels", []byte(declaration + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`)},
		{"docProps/core.xml", []byte(declaration + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
			`<dc:title>` + escaped(f.Title) + `</dc:title><dc:language>` + f.locale() + `</dc:language></cp:coreProperties>`)},
		{"word/document.xml", f.main()},
		{"word/styles.xml", []byte(strings.ReplaceAll(styles, "{{language}}", f.locale()))},
		{"word/settings.xml", []byte(declaration + `<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:updateFields w:val="true"/></w:settings>`)},
		{"word/numbering.xml", []byte(declaration + `<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>` +
			`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="360" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>` +
			`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`)},
		{"word/footer1.xml", f.footer()},
		{"word/_rels/document.xml.rels", f.relations()},
	}
	for i, image := range f.images {
		all = append(all, part{fmt.Sprintf("word/media/image%d.png", i+1), image})
	}
	return all
}

func (f *word) locale() string {
	if f.Language == "en" {
		return "en-GB"
	}
	return "sv-SE"
}

func (f *word) relations() []byte {
	const kind = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	var b bytes.Buffer
	b.WriteString(declaration + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, name := range []string{"styles", "settings", "numbering"} {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s%s" Target="%[3]s.xml"/>`, i+1, kind, name)
	}
	b.WriteString(`<Relationship Id="footer" Type="` + kind + `footer" Target="footer1.xml"/>`)
	for i := range f.images {
		fmt.Fprintf(&b, `<Relationship Id="image%d" Type="%simage" Target="media/image%[1]d.png"/>`, i+1, kind)
	}
	for i, link := range f.links {
		fmt.Fprintf(&b, `<Relationship Id="link%d" Type="%shyperlink" Target="%s" TargetMode="External"/>`, i+1, kind, escaped(link))
	}
	b.WriteString(`</Relationships>`)
	return b.Bytes()
}

// footer has the title, and what is said of the whole report, on every page
// with the page's number.
func (f *word) footer() []byte {
	text := f.Title
	if f.Banner != "" {
		text = f.Banner
	}
	return []byte(declaration + `<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` + run(text, false) +
		`<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>`)
}

func (f *word) main() []byte {
	var b bytes.Buffer
	b.WriteString(declaration + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
		`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ` +
		`xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
		`xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>`)
	b.Write(f.body.Bytes())
	b.WriteString(`<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return b.Bytes()
}

// front is the title and the table of contents, whose lines Word and
// LibreOffice fill from the headings.
func (f *word) front() {
	if f.Banner != "" {
		f.paragraph("Banner", Plainly(f.Banner))
	}
	f.paragraph("Title", Plainly(f.Title))
	f.paragraph("Subtitle", Plainly(f.Subtitle))
	f.paragraph("ContentsHeading", Plainly(f.Words.Contents))
	f.body.WriteString(`<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>` +
		`<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r></w:p>`)
	for _, b := range f.Blocks {
		if h, ok := b.(Heading); ok && h.Level <= 2 {
			fmt.Fprintf(&f.body, `<w:p><w:pPr><w:pStyle w:val="TOC%d"/></w:pPr><w:hyperlink w:anchor="%s"><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:hyperlink></w:p>`, h.Level, f.bookmark(h.ID), escaped(h.Text))
		}
	}
	f.body.WriteString(`<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:sdtContent></w:sdt>`)
}

func (f *word) block(b Block) error {
	switch b := b.(type) {
	case Heading:
		f.bookmarks++
		fmt.Fprintf(&f.body, `<w:p><w:pPr><w:pStyle w:val="Heading%d"/></w:pPr><w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%[2]d"/></w:p>`,
			b.Level, f.bookmarks, f.bookmark(b.ID), run(b.Text, false))
	case Paragraph:
		f.paragraph(map[Style]string{Plain: "BodyText", Note: "Note", Boxed: "Boxed"}[b.Style], b.Text)
	case List:
		for _, item := range b.Items {
			f.paragraph("ListBullet", item)
		}
	case Table:
		f.table(b)
	case Figure:
		f.figure(b)
	default:
		return errors.New("a block of an unknown kind")
	}
	return nil
}

func (f *word) paragraph(style string, spans []Span) {
	fmt.Fprintf(&f.body, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>`, style)
	for _, s := range spans {
		switch {
		case strings.HasPrefix(s.Link, "#"):
			fmt.Fprintf(&f.body, `<w:hyperlink w:anchor="%s">%s</w:hyperlink>`, f.bookmark(s.Link[1:]), run(s.Text, s.Bold))
		case s.Link != "":
			f.links = append(f.links, s.Link)
			fmt.Fprintf(&f.body, `<w:hyperlink r:id="link%d">%s</w:hyperlink>`, len(f.links), run(s.Text, s.Bold))
		default:
			f.body.WriteString(run(s.Text, s.Bold))
		}
	}
	f.body.WriteString(`</w:p>`)
}

func run(text string, bold bool) string {
	properties := ""
	if bold {
		properties = `<w:rPr><w:b/></w:rPr>`
	}
	return `<w:r>` + properties + `<w:t xml:space="preserve">` + escaped(text) + `</w:t></w:r>`
}

// caption numbers a table or figure by a field, so that Word can list them. One
// over a table stays with it; one under a figure lets the page end there.
func (f *word) caption(label string, number int, text string, stays bool) {
	with := ""
	if stays {
		with = "<w:keepNext/>"
	}
	fmt.Fprintf(&f.body, `<w:p><w:pPr><w:pStyle w:val="Caption"/>%s</w:pPr>%s<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> SEQ %s \* ARABIC </w:instrText></w:r>`+
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>%d</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>%s</w:p>`,
		with, run(label+" ", false), escaped(label), number, run(". "+text, false))
}

// table writes a table whose head stands on every page that it reaches. Beside a
// repeated head, LibreOffice 7.4 loses rows of which some may not break over two
// pages (w:cantSplit): where such a head, or the head and such a first row, fill
// the page to within half a point, and in one that is taller than a page. Only
// short rows after the first are held together.
func (f *word) table(t Table) {
	f.tables++
	f.caption(f.Words.Table, f.tables, t.Caption, true)
	fmt.Fprintf(&f.body, `<w:tbl><w:tblPr><w:tblStyle w:val="Report"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1" w:firstColumn="1"/><w:tblCaption w:val="%s"/></w:tblPr><w:tblGrid>`, escaped(t.Caption))
	widths := t.widths()
	for _, width := range widths {
		fmt.Fprintf(&f.body, `<w:gridCol w:w="%d"/>`, width)
	}
	f.body.WriteString(`</w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>`)
	for i, h := range t.Header {
		f.cell(Cell{Text: h, Number: t.Numeric(i)}, widths[i], true)
	}
	f.body.WriteString(`</w:tr>`)
	for n, row := range t.Rows {
		f.body.WriteString(`<w:tr>`)
		if n > 0 && short(row) {
			f.body.WriteString(`<w:trPr><w:cantSplit/></w:trPr>`)
		}
		for i, c := range row {
			f.cell(c, widths[i], false)
		}
		f.body.WriteString(`</w:tr>`)
	}
	f.body.WriteString(`</w:tbl>`)
	f.paragraph("Note", nil) // two tables must not grow together
}

// short tells whether a row takes less than a page, in however narrow columns.
func short(row []Cell) bool {
	const letters = 300
	return !slices.ContainsFunc(row, func(c Cell) bool { return len(c.Text) > letters })
}

func (f *word) cell(c Cell, width int, bold bool) {
	side := "left"
	if c.Number {
		side = "right"
	}
	fmt.Fprintf(&f.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/><w:jc w:val="%s"/></w:pPr>%s</w:p></w:tc>`, width, side, run(c.Text, bold))
}

func (f *word) figure(g Figure) {
	f.images = append(f.images, f.painted[len(f.images)])
	f.figures++
	wide, high := g.Width, g.Height
	if wide > textWide {
		wide, high = textWide, high*textWide/wide
	}
	n := len(f.images)
	fmt.Fprintf(&f.body, `<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/>`+
		`<wp:docPr id="%d" name="Diagram %[3]d" descr="%s"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>`+
		`<pic:nvPicPr><pic:cNvPr id="%[3]d" name="image%[3]d.png" descr="%[4]s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="image%[3]d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`+
		`</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, wide*emu, high*emu, n, escaped(g.Alt))
	f.caption(f.Words.Figure, f.figures, g.Caption, false)
}

// escaped is text fit for XML; characters that XML has no place for are
// replaced.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	return b.String()
}
