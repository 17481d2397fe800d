// Package outcomes is the reporting workbook in which those responsible for
// each effort report twice a year what was done and what came of it: it writes
// the template, reads a filled-in workbook or CSV files back with every problem
// at once, marks the problems in a copy, and turns the rows into Arrow records.
//
// Everything but Load is a pure function: what is allowed comes in a Book, what
// has been reported before in a Known. The sheets and columns keep the names
// that staff see; texts that staff read are Swedish.
//
// The columns are those of the indicator catalogue, section 5.3, with one
// addition: ersatter stands last on every sheet, not only on resultat, because
// a row that has been handed in is never overwritten on any of them.
package outcomes

import "time"

// Version is the version of the template; a newer stamp is refused.
const Version = 1

// Book is what a workbook may say: code lists, rounds and names.
type Book struct {
	Round      Round
	Rounds     []string // all that the framework knows, oldest first
	Unit       string   // the workbook's unit; empty for all
	Units      []string // those that may report; none means any
	Place      string   // the county's name
	Activities []Activity
	Questions  []Choice
	// Lists holds the code lists by the name in Column.List.
	Lists map[string][]Choice
	Inbox string    // who gets the workbook, as in "analysfunktionen"
	Today time.Time // to warn of dates to come
}

// Round is the reporting of a half-year, "2026H1".
type Round struct {
	Name       string
	Opens, Due time.Time
}

// Activity is a generic activity with its explanation.
type Activity struct {
	Number                                int
	Name, Definition, Performance, Result string
}

// Choice is a code and the text that is shown with it.
type Choice struct{ Code, Label string }

// Row is one row as reported, in one of its versions. Values holds the
// columns that say something, in canonical form: dates as 2026-03-01, decimals
// with a point, codes separated by ";".
type Row struct {
	Sheet   string            `json:"sheet"`
	Line    int               `json:"line"`    // in the sheet, 1-based
	ID      string            `json:"id"`      // "INS-0001", "INS-0001/2026H1/M1", "KOP-0001", "INS-0001/2026/3"
	Version int               `json:"version"` // 1 for the first, 2 for what replaces it
	Values  map[string]string `json:"values"`
}

// Name is the row's id with its version, the form that ersatter takes.
func (r Row) Name() string { return versioned(r.ID, r.Version) }

// Stamp is what the hidden sheet says of a workbook; zero when it has none.
type Stamp struct {
	Version int    `json:"version"`
	Round   string `json:"round"`
	Unit    string `json:"unit"`
}

// File is a file that was handed in. Several CSV files are one submission.
type File struct {
	Name string
	Body []byte
}

// Reading is what a submission says.
type Reading struct {
	Stamp Stamp
	// Rows are those that are new; none when there is an error.
	Rows []Row
	// Same counts the rows that have been handed in before, word for word.
	Same     int
	Problems []Problem
}

// Errors counts the problems that refuse the submission.
func (r Reading) Errors() int {
	n := 0
	for _, p := range r.Problems {
		if !p.Warning {
			n++
		}
	}
	return n
}

// Problem is one thing that is wrong, or worth a look, in one place. All texts
// are Swedish. A value that may be personal data is never repeated.
type Problem struct {
	File    string `json:"file"`
	Sheet   string `json:"sheet"`
	Cell    string `json:"cell"` // "C7"; empty when the whole sheet is meant
	Column  string `json:"column"`
	Value   string `json:"-"`      // as it stood, at most maxShown characters
	Rule    string `json:"rule"`   // what is wrong
	Action  string `json:"action"` // what to do
	Warning bool   `json:"warning"`
}

// maxShown bounds how much of a value is repeated.
const maxShown = 60

// String is the problem on one line.
func (p Problem) String() string {
	kind := "FEL"
	if p.Warning {
		kind = "obs"
	}
	place := p.Sheet
	if p.Cell != "" {
		place += "!" + p.Cell
	}
	text := kind + " " + place
	if p.Column != "" {
		text += " " + p.Column
	}
	if p.Value != "" {
		text += " «" + p.Value + "»"
	}
	return text + ": " + p.Rule + " " + p.Action
}

// FileError is a file that cannot be read at all. Sentence is Swedish.
type FileError struct{ Name, Sentence string }

// Error is the name and the sentence.
func (e *FileError) Error() string { return shown(e.Name) + ": " + e.Sentence }

// busy is the sentence for a file that was changed while it was read.
const busy = "Filen skrivs just nu. Vänta tills den är sparad och försök igen."

// Busy tells that the file was being written: it is to be left where it is and
// read later.
func (e *FileError) Busy() bool { return e.Sentence == busy }
