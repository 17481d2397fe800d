package outcomes

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tidy removes what cannot be seen: odd spaces become plain ones, none are left
// at the ends or twice in a row within a line; letters in two parts become one.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200b' || r == '\ufeff' || r == '\u00ad' || r == '\u2060':
			return -1
		case r == '\n':
			return r
		case unicode.IsSpace(r) || r == '\u202f' || r == '\u2007':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	lines := strings.Split(norm.NFC.String(text), "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// fold makes "Insats-ID " and "Pågående" into insats_id and pagaende, so that
// names are known again however they are written.
func fold(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(tidy(text))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// shown is a value as a message repeats it.
func shown(text string) string {
	runes := []rune(strings.ReplaceAll(tidy(text), "\n", " "))
	if len(runes) > maxShown {
		return string(runes[:maxShown-1]) + "…"
	}
	return string(runes)
}
