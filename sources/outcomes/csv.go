package outcomes

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// readCSV gives a CSV file as a sheet whose name is not yet known. Separator
// (; , or tab) and encoding (UTF-8, UTF-16 with its mark, else Windows-1252)
// are found out. An empty line is a row without content, so that row numbers
// are those that a spreadsheet shows.
func readCSV(f File) (grid, error) {
	text, err := decode(f.Body)
	if err != nil {
		return grid{}, &FileError{f.Name, "Filens tecken går inte att läsa. Spara den som CSV i UTF-8 och lämna in igen."}
	}
	g := grid{file: f.Name, name: strings.TrimSuffix(f.Name, "."+strings.ToLower(f.Name[strings.LastIndexByte(f.Name, '.')+1:]))}
	separator := separator(text)
	field := regexp.MustCompile(`\A(?:"((?:[^"]|"")*)")?((?:[^"` + separator + `\r\n][^` + separator + `\r\n]*)?)(` + separator + `|\r\n|\r|\n|\z)`)
	for n := 1; text != ""; n++ {
		l := line{number: n}
		for more := true; more; {
			at := field.FindStringSubmatchIndex(text)
			if at == nil {
				return g, &FileError{f.Name, fmt.Sprintf("Rad %d har ett citattecken som aldrig avslutas. Rätta raden och lämna in igen.", n)}
			}
			if len(l.cells) == maxCols {
				return g, &FileError{f.Name, fmt.Sprintf("Rad %d har mer än %d kolumner. Lämna in den fil som mallen gav.", n, maxCols)}
			}
			l.cells = append(l.cells, csvCell(text, at))
			more, text = text[at[6]:at[7]] == separator, text[at[1]:]
		}
		if n > maxRows {
			return g, &FileError{f.Name, fmt.Sprintf("Filen har mer än %d rader. Lämna in den fil som mallen gav.", maxRows)}
		}
		if !l.blank() {
			g.lines = append(g.lines, l)
		}
	}
	return g, nil
}

// csvCell is the field matched: a quoted text, and what follows its closing quote.
func csvCell(text string, at []int) cell {
	said := text[at[4]:at[5]]
	if at[2] >= 0 {
		said = strings.ReplaceAll(text[at[2]:at[3]], `""`, `"`) + said
	}
	if said == "" {
		return cell{}
	}
	return cell{kind: word, text: said[:min(len(said), maxText+1)]}
}

// wide tells whether a text is UTF-16, which is known by its mark only.
func wide(body []byte) bool {
	return bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff"))
}

func decode(body []byte) (string, error) {
	switch {
	case wide(body):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(body)
		return string(out), err
	case utf8.Valid(body), bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return strings.TrimPrefix(string(body), "\ufeff"), nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(body)
	return string(out), err
}

// separator is the one that the first line with any has most of.
func separator(text string) string {
	for row := range strings.Lines(text) {
		best, most := ";", 0
		for _, s := range []string{";", "\t", ","} {
			if n := strings.Count(row, s); n > most {
				best, most = s, n
			}
		}
		if most > 0 {
			return best
		}
	}
	return ";"
}
