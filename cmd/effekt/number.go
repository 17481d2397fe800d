package main

import (
	"math"
	"strconv"
	"strings"
)

// swedish writes a number with decimal comma, groups of three set off by a
// non-breaking space and a proper minus sign.
func swedish(f float64, decimals int, signed bool) string {
	digits := strconv.FormatFloat(math.Abs(f), 'f', decimals, 64)
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	var grouped strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			grouped.WriteRune('\u00a0')
		}
		grouped.WriteRune(digit)
	}
	if hasFraction {
		grouped.WriteString("," + fraction)
	}
	zero := strings.Trim(digits, "0.") == ""
	switch {
	case f < 0 && !zero:
		return "−" + grouped.String()
	case signed && !zero:
		return "+" + grouped.String()
	}
	return grouped.String()
}
