package outcomes

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// entry is a row on its way in, with where its values stand.
type entry struct {
	Row
	file    string
	at, raw map[string]string // cell and text by column
	broken  map[string]bool   // columns with a problem of their own
	idle    bool              // prefilled, and nothing has been reported in it
}

func (e *entry) get(column string) string { return e.Values[column] }

// reader collects the entries and problems of one submission.
type reader struct {
	book     Book
	known    *Known
	stamp    Stamp
	entries  map[string][]*entry // by sheet
	problems []Problem
	refused  bool // a problem refuses the submission
	dropped  bool // there are problems that are not told, for there are too many
	same     int
	// What effortNamed and resultsOf have found, once all rows are read.
	efforts map[string]map[string]string
	results map[string][]map[string]string
}

// maxProblems bounds the problems of one submission: who has more begins with
// the first.
const maxProblems = 2000

// add notes a problem of an entry's column.
func (r *reader) add(e *entry, column string, warning bool, rule, action string) {
	if !warning {
		e.broken[column], r.refused = true, true
	}
	if len(r.problems) >= maxProblems {
		r.dropped = true
		return
	}
	p := Problem{File: e.file, Sheet: e.Sheet, Cell: e.at[column], Column: column, Value: shown(e.raw[column]), Rule: rule, Action: action, Warning: warning}
	if p.Cell == "" {
		p.Cell = address(0, e.Line)
	}
	if personal(e.raw[column], true) != "" {
		p.Value = ""
	}
	r.problems = append(r.problems, p)
}

// hopeless tells that there is no need to look further.
func (r *reader) hopeless() bool { return r.dropped && r.refused }

func (r *reader) fail(e *entry, column, rule, action string) { r.add(e, column, false, rule, action) }

func (r *reader) warn(e *entry, column, rule, action string) { r.add(e, column, true, rule, action) }

// grid reads one sheet's rows.
func (r *reader) grid(g grid, s Sheet) {
	h, at, ok := readHeader(g, s)
	if !ok {
		r.problems = append(r.problems, Problem{
			File: g.file, Sheet: s.Name, Cell: "A1", Rule: "Bladet har ingen rubrikrad.",
			Action: "Skriv mallens kolumnnamn i första raden: " + s.Columns[0].Name + ", " + s.Columns[1].Name + " och så vidare.",
		})
		return
	}
	r.problems = append(r.problems, h.notes...)
	for _, l := range g.lines[at+1:] {
		if r.hopeless() || l.blank() || example(l, h, s) {
			continue
		}
		r.entries[s.Name] = append(r.entries[s.Name], r.entry(g, s, h, l))
	}
	if len(g.merged) > 0 && len(r.entries[s.Name]) > 0 {
		r.problems = append(r.problems, Problem{
			File: g.file, Sheet: s.Name, Cell: firstCell(g.merged[0]), Rule: "Bladet har sammanfogade celler: " + strings.Join(g.merged[:min(len(g.merged), 5)], ", ") +
				". En lodrätt sammanfogad cell gäller alla sina rader.", Action: "Dela upp cellerna och fyll i varje rad för sig.", Warning: true,
		})
	}
}

func firstCell(area string) string {
	first, _, _ := strings.Cut(area, ":")
	return first
}

// example tells whether a row is the template's grey one.
func example(l line, h header, s Sheet) bool {
	i, ok := h.place[s.Columns[0].Name]
	return ok && i < len(l.cells) && strings.HasPrefix(fold(l.cells[i].text), "exempel")
}

func (r *reader) entry(g grid, s Sheet, h header, l line) *entry {
	e := &entry{
		Row: Row{Sheet: s.Name, Line: l.number, Values: map[string]string{}}, file: g.file,
		at: map[string]string{}, raw: map[string]string{}, broken: map[string]bool{},
	}
	for _, c := range s.Columns {
		place, ok := h.place[c.Name]
		if !ok {
			continue
		}
		e.at[c.Name] = address(place, l.number)
		if place < len(l.cells) {
			r.value(e, c, l.cells[place], g.date1904)
		}
	}
	if l.hidden {
		r.warn(e, s.Columns[0].Name, "Raden är dold men läses ändå.", "Visa raden, eller ta bort den om den inte ska med.")
	}
	e.idle = idle(e)
	return e
}

