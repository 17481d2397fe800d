package report

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// opened is the workbook read back.
func opened(t *testing.T, r Report, english bool) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	write := r.XLSX
	if english {
		write = r.EnglishXLSX
	}
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func sheetRows(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Every value of the file stands in the workbook as the number it is, forecasts
// too, and a missing one is an empty cell.
func TestAllValuesInTheWorkbook(t *testing.T) {
	t.Parallel()
	r := small(t)
	rows := sheetRows(t, opened(t, r, false), "Alla värden")
	held := map[string]string{}
	for _, row := range rows[1:] {
		held[strings.Join([]string{row[1], row[3], row[5], row[7]}, " ")] = row[8]
	}
	count := 0
	for _, i := range r.Indicators {
		for _, v := range slices.Concat(i.Values, i.Forecasts) {
			count++
			want := ""
			if v.Value != nil {
				want = strconv.FormatFloat(*v.Value, 'f', -1, 64)
			}
			if got := held[strings.Join([]string{i.ID, v.Region, strconv.Itoa(v.Year), sexName(v.Sex)}, " ")]; got != want {
				t.Errorf("%s %s %d %s: %q, want %q", i.ID, v.Region, v.Year, v.Sex, got, want)
			}
		}
	}
	if count != len(rows)-1 || len(held) != count {
		t.Errorf("%d values, %d rows", count, len(rows)-1)
	}
}

// An area's sheet has a column for each region and sex, and remarks; what has no
// figure says so.
func TestAreaSheet(t *testing.T) {
	t.Parallel()
	f := opened(t, small(t), false)
	for sheet, want := range map[string][][]string{
		"N1": {
			{"Indikator", "År", "Provlän", "Riket", "Provlän, kvinnor", "Riket, kvinnor", "Provlän, män", "Riket, män", "Enhet", "Anmärkning"},
			{"Skillnad i sysselsättning", "2023", "", "", "", "", "", "", "procentenheter", "dold, litet underlag"},
			{"Skillnad i sysselsättning", "2024", "-2.2", "", "", "", "", "", "procentenheter"},
			{"Skillnad i sysselsättning", "2025", "-2.3", "-2", "", "", "", "", "procentenheter", "slumpbrus"},
			{"Sysselsatta", "2020", "70.5", "72.25", "", "", "", "", "%"},
		},
		"N2": {
			{"Indikator", "År", "Provlän", "Riket", "Provlän, kvinnor", "Riket, kvinnor", "Provlän, män", "Riket, män", "Enhet", "Anmärkning"},
			{"Livslängd", "2025", "", "", "85", "", "82", "", "år", "kvinnor: –; män: reviderad"},
			{"Borta", "", "", "", "", "", "", "", "%", "uppgift saknas"},
		},
		"N3": {
			{"Indikator", "År", "Provlän", "Riket", "Provlän, kvinnor", "Riket, kvinnor", "Provlän, män", "Riket, män", "Enhet", "Anmärkning"},
			{"Ingen indikator är kopplad till området: Område tre"},
		},
	} {
		got := sheetRows(t, f, sheet)
		for _, row := range got {
			for len(row) > 0 && row[len(row)-1] == "" {
				row = row[:len(row)-1]
			}
		}
		if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
			t.Errorf("%s (-want +got): %s", sheet, diff)
		}
	}
	shown, err := f.GetCellValue("N1", "C4")
	if err != nil || shown != "-2.3" {
		t.Errorf("shown as %q, %v", shown, err)
	}
}

// Text that looks like a formula stays text, and the contents lead to every sheet.
func TestWorkbookIsSafeAndLinked(t *testing.T) {
	t.Parallel()
	f := opened(t, small(t), false)
	kind, err := f.GetCellType("Källor", "F2")
	if formula, _ := f.GetCellFormula("Källor", "F2"); err != nil || formula != "" || kind != excelize.CellTypeSharedString {
		t.Errorf("«=cmd()» is %v, formula %q, %v", kind, formula, err)
	}
	sheets, linked := f.GetSheetList(), 0
	for n := range sheetRows(t, f, "Innehåll") {
		cell := "A" + strconv.Itoa(n+1)
		is, to, err := f.GetCellHyperLink("Innehåll", cell)
		if err != nil {
			t.Fatal(err)
		}
		if !is {
			continue
		}
		linked++
		if name, _ := f.GetCellValue("Innehåll", cell); to != "'"+name+"'!A1" || !slices.Contains(sheets, name) {
			t.Errorf("%s leads to %s", name, to)
		}
	}
	if linked != len(sheets)-1 {
		t.Errorf("%d links, %d sheets: %q", linked, len(sheets), sheets)
	}
}

// Nothing that has an English word stands in Swedish in the English workbook but
// names of regions and data sets, and both have the same numbers.
func TestEnglishWorkbook(t *testing.T) {
	t.Parallel()
	r := small(t)
	numbers := func(f *excelize.File) (all []string) {
		for _, sheet := range f.GetSheetList() {
			for _, row := range sheetRows(t, f, sheet) {
				for _, cell := range row {
					if _, err := strconv.ParseFloat(cell, 64); err == nil {
						all = append(all, cell)
					}
				}
			}
		}
		return all
	}
	swedish, english := opened(t, r, false), opened(t, r, true)
	if diff := cmp.Diff(numbers(swedish), numbers(english)); diff != "" {
		t.Error(diff)
	}
	for _, sheet := range english.GetSheetList() {
		for _, row := range sheetRows(t, english, sheet) {
			for n, cell := range row {
				if sheet == "All values" && n == 2 || sheet == "Sources" && n == 0 {
					continue
				}
				if word := r.inEnglish().words[cell]; word != "" && word != cell {
					t.Errorf("%s: %q, not %q", sheet, cell, word)
				}
			}
		}
	}
}
