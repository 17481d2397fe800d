// Package answer writes the rows of an answer as a table, CSV, JSON or Markdown,
// so that no cell can be taken for more than text.
package answer

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

// Rows writes an answer: a line of names, then one for each row.
type Rows struct {
	text func(value any) string
	line func(cells []string) error
	end  func() error
}

// End writes what is left after the last row.
func (r Rows) End() error { return r.end() }

// Write writes a row, or first the names.
func (r Rows) Write(values []any) error {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = r.text(v)
	}
	return r.line(cells)
}

// Formats are the forms of an answer by name.
func Formats() map[string]func(io.Writer) Rows {
	return map[string]func(io.Writer) Rows{"table": tableRows, "csv": csvRows, "json": jsonRows, "markdown": markdownRows}
}

// Text is a value as text; a missing one is empty.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(v), 'f', -1, 32)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = inner(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, name+": "+inner(v[name]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

func inner(v any) string {
	if v == nil {
		return "NULL"
	}
	return Text(v)
}

func tableRows(to io.Writer) Rows {
	w := Columns(to)
	return Rows{text: Text, end: w.Flush, line: func(cells []string) error {
		_, err := fmt.Fprintln(w, tabbed(cells))
		return err
	}}
}

func csvRows(to io.Writer) Rows {
	w := csv.NewWriter(to)
	return Rows{text: csvCell, line: w.Write, end: func() error {
		w.Flush()
		return w.Error()
	}}
}

// csvCell takes the sting out of text that a spreadsheet would run as a
// formula (OWASP, CSV injection). Numbers, and text that is a number, cannot
// run; nor can SCB's «-» alone.
func csvCell(v any) string {
	text := Text(v)
	if _, ok := v.(string); !ok && !strings.HasPrefix(text, "=") {
		return text
	}
	if len(text) < 2 || !strings.ContainsAny(text[:1], "=+-@\t\r") {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}

// jsonRows writes an array with an object a line, the columns in their order.
func jsonRows(to io.Writer) Rows {
	w := bufio.NewWriter(to)
	var keys []string
	var failed error
	before := "["
	text := func(v any) string {
		cell, err := encoded(v)
		if err != nil {
			failed = err
		}
		return cell
	}
	line := func(cells []string) error {
		if keys == nil {
			keys = cells
			return failed
		}
		for i := range cells {
			cells[i] = keys[i] + ":" + cells[i]
		}
		fmt.Fprintf(w, "%s\n  {%s}", before, strings.Join(cells, ","))
		before = ","
		return failed
	}
	return Rows{text: text, line: line, end: func() error {
		if before == "[" {
			fmt.Fprint(w, "[")
		}
		fmt.Fprintln(w, "\n]")
		return w.Flush()
	}}
}

// encoded writes JSON without escaping < and &, which are text here.
func encoded(v any) (string, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return strings.TrimSuffix(text.String(), "\n"), err
}

func markdownRows(to io.Writer) Rows {
	w := bufio.NewWriter(to)
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`, "\r\n", "<br>", "\n", "<br>", "\r", "<br>")
	first := true
	return Rows{text: Text, end: w.Flush, line: func(cells []string) error {
		rule := "\n"
		if first {
			rule, first = "\n|"+strings.Repeat(" --- |", len(cells))+"\n", false
		}
		for i, c := range cells {
			cells[i] = escape.Replace(c)
		}
		_, err := fmt.Fprint(w, "| "+strings.Join(cells, " | ")+" |"+rule)
		return err
	}}
}

// Columns aligns what is written with tabs between the cells.
func Columns(to io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(to, 0, 4, 2, ' ', 0) }

// tabbed is a line of columns.
func tabbed(cells []string) string {
	shown := make([]string, len(cells))
	for i, c := range cells {
		shown[i] = Visible(c)
	}
	return strings.Join(shown, "\t")
}

// Visible keeps a text on its line, and a terminal from obeying what it says.
func Visible(s string) string {
	return Printable(strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(s))
}

// Printable keeps a terminal from obeying what a text says.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
