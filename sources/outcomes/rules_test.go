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
	all := checks()
	for _, rule := range rules() {
		for _, sheet := range rule.Sheets {
			s, _ := SheetNamed(sheet)
			if _, ok := s.Column(rule.Column); !ok {
				t.Errorf("%s has no column %s: %s", sheet, rule.Column, rule.Says)
			}
		}
		asked := 0
		for _, is := range []bool{rule.Form != "", rule.After != "", rule.Missing != "", rule.Low != nil, rule.Check != ""} {
			if is {
				asked++
			}
		}
		if asked != 1 || len(rule.Sheets) == 0 || !strings.HasSuffix(rule.Says, ".") || rule.Action == "" || rule.Check != "" && all[rule.Check] == nil {
			t.Errorf("rule %+v", rule)
		}
	}
	if len(rules()) != 43 {
		t.Errorf("%d rules", len(rules()))
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
