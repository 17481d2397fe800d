package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTablesInLibreOffice finds every word of tables that begin at every height
// near the end of a page, in steps of 8 twentieths of a point, and of rows and
// heads that are taller than a page.
func TestTablesInLibreOffice(t *testing.T) {
	t.Parallel()
	d := Document{Language: "sv", Title: "Prov", Words: swedish()}
	rows := 0
	add := func(above, count int, head, text string) {
		made := Table{Caption: "Prov", Header: []string{"Nyckel", head}}
		for range count {
			rows++
			made.Rows = append(made.Rows, []Cell{{Text: fmt.Sprintf("r%da", rows)}, {Text: text + fmt.Sprintf("r%db", rows)}})
		}
		d.Blocks = append(d.Blocks, Heading{Level: 1, ID: fmt.Sprintf("p%d", rows), Text: "Prov"}, Paragraph{Text: Plainly(fmt.Sprintf("@%d", above))}, made)
	}
	for above := 10800; above < 13600; above += 8 {
		add(above, 3, "Huvud", "")
	}
	for above := 8000; above < 13600; above += 40 {
		add(above, 3, "Huvud", strings.Repeat("några ", 40)) // short, of several lines
		add(above, 3, "Huvud", strings.Repeat("många ", 150))
	}
	tall := 0
	for above := 10400; above < 12800; above += 100 {
		tall++
		add(above, 2, "Huvud", strings.Repeat("ord ", 2000))
		add(above, 2, strings.Repeat("Huvud ", 60), "")
	}
	add(0, 300, "Huvud", "")
	add(0, 2, strings.Repeat("Huvud ", 2000), "")
	held := map[string]int{}
	for word := range strings.FieldsSeq(inLibreOffice(t, heights(t, d))) {
		held[word]++
	}
	lost := 0
	for n := 1; n <= rows; n++ {
		if held[fmt.Sprintf("r%da", n)] != 1 || held[fmt.Sprintf("r%db", n)] != 1 {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d rows are lost", lost, rows)
	}
	if held["ord"] != tall*2*2000 {
		t.Errorf("%d words of the tall rows, not %d", held["ord"], tall*2*2000)
	}
}

func swedish() Words { return Words{Contents: "Innehåll", Table: "Tabell", Figure: "Diagram"} }

// heights is the Word file with the paragraphs «@n» moved n twentieths of a point
// down.
func heights(t *testing.T, d Document) []byte {
	t.Helper()
	var made, out bytes.Buffer
	if err := d.DOCX(&made); err != nil {
		t.Fatal(err)
	}
	from, err := zip.NewReader(bytes.NewReader(made.Bytes()), int64(made.Len()))
	if err != nil {
		t.Fatal(err)
	}
	to := zip.NewWriter(&out)
	for _, f := range from.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		body = regexp.MustCompile(`<w:pStyle w:val="BodyText"/></w:pPr>(<w:r><w:t xml:space="preserve">@(\d+)<)`).
			ReplaceAll(body, []byte(`<w:pStyle w:val="BodyText"/><w:spacing w:before="$2"/></w:pPr>$1`))
		w, err := to.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// inLibreOffice is the text of the pages that LibreOffice makes of a Word file,
// in the order in which it is drawn.
func inLibreOffice(t *testing.T, word []byte) string {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("needs LibreOffice: .ci/run has it")
	}
	path := filepath.Join(t.TempDir(), "prov.docx")
	if err := os.WriteFile(path, word, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", "pdf", "--outdir", filepath.Dir(path), path).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, said)
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", strings.TrimSuffix(path, "docx")+"pdf", "-").Output()
	if err != nil {
		t.Fatalf("pdftotext (poppler-utils): %v", err)
	}
	return string(text)
}
