package document

import (
	"strings"
	"unicode"
)

// tableWide is the width of a table over the whole text of an A4 page, in
// twentieths of a point, and about the characters that it holds side by side.
const (
	tableWide  = 9638
	charsWide  = 100
	columnWide = 45 // characters that a column asks for at most
)

// Numeric tells whether a column holds numbers, so that its head stands over
// them.
func (t Table) Numeric(column int) bool {
	return len(t.Rows) > 0 && column < len(t.Rows[0]) && t.Rows[0][column].Number
}

// Widths shares the page among the columns: each gets room for its longest
// word, and what is left goes to those with the longest texts.
func (t Table) Widths() []int {
	least, wish := make([]float64, len(t.Header)), make([]float64, len(t.Header))
	for i, head := range t.Header {
		const bold = 1.15
		word, whole := needs(head)
		least[i], wish[i] = word*bold, whole*bold
		for _, row := range t.Rows {
			word, whole := needs(row[i].Text)
			least[i], wish[i] = max(least[i], word), max(wish[i], whole)
		}
	}
	left, longing := float64(charsWide), 0.0
	for i := range least {
		left -= least[i]
		longing += wish[i] - least[i]
	}
	if left > 0 && longing > 0 {
		for i := range least {
			least[i] += left * (wish[i] - least[i]) / longing
		}
	}
	sum, widths := 0.0, make([]int, len(least))
	for _, room := range least {
		sum += room
	}
	for i, room := range least {
		widths[i] = int(room / sum * tableWide)
	}
	return widths
}

// needs is the room of a text's longest word, and of the whole text, in
// characters of the usual width. A number whose digits are held together is one
// word.
func needs(text string) (word, whole float64) {
	const padding = 2
	for w := range strings.SplitSeq(text, " ") {
		word = max(word, wide(w))
	}
	return min(word, columnWide/2) + padding, min(wide(text), columnWide) + padding
}

// wide is how many characters of the usual width a text is: capitals and some
// letters take more.
func wide(text string) float64 {
	sum := 0.0
	for _, r := range text {
		if unicode.IsUpper(r) || strings.ContainsRune("mwMW%", r) {
			sum += 1.4
		} else {
			sum++
		}
	}
	return sum
}
