package outcomes

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// TestAsRealSpreadsheetsAre fills in what people and programs really write; the
// value that is read must be the canonical one.
func TestAsRealSpreadsheetsAre(t *testing.T) {
	t.Parallel()
	day := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		change
		want string
	}{
		{change{Efforts, "insats_id", 0, " ins-0001 "}, "INS-0001"},
		{change{Efforts, "insats_namn", 0, "  Digital\u00a0 verkstad\u200b "}, "Digital verkstad"},
		{change{Efforts, "insatstyp", 0, "Intern"}, "intern"},
		{change{Efforts, "insatstyp", 1, "Extern 1:1"}, "extern_1_1"},
		{change{Efforts, "generisk_aktivitet", 0, 1}, "1"},
		{change{Efforts, "generisk_aktivitet", 0, "1"}, "1"},
		{change{Efforts, "generisk_aktivitet", 0, "kompetensutvecklingsinsatser"}, "1"},
		{change{Efforts, "ovriga_aktiviteter", 0, "2, 3"}, "2;3"},
		{change{Efforts, "ovriga_aktiviteter", 0, 3}, "3"},
		{change{Efforts, "ovriga_aktiviteter", 0, "2. Investeringar i infrastruktur;3"}, "2;3"},
		{change{Efforts, "status", 0, "Pågående"}, "pagaende"},
		{change{Efforts, "start_datum", 0, day}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, 45901}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, 20250901}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, "20250901"}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, "1/9 2025"}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, "1 september 2025"}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, "den 1 sept 2025"}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, "2025-9-1"}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, "01.09.2025"}, "2025-09-01"},
		{change{Efforts, "start_datum", 0, "2025-09-01 00:00:00"}, "2025-09-01"},
		{change{Efforts, "beviljat_belopp_kr", 1, "2 491 478 kr"}, "2491478"},
		{change{Efforts, "beviljat_belopp_kr", 1, "2\u00a0491\u202f478"}, "2491478"},
		{change{Efforts, "beviljat_belopp_kr", 1, "2.491.478"}, "2491478"},
		{change{Efforts, "beviljat_belopp_kr", 1, 1e9}, "1000000000"},
		{change{Efforts, "geografi", 0, 2480}, "2480"},
		{change{Efforts, "geografi", 0, "Umeå; Skellefteå"}, "2480;2482"},
		{change{Efforts, "diarienummer", 0, 123456789012}, "123456789012"},
		{change{Efforts, "diarienummer", 0, "'-17"}, "-17"},
		{change{Results, "period", 0, "2026 h1"}, "2026H1"},
		{change{Results, "uppnatt_varde", 0, "12,5"}, "12.5"},
		{change{Results, "uppnatt_varde", 0, "12.5"}, "12.5"},
		{change{Results, "uppnatt_varde", 0, "1 234,50"}, "1234.5"},
		{change{Results, "uppnatt_varde", 0, "1.234,50"}, "1234.5"},
		{change{Results, "uppnatt_varde", 0, "1,234.50"}, "1234.5"},
		{change{Results, "uppnatt_varde", 0, "12 st"}, "12"},
		{change{Results, "beskrivning", 1, "- tolv kurser\n- två träffar"}, "- tolv kurser\n- två träffar"},
		{change{Results, "beskrivning", 1, "+46 procent fler"}, "+46 procent fler"},
		{change{Links, "indikator_id", 0, "grp_per_capita"}, "grp_per_capita"},
		{change{Answers, "ar", 0, "2026"}, "2026"},
		{change{Answers, "bedomning", 0, "För tidigt"}, "for_tidigt"},
	} {
		reading := read(t, nil, one(filled(t, apply(valid(), []change{c.change})))...)
		got := ""
		for _, row := range reading.Rows {
			if row.Sheet == c.sheet && row.Line == firstRow+c.row {
				got = row.Values[c.column]
			}
		}
		if got != c.want {
			t.Errorf("%s %v: %q, want %q; %v", c.column, c.value, got, c.want, lines(reading.Problems))
		}
	}
}

// edited is the valid workbook with something done to it as a whole.
func edited(t *testing.T, edit func(*excelize.File) error) Reading {
	t.Helper()
	f := templateFile(t, testBook(), nil)
	fill(t, f, valid())
	if err := edit(f); err != nil {
		t.Fatal(err)
	}
	return read(t, nil, one(body(t, f))...)
}

func TestWorkbookChangedAsAWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		edit func(*excelize.File) error
		rows int // 0: refused
		says string
	}{
		{"a column moved to the end", func(f *excelize.File) error {
			for row := 1; row < 8; row++ {
				v, err := f.GetCellValue(Results, address(5, row))
				if err != nil {
					return err
				}
				if err := f.SetCellValue(Results, address(20, row), v); err != nil {
					return err
				}
			}
			return f.RemoveCol(Results, "F")
		}, 7, ""},
		{"a header written otherwise", func(f *excelize.File) error { return f.SetCellValue(Results, "A1", "Insats-ID ") }, 7, ""},
		{"a header misspelt", func(f *excelize.File) error { return f.SetCellValue(Results, "J1", "uppnat_värde") }, 7, "lästes som uppnatt_varde"},
		{"a header renamed", func(f *excelize.File) error { return f.SetCellValue(Results, "J1", "antal deltagare") }, 0, "Kolumner saknas"},
		{"a required column gone", func(f *excelize.File) error { return f.RemoveCol(Results, "F") }, 0, "Kolumner saknas: matt_id"},
		{"a column of their own", func(f *excelize.File) error {
			return f.SetSheetRow(Results, "R1", &[]any{"vår kommentar"})
		}, 7, ""},
		{"a column of their own, filled in", func(f *excelize.File) error {
			return f.SetSheetCol(Results, "R1", &[]any{"vår kommentar", "", "bra"})
		}, 7, "läses inte"},
		{"a header twice", func(f *excelize.File) error { return f.SetCellValue(Results, "R1", "period") }, 0, "två gånger"},
		{"a title above", func(f *excelize.File) error {
			if err := f.InsertRows(Results, 1, 2); err != nil {
				return err
			}
			return f.SetCellValue(Results, "A1", "Vår rapport")
		}, 7, ""},
		{"a sheet renamed", func(f *excelize.File) error { return f.SetSheetName(Results, "Våra resultat") }, 7, ""},
		{"a sheet of their own", func(f *excelize.File) error {
			if _, err := f.NewSheet("Anteckningar"); err != nil {
				return err
			}
			return f.SetCellValue("Anteckningar", "A1", "kom ihåg")
		}, 7, "hör inte till mallen"},
		{"results twice", func(f *excelize.File) error {
			i, err := f.NewSheet("kopia")
			if err != nil {
				return err
			}
			from, err := f.GetSheetIndex(Results)
			if err != nil {
				return err
			}
			return f.CopySheet(from, i)
		}, 0, "Två blad"},
		{"a sheet gone", func(f *excelize.File) error { return f.DeleteSheet(Answers) }, 6, ""},
		{"a hidden row", func(f *excelize.File) error { return f.SetRowVisible(Results, 4, false) }, 7, "dold"},
		{"merged downwards", func(f *excelize.File) error {
			if err := f.SetCellValue(Results, "A4", ""); err != nil {
				return err
			}
			return f.MergeCell(Results, "A3", "A4")
		}, 7, "sammanfogade"},
		{"empty rows between", func(f *excelize.File) error { return f.InsertRows(Results, 4, 3) }, 7, ""},
		{"a formula with its value", func(f *excelize.File) error { return f.SetCellFormula(Results, "J3", "SUM(5,7)") }, 7, "senast uträknade värdet, 12"},
		{"the stamp of a round that is not", func(f *excelize.File) error { return f.SetCellStr(stampSheet, "B2", "1999H1") }, 0, "finns inte"},
		{"the stamp of a newer template", func(f *excelize.File) error { return f.SetCellStr(stampSheet, "B1", "99") }, 0, "nyare mall"},
		{"the stamp of another unit", func(f *excelize.File) error { return f.SetCellStr(stampSheet, "B3", "Kulturenheten") }, 0, "gjord för enheten Kulturenheten"},
		{"no stamp", func(f *excelize.File) error { return f.DeleteSheet(stampSheet) }, 7, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reading := edited(t, c.edit)
			if len(reading.Rows) != c.rows {
				t.Errorf("%d rows, want %d", len(reading.Rows), c.rows)
			}
			if !strings.Contains(lines(reading.Problems), c.says) || c.says == "" && len(reading.Problems) > 0 {
				t.Errorf("want %q in:\n%s", c.says, lines(reading.Problems))
			}
		})
	}
}

func TestPercentAsShown(t *testing.T) {
	t.Parallel()
	f := templateFile(t, testBook(), nil)
	rows := valid()
	rows[Results][0]["enhet"], rows[Results][0]["uppnatt_varde"] = "andel_procent", 0.455
	fill(t, f, rows)
	style, err := f.NewStyle(&excelize.Style{NumFmt: 10})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle(Results, "J3", "J3", style); err != nil {
		t.Fatal(err)
	}
	reading := read(t, nil, one(body(t, f))...)
	if len(reading.Rows) == 0 || reading.Rows[2].Values["uppnatt_varde"] != "45.5" {
		t.Errorf("%+v", reading)
	}
}

// csv writes the valid rows of a sheet with a separator.
func csvText(name, separator string) string {
	s, _ := SheetNamed(name)
	var b strings.Builder
	for i, c := range s.Columns {
		fmt.Fprintf(&b, "%s%s", strings.Repeat(separator, min(i, 1)), c.Name)
	}
	for _, row := range valid()[name] {
		b.WriteString("\r\n")
		for i, c := range s.Columns {
			value := ""
			if row[c.Name] != nil {
				value = strings.ReplaceAll(fmt.Sprint(row[c.Name]), `"`, `""`)
			}
			fmt.Fprintf(&b, `%s"%s"`, strings.Repeat(separator, min(i, 1)), value)
		}
	}
	return b.String() + "\r\n"
}

