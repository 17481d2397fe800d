package outcomes

import (
	"embed"
	"slices"
	"sync"

	"github.com/pelletier/go-toml/v2"
)

// Kind is what a column holds.
type Kind string

// The kinds of column.
const (
	Text    Kind = ""
	Code    Kind = "code"    // one code of a list
	Codes   Kind = "codes"   // codes of a list, separated by ";"
	Integer Kind = "integer" // whole number
	Decimal Kind = "decimal" // number, comma or point
	Date    Kind = "date"    // ISO date
)

// Column is a column of a sheet.
type Column struct {
	Name     string
	Kind     Kind
	List     string // of Code and Codes
	Required bool
	Function bool       // holds a unit or a function, never a person
	Follow   bool       // prefilled and locked when an earlier row is followed up
	ID       bool       // the same in any case
	Range    [2]float64 // of sensible numbers; zero means the usual one
	Rule     string     // Swedish, one sentence for the reader of «Läs mig»
	Example  string
	Width    float64 // in characters
}

// Sheet is one of the four sheets.
type Sheet struct {
	Name    string
	Title   string // Swedish, what a row is
	Of      string `toml:"table"` // the table of its rows
	Key     []string
	Columns []Column
}

// Table is the name of a sheet's table in the schema outcome.
func (s Sheet) Table() string { return s.Of }

// The names of the sheets.
const (
	Efforts = "insatser"
	Results = "resultat"
	Links   = "kopplingar"
	Answers = "fragor"
)

// The names of the template's other sheets.
const (
	readmeSheet = "Läs mig"
	listsSheet  = "kodlistor"
	stampSheet  = "_stämpel"
	reviewSheet = "granskning"
)

//go:embed schema.toml rules.toml readme.txt givennames.txt
var texts embed.FS

// text is an embedded file; a name that is not embedded is empty.
func text(name string) string {
	body, err := texts.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(body)
}

//nolint:gochecknoglobals // the embedded tables, decoded once and never written
var (
	schema = sync.OnceValue(func() []Sheet { return tables("schema.toml").Sheets })
	rules  = sync.OnceValue(func() []rule { return tables("rules.toml").Rules })
)

// tables decodes an embedded file; the tests see one that cannot be.
func tables(name string) (all struct {
	Sheets []Sheet
	Rules  []rule
},
) {
	if err := toml.Unmarshal([]byte(text(name)), &all); err != nil {
		all.Sheets, all.Rules = nil, nil
	}
	return all
}

// Sheets lists the four sheets in the workbook's order.
func Sheets() []Sheet { return schema() }

// SheetNamed finds a sheet by name.
func SheetNamed(name string) (Sheet, bool) {
	i := slices.IndexFunc(Sheets(), func(s Sheet) bool { return s.Name == name })
	if i < 0 {
		return Sheet{}, false
	}
	return Sheets()[i], true
}

// Column finds a column by name.
func (s Sheet) Column(name string) (Column, bool) {
	i := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return s.Columns[i], true
}
