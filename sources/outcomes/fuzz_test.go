package outcomes

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"testing"

	"github.com/xuri/excelize/v2"
)

// FuzzRead reads any bytes under both kinds of name: rows, problems or one
// sentence, never a panic, and never rows beside an error.
func FuzzRead(f *testing.F) {
	book := excelize.NewFile()
	if err := errors.Join(book.SetSheetName("Sheet1", Efforts), book.SetSheetRow(Efforts, "A1", &[]any{"insats_id", "enhet", "start_datum"}),
		book.SetSheetRow(Efforts, "A2", &[]any{"INS-0001", "Enheten", 45000})); err != nil {
		f.Fatal(err)
	}
	small, err := book.WriteToBuffer()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Add([]byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>insats_id</t></is></c><c r="B1" t="str"><v>enhet</v></c><c r="C1" t="str"><v>start_datum</v></c></row><row r="2" hidden="1"><c r="A2" t="str"><f>1+1</f><v>INS-0001</v></c><c r="C2"><v>45000</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>`))
	for _, s := range Sheets() {
		f.Add([]byte(csvText(s.Name, ";")))
	}
	f.Add([]byte("\xff\xfei\x00n\x00"))
	f.Add([]byte("insats_id,niva,period,matt_id\n\"a\"b,c\r\n\n,,,\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if bytes.HasPrefix(body, []byte("<")) {
			body = withSheet(t, small.Bytes(), body)
		}
		for _, name := range []string{"a.xlsx", "a.csv"} {
			files := []File{{name, body}}
			reading, err := Read(files, testBook(), nil)
			var unreadable *FileError
			if err != nil && !errors.As(err, &unreadable) {
				t.Fatalf("%s: %v", name, err)
			}
			if reading.Errors() > 0 && reading.Rows != nil {
				t.Errorf("%s: rows beside errors", name)
			}
			for _, s := range Sheets() {
				record, err := s.Record(handed(reading.Rows...))
				if err != nil {
					t.Fatal(err)
				}
				record.Release()
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, text := range []string{"2026-03-01", "1/3 2026", "den 1 mars 2026", "45352"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, k := range []kind{word, number} {
			iso, wrong := date(cell{kind: k, text: text}, false)
			if wrong != nil {
				continue
			}
			if again, wrong := date(cell{kind: word, text: iso}, false); wrong != nil || again != iso {
				t.Errorf("%q became %q, and that %q", text, iso, again)
			}
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, text := range []string{"12,5", "1 234,50", "1.234.567", "-3", "45 %", "ja"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, wrong := numeric(Column{Kind: Decimal}, cell{kind: word, text: text})
		if wrong != nil {
			return
		}
		if again, wrong := numeric(Column{Kind: Decimal}, cell{kind: word, text: got}); wrong != nil || again != got {
			t.Errorf("%q became %q, and that %q", text, got, again)
		}
	})
}

// withSheet is a workbook whose first sheet's XML is another.
func withSheet(t *testing.T, workbook, xml []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, part := range r.File {
		body, err := fs.ReadFile(r, part.Name)
		if err != nil {
			t.Fatal(err)
		}
		parts[part.Name] = string(body)
	}
	parts["xl/worksheets/sheet1.xml"] = string(xml)
	return zipped(t, parts)
}
