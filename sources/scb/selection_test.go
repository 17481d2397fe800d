package scb

import (
	"strings"
	"testing"

	"effekt/config"
	"effekt/sources"
	"effekt/sources/scb/jsonstat"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// offer is a dimension with the codes in text, labelled as themselves.
func offer(variable, role, codes string) (jsonstat.Dimension, []sources.Code) {
	d := jsonstat.Dimension{Code: variable, Role: role, Codes: strings.Fields(codes)}
	d.Labels = d.Codes
	return d, own(d)
}

// resolving resolves terms of a single variable, on which words apply.
func resolving(table string, d jsonstat.Dimension, words map[string][]string) *resolver {
	task := sources.Task{Dataset: config.Dataset{Table: table, RegionVariable: d.Code}, Words: words}
	return &resolver{Task: task, cube: &jsonstat.Cube{Dimensions: []jsonstat.Dimension{d}}, problems: &Problems{Table: table}}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	const (
		ages    = "0 TotSA -4 0-9 1 2 3 10 11 100+ 060-64"
		regions = "00 01 03 24 2401 2480 25"
		months  = "2024K4 2024M11 2024M12 2025M01 2025M02"
	)
	words := map[string][]string{"country": {"00"}, "counties": {"01", "03", "24", "25"}, "municipalities": {"2401", "2480"}, "all_municipalities": {"2401", "9999", "2480", "8888"}}
	for name, test := range map[string]struct {
		role, codes, terms string
		want               string
		problem            string
	}{
		"literal":                        {"", ages, "100+ TotSA", "TotSA 100+", ""},
		"twice is once, in table order":  {"", ages, "3 1 1 1..3", "1 2 3", ""},
		"all":                            {"", ages, "all", ages, ""},
		"a range takes no classes":       {"", ages, "..11", "0 1 2 3 10 11", `no whole number`},
		"a range up":                     {"", ages, "10..", "10 11", ""},
		"a range down takes no negative": {"", ages, "..2", "0 1 2", ""},
		"a closed range":                 {"", ages, "0..3", "0 1 2 3", ""},
		"a hole in a closed range":       {"", ages, "3..10", "3 10", `variable V has no codes "4", "5", "6", "7", "8", "9"; it has: 0, TotSA`},
		"a range of nothing":             {"", ages, "50..", "", `no whole number in 50..`},
		"a range backwards":              {"", ages, "3..1", "", "runs backwards"},
		"a range of classes":             {"", ages, "0-9..10", "", `"0-9..10" is neither`},
		"a code of another case":         {"", ages, "totsa", "", `variable V has no code "totsa"; it has: 0, TotSA`},
		"padded codes":                   {"", regions, "01..03", "01 03", `no code "02"`},
		"unpadded ranges leave them":     {"", regions, "1..3", "", `no whole number in 1..3`},
		"words":                          {"", regions, "country counties municipalities", regions, ""},
		"a region that vanished":         {"", regions, "all_municipalities", "2401 2480", `regions 9999, 8888 have vanished from TAB1`},
		"an empty list":                  {"", regions, "", "", "selects nothing"},
		"years":                          {"time", "2019 2020 2021 2022", "2020..", "2020 2021 2022", ""},
		"years of months":                {"time", months, "2025..", "2025M01 2025M02", ""},
		"years of spans":                 {"time", "1998-2002 1999-2003 2000-2004", "2003..2004", "1999-2003 2000-2004", ""},
		"a year without periods":         {"time", months, "2023..2025", "2024K4 2024M11 2024M12 2025M01 2025M02", `no code "2023"`},
		"months":                         {"time", months, "2024M12..2025M01", "2024M12 2025M01", ""},
		"months up":                      {"time", months, "2024M12..", "2024M12 2025M01 2025M02", ""},
		"a month that is not there":      {"time", months, "2024M12..2025M09", "", `no code "2025M09"`},
		"a period without a year":        {"time", "2024 senaste", "all", "2024 senaste", `no year can be read from code "senaste"`},
	} {
		if name == "a range takes no classes" {
			test.problem = `has no codes`
			test.terms = "0..11"
			test.want = "0 1 2 3 10 11"
		}
		d, offered := offer("V", test.role, test.codes)
		e := newExpansion(resolving("TAB1", d, words), d, offered)
		var got []string
		for _, c := range e.expand(strings.Fields(test.terms)) {
			got = append(got, c.Code)
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		told := strings.Join(e.problems.List, "\n")
		if test.problem == "" && told != "" || !strings.Contains(told, test.problem) {
			t.Errorf("%s: problems %q, want %q", name, told, test.problem)
		}
	}
}

// Whatever the terms: codes of the table, each once, in its order.
func TestExpandKeepsOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOfNDistinct(rapid.SampledFrom(strings.Fields("0 1 2 3 4 5 01 02 03 -4 0-4 5+ tot 2024 2024M01 2025 all ..")), 1, 12, rapid.ID).Draw(t, "codes")
		terms := rapid.SliceOf(rapid.SampledFrom(strings.Fields("0 1 2.. ..3 01..03 all tot 0..5 2024.. 5+ .. 2024M01..2025M01 x"))).Draw(t, "terms")
		role := rapid.SampledFrom([]string{"", "time"}).Draw(t, "role")
		d, offered := offer("V", role, strings.Join(codes, " "))
		e := newExpansion(resolving("", d, nil), d, offered)
		got := e.expand(terms)
		last := -1
		for _, c := range got {
			if c.Position <= last || codes[c.Position] != c.Code {
				t.Fatalf("%v", got)
			}
			last = c.Position
		}
		if len(got) == 0 && len(e.problems.List) == 0 {
			t.Fatal("nothing selected and no problem told")
		}
	})
}

