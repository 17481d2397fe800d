package replay

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func someValues(isTime bool, codes ...string) *values {
	v := &variable{}
	v.setCodes(codes, codes)
	return &values{codes: codes, labels: codes, position: v.position, isTime: isTime}
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	regions := someValues(false, "00", "01", "0114", "24", "2401", "2480", "Åsele", "tot", "T*", "top(1)")
	years := someValues(true, "2020", "2021", "2022", "2023", "2024")
	illegal, unknown := "Illegal selection expression", "Non-existent value"
	for _, tt := range []struct {
		v     *values
		terms string // parted by spaces
		want  string
	}{
		{regions, "24 00", "24 00"},
		{regions, "*", "00 01 0114 24 2401 2480 Åsele tot T* top(1)"},
		{regions, "24 * 00", "24 00 01 0114 2401 2480 Åsele tot T* top(1)"},
		{regions, "24*", "24 2401 2480"},
		{regions, "*80 24*", "2480 24 2401"},
		{regions, "*1*", "01 0114 2401 top(1)"},
		{regions, "**", "00 01 0114 24 2401 2480 Åsele tot T* top(1)"},
		{regions, "2*0", illegal},
		{regions, "*2*0*", illegal},
		{regions, "*2*0", illegal},
		{regions, "t*", "T*"},
		{regions, "to*", "tot top(1)"},
		{regions, "??", "00 01 24 T*"},
		{regions, "24??", "2401 2480"},
		{regions, "?*", "T*"},
		{regions, "å????", "Åsele"},
		{regions, "TOT", "tot"},
		{regions, "TOP(1)", "top(1)"},
		{regions, "top(2)", "00 01"},
		{regions, "TOP(2,3)", "24 2401"},
		{regions, "BOTTOM(2)", "T* top(1)"},
		{regions, "bottom(2,1)", "tot T*"},
		{regions, "top(99)", "00 01 0114 24 2401 2480 Åsele tot T* top(1)"},
		{regions, "top(99999999999999999999,99999999999999999999)", ""},
		{regions, "top(0)", illegal},
		{regions, "top(01)", illegal},
		{regions, "top(-1)", illegal},
		{regions, "top(2", illegal},
		{regions, "top()", illegal},
		{regions, "top(1,)", illegal},
		{regions, "top(1,2,3)", illegal},
		{regions, "nix", unknown},
		{regions, "[00]", unknown},
		{regions, "from(2401) 24", "24 2401 2480 Åsele tot T* top(1)"},
		{years, "top(2)", "2023 2024"},
		{years, "TOP(2,1)", "2022 2023"},
		{years, "bottom(2)", "2020 2021"},
		{years, "BOTTOM(1,4)", "2024"},
		{years, "BOTTOM(1,5)", ""},
		{years, "range(2021,2022)", "2021 2022"},
		{years, "RANGE(2022,2021)", "2021 2022"},
		{years, "RANGE(2022,)", illegal},
		{years, "RANGE(2022", illegal},
		{years, "RANGE(2022,1999)", unknown},
		{years, "from(2023)", "2023 2024"},
		{years, "TO(2021)", "2020 2021"},
		{years, "TO()", illegal},
		{years, "FROM(1999)", unknown},
		{years, "from(2023) to(2020)", "2023 2024 2020"},
		{years, "2021 top(1) 2020", "2021 2020 2024"},
		{years, "2021 2021", "2021 2021"},
		{years, "top(1) top(1)", "2024"},
	} {
		picked, p := tt.v.selected(strings.Fields(tt.terms))
		var codes []string
		for _, i := range picked {
			codes = append(codes, tt.v.codes[i])
		}
		got := strings.Join(codes, " ")
		if p != nil {
			got = p.title
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.terms, got, tt.want)
		}
	}
	if _, p := regions.selected([]string{"TOP(5, 1)"}); p == nil || p.title != illegal {
		t.Errorf("a space is accepted: %v", p)
	}
}

func TestSplitCodes(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]string{
		"":                        nil,
		"24,2480":                 {"24", "2480"},
		"[RANGE(2019,2021)],2024": {"RANGE(2019,2021)", "2024"},
		"2024,[TOP(5,1)]":         {"2024", "TOP(5,1)"},
		"TOP(5,1)":                {"TOP(5", "1)"},
		"[01.4,02],03":            {"01.4,02", "03"},
		"[open,24":                {"[open", "24"},
		" 24 , ,25,":              {"24", "25"},
	} {
		if diff := cmp.Diff(want, splitCodes(raw)); diff != "" {
			t.Errorf("%s: %s", raw, diff)
		}
	}
}

// FuzzSelection: whatever is asked, an answer in the variable's bounds or one
// of the two refusals.
func FuzzSelection(f *testing.F) {
	for _, seed := range []string{"*", "24??", "TOP(2,1)", "bottom(9999999999999999999)", "RANGE(24,00)", "FROM(", "TO(å)", "**", "[", "?*?", "\xff?"} {
		f.Add(seed, true)
	}
	codes := []string{"00", "24", "2480", "Åsele", "TOT", "a,b", "*", "\xff"}
	f.Fuzz(func(t *testing.T, term string, isTime bool) {
		v := someValues(isTime, codes...)
		for _, terms := range [][]string{{term}, {"24", term}, splitCodes(term)} {
			picked, p := v.selected(terms)
			if p != nil && p.title != "Illegal selection expression" && p.title != "Non-existent value" {
				t.Fatalf("%q: %+v", term, p)
			}
			if slices.ContainsFunc(picked, func(i int) bool { return i < 0 || i >= len(codes) }) {
				t.Fatalf("%q: %v", term, picked)
			}
		}
	})
}
