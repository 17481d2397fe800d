package outcomes

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// fault is what is wrong with a value, and what to do about it.
type fault struct{ rule, action string }

// canonical gives a column's cell its canonical form. date1904 is the
// workbook's calendar.
func canonical(c Column, v cell, list []Choice, date1904 bool) (string, *fault) {
	if v.kind == failure {
		return "", &fault{"Cellen innehåller ett fel från en formel.", "Skriv värdet i stället."}
	}
	text := tidy(v.text)
	if v.kind == empty || text == "" {
		return "", nil
	}
	switch c.Kind {
	case Code:
		return code(v, list)
	case Codes:
		return codes(v, list)
	case Date:
		return date(v, date1904)
	case Integer, Decimal:
		return numeric(c, v)
	case Text:
	}
	return plain(v, date1904), nil
}

// plain is the text of a cell. A number is written out, so that the case
// number 20260301 is not 2.0260301E+07; an apostrophe that keeps a spreadsheet
// from calculating is not part of the text.
func plain(v cell, date1904 bool) string {
	text := tidy(v.text)
	if v.kind == number {
		if v.date {
			if iso, f := date(v, date1904); f == nil {
				return iso
			}
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	if rest, ok := strings.CutPrefix(text, "'"); ok && rest != "" && strings.ContainsAny(rest[:1], "=+-@") {
		return rest
	}
	return text
}

func code(v cell, list []Choice) (string, *fault) {
	text := plain(v, false)
	if len(list) == 0 {
		return "", &fault{"Det finns inga koder att välja bland i den här kolumnen.", "Lämna cellen tom."}
	}
	if c, ok := choice(list, text); ok {
		return c.Code, nil
	}
	return "", &fault{"Värdet finns inte i listan.", "Välj ett av: " + codesOf(list) + "."}
}

// codes reads "1;3"; a comma or a line break between codes is understood, and a
// comma within a code's text too.
func codes(v cell, list []Choice) (string, *fault) {
	var found []string
	for part := range strings.FieldsFuncSeq(plain(v, false), func(r rune) bool { return r == ';' || r == '\n' }) {
		some := []string{part}
		if _, ok := choice(list, part); !ok {
			some = strings.Split(part, ",")
		}
		for _, one := range some {
			c, ok := choice(list, one)
			switch {
			case tidy(one) == "":
			case !ok:
				return "", &fault{fmt.Sprintf("«%s» finns inte i listan.", shown(one)), "Skriv koder med semikolon emellan, bland: " + codesOf(list) + "."}
			case slices.Contains(found, c.Code):
				return "", &fault{fmt.Sprintf("%s står två gånger.", c.Code), "Skriv varje kod en gång."}
			default:
				found = append(found, c.Code)
			}
		}
	}
	return strings.Join(found, ";"), nil
}

// numeric reads a number as the cell holds it, or as people write it: "1 234,5",
// "1.234,50", "−3", "45 %", "2 491 478 kr".
func numeric(c Column, v cell) (string, *fault) {
	f, ok := 0.0, false
	switch {
	case v.kind == truth || v.kind == number && !v.date:
		parsed, err := strconv.ParseFloat(v.text, 64)
		f, ok = parsed, err == nil
		if v.percent {
			f = math.Round(f*100*1e9) / 1e9
		}
	case v.kind == word:
		f, ok = written(v.text)
	}
	if !ok || math.IsNaN(f) || math.Abs(f) > 1e15 {
		return "", &fault{"Det är inget tal.", "Skriv bara ett tal, till exempel 12 eller 12,5."}
	}
	if c.Kind == Integer && f != math.Trunc(f) {
		return "", &fault{"Det ska vara ett heltal.", "Skriv ett tal utan decimaler."}
	}
	if f == 0 {
		f = 0 // no minus zero
	}
	return strconv.FormatFloat(f, 'f', -1, 64), nil
}

// written reads a number from text.
func written(text string) (float64, bool) {
	text = strings.ToLower(tidy(text))
	switch text {
	case "ja":
		return 1, true
	case "nej":
		return 0, true
	}
	for _, unit := range []string{"%", "procent", "kronor", "kr", "st", "sek"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, unit))
	}
	text = strings.NewReplacer(" ", "", "−", "-", "–", "-", "'", "").Replace(text)
	text = strings.TrimPrefix(text, "+")
	comma, point := strings.LastIndexByte(text, ','), strings.LastIndexByte(text, '.')
	switch {
	case comma >= 0 && point >= 0 && comma > point:
		text = strings.Replace(strings.ReplaceAll(text, ".", ""), ",", ".", 1)
	case comma >= 0 && point >= 0, strings.Count(text, ",") > 1:
		text = strings.ReplaceAll(text, ",", "")
	case comma >= 0:
		text = strings.Replace(text, ",", ".", 1)
	case strings.Count(text, ".") > 1:
		text = strings.ReplaceAll(text, ".", "")
	}
	if ok, _ := regexp.MatchString(`^-?[0-9]+(\.[0-9]+)?$|^-?\.[0-9]+$`, text); !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// dayWanted is the fault of a cell that is no date.
func dayWanted() *fault {
	return &fault{"Det är inget datum.", "Skriv som 2026-03-01."}
}

// date reads a date as the cell holds it, or as Swedes write it.
func date(v cell, date1904 bool) (string, *fault) {
	if v.kind == number && !strings.ContainsAny(v.text, "-:") {
		f, err := strconv.ParseFloat(v.text, 64)
		if err != nil {
			return "", dayWanted()
		}
		if f >= 19000101 && f <= 21991231 { // 20260301 as a number
			return writtenDate(strconv.FormatFloat(f, 'f', -1, 64))
		}
		day, err := excelize.ExcelDateToTime(f, date1904)
		if err != nil || f < 1 {
			return "", dayWanted()
		}
		return sensible(day)
	}
	return writtenDate(v.text)
}

func writtenDate(text string) (string, *fault) {
	text = strings.ToLower(tidy(text))
	text, _, _ = strings.Cut(text, "t00:00")
	text = strings.TrimSuffix(text, " 00:00:00")
	words := strings.NewReplacer("den ", "", "januari", "1", "februari", "2", "mars", "3", "april", "4", "maj", "5", "juni", "6", "juli", "7",
		"augusti", "8", "september", "9", "oktober", "10", "november", "11", "december", "12", "jan", "1", "feb", "2", "mar", "3", "apr", "4",
		"jun", "6", "jul", "7", "aug", "8", "sept", "9", "sep", "9", "okt", "10", "nov", "11", "dec", "12").Replace(text)
	for _, layout := range []string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2/1/2006", "2.1.2006", "2-1-2006", "2 1 2006", "2/1 2006", "2.1 2006", "2006 1 2"} {
		if day, err := time.Parse(layout, words); err == nil {
			return sensible(day)
		}
	}
	return "", dayWanted()
}

// sensible refuses days that no effort can have.
func sensible(day time.Time) (string, *fault) {
	if day.Year() < 1990 || day.Year() > 2100 {
		return "", &fault{"Året är orimligt.", "Skriv datum mellan 1990 och 2100, som 2026-03-01."}
	}
	return day.Format(time.DateOnly), nil
}
