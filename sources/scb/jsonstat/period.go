package jsonstat

import (
	"strconv"
	"strings"
)

// Year is the year a period is filed under: 2024, 2024K2, 2024M06 and 2026V30
// under the year they begin with; a span of years, 1998-2002, 2023-2024 or
// 2023/24, under its last. False when the text is none of these.
func Year(period string) (int, bool) {
	year, rest, ok := cutYear(period)
	if !ok || rest == "" {
		return year, ok
	}
	if rest[0] != '-' && rest[0] != '/' {
		return year, partOfYear(rest)
	}
	last, after, ok := cutYear(rest[1:])
	if ok {
		return last, after == "" && last >= year
	}
	return schoolYear(year, rest[1:])
}

// Span is how many years a period reaches over: 0 for 2024, 4 for 1998-2002;
// false when it is a part of a year, or no period that Year reads.
func Span(period string) (int, bool) {
	last, ok := Year(period)
	first, rest, _ := cutYear(period)
	part := rest != "" && rest[0] != '-' && rest[0] != '/'
	return last - first, ok && !part
}

// cutYear reads four digits.
func cutYear(text string) (year int, rest string, ok bool) {
	if len(text) < 4 {
		return 0, "", false
	}
	n, err := strconv.ParseUint(text[:4], 10, 16)
	return int(n), text[4:], err == nil && n >= 1000
}

// partOfYear says whether text is a letter and at most two digits: K2, M06, V30.
func partOfYear(text string) bool {
	return text[0] >= 'A' && text[0] <= 'Z' && len(text) <= 3 && strings.Trim(text[1:], "0123456789") == ""
}

// schoolYear reads the two digits that end 2023/24 and 1999/00.
func schoolYear(first int, end string) (int, bool) {
	n, err := strconv.ParseUint(end, 10, 8)
	if err != nil || len(end) != 2 {
		return 0, false
	}
	last := first - first%100 + int(n)
	if last <= first {
		last += 100
	}
	return last, last-first < 50
}
