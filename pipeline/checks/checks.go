// Package checks knows what must hold before anything is published: the
// SELECTs under sql/checks, which return the offending rows, and one check for
// each mart that its grain identifies a row.
package checks

import (
	"fmt"
	"strings"

	"effekt/pipeline/warehouse"

	effektsql "effekt/sql"
)

// Check is a question whose every answering row is an offence.
type Check struct {
	Name     string // "value_range", or "grain:mart.indicator"
	Title    string // Swedish, what should hold
	Severity string // "error" stops the publication, "warn" does not
	Query    string
}

// Result is what one check found.
type Result struct {
	Check
	Rows    int        // offending rows
	Columns []string   // of the sample
	Sample  [][]string // the first offending rows, as text
}

// Broken is the finding that a check could not be run. lacks are the tables it
// reads that were left out of the build; when that is all, it only warns.
func Broken(c Check, err error, lacks []string) Result {
	if len(lacks) > 0 {
		c.Severity = "warn"
		return Result{Check: c, Rows: 1, Columns: []string{"lacks"}, Sample: [][]string{{strings.Join(lacks, ", ")}}}
	}
	c.Severity = "error"
	return Result{Check: c, Rows: 1, Columns: []string{"error"}, Sample: [][]string{{err.Error()}}}
}

// All lists the shipped and the analyst's checks, and the grain of every mart.
// made tells which tables exist. The grain of core and indicator tables is seen
// to when they are made.
func All(l *effektsql.Library, made map[string]bool) []Check {
	var all []Check
	for _, file := range l.Checks {
		all = append(all, Check{Name: file.Name, Title: file.Title, Severity: file.Severity, Query: file.Query})
	}
	for _, file := range l.Marts {
		if made[file.Table()] {
			all = append(all, grain(file))
		}
	}
	return all
}

func grain(file effektsql.File) Check {
	quoted := make([]string, len(file.Grain))
	for i, column := range file.Grain {
		quoted[i] = warehouse.Quote(column)
	}
	return Check{
		Name:     "grain:" + file.Table(),
		Title:    fmt.Sprintf("Varje rad i %s har sin egen kombination av %s.", file.Table(), strings.Join(file.Grain, ", ")),
		Severity: "error",
		Query:    fmt.Sprintf("select %s, count(*) as rows from %s group by all having count(*) > 1", strings.Join(quoted, ", "), warehouse.QuoteTable(file.Table())),
	}
}

// FailedError says which error checks failed, with their first rows.
type FailedError struct{ Results []Result }

// Error lists each failed check with its title and first offending rows.
func (e *FailedError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d checks failed, nothing was published", len(e.Results))
	for _, r := range e.Results {
		fmt.Fprintf(&text, "\n%s: %s %d rows:", r.Name, r.Title, r.Rows)
		for _, row := range r.Sample {
			text.WriteString("\n  ")
			for i, cell := range row {
				fmt.Fprintf(&text, "%s=%s ", r.Columns[i], cell)
			}
		}
	}
	return text.String()
}

// Verdict is a *FailedError when an error check found rows, else nil.
func Verdict(results []Result) error {
	var failed []Result
	for _, r := range results {
		if r.Severity == "error" && r.Rows > 0 {
			failed = append(failed, r)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return &FailedError{failed}
}

// shown is how many offending rows a message holds.
const shown = 5

// Result is what the check's query answered.
func (c Check) Result(columns []string, rows [][]any) Result {
	r := Result{Check: c, Rows: len(rows), Columns: columns}
	for _, row := range rows[:min(shown, len(rows))] {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = fmt.Sprint(cell)
		}
		r.Sample = append(r.Sample, cells)
	}
	return r
}