func (r *reader) value(e *entry, c Column, v cell, date1904 bool) {
	e.raw[c.Name] = v.text
	if len(v.text) > maxText {
		e.raw[c.Name] = ""
		r.fail(e, c.Name, fmt.Sprintf("Cellen har mer text än de %d tecken som läses.", maxText), "Korta texten.")
		return
	}
	if v.formula != "" && !r.formula(e, c, v) {
		return
	}
	if what := personal(plain(v, date1904), c.Function); what != "" && (c.Kind == Text || v.kind == word) {
		r.fail(e, c.Name, "Cellen verkar innehålla "+what+", och personuppgifter tas inte emot.", "Skriv en funktion eller enhet i stället, eller ta bort uppgiften.")
		return
	}
	if v.kind == word && dangerous(v.text) {
		r.fail(e, c.Name, "Texten ser ut som ett kommando eller en formel.", "Skriv vanlig text som inte börjar med =, + , - eller @.")
		return
	}
	if c.Name == "niva" && fold(v.text) == "samhallseffekt" {
		r.fail(e, c.Name, "Samhällseffekter mäts med officiell statistik och rapporteras inte.", "Ta bort raden. Skriv i stället på bladet kopplingar varför utfallet tros påverka en indikator.")
		return
	}
	value, f := canonical(c, v, r.book.Lists[c.List], date1904)
	if f != nil {
		r.fail(e, c.Name, f.rule, f.action)
		return
	}
	if c.ID {
		value = strings.ToUpper(strings.ReplaceAll(value, " ", ""))
	}
	if value != "" {
		e.Values[c.Name] = value
	}
}

// formula lets a harmless formula's last value through with a warning.
func (r *reader) formula(e *entry, c Column, v cell) bool {
	e.raw[c.Name] = "=" + v.formula
	switch {
	case strings.Contains(v.formula, "|") || strings.Contains(strings.ToUpper(v.formula), "WEBSERVICE(") || strings.Contains(v.formula, "DDE("):
		r.fail(e, c.Name, "Cellen har en formel som kan köra ett program eller hämta något utifrån.", "Skriv värdet i stället.")
		return false
	case v.kind == empty || tidy(v.text) == "":
		r.fail(e, c.Name, "Cellen har en formel utan uträknat värde.", "Skriv värdet i stället.")
		return false
	}
	r.warn(e, c.Name, fmt.Sprintf("Cellen har en formel. Det senast uträknade värdet, %s, används.", shown(v.text)), "Skriv värdet i stället.")
	return true
}

// dangerous tells whether a text would be run or calculated where it is pasted.
// A list that begins with a dash is not, nor is a number with a sign.
func dangerous(text string) bool {
	text = strings.TrimPrefix(tidy(text), "'")
	if text == "" || !strings.ContainsAny(text[:1], "=+-@") {
		return false
	}
	if _, ok := written(text); ok {
		return false
	}
	if text[0] == '=' || text[0] == '@' {
		return true
	}
	ok, _ := regexp.MatchString(`[|!(]|^[+-]\s*[A-Za-z0-9]+\s*[-+*/]`, text)
	return ok
}

// idle tells whether a row is one that was prefilled and then left alone: what
// it is about is there, nothing that would be reported.
func idle(e *entry) bool {
	if e.Sheet != Results {
		return false
	}
	for _, column := range []string{"rapporttyp", "uppnatt_varde", "varav_kvinnor", "varav_man", "beskrivning", "datakalla", "sakerhet", "inlamnad_datum", "ersatter"} {
		if tidy(e.raw[column]) != "" {
			return false
		}
	}
	return e.raw["insats_id"] != "" && e.raw["period"] != "" && e.raw["matt_id"] != ""
}

// required asks for what must be there.
func (r *reader) required(e *entry, s Sheet) {
	for _, c := range s.Columns {
		if c.Required && e.get(c.Name) == "" && !e.broken[c.Name] {
			r.fail(e, c.Name, "Värdet saknas.", c.Rule)
		}
	}
}

// identify gives the row its id, of what its key columns say.
func (e *entry) identify(s Sheet) bool {
	var parts []string
	for _, column := range s.Key {
		if e.get(column) == "" {
			return false
		}
		parts = append(parts, e.get(column))
	}
	e.ID = strings.Join(parts, "/")
	return true
}

// sorted is the problems by sheet, row and column, as one reads the workbook.
func sorted(problems []Problem) []Problem {
	order := map[string]int{}
	for i, s := range Sheets() {
		order[s.Name] = i
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if d := order[a.Sheet] - order[b.Sheet]; d != 0 {
			return d
		}
		return compareCells(a.Cell, b.Cell)
	})
	return problems
}
