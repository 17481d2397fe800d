package sources

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"effekt/config"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Source reads one publisher: what is due, fetch, plan and decode. It reaches
// the publisher only through the Caller that it is handed, writes nothing, and
// may be used by several goroutines.
type Source interface {
	// Name is the `source` of its data sets in the config and the folder of their
	// vintages in the archive.
	Name() string
	// Due asks, with the fewest requests, which data sets have news. There is one
	// Verdict for each task, in their order; one that is Stale is always due.
	Due(ctx context.Context, ask Caller, tasks []Task) []Verdict
	// Fetch asks for all of a data set, so that ask keeps every answer, and
	// compares what came with what is held. A *Refusal says that what came must
	// not take the place of what is held, ErrMoved that it should be fetched anew.
	Fetch(ctx context.Context, ask Caller, t Task, due Verdict) (Fetched, error)
	// Plan asks for metadata only and tells what fetching all would cost. What in
	// the config does not resolve is the error; the cost may be known even so.
	Plan(ctx context.Context, ask Caller, t Task) (Cost, error)
	// Tables are the tables that its data sets become, with the readers that fill
	// them; each has its columns though nothing has come.
	Tables(sets []Set) []Table
	// Locate finds cells in one stored answer: each is its codes by the columns of
	// the data set's table.
	Locate(p Part, answer Stored, cells []map[string]string) ([]Place, error)
}

// Reporter is a Source that tells what has changed in a data set's description
// between two vintages, in sentences for a person.
type Reporter interface {
	News(now, before Part) ([]string, error)
}

// Successor is a Source that finds tables which carry on one that has stopped.
type Successor interface {
	// Propose looks through the publisher's list of tables, once for all tasks,
	// and gives a Proposal for each, in their order; Table is empty where none is
	// like it. With an error come the proposals for the tasks before it.
	Propose(ctx context.Context, ask Caller, tasks []Task) ([]Proposal, error)
}

// Task is a data set with what is held of it.
type Task struct {
	config.Dataset
	Words  map[string][]string // codes by the analyst's word for regions, in the data set's coding
	County string              // in the same coding
	Now    time.Time
	Stale  bool      // to be fetched whatever the publisher says
	Asked  time.Time // when the publisher last answered for it
	Held   Set
	// Expect is told how many answers with data will come, where that is known; nil
	// when nobody asks.
	Expect func(answers int)
	// Log is told what no result depends on.
	Log *slog.Logger
}

// Set is what is in use of a data set.
type Set struct {
	config.Dataset
	// Parts are the vintages, newest first, each with the series that are taken
	// from it; empty when nothing has ever come.
	Parts []Part
	// Same tells that the newest vintage was asked for by today's selection.
	Same bool
}

// Newest is what the newest vintage says, the zero value when there is none.
func (s Set) Newest() Description {
	if len(s.Parts) == 0 {
		return Description{}
	}
	return s.Parts[0].Description
}

// SameTable tells whether what is held is of the table that the config names now.
func (s Set) SameTable() bool {
	return len(s.Parts) > 0 && strings.EqualFold(s.Newest().Table, s.Table)
}

// Part is a vintage and what of it is in use.
type Part struct {
	Description
	Vintage string
	Series  []string // KPIs; nil: all that it holds
	// Stored yields its answers of a role, in the order in which they were asked for.
	Stored func(role string) []Stored
}

// Bodies yields the bodies of a role one after another, then io.EOF.
func (p Part) Bodies(role string) func() ([]byte, error) { return Bodies(p.Stored(role)) }

// Bodies yields the bodies of stored answers one after another, then io.EOF.
func Bodies(stored []Stored) func() ([]byte, error) {
	return func() ([]byte, error) {
		if len(stored) == 0 {
			return nil, io.EOF
		}
		next := stored[0]
		stored = stored[1:]
		return next.Body()
	}
}

// Each hands every body of a role to read. One that is damaged, or that read
// refuses, does not keep the others out; the error is of all of these.
func (p Part) Each(role string, read func(body []byte) error) (all error) {
	for _, stored := range p.Stored(role) {
		body, err := stored.Body()
		if err == nil {
			err = read(body)
		}
		all = errors.Join(all, err)
	}
	return all
}

// Without are the items that are not among others, in their order.
func Without(items, others []string) []string {
	among := make(map[string]bool, len(others))
	for _, other := range others {
		among[other] = true
	}
	return slices.DeleteFunc(slices.Clone(items), func(item string) bool { return among[item] })
}

// Stored is an answer in the archive.
type Stored struct {
	Method, URL string
	Sent        func() ([]byte, error) // what was sent, nil when nothing was
	Body        func() ([]byte, error)
}

// Verdict is whether a data set has news.
type Verdict struct {
	Due bool
	Err error // why it cannot be told: the data set fails
	// Key names what made it due. An interrupted fetch is resumed only by one with
	// the same key.
	Key string
	// Listed is the publisher's stamp in its list of tables; Discontinued what the
	// list says of the table.
	Listed       string
	Discontinued bool
}

// Fetched describes a data set whose every answer has come.
type Fetched struct {
	Description
	// Left is why parts of it were left out; their last good vintage stays in use.
	Left error
}

