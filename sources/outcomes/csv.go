package outcomes

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// readCSV gives a CSV file as a sheet whose name is not yet known. Separator
// (; , or tab) and encoding (UTF-8, UTF-16 with its mark, else Windows-1252)
// are found out.
func readCSV(f File) (grid, error) {
	text, err := decode(f.Body)
	if err != nil {
		return grid{}, &FileError{f.Name, "Filens tecken går inte att läsa. Spara den som CSV i UTF-8 och lämna in igen."}
	}
	g := grid{file: f.Name}
	records, sentence := split(text, separator(text))
	if sentence != "" {
		return g, &FileError{f.Name, sentence}
	}
	for i, fields := range records {
		l := line{number: i + 1}
		for _, field := range fields {
			c := cell{text: field[:min(len(field), maxText+1)]}
			if field != "" {
				c.kind = word
			}
			l.cells = append(l.cells, c)
		}
		if !l.blank() {
			g.lines = append(g.lines, l)
		}
	}
	return g, nil
}

func decode(body []byte) (string, error) {
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(body)
		return string(out), err
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return string(body[3:]), nil
	case utf8.Valid(body):
		return string(body), nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(body)
	return string(out), err
}

// separator is the one that the first line with any has most of, outside quotes.
func separator(text string) byte {
	for row := range strings.Lines(text) {
		best, most := byte(';'), 0
		for _, s := range []byte{';', '\t', ','} {
			if n := strings.Count(row, string(s)); n > most {
				best, most = s, n
			}
		}
		if most > 0 {
			return best
		}
	}
	return ';'
}

// split cuts the text into rows and fields. A quote that is never closed is an
// sentence in Swedish; an empty line is a row without fields, so that
// row numbers are those that a spreadsheet shows.
func split(text string, separator byte) (records [][]string, sentence string) {
	for len(text) > 0 {
		var record []string
		for more := true; more; {
			field, rest, next, ok := cutField(text, separator)
			if !ok {
				return nil, fmt.Sprintf("Rad %d har ett citattecken som aldrig avslutas. Rätta raden och lämna in igen.", len(records)+1)
			}
			record, text, more = append(record, field), rest, next
			if len(record) > maxCols {
				return nil, fmt.Sprintf("Rad %d har mer än %d kolumner. Lämna in den fil som mallen gav.", len(records)+1, maxCols)
			}
		}
		records = append(records, record)
		if len(records) > maxRows {
			return nil, fmt.Sprintf("Filen har mer än %d rader. Lämna in den fil som mallen gav.", maxRows)
		}
	}
	return records, ""
}

// cutField takes the first field off the text. more tells that the row goes on.
func cutField(text string, separator byte) (field, rest string, more, ok bool) {
	if strings.HasPrefix(text, `"`) {
		return cutQuoted(text[1:], separator)
	}
	field, rest, more = cutPlain(text, separator)
	return field, rest, more, true
}

func cutQuoted(text string, separator byte) (field, rest string, more, ok bool) {
	var b strings.Builder
	for {
		before, next, found := strings.Cut(text, `"`)
		if !found {
			return "", "", false, false
		}
		b.WriteString(before)
		if !strings.HasPrefix(next, `"`) {
			// What follows a closing quote belongs to the field still.
			tail, rest, more := cutPlain(next, separator)
			return b.String() + tail, rest, more, true
		}
		b.WriteByte('"')
		text = next[1:]
	}
}

func cutPlain(text string, separator byte) (field, rest string, more bool) {
	end := strings.IndexAny(text, string(separator)+"\r\n")
	if end < 0 {
		return text, "", false
	}
	rest, more = after(text[end:], separator)
	return text[:end], rest, more
}

// after skips the separator or the end of the line that text begins with.
func after(text string, separator byte) (rest string, more bool) {
	if text[0] == separator {
		return text[1:], true
	}
	if strings.HasPrefix(text, "\r\n") {
		return text[2:], false
	}
	return text[1:], false
}
