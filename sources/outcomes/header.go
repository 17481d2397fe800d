package outcomes

import (
	"fmt"
	"slices"
	"strings"

	"effekt/sources"
)

// headerWithin is how many rows may stand above the header.
const headerWithin = 20

// header is where the columns of a sheet are found.
type header struct {
	row   int            // number of the header's row
	place map[string]int // 0-based column by name
	notes []Problem
}

// sheetOf says which of the four sheets a grid is: by its name, or by its
// header where the name is another (a CSV file, a renamed sheet).
func sheetOf(g grid) (Sheet, bool) {
	for _, s := range Sheets() {
		if fold(g.name) == s.Name {
			return s, true
		}
	}
	best, most := Sheet{}, 0
	for _, s := range Sheets() {
		if _, n := findHeader(g, s); n > most {
			best, most = s, n
		}
	}
	return best, most >= len(best.Columns)/2 && most >= 4
}

// findHeader is the row, among the first, in which most columns of s are named.
func findHeader(g grid, s Sheet) (at, most int) {
	for i, l := range g.lines[:min(len(g.lines), headerWithin)] {
		n := 0
		for _, c := range l.cells {
			if _, ok := s.Column(fold(c.text)); ok && c.kind == word {
				n++
			}
		}
		if n > most {
			at, most = i, n
		}
	}
	return at, most
}

// readHeader finds each column wherever it stands and however it is written.
func readHeader(g grid, s Sheet) (header, int, bool) {
	at, most := findHeader(g, s)
	if most < 2 {
		return header{}, 0, false
	}
	l := g.lines[at]
	h := header{row: l.number, place: map[string]int{}}
	for column, c := range l.cells {
		if name := fold(c.text); name != "" {
			h.exact(g, s, column, name, c.text)
		}
	}
	for column, c := range l.cells {
		if name := fold(c.text); name != "" {
			h.close(g, s, column, name, c.text)
		}
	}
	h.missing(g, s)
	return h, at, true
}

func (h *header) note(g grid, s Sheet, column int, value, rule, action string, warning bool) {
	h.notes = append(h.notes, Problem{File: g.file, Sheet: s.Name, Cell: address(column, h.row), Value: shown(value), Rule: rule, Action: action, Warning: warning})
}

func (h *header) exact(g grid, s Sheet, column int, name, text string) {
	if _, ok := s.Column(name); !ok {
		return
	}
	if _, twice := h.place[name]; twice {
		h.note(g, s, column, text, "Kolumnen finns två gånger.", "Ta bort den ena.", false)
		return
	}
	h.place[name] = column
}

// close takes a misspelled name for the one column it can be.
func (h *header) close(g grid, s Sheet, column int, name, text string) {
	if _, ok := s.Column(name); ok {
		return
	}
	var candidates []string
	for _, c := range s.Columns {
		if _, taken := h.place[c.Name]; !taken && misspelt(name, c.Name) {
			candidates = append(candidates, c.Name)
		}
	}
	if len(candidates) == 1 {
		h.place[candidates[0]] = column
		h.note(g, s, column, text, fmt.Sprintf("Rubriken lästes som %s.", candidates[0]), "Skriv rubriken som i mallen.", true)
		return
	}
	if g.filled(column, h.row) {
		h.note(g, s, column, text, "Kolumnen finns inte i mallen och läses inte.", "Skriv rubriken som i mallen om innehållet ska med.", true)
	}
}

// misspelt tells whether two folded names differ by at most two letters.
func misspelt(a, b string) bool {
	n := len([]rune(a))
	return n >= 5 && n <= 40 && sources.Distance(a, b) <= 2
}

func (h *header) missing(g grid, s Sheet) {
	var lost, optional []string
	for _, c := range s.Columns {
		_, ok := h.place[c.Name]
		switch {
		case !ok && c.Required:
			lost = append(lost, c.Name)
		case !ok && c.Name != "ersatter":
			optional = append(optional, c.Name)
		}
	}
	if len(lost) > 0 {
		h.note(g, s, 0, "", "Kolumner saknas: "+strings.Join(lost, ", ")+".", "Ta tillbaka dem med rubriker som i mallen.", false)
	}
	if len(optional) > 0 {
		h.note(g, s, 0, "", "Kolumner saknas och läses som tomma: "+strings.Join(optional, ", ")+".", "Ta tillbaka dem om de ska fyllas i.", true)
	}
}

// filled tells whether a column holds anything below a row.
func (g *grid) filled(column, row int) bool {
	return slices.ContainsFunc(g.lines, func(l line) bool {
		return l.number > row && column < len(l.cells) && tidy(l.cells[column].text) != ""
	})
}
