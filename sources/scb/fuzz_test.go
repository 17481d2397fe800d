package scb

import (
	"strings"
	"testing"
)

// Whatever the terms: codes of the table, each once, in its order; and if there
// are none, a reason.
func FuzzTerms(f *testing.F) {
	f.Add("0 1 2 3 10 -4 100+ TotSA", "0..3 TotSA", false)
	f.Add("2019 2020 2021K1 2022M05 2022M06", "2022M05.. ..2020", true)
	f.Add("00 01 24 2480", "counties municipalities", false)
	f.Add("A1 A2", "label:A1 all label:", false)
	f.Add("99999999999999999999 1", "0..99999999999999999999", false)
	f.Fuzz(func(t *testing.T, codes, terms string, time bool) {
		role := map[bool]string{true: "time"}[time]
		d, offered := offer("V", role, codes)
		r := resolving("TAB1", d, map[string][]string{"counties": {"01", "24"}, "municipalities": {"2480"}})
		e := newExpansion(r, d, offered)
		got := e.expand(strings.Fields(terms))
		last := -1
		for _, c := range got {
			if c.Position <= last || offered[c.Position].Code != c.Code {
				t.Fatalf("%v", got)
			}
			last = c.Position
		}
		if len(got) == 0 && len(r.problems.List) == 0 {
			t.Fatal("nothing selected and no problem told")
		}
	})
}
