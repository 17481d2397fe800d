package sources

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxCompared bounds in runes what of two texts is compared for nearness.
const maxCompared = 100

// Distance counts the runes to change, add or take away between two texts
// (Levenshtein).
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	x, y = x[:min(len(x), maxCompared)], y[:min(len(y), maxCompared)]
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range y {
			change := diagonal
			if r != s {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

// Near lists the known names that a misspelt one may stand for, nearest first:
// those within a third of its letters, and those that hold it or are held by it.
func Near(name string, known []string) []string {
	const enough = 5
	wanted := strings.ToLower(name)
	names := slices.DeleteFunc(slices.Clone(known), func(k string) bool {
		lower := strings.ToLower(k)
		within := min(len(wanted), len(lower)) >= 3 && (strings.Contains(lower, wanted) || strings.Contains(wanted, lower))
		return !within && Distance(wanted, lower) > max(1, len([]rune(wanted))/3)
	})
	distance := func(name string) int { return Distance(wanted, strings.ToLower(name)) }
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
	return names[:min(len(names), enough)]
}

// Hint says which known names are near a misspelt one and, when they are few,
// which there are: "; near it: a, b; there are: a, b, c". It is empty where it has
// nothing to say.
func Hint(name string, known []string) (text string) {
	const few = 16
	near := Near(name, known)
	if len(near) > 0 {
		text = "; near it: " + strings.Join(near, ", ")
	}
	if len(known) > len(near) && len(known) <= few {
		text += "; there are: " + strings.Join(known, ", ")
	}
	return text
}

// AskedError is a mistake of whoever asked, not of the program.
type AskedError struct{ Err error }

func (e AskedError) Error() string { return e.Err.Error() }

// Unwrap is the mistake.
func (e AskedError) Unwrap() error { return e.Err }

// NoSuch says that nothing of a kind has a name, with a hint.
func NoSuch(kind, name string, known []string) error {
	return AskedError{fmt.Errorf("there is no %s %q%s", kind, name, Hint(name, known))}
}
