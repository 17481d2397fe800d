package scb

import (
	"math"
	"slices"
)

// Held counts the cells of an answer that say something, a value or «-», which
// is an exact zero: by the codes of its contents and of its periods, which have
// none in common.
func Held(body []byte) (map[string]int, error) {
	cube, err := Decode(body)
	if err != nil {
		return nil, err
	}
	held, inner := map[string]int{}, len(cube.Values)
	for _, d := range cube.Dimensions {
		if len(d.Codes) == 0 {
			break
		}
		if inner /= len(d.Codes); d.Role == "" {
			continue
		}
		counts := make([]int, len(d.Codes))
		for cell, v := range cube.Values {
			if !math.IsNaN(v) || zero(cube.StatusOf(cell)) {
				counts[cell/inner%len(counts)]++
			}
		}
		for i, code := range d.Codes {
			held[code] += counts[i]
		}
	}
	return held, nil
}

func zero(symbol string) bool { return symbol == "-" || symbol == "–" }

// hollow is the variable of a role with only those codes that hold nothing in
// any answer.
func hollow(t Table, role string, held []map[string]int) Variable {
	i := slices.IndexFunc(t.Variables, func(v Variable) bool { return v.Role == role })
	if i < 0 {
		return Variable{}
	}
	v := t.Variables[i]
	v.Codes = slices.DeleteFunc(slices.Clone(v.Codes), func(c Code) bool {
		return slices.ContainsFunc(held, func(one map[string]int) bool { return one[c.Code] > 0 })
	})
	return v
}

// Emptied is a problem for each content of the table that holds nothing in any
// answer: a code in the metadata need not have values, and one that had them
// and has none any more has been moved or withdrawn.
func Emptied(t Table, held []map[string]int) error {
	problems := &Problems{Table: t.ID}
	v := hollow(t, "metric", held)
	for _, c := range v.Codes {
		problems.add("variable %s: code %q (%s) has not one value: every cell that was asked for is missing", v.Code, c.Code, c.Label)
	}
	if len(problems.List) > 0 {
		return problems
	}
	return nil
}

// Announced lists the periods that the table has, but not one value of.
func Announced(t Table, held []map[string]int) []string {
	var periods []string
	for _, c := range hollow(t, "time", held).Codes {
		periods = append(periods, c.Code)
	}
	return periods
}
