package outcomes

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"
)

// Read reads a submission: one workbook, or CSV files that belong together.
// known is what has been reported before. An error is a *FileError and means
// that the submission could not be read at all; everything else, all at once,
// is in the Reading.
func Read(files []File, b Book, known *Known) (_ Reading, err error) {
	defer recovered(files[0].Name, &err)
	r := &reader{book: b, known: known, entries: map[string][]*entry{}, efforts: map[string]map[string]string{}, results: map[string][]map[string]string{}}
	for _, f := range files {
		if err := r.file(f); err != nil {
			return Reading{}, err
		}
	}
	r.stamped()
	for _, s := range Sheets() {
		for _, e := range r.entries[s.Name] {
			if e.idle {
				r.warn(e, s.Columns[0].Name, "Raden är förifylld men inget är rapporterat. Den läses inte.", "Fyll i den om måttet ska rapporteras, annars behöver ingenting göras.")
				continue
			}
			r.required(e, s)
		}
	}
	r.check(false)
	rows := r.versions()
	r.check(true)
	return r.reading(rows), nil
}

func (r *reader) reading(rows []Row) Reading {
	if len(r.entries) == 0 && len(r.problems) == 0 {
		r.problems = append(r.problems, Problem{Sheet: Efforts, Rule: "Arbetsboken har inga ifyllda rader.", Action: "Fyll i minst en rad. Raden som börjar med EXEMPEL räknas inte."})
	}
	reading := Reading{Stamp: r.stamp, Same: r.same, Problems: sorted(r.problems)}
	if r.dropped {
		reading.Problems = append(reading.Problems, Problem{Sheet: Efforts, Rule: fmt.Sprintf("Det finns mer än de %d som står här.", maxProblems), Action: "Rätta dem först och lämna in igen.", Warning: !r.refused})
	}
	reading.Stamp.Round = r.round()
	if reading.Stamp.Unit == "" {
		reading.Stamp.Unit = r.unit()
	}
	if reading.Errors() == 0 {
		reading.Rows = rows
	}
	return reading
}

func (r *reader) file(f File) error {
	grids, stamp, parts, err := open(f)
	if err != nil {
		return err
	}
	if parts != nil {
		r.stamp = stamp
	}
	return r.take(f, grids)
}

// take reads the grids that are ours. A sheet of another kind is passed over
// with a word, unless there is no other.
func (r *reader) take(f File, grids []grid) error {
	if said(grids) > maxSaid {
		return &FileError{f.Name, fmt.Sprintf("Filen har mer än %d MB text. Lämna in den arbetsbok som mallen gav.", maxSaid>>20)}
	}
	found := map[string]bool{}
	var others []string
	for _, g := range grids {
		s, ok := sheetOf(g)
		switch {
		case !ok && len(g.lines) > 0:
			others = append(others, g.name)
		case ok && found[s.Name]:
			r.problems = append(r.problems, Problem{File: f.Name, Sheet: s.Name, Rule: fmt.Sprintf("Två blad ser ut att vara %s; det andra heter %s.", s.Name, shown(g.name)), Action: "Behåll ett av dem."})
		case ok:
			found[s.Name] = true
			r.grid(g, s)
		}
	}
	if len(found) == 0 {
		return &FileError{f.Name, "Inget av bladen insatser, resultat, kopplingar och fragor finns i filen. Lämna in den arbetsbok som mallen gav."}
	}
	for _, name := range others {
		r.problems = append(r.problems, Problem{File: f.Name, Sheet: shown(name), Rule: "Bladet hör inte till mallen och läses inte.", Action: "Flytta innehållet till mallens blad om det ska med.", Warning: true})
	}
	return nil
}

// stamped checks what the hidden sheet says.
func (r *reader) stamped() {
	s := r.stamp
	note := func(rule, action string) {
		r.problems = append(r.problems, Problem{Sheet: Efforts, Rule: rule, Action: action})
	}
	switch {
	case s.Version > Version:
		note("Arbetsboken kommer från en nyare mall än det här programmet känner.", "Be om en ny mall.")
	case s.Round != "" && !slices.Contains(r.book.Rounds, s.Round):
		note(fmt.Sprintf("Arbetsbokens omgång %s finns inte.", shown(s.Round)), "Be om en ny mall.")
	}
	for sheet := range r.entries {
		for _, e := range r.entries[sheet] {
			if e.Sheet == Efforts && s.Unit != "" && e.get("enhet") != "" && fold(e.get("enhet")) != fold(s.Unit) {
				r.fail(e, "enhet", fmt.Sprintf("Arbetsboken är gjord för enheten %s.", s.Unit), "Skriv den enheten, eller lämna in insatsen i den andra enhetens arbetsbok.")
			}
		}
	}
}

// round is the submission's: the stamp's, else the latest period reported, else
// the Book's.
func (r *reader) round() string {
	if r.stamp.Round != "" {
		return r.stamp.Round
	}
	latest := ""
	for _, e := range r.entries[Results] {
		if period := e.get("period"); !e.broken["period"] && slices.Contains(r.book.Rounds, period) {
			latest = max(latest, period)
		}
	}
	if latest == "" {
		latest = r.book.Round.Name
	}
	return latest
}

// unit is the submission's only unit, empty when it has several.
func (r *reader) unit() string {
	unit := ""
	for _, e := range r.entries[Efforts] {
		switch own := e.get("enhet"); {
		case unit == "":
			unit = own
		case own != unit:
			return ""
		}
	}
	return unit
}

func compareCells(a, b string) int {
	ca, ra, _ := excelize.CellNameToCoordinates(a)
	cb, rb, _ := excelize.CellNameToCoordinates(b)
	if ra != rb {
		return ra - rb
	}
	return ca - cb
}
