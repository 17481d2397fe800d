package sources

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestParseRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 8, 15, 0, 0, time.UTC)
	tests := map[string]struct {
		want time.Duration
		told bool
	}{
		"":                                {0, false},
		"0":                               {0, true},
		" 7 ":                             {7 * time.Second, true},
		"-1":                              {0, false},
		"1.5":                             {0, false},
		"soon":                            {0, false},
		"9223372037":                      {maxDuration, true},
		"18446744073709551616":            {maxDuration, true},
		"Tue, 24 Nov 2026 08:15:30 GMT":   {30 * time.Second, true},
		"Tue, 24 Nov 2026 08:14:30 GMT":   {0, true},
		"Tuesday, 24-Nov-26 08:15:30 GMT": {30 * time.Second, true},
		"Tue Nov 24 08:15:30 2026":        {30 * time.Second, true},
		"Fri, 31 Dec 9999 23:59:59 GMT":   {maxDuration, true},
	}
	for value, test := range tests {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			got, told := parseRetryAfter(value, now)
			if got != test.want || told != test.told {
				t.Errorf("%s, %t", got, told)
			}
		})
	}
}

func TestBackoffStaysWithinBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shortest := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "shortest"))
		longest := shortest + time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "more"))
		retries := rapid.IntRange(0, 100).Draw(t, "retries")
		wait := backoff(shortest, longest, retries)
		if wait < shortest || wait > longest || retries == 0 && wait > 2*shortest {
			t.Fatalf("%s", wait)
		}
	})
}

func TestFirstLine(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                         "",
		" \r\n\t\n":                "",
		"one\ntwo":                 "one",
		"\ufeff\r\n  <html>\r\n x": "<html>",
		"a\x00b\x1b[31mc\td":       "a b [31mc d",
		"bad \xff\xfe utf":         "bad \ufffd utf",
		"right\u202eleft":          "right left",
		strings.Repeat("ö", 200):   strings.Repeat("ö", 200),
		strings.Repeat("ö", 201):   strings.Repeat("ö", 199) + "…",
	}
	for body, want := range tests {
		if got := firstLine([]byte(body)); got != want {
			t.Errorf("%q gives %q, want %q", body, got, want)
		}
	}
}

func FuzzFirstLine(f *testing.F) {
	f.Add([]byte("\ufeff\r\n<html>\x1b"))
	f.Fuzz(func(t *testing.T, body []byte) {
		line := firstLine(body)
		if !utf8.ValidString(line) || utf8.RuneCountInString(line) > maxLine || strings.ContainsFunc(line, unicode.IsControl) {
			t.Errorf("%q", line)
		}
	})
}
