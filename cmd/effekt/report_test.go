package main

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// The three forms say the same, and what the database says.
func reports(t *testing.T, dir string, figures, own [][]string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "report")
	first := output(t, "report", "--year", "2026", "--data", dir, "--out", out)
	if strings.Count(first, "aterrapport-2026.") != 3 {
		t.Errorf("output %s", first)
	}
	page := read(t, filepath.Join(out, "aterrapport-2026.html"))
	word := read(t, filepath.Join(out, "aterrapport-2026.docx"))
	if diff := cmp.Diff(tableCells(t, page), wordCells(t, word)); diff != "" {
		t.Errorf("the page's tables and the Word file's (-page +word): %.2000s", diff)
	}
	pageFigures(t, page, own)
	toldBySex(t, page)
	noCodes(t, page)
	uniqueIDs(t, page)
	workbook(t, filepath.Join(out, "aterrapport-2026.xlsx"), figures, swedishBook())
	outcomesInWords(t, dir, page)
	if text := string(page); !strings.Contains(text, "Inga rapporterade utfall") || !strings.Contains(text, "SYNTETISKA DEMODATA") {
		t.Error("the page does not say what is not there")
	}
	for _, want := range []string{"Egen beräkning på uppgifter från SCB (TAB638 och TAB5557)", "Källa: SCB, TAB4394", "Källa: Kolada, N00957", "och Kolada (N07702, Nationella emissionsdatabasen)"} {
		if !bytes.Contains(page, []byte(want)) || bytes.Contains(page, []byte("egen bearbetning")) {
			t.Errorf("the page does not say %q, or says «egen bearbetning»", want)
		}
	}
	english(t, dir, figures, own)
	again := filepath.Join(t.TempDir(), "again")
	output(t, "report", "--year", "2026", "--format", "html,docx", "--data", dir, "--out", again)
	for form, body := range map[string][]byte{"html": page, "docx": word} {
		if !bytes.Equal(body, read(t, filepath.Join(again, "aterrapport-2026."+form))) {
			t.Errorf("made twice, the %s differs", form)
		}
	}
}

// english is the summary: the same figures, in English print.
func english(t *testing.T, dir string, figures, own [][]string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "english")
	if said := output(t, "report", "--year", "2026", "--lang", "en", "--data", dir, "--out", out); strings.Count(said, "report-back-2026.") != 3 {
		t.Errorf("output %s", said)
	}
	page, word := read(t, filepath.Join(out, "report-back-2026.html")), read(t, filepath.Join(out, "report-back-2026.docx"))
	if diff := cmp.Diff(allCells(t, page), wordCells(t, word)); diff != "" {
		t.Errorf("the English page's tables and the Word file's (-page +word): %.2000s", diff)
	}
	uniqueIDs(t, page)
	for _, want := range []string{`<html lang="en">`, "Employment rate 20–64", ">278,725<", "SYNTHETIC DATA (Own calculation on data from SCB (TAB638 and TAB5557))", "Source: SCB, TAB4394"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the English page lacks %s", want)
		}
	}
	englishFigures(t, page, own)
	noCodes(t, page)
	workbook(t, filepath.Join(out, "report-back-2026.xlsx"), figures, englishBook())
	f, err := excelize.OpenFile(filepath.Join(out, "report-back-2026.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) < 2 || slices.Contains(rows[0], "") {
			t.Errorf("sheet %s: %v, %v", sheet, rows[:min(len(rows), 1)], err)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// tableCells are the texts of the page's table cells, in order.
func tableCells(t *testing.T, page []byte) []string {
	t.Helper()
	cells := allCells(t, page)
	if len(cells) < 1000 {
		t.Errorf("only %d cells", len(cells))
	}
	return cells
}

func allCells(t *testing.T, page []byte) []string {
	t.Helper()
	var cells []string
	for _, m := range regexp.MustCompile(`(?s)<t[hd](?: [^>]*)?>(.*?)</t[hd]>`).FindAllSubmatch(page, -1) {
		var text string
		if err := xml.Unmarshal([]byte("<x>"+string(m[1])+"</x>"), &text); err != nil {
			t.Fatal(err)
		}
		cells = append(cells, text)
	}
	return cells
}

// wordCells are the texts of the Word file's table cells, in order.
func wordCells(t *testing.T, word []byte) []string {
	t.Helper()
	return slices.Concat(wordRows(t, word)...)
}

// wordRows are the texts of the cells of the Word file's table rows, in order.
func wordRows(t *testing.T, word []byte) [][]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(word), int64(len(word)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	inside := false
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			last := len(rows) - 1
			switch token.Name.Local {
			case "tr":
				rows = append(rows, nil)
			case "tc":
				inside, rows[last] = true, append(rows[last], "")
			}
		case xml.EndElement:
			inside = inside && token.Name.Local != "tc"
		case xml.CharData:
			if inside {
				row := rows[len(rows)-1]
				row[len(row)-1] += string(token)
			}
		}
	}
}

func uniqueIDs(t *testing.T, page []byte) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllSubmatch(page, -1) {
		if seen[string(m[1])] {
			t.Errorf("id %s twice", m[1])
		}
		seen[string(m[1])] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllSubmatch(page, -1) {
		if !seen[string(m[1])] {
			t.Errorf("a link to #%s, which is nowhere", m[1])
		}
	}
}

// sameNumber tells whether two texts are the same number, or both nothing. Excel
// keeps 15 digits.
func sameNumber(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err != nil || err2 != nil {
		return a == b
	}
	return math.Abs(x-y) <= 1e-13*math.Abs(y)
}
