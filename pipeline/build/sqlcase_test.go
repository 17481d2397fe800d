package build

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"effekt/pipeline/warehouse"

	"github.com/rogpeppe/go-internal/txtar"
)

// sqlCase is one file of testdata/sql.
type sqlCase struct {
	archive *txtar.Archive
	model   string // "mart.indicator_change" or "check:value_range"
	given   map[string]grid
	want    grid
}

// grid is a small table as text. An empty cell is NULL.
type grid struct {
	columns, types []string
	rows           [][]string
}

func parseCase(body []byte) (sqlCase, error) {
	c := sqlCase{archive: txtar.Parse(body), given: map[string]grid{}}
	wanted := false
	var problems []error
	if strings.TrimSpace(string(c.archive.Comment)) == "" {
		problems = append(problems, errors.New("begin with a comment that says which rule the case shows"))
	}
	for _, file := range c.archive.Files {
		content, err := parseGrid(string(file.Data))
		switch {
		case file.Name == "model":
			c.model, err = strings.TrimSpace(string(file.Data)), nil
		case file.Name == "want":
			c.want, wanted = content, true
		case strings.Count(file.Name, ".") != 1:
			err = errors.New("want model, want or schema.table")
		default:
			c.given[file.Name] = content
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("-- %s --: %w", file.Name, err))
		}
	}
	if c.model == "" || !wanted {
		problems = append(problems, errors.New("both -- model -- and -- want -- are needed"))
	}
	return c, errors.Join(problems...)
}

func parseGrid(body string) (grid, error) {
	var g grid
	header := regexp.MustCompile(`^(\w+):(\w.*)$`)
	for line := range strings.Lines(body) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case g.columns == nil:
			for _, cell := range cells {
				name, kind := cell, ""
				if typed := header.FindStringSubmatch(cell); typed != nil {
					name, kind = typed[1], typed[2]
				}
				g.columns, g.types = append(g.columns, name), append(g.types, cmp.Or(kind, usualType(name)))
			}
		case len(cells) != len(g.columns):
			return g, fmt.Errorf("%d cells under %d columns: %s", len(cells), len(g.columns), strings.TrimSpace(line))
		default:
			g.rows = append(g.rows, spread(cells)...)
		}
	}
	if g.columns == nil {
		return g, errors.New("a header with the columns' names is missing")
	}
	return g, nil
}

// spread is a row for each of what a cell in braces lists: {OG, G} or the whole
// numbers {25..64}.
func spread(cells []string) [][]string {
	list := regexp.MustCompile(`^\{(.+)\}$`)
	for i, cell := range cells {
		inside := list.FindStringSubmatch(cell)
		if inside == nil {
			continue
		}
		var rows [][]string
		for _, value := range listed(inside[1]) {
			row := slices.Clone(cells)
			row[i] = value
			rows = append(rows, spread(row)...)
		}
		return rows
	}
	return [][]string{cells}
}

func listed(text string) []string {
	var values []string
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		var from, to int
		if n, err := fmt.Sscanf(part, "%d..%d", &from, &to); n != 2 || err != nil {
			values = append(values, part)
			continue
		}
		for number := from; number <= to; number++ {
			values = append(values, strconv.Itoa(number))
		}
	}
	return values
}

// usualType is the type of a column of a table that nothing in the project
// makes.
func usualType(column string) string {
	switch column {
	case "year":
		return "integer"
	case "value", "numerator", "denominator":
		return "double"
	case "flags":
		return "varchar[]"
	case "perturbed":
		return "boolean"
	}
	return "varchar"
}

func (g grid) definition() string {
	list := make([]string, len(g.columns))
	for i := range g.columns {
		list[i] = g.columns[i] + " " + g.types[i]
	}
	return strings.Join(list, ", ")
}

// insert is the statement that adds the rows; DuckDB reads each cell's text as
// the type of its column.
func (g grid) insert(table string) string {
	rows := make([]string, len(g.rows))
	for i, cells := range g.rows {
		values := make([]string, len(cells))
		for j, cell := range cells {
			values[j] = "null"
			if cell != "" {
				values[j] = "'" + strings.ReplaceAll(cell, "'", "''") + "'"
			}
		}
		rows[i] = "(" + strings.Join(values, ", ") + ")"
	}
	return fmt.Sprintf("insert into %s (%s) values %s", table, strings.Join(g.columns, ", "), strings.Join(rows, ", "))
}

