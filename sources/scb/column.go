package scb

import (
	"fmt"
	"strings"

	"effekt/sources"
)

// Column is a variable's code as a column name in lower-case ASCII:
// ContentsCode is contents, Tid period. A variable that would take the name of
// one of the table's other columns has a suffix: TAB5169 has both Tid and
// Period, which is period_2.
func Column(variable string) string {
	switch variable {
	case "ContentsCode":
		return "contents"
	case "Tid":
		return "period"
	}
	column := strings.Map(ascii, strings.ToLower(variable))
	switch column {
	case "contents", "period":
		return column + "_2"
	case "year", "value", "status":
		return column + "_code"
	}
	return column
}

func ascii(r rune) rune {
	switch {
	case r == 'å' || r == 'ä':
		return 'a'
	case r == 'ö':
		return 'o'
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return r
	}
	return '_'
}

// nameColumns gives every variable a column of its own. Variables whose names
// fall together (Kön and Kon) are numbered in table order.
func nameColumns(variables []sources.Variable) {
	taken := map[string]bool{}
	for _, v := range variables {
		if v.Code == "ContentsCode" || v.Code == "Tid" {
			taken[Column(v.Code)] = true
		}
	}
	for i, v := range variables {
		column := Column(v.Code)
		if v.Code != "ContentsCode" && v.Code != "Tid" {
			for n := 2; taken[column]; n++ {
				column = fmt.Sprintf("%s_%d", Column(v.Code), n)
			}
		}
		taken[column] = true
		variables[i].Column = column
	}
}