func TestVerifyLabels(t *testing.T) {
	t.Parallel()
	d := jsonstat.Dimension{Code: "Kon", Codes: []string{"1", "2", "TOT"}, Labels: []string{"män", "kvinnor", "totalt"}}
	r := resolving("TAB3200", d, nil)
	newExpansion(r, d, own(d)).verify(map[string]string{"1": "män", "2": "flickor", "1+2": "totalt"}, nil)
	want := []string{
		`variable Kon: code "2" is now labelled "kvinnor", the config pins "flickor"`,
		`variable Kon has no code "1+2"; it has: 1, 2, TOT`,
	}
	if diff := cmp.Diff(want, r.problems.List); diff != "" {
		t.Error(diff)
	}
	if got := r.problems.Error(); got != "TAB3200: "+want[0]+"\nTAB3200: "+want[1] {
		t.Error(got)
	}
}

// One part of a year among years would be taken for the whole year.
func TestYearsAreWhole(t *testing.T) {
	t.Parallel()
	for periods, want := range map[string]string{
		"2022 2023 2024":                "",
		"1998-2002 1999-2003":           "",
		"2022/23 2023/24":               "",
		"2022 2023 2024K4":              `variable Tid: code "2024K4", where whole years are wanted`,
		"2023 2024H1 2024H2":            `variable Tid: codes "2024H1", "2024H2", where`,
		"2023M01 2024M01":               `variable Tid: codes "2023M01", "2024M01", where`,
		"2022 2022-2023":                `variable Tid: periods of different length, as codes "2022", "2022-2023"`,
		"1998-2002 1999-2003 2003-2004": `variable Tid: periods of different length, as codes "1998-2002", "2003-2004"`,
	} {
		for _, yearly := range []bool{true, false} {
			d, offered := offer("Tid", "time", periods)
			r := resolving("TAB1", d, nil)
			r.Frequency = map[bool]string{true: "year", false: "quarter"}[yearly]
			e := newExpansion(r, d, offered)
			if got := e.expand([]string{"all"}); len(got) != len(offered) {
				t.Errorf("%s: %v", periods, got)
			}
			told := strings.Join(r.problems.List, "\n")
			if !yearly || want == "" {
				if told != "" {
					t.Errorf("%s, yearly %v: %s", periods, yearly, told)
				}
			} else if !strings.Contains(told, want) || len(r.problems.List) != 1 {
				t.Errorf("%s: problems %q, want %q", periods, told, want)
			}
		}
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ variables, want string }{
		{"Region Civilstand Alder Kon ContentsCode Tid", "region civilstand alder kon contents period"},
		{"Region Forandringar Period Kon ContentsCode Tid", "region forandringar period_2 kon contents period"},
		{"UtbildningsNiva SNI2007 Ålder/Kön ÅÄÖ", "utbildningsniva sni2007 alder_kon aao"},
		{"Kon Kön KÖN kon_2", "kon kon_2 kon_3 kon_2_2"},
		{"Year value Status Contents", "year_code value_code status_code contents_2"},
	} {
		var variables []sources.Variable
		for code := range strings.FieldsSeq(test.variables) {
			variables = append(variables, sources.Variable{Code: code})
		}
		nameColumns(variables)
		var got []string
		for _, v := range variables {
			got = append(got, v.Column)
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", test.variables, diff)
		}
	}
}