func TestCSV(t *testing.T) {
	t.Parallel()
	want := read(t, nil, one(filled(t, valid()))...)
	cp1252 := func(s string) []byte { b, _ := charmap.Windows1252.NewEncoder().Bytes([]byte(s)); return b }
	wide := func(s string) []byte {
		b, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
		return b
	}
	for name, c := range map[string]struct {
		separator string
		encode    func(string) []byte
	}{
		"semicolon": {";", func(s string) []byte { return []byte(s) }},
		"comma":     {",", func(s string) []byte { return []byte(s) }},
		"tab":       {"\t", func(s string) []byte { return []byte(s) }},
		"mark":      {";", func(s string) []byte { return []byte("\ufeff" + s) }},
		"sep line":  {";", func(s string) []byte { return []byte("sep=;\r\n" + s) }},
		"windows":   {";", cp1252},
		"utf-16":    {"\t", wide},
	} {
		var files []File
		for _, s := range Sheets() {
			files = append(files, File{"del av rapport å " + s.Table() + ".csv", c.encode(csvText(s.Name, c.separator))})
		}
		got := read(t, nil, files...)
		if got.Errors() != 0 || len(got.Rows) != len(want.Rows) {
			t.Errorf("%s: %d rows; %v", name, len(got.Rows), lines(got.Problems))
			continue
		}
		for i := range got.Rows {
			if diff := cmp.Diff(want.Rows[i].Values, got.Rows[i].Values); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range parts {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	good := filled(t, valid())
	compound := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2000)...)
	torn := bytes.Clone(good)
	for i := 2000; i < 2400; i++ {
		torn[i] ^= 0xff
	}
	var manyRows strings.Builder
	manyRows.WriteString("insats_id;period;rapporttyp;niva;matt_id\n")
	for range 1_000_000 {
		manyRows.WriteString("INS-0001\n")
	}
	bomb := zipped(t, map[string]string{"xl/workbook.xml": "", "xl/worksheets/sheet1.xml": strings.Repeat("0", maxPart+1)})
	for name, c := range map[string]struct {
		file string
		body []byte
		says string
	}{
		"empty":            {"rapport.xlsx", nil, "tom"},
		"half saved":       {"rapport.xlsx", good[:len(good)/2], "skadad"},
		"torn":             {"rapport.xlsx", torn, "skadad"},
		"locked":           {"rapport.xlsx", append(bytes.Clone(compound), utf16("EncryptedPackage")...), "lösenord"},
		"old Excel":        {"rapport.xls", compound, ".xls"},
		"OpenDocument":     {"rapport.ods", zipped(t, map[string]string{"mimetype": "", "content.xml": ""}), ".ods"},
		"binary Excel":     {"rapport.xlsb", zipped(t, map[string]string{"xl/workbook.bin": ""}), ".xlsb"},
		"macros":           {"rapport.xlsm", zipped(t, map[string]string{"xl/workbook.xml": "", "xl/vbaProject.bin": ""}), "makron"},
		"any zip":          {"rapport.zip", zipped(t, map[string]string{"a.txt": "a"}), "ingen Excel-arbetsbok"},
		"hollow workbook":  {"rapport.xlsx", zipped(t, map[string]string{"xl/workbook.xml": "<workbook/>"}), ""},
		"bomb":             {"rapport.xlsx", bomb, "för stor"},
		"a PDF":            {"rapport.pdf", []byte("%PDF-1.7"), "ingen Excel-arbetsbok"},
		"too large":        {"rapport.xlsx", make([]byte, maxFile+1), "större än"},
		"a million rows":   {"rapport.csv", []byte(manyRows.String()), "mer än"},
		"binary as CSV":    {"rapport.csv", []byte("PP\x00\x01\x02"), "ingen textfil"},
		"open quote":       {"rapport.csv", []byte("insats_id;period;niva;matt_id\n\"INS-0001;2026H1\n"), "citattecken"},
		"another CSV":      {"rapport.csv", []byte("namn;tal\na;1\n"), "Inget av bladen"},
		"another workbook": {"bok.xlsx", body(t, excelize.NewFile()), "Inget av bladen"},
	} {
		_, err := Read([]File{{c.file, c.body}}, testBook(), nil)
		wrong, ok := err.(*FileError) //nolint:errorlint // the type itself is the contract
		if !ok || !strings.Contains(wrong.Sentence, c.says) || strings.Count(wrong.Sentence, "\n") > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "rapport från Åsele (1).xlsx")
	if err := os.WriteFile(path, []byte("PK"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := Load(path); err != nil || f.Name != "rapport från Åsele (1).xlsx" || string(f.Body) != "PK" {
		t.Errorf("%v %v", f, err)
	}
	huge := filepath.Join(dir, "stor.xlsx")
	file, err := os.Create(huge)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(200 << 20); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "~$rapport.xlsx"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{"stor.xlsx": "200 MB", "saknas.xlsx": "finns inte", "": "ingen fil", "~$rapport.xlsx": "tillfällig"} {
		if _, err := Load(filepath.Join(dir, name)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
