// Package number rounds figures and writes them as Swedish print has them: one
// rule for the report's three forms, for the demonstration and for explain.
package number

import (
	"math"
	"strconv"
	"strings"
)

// Swedish writes a number with decimal comma, groups of three parted by a
// no-break space, and a proper minus. It is rounded once, here: a half goes away
// from zero, as in SQL and in spreadsheets. Zero has no sign.
func Swedish(f float64, decimals int) string {
	digits := rounded(math.Abs(f), decimals)
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	var text strings.Builder
	if f < 0 && !zero(digits) {
		text.WriteString("−")
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			text.WriteRune('\u00a0')
		}
		text.WriteRune(digit)
	}
	if hasFraction {
		text.WriteString("," + fraction)
	}
	return text.String()
}

// Signed is Swedish with a plus before what is above zero when it is printed.
func Signed(f float64, decimals int) string {
	text := Swedish(f, decimals)
	if f > 0 && !zero(strings.ReplaceAll(text, ",", ".")) {
		return "+" + text
	}
	return text
}

// English is a number in Swedish print as English has it: decimal point, groups
// parted by a comma.
func English(swedish string) string {
	return strings.NewReplacer(",", ".", "\u00a0%", "%", "\u00a0", ",").Replace(swedish)
}

// Round is the number that Swedish prints.
func Round(f float64, decimals int) float64 {
	value, err := strconv.ParseFloat(rounded(math.Abs(f), decimals), 64)
	if err != nil {
		return f
	}
	return math.Copysign(value, f)
}

func zero(digits string) bool { return strings.Trim(digits, "0.") == "" }

// rounded works on the shortest decimal digits that stand for f, which are those
// that people see in a table: 1.005 is a half, though the binary number lies a
// little below it.
func rounded(f float64, decimals int) string {
	digits := strconv.FormatFloat(f, 'f', -1, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(fraction) != decimals+1 || fraction[decimals] != '5' {
		return strconv.FormatFloat(f, 'f', decimals, 64)
	}
	return raised(whole, fraction[:decimals])
}

// raised adds one to the last digit.
func raised(whole, fraction string) string {
	digits := []byte(whole + fraction)
	for i := len(digits) - 1; ; i-- {
		if i < 0 {
			digits = append([]byte("1"), digits...)
			break
		}
		if digits[i] != '9' {
			digits[i]++
			break
		}
		digits[i] = '0'
	}
	if fraction == "" {
		return string(digits)
	}
	at := len(digits) - len(fraction)
	return string(digits[:at]) + "." + string(digits[at:])
}
