package main

import (
	"bytes"
	"context"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestReportAccessible lets axe-core look at the page in a headless Chromium.
// EFFEKT_AXE is the path of axe.min.js.
func TestReportAccessible(t *testing.T) {
	t.Parallel()
	axe := os.Getenv("EFFEKT_AXE")
	chromium, err := exec.LookPath("chromium")
	if axe == "" || err != nil {
		t.Skip("needs Chromium, and axe-core's file in EFFEKT_AXE: .ci/run has both")
	}
	dir := demoFolder(t)
	year := time.Now().Format("2006")
	output(t, "report", "--year", year, "--lang", "en", "--format", "html", "--data", dir)
	for _, name := range []string{"aterrapport-", "report-back-"} {
		tried := filepath.Join(t.TempDir(), "page.html")
		if err := os.WriteFile(tried, withAxe(t, read(t, filepath.Join(dir, "report", name+year+".html")), read(t, axe)), 0o600); err != nil {
			t.Fatal(err)
		}
		without(t, dump(t, chromium, tried))
	}
}

// without demands that rules were tried, and that none was broken.
func without(t *testing.T, said string) {
	t.Helper()
	found := regexp.MustCompile(`(?s)<pre id="axe">(\d+) rules held\n(.*?)</pre>`).FindStringSubmatch(said)
	switch {
	case found == nil:
		t.Fatalf("axe-core gave no answer: %.500s", said)
	case found[1] == "0" || found[2] != "":
		t.Errorf("%s rules hold, these do not:\n%s", found[1], html.UnescapeString(found[2]))
	}
}

// withAxe is the page with axe-core in it, which puts its findings in the
// page's place.
func withAxe(t *testing.T, page, axe []byte) []byte {
	t.Helper()
	const run = `addEventListener('load', () => axe.run(document).then(r => {
	const lines = r.violations.flatMap(v => v.nodes.map(n => v.id + ' (' + v.impact + '): ' + n.html.slice(0, 200)))
	document.documentElement.innerHTML = '<pre id="axe"></pre>'
	document.getElementById('axe').textContent = r.passes.length + ' rules held\n' + lines.join('\n')
}))`
	if bytes.Contains(page, []byte("<script")) || !bytes.Contains(page, []byte("</body>")) {
		t.Fatal("the page has a script, or no end")
	}
	return bytes.Replace(page, []byte("</body>"), []byte("<script>"+string(axe)+"</script><script>"+run+"</script></body>"), 1)
}

// dump is the page as it stands when it has come to rest.
func dump(t *testing.T, chromium, page string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	browser := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(), "--virtual-time-budget=600000", "--dump-dom", "file://"+page)
	var log strings.Builder
	browser.Stderr = &log
	out, err := browser.Output()
	if err != nil {
		t.Fatalf("chromium: %v\n%s", err, log.String())
	}
	return string(out)
}

// TestReportOpensInLibreOffice converts the Word files and the workbook, and
// finds every row of the Word files' tables on the pages.
func TestReportOpensInLibreOffice(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("needs LibreOffice: .ci/run has it")
	}
	folder, to := demoFolder(t), t.TempDir()
	year := time.Now().Format("2006")
	output(t, "report", "--year", year, "--lang", "en", "--format", "docx", "--data", folder)
	convert := func(kind, name string) string {
		said, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", kind, "--outdir", to,
			filepath.Join(folder, "report", name)).CombinedOutput()
		if err != nil {
			t.Fatalf("soffice: %v\n%s", err, said)
		}
		return filepath.Join(to, strings.TrimSuffix(name, filepath.Ext(name))+"."+kind)
	}
	for name, least := range map[string]int{"aterrapport-" + year + ".docx": 50, "report-back-" + year + ".docx": 5} {
		text, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", convert("pdf", name), "-").Output()
		if err != nil {
			t.Fatalf("pdftotext (poppler-utils): %v", err)
		}
		if pages := bytes.Count(text, []byte("\f")); pages < least {
			t.Errorf("%s: %d pages", name, pages)
		}
		rowsOnPages(t, wordRows(t, read(t, filepath.Join(folder, "report", name))), string(text))
	}
	if ods := read(t, convert("ods", "aterrapport-"+year+".xlsx")); len(ods) < 100_000 {
		t.Errorf("a spreadsheet of %d bytes", len(ods))
	}
}

// rowsOnPages finds each row after the one before it.
func rowsOnPages(t *testing.T, rows [][]string, pages string) {
	t.Helper()
	rest := squeezed(pages)
	for _, row := range rows {
		after, found := afterRow(row, rest, "")
		if !found {
			t.Errorf("%q is not on the pages", row)
			continue
		}
		rest = after
	}
	if len(rows) < 100 {
		t.Errorf("only %d rows", len(rows))
	}
}

// squeezed is a text without blanks and line ends.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

// afterRow is what follows a row. One that is broken over two pages has the
// beginnings of its cells here, and what is left of them together further on.
func afterRow(cells []string, text, left string) (string, bool) {
	if len(cells) == 0 {
		_, after, found := strings.Cut(text, left)
		return after, found
	}
	cell := squeezed(cells[0])
	n := 0
	for n < min(len(cell), len(text)) && cell[n] == text[n] {
		n++
	}
	for ; n >= 0; n-- {
		if after, found := afterRow(cells[1:], text[n:], left+cell[n:]); found {
			return after, true
		}
	}
	return "", false
}
