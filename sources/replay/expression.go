package replay

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// values is a variable as one request sees it: the table's own values, or
// those of the codelist the request applies.
type values struct {
	codes, labels []string
	parts         [][]int // positions in the table whose sum the value is; nil: its own position only
	position      map[string]int
	isTime        bool
}

func (v *values) find(code string) (int, bool) {
	if i, ok := v.position[code]; ok {
		return i, true
	}
	i, ok := v.position[strings.ToLower(code)]
	return i, ok
}

// selected expands the codes and expressions of one variable to positions, as
// PxWebApi's SelectionHandler does: a literal match comes before any reading
// as an expression; literals keep their order; what expressions add comes
// after them, without what is there already. Only literals can then repeat.
func (v *values) selected(terms []string) ([]int, *problem) {
	var literals, added []int
	in := map[int]bool{}
	for _, term := range terms {
		if i, ok := v.find(term); ok {
			literals = append(literals, i)
			in[i] = true
		}
	}
	for _, term := range terms {
		if _, ok := v.find(term); ok {
			continue
		}
		more, p := v.expand(term)
		if p != nil {
			return nil, p
		}
		for _, i := range more {
			if !in[i] {
				in[i] = true
				added = append(added, i)
			}
		}
	}
	return append(literals, added...), nil
}

// expand reads one selection expression. The kinds are tried in the order of
// the server's ExpressionUtil, so that a question mark wins over a star.
func (v *values) expand(term string) ([]int, *problem) {
	upper := strings.ToUpper(term)
	switch {
	case strings.HasPrefix(upper, "RANGE("):
		return v.between(arguments(term))
	case strings.HasPrefix(upper, "TOP("):
		return v.some(arguments(term), v.isTime)
	case strings.HasPrefix(upper, "BOTTOM("):
		return v.some(arguments(term), !v.isTime)
	case strings.HasPrefix(upper, "FROM("):
		return v.open(arguments(term), true)
	case strings.HasPrefix(upper, "TO("):
		return v.open(arguments(term), false)
	case strings.Contains(term, "?"):
		return v.matching(func(code string) bool { return sameShape(term, code) }), nil
	case strings.Contains(term, "*"):
		return v.wildcard(term)
	}
	return nil, badRequest("Non-existent value")
}

// arguments are what stands between the parentheses, split at commas; nil if
// the closing one is missing.
func arguments(term string) []string {
	_, inner, _ := strings.Cut(term, "(")
	inner, ok := strings.CutSuffix(inner, ")")
	if !ok {
		return nil
	}
	return strings.Split(inner, ",")
}

// some is TOP or BOTTOM: n values after an offset, from the end or the start.
// Either way they come in the table's own order.
func (v *values) some(args []string, fromEnd bool) ([]int, *problem) {
	n, ok := wholeNumber(args, 0)
	offset, fine := wholeNumber(args, 1)
	if len(args) == 1 {
		offset, fine = 0, true
	}
	if len(args) > 2 || !ok || n == 0 || strings.HasPrefix(args[0], "0") || !fine {
		return nil, badRequest("Illegal selection expression")
	}
	all := len(v.codes)
	start := min(offset, all)
	end := min(start+min(n, all), all)
	if fromEnd {
		start, end = all-end, all-start
	}
	return span(start, end), nil
}

// wholeNumber is args[i] if that is digits only; numbers too large for the
// table are all the same to it.
func wholeNumber(args []string, i int) (int, bool) {
	if i >= len(args) || args[i] == "" || strings.Trim(args[i], "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(args[i])
	if err != nil || n > math.MaxInt32 {
		n = math.MaxInt32
	}
	return n, true
}

// between is RANGE: both ends included, in either order.
func (v *values) between(args []string) ([]int, *problem) {
	if len(args) != 2 || args[0] == "" || args[1] == "" {
		return nil, badRequest("Illegal selection expression")
	}
	a, ok := v.find(args[0])
	b, fine := v.find(args[1])
	if !ok || !fine {
		return nil, badRequest("Non-existent value")
	}
	return span(min(a, b), max(a, b)+1), nil
}

// open is FROM or TO, the named value included.
func (v *values) open(args []string, from bool) ([]int, *problem) {
	if len(args) != 1 || args[0] == "" {
		return nil, badRequest("Illegal selection expression")
	}
	i, ok := v.find(args[0])
	if !ok {
		return nil, badRequest("Non-existent value")
	}
	if from {
		return span(i, len(v.codes)), nil
	}
	return span(0, i+1), nil
}

// wildcard is one star at either end, or one at both.
func (v *values) wildcard(term string) ([]int, *problem) {
	stars := strings.Count(term, "*")
	left, right := strings.HasPrefix(term, "*"), strings.HasSuffix(term, "*")
	inside := stars == 1 && !left && !right || stars == 2 && (!left || !right)
	if term != "*" && (stars > 2 || inside) {
		return nil, badRequest("Illegal selection expression")
	}
	word := strings.ToLower(strings.Trim(term, "*"))
	return v.matching(func(code string) bool {
		code = strings.ToLower(code)
		switch {
		case left && right:
			return strings.Contains(code, word)
		case left:
			return strings.HasSuffix(code, word)
		}
		return strings.HasPrefix(code, word)
	}), nil
}

func (v *values) matching(match func(string) bool) []int {
	var found []int
	for i, code := range v.codes {
		if match(code) {
			found = append(found, i)
		}
	}
	return found
}

// sameShape compares rune by rune, where a question mark in the pattern stands
// for any one; a star there is only a star.
func sameShape(pattern, code string) bool {
	p, c := []rune(pattern), []rune(code)
	return len(p) == len(c) && !slices.ContainsFunc(span(0, len(p)), func(i int) bool {
		return p[i] != '?' && !strings.EqualFold(string(p[i]), string(c[i]))
	})
}

func span(from, to int) []int {
	all := make([]int, 0, max(to-from, 0))
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}
