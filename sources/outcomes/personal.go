package outcomes

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// The tables hold no personal data. What is refused, by rules of thumb that
// would rather ask once too often:
//
//   - anything like an e-mail address, in every text;
//   - a personal identity or co-ordination number, in every text: six or eight
//     digits that are a birth date and four more. With a sign between them it
//     is refused whether its check digit is right or not, and so is one of
//     twelve digits; ten bare digits only when the check digit is right, for
//     they may be something else;
//   - a name, in columns that ask for a unit or a function: a common given
//     name, an initial before a capitalised word, or two capitalised words of
//     which the second ends like a surname.

// personal says what personal data a text holds, empty when none is found.
func personal(text string, function bool) string {
	switch {
	case email(text):
		return "en e-postadress"
	case identityNumber(text):
		return "ett personnummer"
	case function && personName(text):
		return "en persons namn"
	}
	return ""
}

func email(text string) bool {
	if !strings.Contains(text, "@") && !strings.Contains(text, "at)") && !strings.Contains(text, "at]") {
		return false // the pattern costs far more than this
	}
	ok, _ := regexp.MatchString(`[^\s@;,<>()]+\s?(@|\(at\)|\[at\])\s?[^\s@;,<>()]+\.[A-Za-zÅÄÖåäö]{2,}`, text)
	return ok
}

func identityNumber(text string) bool {
	if digits := strings.IndexFunc(text, unicode.IsDigit); digits < 0 || len(text)-digits < 10 {
		return false
	}
	pattern := regexp.MustCompile(`(19|20)?(\d{6})( ?[-+–−] ?| )?(\d{4})`)
	for start := 0; start < len(text); {
		at := pattern.FindStringSubmatchIndex(text[start:])
		if at == nil {
			return false
		}
		group := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[start+at[2*i] : start+at[2*i+1]]
		}
		if alone(text, start+at[0], start+at[1]) && born(group(1), group(2)) {
			if group(1) != "" || strings.TrimSpace(group(3)) != "" || luhn(group(2)+group(4)) {
				return true
			}
		}
		start += at[0] + 1
	}
	return false
}

// alone tells whether text[from:to] is not part of a longer number.
func alone(text string, from, to int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	return !digit(from-1) && !digit(to)
}

// born tells whether six digits are a date; a co-ordination number has 60 added
// to its day.
func born(century, digits string) bool {
	day := []byte(digits)
	if day[4] >= '6' {
		day[4] -= 6
	}
	if century == "" {
		century = "20" // only 29 February depends on it
	}
	_, err := time.Parse("20060102", century+string(day))
	return err == nil
}

// luhn tells whether the last of ten digits is the check digit of the others.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		n := int(digits[i]-'0') * (2 - i%2)
		sum += n/10 + n%10
	}
	return sum%10 == 0
}

func personName(value string) bool {
	words := strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '.' })
	names := strings.Fields(text("givennames.txt")) // common in Sweden
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		first, _, _ := strings.Cut(strings.Trim(w, "."), "-")
		given := capital(w) && slices.Contains(names, strings.ToLower(first))
		initial := capital(w) && len([]rune(strings.Trim(w, "."))) == 1 && capital(next) && (strings.HasSuffix(w, ".") || surname(next))
		both := capital(w) && !placed(w) && capital(next) && surname(next) && len(words) <= 3
		if given && (capital(next) || len(words) == 1 || i > 0) || initial || both {
			return true
		}
	}
	return false
}

func capital(w string) bool {
	for i, r := range []rune(w) {
		if i == 0 && !unicode.IsUpper(r) {
			return false
		}
		if i > 0 && unicode.IsLower(r) {
			return true
		}
	}
	return len([]rune(strings.Trim(w, "."))) == 1
}

// placed tells whether a word is what a place name follows: Region Stockholm.
func placed(w string) bool {
	return slices.Contains([]string{"region", "kommun", "länsstyrelsen", "enhet", "enheten", "avdelning", "avdelningen", "område", "norra", "södra", "västra", "östra"}, strings.ToLower(w))
}

// surname tells whether a word ends as Swedish surnames do.
func surname(w string) bool {
	w = strings.ToLower(w)
	for _, end := range []string{"sson", "berg", "ström", "lund", "gren", "qvist", "kvist", "lind", "holm", "blom", "ander", "stedt", "strand", "löf", "dahl", "hult", "ahl", "mark", "blad"} {
		if strings.HasSuffix(w, end) && len(w) > len(end)+1 {
			return true
		}
	}
	return false
}
