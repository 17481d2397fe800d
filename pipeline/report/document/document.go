// Package document is the report as a list of blocks, and writes it as a page
// and as a Word file. The blocks hold the finished text and numbers, so that
// every form says the same.
package document

// Document is a whole report.
type Document struct {
	Language string // of the text: sv or en
	Title    string
	Subtitle string
	Banner   string // set over everything, as for synthetic data; empty: none
	Words    Words
	Blocks   []Block
}

// Words are what the forms themselves say.
type Words struct {
	Contents string // over the table of contents
	Skip     string // link past the contents, for who reads by keyboard
	Table    string // before a table's number
	Figure   string // before a figure's number
}

// Block is a piece of the document: Heading, Paragraph, List, Table or Figure.
type Block interface{ block() }

// Heading opens a section. Level is 1 for a chapter, at most 4. ID is unique in
// the document: letters, digits, - and _.
type Heading struct {
	Level    int
	Text, ID string
}

// Style sets a paragraph off from the running text.
type Style int

// The styles of a paragraph.
const (
	Plain Style = iota
	Note        // small: sources, caveats
	Boxed       // what must not be overlooked
)

// Paragraph is running text.
type Paragraph struct {
	Style Style
	Text  []Span
}

// Span is text of one kind.
type Span struct {
	Text string
	Bold bool
	Link string // address within the document ("#id") or outside; empty: none
}

// Plainly is text without anything to it.
func Plainly(text string) []Span { return []Span{{Text: text}} }

// List is an unordered list.
type List struct{ Items [][]Span }

// Table has a caption and a header row; the first column heads its rows.
type Table struct {
	Caption string
	Header  []string
	Rows    [][]Cell
}

// Cell is text, or a number as it is printed.
type Cell struct {
	Text   string
	Number bool // set to the right
	Value  any  // what a workbook holds instead of the text; nil: the text
}

// Figure is a chart. Alt says what it shows to those who cannot see it.
type Figure struct {
	Caption, Alt string
	SVG          []byte
	PNG          func() ([]byte, error) // drawn only where it is needed
	Width        int                    // CSS pixels
	Height       int
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (Figure) block()    {}

// layout is what the templates of the page and of the Word file see.
type layout struct {
	Document
	Views    []view
	Contents []Heading // of the first two levels
}

// view is a block, as the one of its fields that is not nil. Number is of the
// blocks of its kind, from 1.
type view struct {
	Heading   *Heading
	Paragraph *Paragraph
	List      *List
	Table     *Table
	Figure    *Figure
	Number    int
}

// layout numbers the blocks.
func (d Document) layout() layout {
	l := layout{Document: d}
	headings, tables, figures := 0, 0, 0
	for _, b := range d.Blocks {
		var v view
		count := new(int)
		switch b := b.(type) {
		case Heading:
			v.Heading, count = &b, &headings
			if b.Level <= 2 {
				l.Contents = append(l.Contents, b)
			}
		case Paragraph:
			v.Paragraph = &b
		case List:
			v.List = &b
		case Table:
			v.Table, count = &b, &tables
		case Figure:
			v.Figure, count = &b, &figures
		}
		*count++
		v.Number = *count
		l.Views = append(l.Views, v)
	}
	return l
}
