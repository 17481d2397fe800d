package scb

import "math"

// Held counts, by content, the cells of an answer that say something: a value,
// or «-», which is an exact zero.
func Held(body []byte) (map[string]int, error) {
	cube, err := Decode(body)
	if err != nil {
		return nil, err
	}
	metric, inner := []string{""}, len(cube.Values)
	for _, d := range cube.Dimensions {
		inner /= max(1, len(d.Codes))
		if d.Role == "metric" {
			metric = d.Codes
			break
		}
	}
	if len(metric) == 1 { // no need to look at each cell for where it stands
		inner = max(1, len(cube.Values))
	}
	held := map[string]int{}
	for from := 0; from < len(cube.Values); from += inner {
		for cell := from; cell < from+inner; cell++ {
			if !math.IsNaN(cube.Values[cell]) || zero(cube.StatusOf(cell)) {
				held[metric[from/inner%len(metric)]]++
			}
		}
	}
	return held, nil
}

func zero(symbol string) bool { return symbol == "-" || symbol == "–" }

// Emptied is a problem for each content of the table that holds nothing in any
// answer: a code in the metadata need not have values, and one that had them
// and has none any more has been moved or withdrawn.
func Emptied(t Table, held []map[string]int) error {
	total := map[string]int{}
	for _, one := range held {
		for content, n := range one {
			total[content] += n
		}
	}
	problems := &Problems{Table: t.ID}
	for _, v := range t.Variables {
		if v.Role != "metric" {
			continue
		}
		for _, c := range v.Codes {
			if total[c.Code] == 0 {
				problems.add("variable %s: code %q (%s) has not one value: every cell that was asked for is missing", v.Code, c.Code, c.Label)
			}
		}
	}
	if len(problems.List) > 0 {
		return problems
	}
	return nil
}
