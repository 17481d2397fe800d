package main

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

// rows is where an answer goes, a row at a time.
type rows struct {
	head func(names []string) error
	row  func(values []any) error
	end  func() error
}

func (a *app) writer(format string) (rows, bool) {
	switch format {
	case "table":
		return tableRows(a.stdout), true
	case "csv":
		return csvRows(a.stdout), true
	case "json":
		return jsonRows(a.stdout), true
	case "markdown":
		return markdownRows(a.stdout), true
	}
	return rows{}, false
}

// cellText is a value as text; a missing one is empty.
func cellText(v any) string {
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
	return cellText(v)
}

func tableRows(to io.Writer) rows {
	w := tabwriter.NewWriter(to, 0, 4, 2, ' ', 0)
	line := func(cells []string) error {
		for i, c := range cells {
			cells[i] = visible(c)
		}
		_, err := fmt.Fprintln(w, strings.Join(cells, "\t"))
		return err
	}
	return rows{
		head: func(names []string) error { return line(slices.Clone(names)) },
		row:  func(values []any) error { return line(texts(values)) },
		end:  w.Flush,
	}
}

// visible keeps a cell on its line, and a terminal from obeying what a cell
// says.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return ' '
		case unicode.IsControl(r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

func texts(values []any) []string { return each(values, cellText) }

func each(values []any, text func(any) string) []string {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = text(v)
	}
	return cells
}

func csvRows(to io.Writer) rows {
	w := csv.NewWriter(to)
	return rows{
		head: w.Write,
		row:  func(values []any) error { return w.Write(each(values, csvCell)) },
		end: func() error {
			w.Flush()
			return w.Error()
		},
	}
}

// csvCell takes the sting out of text that a spreadsheet would run as a
// formula (OWASP, CSV injection). Numbers, and text that is a number, cannot
// run; nor can SCB's «-» alone.
func csvCell(v any) string {
	text := cellText(v)
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
func jsonRows(to io.Writer) rows {
	w := bufio.NewWriter(to)
	var keys []string
	before := "["
	return rows{
		head: func(names []string) error {
			for _, name := range names {
				key, err := encoded(name)
				if err != nil {
					return err
				}
				keys = append(keys, key)
			}
			return nil
		},
		row: func(values []any) error {
			object := make([]string, len(values))
			for i, v := range values {
				value, err := encoded(v)
				if err != nil {
					return err
				}
				object[i] = keys[i] + ":" + value
			}
			_, err := fmt.Fprintf(w, "%s\n  {%s}", before, strings.Join(object, ","))
			before = ","
			return err
		},
		end: func() error {
			if before == "[" {
				fmt.Fprint(w, "[")
			}
			fmt.Fprintln(w, "\n]")
			return w.Flush()
		},
	}
}

// encoded writes JSON without escaping < and &, which are text here.
func encoded(v any) (string, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return strings.TrimSuffix(text.String(), "\n"), err
}

func markdownRows(to io.Writer) rows {
	w := bufio.NewWriter(to)
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`, "\r\n", "<br>", "\n", "<br>", "\r", "<br>")
	line := func(cells []string) error {
		for i, c := range cells {
			cells[i] = escape.Replace(c)
		}
		_, err := fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |")
		return err
	}
	return rows{
		head: func(names []string) error {
			if err := line(slices.Clone(names)); err != nil {
				return err
			}
			_, err := fmt.Fprintln(w, "|"+strings.Repeat(" --- |", len(names)))
			return err
		},
		row: func(values []any) error { return line(texts(values)) },
		end: w.Flush,
	}
}
