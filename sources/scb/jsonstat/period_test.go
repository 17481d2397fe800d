package jsonstat

import "testing"

func TestYear(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]int{
		"2024": 2024, "2024K2": 2024, "2024M06": 2024, "2026V30": 2026, "2023V1": 2023,
		"1998-2002": 2002, "2023-2024": 2024, "2023/24": 2024, "1999/00": 2000, "1968/1969": 1969, "2023-24": 2024,
		"": 0, "tot": 0, "99": 0, "20245": 0, "2024M": 2024, "2024M123": 0, "2024m06": 0, "2024-": 0, "2024/": 0, "2002-1998": 0,
		"2023/9": 0, "2024--5": 0, "+202": 0, "0024": 0, "2024/+5": 0, "-2024": 0, "2024M06-2024M09": 0, "2024 ": 0,
	} {
		got, ok := Year(period)
		if ok != (want != 0) || ok && got != want {
			t.Errorf("%q: %d %v, want %d", period, got, ok, want)
		}
	}
}

// A span among years would stand for something else than a year.
func TestSpan(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]int{
		"2024": 0, "2023/24": 1, "2023-2024": 1, "1998-2002": 4, "2024K2": -1, "2024M06": -1, "2026V30": -1, "tot": -1, "": -1, "2002-1998": -1,
	} {
		if got, ok := Span(period); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %d %v, want %d", period, got, ok, want)
		}
	}
}