// Cost is what fetching a data set would take.
type Cost struct {
	Cells    int64 // 0 where the publisher counts none
	Requests int   // for data; at least so many where answers come in pages
}

// ErrMoved is a table that was updated while it was fetched.
var ErrMoved = errors.New("the table was updated while it was fetched")

// Refusal says why what came must not take the place of what is held.
type Refusal struct{ error } //nolint:errname // named for what it says, as Problems is

// Refuse makes a Refusal of err, nil of nil.
func Refuse(err error) error {
	if err == nil {
		return nil
	}
	return &Refusal{err}
}

// Unwrap is the reason.
func (r *Refusal) Unwrap() error { return r.error }

// Description is what a source says of a vintage, as its manifest keeps it.
type Description struct {
	Table         string     `json:"table,omitempty"`
	Resolved      []Resolved `json:"resolved,omitempty"`
	Title         string     `json:"title,omitempty"`
	SourceUpdated string     `json:"source_updated,omitempty"` // the publisher's own stamp, verbatim
	ListedUpdated string     `json:"listed_updated,omitempty"`
	Official      *bool      `json:"official,omitempty"` // nil where the table does not say
	Discontinued  bool       `json:"discontinued,omitempty"`
	Notes         []string   `json:"notes,omitempty"`           // mandatory ones first
	Mandatory     int        `json:"mandatory_notes,omitempty"` // how many of Notes are to be shown with the figures
	Variables     []Variable `json:"variables,omitempty"`
	Announced     []string   `json:"announced,omitempty"` // periods that were asked for and hold no value
	KPIs          []string   `json:"kpis,omitempty"`
	Regions       []string   `json:"regions,omitempty"`
}

// LastPeriod is the last of the periods that were asked for and hold a value; ""
// where none is known.
func (d Description) LastPeriod() string {
	for _, v := range d.Variables {
		for _, c := range slices.Backward(v.Codes) {
			if v.Role == "time" && !slices.Contains(d.Announced, c.Code) {
				return c.Code
			}
		}
	}
	return ""
}

// Resolved is what a label in the selection stood for.
type Resolved struct {
	Variable string `json:"variable"`
	Term     string `json:"term"`               // as in the config, "label:Andel sysselsatta"
	Code     string `json:"code"`               // of the value, or the codelist's id
	Codelist bool   `json:"codelist,omitempty"` // the label of a codelist, not of a value
}

// Variable is a variable of the table with the codes that were asked for.
type Variable struct {
	Code     string `json:"code"`
	Label    string `json:"label"`
	Column   string `json:"column"`         // of the database's table, lower-case ASCII
	Role     string `json:"role,omitempty"` // "time", "metric" or ""
	Codes    []Code `json:"codes"`          // in the table's order
	Codelist string `json:"-"`              // "" for the table's own codes
}

// Code is one value of a variable as the metadata described it.
type Code struct {
	Code     string `json:"code"`
	Label    string `json:"label"`
	Unit     string `json:"unit,omitempty"`
	Decimals int    `json:"decimals"`
	Position int    `json:"position"` // in the table, or in the codelist where one is used
}

// Proposal is a table that may carry on the series of a data set's table, and
// when it was looked for; Table is empty when none was found.
type Proposal struct {
	At          time.Time `json:"at"`
	Table       string    `json:"table,omitempty"`
	Title       string    `json:"title,omitempty"`
	FirstPeriod string    `json:"first_period,omitempty"`
	LastPeriod  string    `json:"last_period,omitempty"`
	Score       float64   `json:"score,omitempty"` // 0–1
	TOML        string    `json:"toml,omitempty"`  // a data set's file, to be looked through
}

// Table is a table of the database and how it is filled.
type Table struct {
	Schema, Name string
	Dataset      string   // whose cells it holds; "" where it holds those of several
	Title        string   // Swedish
	Columns      []Column // in order
	// Region is the column that holds regions in the data set's coding; "" where
	// the table has none. Key are the columns that together name a cell; none where
	// its rows are no cells. A table of cells has the columns value, a number or NULL,
	// and status, the publisher's symbol.
	Region string
	Key    []string
	Fill   []Fill // in order; none when nothing has come
}

// ColumnOf is the column of a cell's variable, which may be named as the table's
// column is or as the publisher does.
func (t Table) ColumnOf(variable string) string {
	for _, c := range t.Columns {
		if c.Variable != "" && strings.EqualFold(c.Variable, variable) {
			return c.Name
		}
	}
	return variable
}

// Column is a column of a table.
type Column struct {
	Name, Type string // Type is DuckDB's
	Variable   string // as the publisher names it; "" where it is the column's name
	Comment    string // Swedish; "" where the list of columns has it
}

// Fill is rows of one data set.
type Fill struct {
	Dataset string
	// Series are what Read may be asked for one by one, when not all of them can be
	// read; nil where the rows are all or none.
	Series []string
	Read   func(series ...string) array.RecordReader
}

// Place is where a cell stands in a stored answer.
type Place struct {
	Found  bool
	Cell   int    // counted with the last dimension fastest; -1 where cells have no number
	Offset int64  // byte of the value in the body; -1 where the body leaves the value out
	Raw    string // the value as the bytes have it: a number or null
	Status string // the publisher's symbol, "" when none
}
