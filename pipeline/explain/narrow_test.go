package explain

import (
	"testing"

	"pgregory.net/rapid"
)

// Groups are split until each is a cell, and no cell is lost or comes twice.
func TestSplitLosesNoCell(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var groups []group
		cells := 0
		for table := range rapid.IntRange(0, 3).Draw(t, "tables") {
			n := rapid.Int64Range(1, 700).Draw(t, "cells")
			groups, cells = append(groups, group{table, 1, n}), cells+int(n)
		}
		var last []group
		for rounds := 0; groups != nil; rounds++ {
			last, groups = groups, split(groups)
			if rounds > 5 {
				t.Fatalf("%d cells are not split in %d rounds", cells, rounds)
			}
		}
		seen := map[group]bool{}
		for _, g := range last {
			if g.From != g.To || seen[g] {
				t.Fatalf("%v is no cell, or comes twice", g)
			}
			seen[g] = true
		}
		if len(seen) != cells {
			t.Fatalf("%d cells became %d", cells, len(seen))
		}
	})
}

// Only the last digits of a number may differ, and nothing else.
func TestSame(t *testing.T) {
	t.Parallel()
	number := func(v float64) *float64 { return &v }
	figure := func(v *float64, status string, flags ...string) Figure {
		return Figure{Value: v, Status: status, Flags: flags}
	}
	for _, test := range []struct {
		a, b Figure
		want bool
	}{
		{figure(number(0.1+0.2), "A"), figure(number(0.3), "A"), true},
		{figure(number(0.3), "A"), figure(number(0.3001), "A"), false},
		{figure(number(0), "A"), figure(number(1e-12), "A"), false},
		{figure(nil, "O"), figure(nil, "O"), true},
		{figure(nil, "O"), figure(number(0), "O"), false},
		{figure(nil, "O"), figure(nil, "M"), false},
		{figure(number(1), "A"), figure(number(1), "P"), false},
		{figure(number(1), "A", "forecast"), figure(number(1), "A"), false},
		{figure(number(1), "A"), Figure{Value: number(1), Status: "A", Flags: []string{}}, true},
		{figure(number(1), "A"), Figure{Value: number(1), Status: "A", Numerator: number(2)}, false},
	} {
		if got := test.a.same(test.b); got != test.want {
			t.Errorf("%+v and %+v: %v", test.a, test.b, got)
		}
	}
}

func TestDiffers(t *testing.T) {
	t.Parallel()
	number := func(v float64) *float64 { return &v }
	for _, test := range []struct {
		raw  string
		v    *float64
		want bool
	}{{"100", number(100), false}, {"1e2", number(100), false}, {"100.5", number(100), true}, {"null", nil, false}, {"null", number(1), true}, {"1", nil, true}} {
		if got := differs(test.raw, test.v); got != test.want {
			t.Errorf("%s and %v: %v", test.raw, test.v, got)
		}
	}
}
