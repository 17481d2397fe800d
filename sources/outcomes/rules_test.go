package outcomes

import (
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestSchema holds the embedded table against what the program takes for given.
func TestSchema(t *testing.T) {
	t.Parallel()
	kinds := []Kind{Text, Code, Codes, Integer, Decimal, Date}
	for i, name := range []string{Efforts, Results, Links, Answers} {
		s := Sheets()[i]
		if s.Name != name || s.Title == "" || s.Table() == "" || len(s.Key) == 0 {
			t.Errorf("sheet %d: %+v", i, s)
		}
		for _, c := range s.Columns {
			if !slices.Contains(kinds, c.Kind) || (c.List != "") != (c.Kind == Code || c.Kind == Codes) || c.Rule == "" {
				t.Errorf("%s.%s: %+v", name, c.Name, c)
			}
		}
		for _, key := range s.Key {
			if c, ok := s.Column(key); !ok || !c.Required {
				t.Errorf("%s: key %s is not a required column", name, key)
			}
		}
	}
	if _, ok := SheetNamed("annat"); ok {
		t.Error("a sheet that is not")
	}
}

// TestRulesAreOfColumns holds every rule against the schema.
func TestRulesAreOfColumns(t *testing.T) {
	t.Parallel()
	for _, rule := range slices.Concat(rowRules(), acrossRules()) {
		of := 0
		for _, s := range Sheets() {
			if !strings.Contains(rule.sheets, s.Name) {
				continue
			}
			of++
			if _, ok := s.Column(rule.column); !ok {
				t.Errorf("%s has no column %s: %s", s.Name, rule.column, rule.says)
			}
		}
		if of == 0 || rule.wrong == nil || !strings.HasSuffix(rule.says, ".") || rule.action == "" {
			t.Errorf("rule %+v", rule)
		}
	}
}

// A stamp with a short round is told, not taken for a damaged workbook.
func TestShortRoundInTheStamp(t *testing.T) {
	t.Parallel()
	reading := edited(t, func(f *excelize.File) error { return f.SetCellStr(stampSheet, "B2", "99") })
	if !strings.Contains(lines(reading.Problems), "omgång 99 finns inte") || reading.Rows != nil {
		t.Errorf("%+v", reading)
	}
}

func TestCSVQuotes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"a";b`: "a|b", `"a""b";c`: `a"b|c`, `a"b;c`: `a"b|c`, `"a"b;c`: "ab|c", "\"a\nb\";c": "a\nb|c", "a;": "a|", ";a": "|a", "a;\r\n": "a|", `"";a`: "|a",
	} {
		g, err := readCSV(File{"a.csv", []byte(text)})
		if err != nil || len(g.lines) != 1 {
			t.Errorf("%q: %v, %v", text, g.lines, err)
			continue
		}
		var got []string
		for _, c := range g.lines[0].cells {
			got = append(got, c.text)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{`"a;b`, `"a"";b`, "a;b\n\"c"} {
		if _, err := readCSV(File{"a.csv", []byte(text)}); err == nil {
			t.Errorf("%q: the open quote is not seen", text)
		}
	}
	g, err := readCSV(File{"a.csv", []byte("a\n\r\n\rb")})
	if err != nil || len(g.lines) != 2 || g.lines[1].number != 4 {
		t.Errorf("lines %+v, %v", g.lines, err)
	}
}
