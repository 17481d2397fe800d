package outcomes

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func reviewed(t *testing.T, files ...File) (*excelize.File, Reading) {
	t.Helper()
	reading := read(t, nil, files...)
	var b bytes.Buffer
	if err := Review(&b, files, reading); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	return f, reading
}

func commentAt(t *testing.T, f *excelize.File, sheet, at string) string {
	t.Helper()
	comments, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range comments {
		if c.Cell == at {
			return commentText(c)
		}
	}
	return ""
}

func spoilt(t *testing.T) []byte {
	t.Helper()
	return filled(t, apply(valid(), []change{
		{Efforts, "insats_id", 0, "INS-1"},
		{Results, "uppnatt_varde", 0, "många"},
		{Efforts, "insats_namn", 1, "FORMELcmd|'/C calc'!A0"},
		{Links, "mekanism", 0, "=1+1"},
	}))
}

func TestReviewMarksTheCells(t *testing.T) {
	t.Parallel()
	f, reading := reviewed(t, one(spoilt(t))...)
	for _, p := range reading.Problems {
		if text := commentAt(t, f, p.Sheet, p.Cell); !strings.Contains(text, p.Rule) {
			t.Errorf("%s!%s says %q, want %q", p.Sheet, p.Cell, text, p.Rule)
		}
	}
	rows, err := f.GetRows(reviewSheet)
	if err != nil || len(rows) != 3+len(reading.Problems) || f.GetSheetList()[0] != reviewSheet {
		t.Errorf("summary %v, sheets %v, %v", rows, f.GetSheetList(), err)
	}
	if formula, _ := f.GetCellFormula(Efforts, "B4"); formula != "" {
		t.Errorf("the refused formula still calculates: %s", formula)
	}
	if text, _ := f.GetCellValue(Efforts, "B4"); text != "'=cmd|'/C calc'!A0" {
		t.Errorf("its cell says %q", text)
	}
}

// TestReviewedCopyIsReadAgain corrects the returned copy, as people do.
func TestReviewedCopyIsReadAgain(t *testing.T) {
	t.Parallel()
	f, _ := reviewed(t, one(spoilt(t))...)
	fill(t, f, valid())
	again, reading := reviewed(t, File{"rapport-granskad.xlsx", body(t, f)})
	if len(reading.Problems) != 0 || len(reading.Rows) != 7 {
		t.Errorf("%d rows; %v", len(reading.Rows), lines(reading.Problems))
	}
	if text := commentAt(t, again, Efforts, "A3"); text != "" {
		t.Errorf("the earlier comment is still there: %s", text)
	}
}

func TestReviewOfWhatLibreOfficeSaved(t *testing.T) {
	t.Parallel()
	first, _ := reviewed(t, one(spoilt(t))...)
	out := convert(t, "xlsx", File{"a.xlsx", body(t, first)})
	file, err := Load(filepath.Join(out, "a.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	second, reading := reviewed(t, file)
	for _, p := range reading.Problems {
		if text := commentAt(t, second, p.Sheet, p.Cell); !strings.Contains(text, p.Rule) {
			t.Errorf("%s!%s says %q, want %q", p.Sheet, p.Cell, text, p.Rule)
		}
	}
	convert(t, "ods", File{"b.xlsx", body(t, second)}) // it still opens
}

func TestReviewOfCSV(t *testing.T) {
	t.Parallel()
	text := strings.Replace(csvText(Efforts, ";"), "INS-0001", "=INS", 1)
	f, reading := reviewed(t, File{"insatser.csv", []byte(text)})
	if text := commentAt(t, f, Efforts, "A2"); reading.Errors() == 0 || !strings.Contains(text, "kommando") {
		t.Errorf("%q; %v", text, reading.Problems)
	}
	if value, _ := f.GetCellValue(Efforts, "A2"); value != "'=INS" {
		t.Errorf("cell %q", value)
	}
}

func TestReviewName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"å b.xlsx": "å b-granskad.xlsx", "resultat.csv": "resultat-granskad.xlsx", "x-granskad.xlsx": "x-granskad.xlsx", "utan": "utan-granskad.xlsx"} {
		if got := ReviewName(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestPeoplesOwnCommentsStay(t *testing.T) {
	t.Parallel()
	f := templateFile(t, testBook(), nil)
	fill(t, f, apply(valid(), []change{{Efforts, "insats_id", 0, "INS-1"}}))
	for _, at := range []string{"A3", "B3"} {
		if err := f.AddComment(Efforts, excelize.Comment{Cell: at, Author: "", Text: "fråga analysfunktionen"}); err != nil {
			t.Fatal(err)
		}
	}
	out, _ := reviewed(t, one(body(t, f))...)
	for at, want := range map[string]string{"A3": "fel form", "B3": "fråga analysfunktionen"} {
		if text := commentAt(t, out, Efforts, at); !strings.Contains(text, want) || !strings.Contains(text, "fråga analysfunktionen") {
			t.Errorf("%s: %q", at, text)
		}
	}
}
