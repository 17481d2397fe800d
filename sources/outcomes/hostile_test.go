//go:build unix

package outcomes

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// altered is a workbook with some of its parts written anew or renamed.
func altered(t *testing.T, body []byte, change func(name string, part []byte) (string, []byte)) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name, text := change(part.Name, text)
		to, err := w.Create(name)
		if err == nil {
			_, err = to.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// within puts more into the first sheet of the spoilt workbook, behind its rows.
func within(t *testing.T, more string) []byte {
	t.Helper()
	return altered(t, spoilt(t), func(name string, part []byte) (string, []byte) {
		if name == "xl/worksheets/sheet2.xml" {
			part = bytes.Replace(part, []byte("</sheetData>"), []byte(more+"</sheetData>"), 1)
		}
		return name, part
	})
}

// A workbook that our own reader can make something of, and the library that
// writes the copy cannot, is refused by its name, whatever that library does.
func TestReviewOfWhatTheLibraryCannotOpen(t *testing.T) {
	t.Parallel()
	related := func(from, to string) []byte {
		return altered(t, spoilt(t), func(name string, part []byte) (string, []byte) {
			if name == "xl/_rels/workbook.xml.rels" {
				part = bytes.ReplaceAll(part, []byte(from), []byte(to))
			}
			return name, part
		})
	}
	var wide strings.Builder
	for i := range 100 {
		fmt.Fprintf(&wide, `<row r="%d"><c r="A%[1]d" t="str"><v>x</v></c><c r="XFD%[1]d"/></row>`, 1000+i)
	}
	for name, body := range map[string][]byte{
		"loop":   related("worksheets/sheet2.xml", "workbook.xml"),
		"escape": related("worksheets/sheet2.xml", "../../../etc/passwd"),
		"part case": altered(t, spoilt(t), func(name string, part []byte) (string, []byte) {
			return strings.Replace(name, "worksheets/sheet2", "Worksheets/Sheet2", 1), part
		}),
		"unnumbered": within(t, strings.Repeat("<row/>", 3000)),
		"far rows":   within(t, strings.Repeat(`<row r="1048576"/><row r="1"/>`, 2500)),
		"far cells":  within(t, wide.String()),
		"many cells": within(t, `<row r="2000">`+strings.Repeat("<c/>", 300_000)+"</row>"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := one(body)
			reading, err := Read(f, testBook(), nil)
			if err == nil && reading.Errors() == 0 {
				t.Fatal("it has no fault to be reviewed for")
			}
			err = Review(io.Discard, f, reading)
			if wrong, ok := errors.AsType[*FileError](err); !ok || wrong.Name != "rapport.xlsx" || wrong.Sentence == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What is small when packed and endless to read is refused before it is read.
func TestTooManyPieces(t *testing.T) {
	t.Parallel()
	strung := func(more string) []byte {
		return altered(t, filled(t, valid()), func(name string, part []byte) (string, []byte) {
			if name == "xl/sharedStrings.xml" {
				part = bytes.Replace(part, []byte("</sst>"), []byte(more+"</sst>"), 1)
			}
			return name, part
		})
	}
	for name, more := range map[string]string{
		"strings":    strings.Repeat("<si/>", maxTags),
		"attributes": "<si " + strings.Repeat("a='' ", maxTags) + "/>",
	} {
		if _, err := Read(one(strung(more)), testBook(), nil); err == nil || !strings.Contains(err.Error(), "fler celler och texter") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r := read(t, nil, one(strung(strings.Repeat("<si/>", 1000)))...); r.Errors() > 0 {
		t.Errorf("a thousand more strings: %v", r.Problems)
	}
}

// One text that every cell shares is as much as all of them.
func TestTooMuchText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("12345 ", maxText/6)
	rows := func(n int) string {
		return "insats_id;insats_namn;insatstyp;generisk_aktivitet\n" + strings.Repeat("INS-0001;"+long+";intern;1\n", n)
	}
	if _, err := Read([]File{{"insatser.csv", []byte(rows(200))}}, testBook(), nil); err == nil || !strings.Contains(err.Error(), "MB text") {
		t.Errorf("in all: %v", err)
	}
	r := read(t, nil, File{"insatser.csv", []byte(strings.Replace(rows(1), long, long+long, 1))})
	i := slices.IndexFunc(r.Problems, func(p Problem) bool { return p.Cell == "B2" })
	if i < 0 || !strings.Contains(r.Problems[i].Rule, "mer text") || len(r.Problems[i].String()) > 300 {
		t.Errorf("in a cell: %v", r.Problems)
	}
}

// Who has thousands of faults is told the first, and nothing is let in though
// all that is told is worth a look only.
func TestTooManyProblems(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("insats_id;insats_namn;insatstyp;generisk_aktivitet;rus_mal;nationellt_omrade;enhet;ansvarig_funktion;start_datum;status\n")
	for i := range maxProblems + 10 { // each without a place, which is worth a look
		fmt.Fprintf(&text, "INS-%04d;Insats;intern;1;V1;N1;Enheten;Utvecklingsledare;2025-01-01;pagaende\n", i+1)
	}
	r := read(t, nil, File{"insatser.csv", []byte(text.String())})
	if r.Errors() != 0 || len(r.Rows) != maxProblems+10 || len(r.Problems) != maxProblems+1 {
		t.Fatalf("%d errors, %d rows, %d problems", r.Errors(), len(r.Rows), len(r.Problems))
	}
	text.WriteString("INS-9999;Insats;intern;1;V1;N1;Enheten;Utvecklingsledare;2025-13-01;pagaende\n")
	r = read(t, nil, File{"insatser.csv", []byte(text.String())})
	if r.Errors() == 0 || len(r.Rows) > 0 || len(r.Problems) > maxProblems+2 {
		t.Errorf("with a fault: %d errors, %d rows, %d problems", r.Errors(), len(r.Rows), len(r.Problems))
	}
}

// What is no file is refused for what it is, and not waited for.
func TestLoadRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(at("file.xlsx"), []byte("PK"), 0o600), os.Symlink("file.xlsx", at("link.xlsx")), os.Symlink("nowhere", at("loose.xlsx")),
		os.Mkdir(at("folder.xlsx"), 0o700), syscall.Mkfifo(at("pipe.xlsx"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{"link.xlsx": "länk", "loose.xlsx": "länk", "folder.xlsx": "mapp", "pipe.xlsx": "rör", "file.xlsx/x.xlsx": "läsa"} {
		_, err := Load(at(name))
		if wrong, ok := errors.AsType[*FileError](err); !ok || !strings.Contains(wrong.Sentence, says) || wrong.Busy() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load("\x1b[2J\n.xlsx"); err == nil || strings.ContainsAny(err.Error(), "\x1b\n") {
		t.Errorf("a name that a terminal obeys: %q", err)
	}
}