func readGrid(result warehouse.Result) grid {
	g := grid{columns: result.Columns, types: result.Types}
	for _, row := range result.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cellText(cell)
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

func cellText(cell any) string {
	switch cell := cell.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(cell, 'g', 12, 64)
	case time.Time:
		return strings.TrimSuffix(cell.Format(time.DateTime), " 00:00:00")
	case []any:
		parts := make([]string, len(cell))
		for i := range cell {
			parts[i] = cellText(cell[i])
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(cell)
}

// text is the table with its rows sorted and its columns aligned.
func (g grid) text() string {
	lines := append([][]string{g.columns}, g.sorted()...)
	widths := make([]int, len(g.columns))
	for _, cells := range lines {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, cells := range lines {
		var line strings.Builder
		for i, cell := range cells {
			fmt.Fprintf(&line, "%-*s | ", widths[i], cell)
		}
		text.WriteString(strings.TrimRight(strings.TrimSuffix(line.String(), "| "), " ") + "\n")
	}
	return text.String()
}

// sorted puts words before numbers in weight, so that a number's last digit
// does not decide the order.
func (g grid) sorted() [][]string {
	key := func(cells []string) string {
		parts := make([]string, len(cells))
		for i, cell := range cells {
			if f, err := strconv.ParseFloat(cell, 64); err == nil {
				cell = fmt.Sprintf("%024.6f", f)
			}
			parts[i] = cell
		}
		return strings.Join(parts, "\x00")
	}
	return slices.SortedFunc(slices.Values(g.rows), func(a, b []string) int { return cmp.Compare(key(a), key(b)) })
}

// likened writes the columns, and each number that equals the wanted one to
// 1e-9, as the case writes them.
func (g grid) likened(want grid) grid {
	rows, wanted := g.sorted(), want.sorted()
	for i := range min(len(rows), len(wanted)) {
		rows[i] = slices.Clone(rows[i])
		for j := range min(len(rows[i]), len(wanted[i])) {
			if near(rows[i][j], wanted[i][j]) {
				rows[i][j] = wanted[i][j]
			}
		}
	}
	return grid{columns: want.columns, types: g.types, rows: rows}
}

func near(got, want string) bool {
	a, errA := strconv.ParseFloat(got, 64)
	b, errB := strconv.ParseFloat(want, 64)
	return errA == nil && errB == nil && math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b))
}

// rewritten is the case with what the SQL answers as what it wants.
func (c sqlCase) rewritten(got grid) []byte {
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	if i < 0 {
		c.archive.Files = append(c.archive.Files, txtar.File{Name: "want"})
		i = len(c.archive.Files) - 1
	}
	if len(c.want.columns) > 0 {
		got.columns = c.want.columns
	}
	c.archive.Files[i].Data = []byte(got.text())
	return txtar.Format(c.archive)
}

func TestCasesAreRefused(t *testing.T) {
	t.Parallel()
	for want, body := range map[string]string{
		"says which rule":        "-- model --\ncore.region\n-- want --\nregion\n",
		"both -- model --":       "A rule.\n-- model --\ncore.region\n",
		"2 cells under 3":        "A rule.\n-- model --\nx\n-- scb.grp --\na | b | c\n1 | 2\n-- want --\na\n",
		"a header with":          "A rule.\n-- model --\nx\n-- want --\n",
		"model, want or schema.": "A rule.\n-- model --\nx\n-- wants --\na\n-- want --\na\n",
	} {
		if _, err := parseCase([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestCellsInBraces(t *testing.T) {
	t.Parallel()
	g, err := parseGrid("a | b | c\n{9..10, 80+} | {x, y} | [1, 2]\n")
	want := "9 x [1, 2],9 y [1, 2],10 x [1, 2],10 y [1, 2],80+ x [1, 2],80+ y [1, 2]"
	var rows []string
	for _, cells := range g.rows {
		rows = append(rows, strings.Join(cells, " "))
	}
	if got := strings.Join(rows, ","); got != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestNumbersAreCompared(t *testing.T) {
	t.Parallel()
	want := grid{columns: []string{"region", "value"}, rows: [][]string{{"24", "3.7"}}}
	for value, same := range map[string]bool{"3.7000000001": true, "3.70001": false, "": false, "3.8": false} {
		got := grid{columns: want.columns, rows: [][]string{{"24", value}}}
		if (got.likened(want).text() == want.text()) != same {
			t.Errorf("%q against 3.7: want same %v", value, same)
		}
	}
}
