//go:build unix

package pipeline_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"effekt/pipeline"
	"effekt/sources/outcomes"
	"effekt/testdata/ordinary"
)

// looped is a template of which a sheet's relationship leads to the workbook
// itself: the library that writes the reviewed copy cannot open that.
func looped(t *testing.T, p *pipeline.Pipeline) []byte {
	t.Helper()
	b, err := p.Intake().Book("2025H2", "")
	if err != nil {
		t.Fatal(err)
	}
	var template, out bytes.Buffer
	if err := outcomes.Template(&template, b, nil); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(template.Bytes()), int64(template.Len()))
	if err != nil {
		t.Fatal(err)
	}
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
		if part.Name == "xl/_rels/workbook.xml.rels" {
			text = bytes.ReplaceAll(text, []byte("worksheets/sheet2.xml"), []byte("workbook.xml"))
		}
		to, err := w.Create(part.Name)
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

// laid puts files into the inbox and lets them look settled.
func (w *world) laid(files map[string]string) {
	w.t.Helper()
	submission(w.t, w.dir.Inbox(), files)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for name := range files {
		if err := os.Chtimes(filepath.Join(w.dir.Inbox(), name), old, old); err != nil {
			w.t.Fatal(err)
		}
	}
}

// What cannot be read is refused by its name and set aside, whatever it is; all
// else goes on, and the run says so.
func TestWorstInbox(t *testing.T) {
	t.Parallel()
	if ordinary.Test(t) {
		return
	}
	w := newWorld(t)
	inbox := func(name string) string { return filepath.Join(w.dir.Inbox(), name) }
	w.laid(map[string]string{
		"insatser.csv": strings.Replace(effortsCSV, "2480;2482", `"2480;2482"`, 1), "slinga.xlsx": string(looped(t, w.open())),
		"avbruten.xlsx": "PK\x03\x04 half a workbook", "stängd.xlsx": "PK", "tom.xlsx": "", "bild.png": "\x89PNG",
	})
	if err := errors.Join(os.Chmod(inbox("stängd.xlsx"), 0), os.Mkdir(inbox("mapp.xlsx"), 0o755), os.Mkdir(inbox("utkast"), 0o755),
		os.Symlink("/etc/hostname", inbox("länk.xlsx")), syscall.Mkfifo(inbox("rör.csv"), 0o600)); err != nil {
		t.Fatal(err)
	}
	result := w.refresh()
	refused := []string{"avbruten.xlsx", "bild.png", "länk.xlsx", "mapp.xlsx", "rör.csv", "slinga.xlsx", "stängd.xlsx", "tom.xlsx"}
	var told []string
	for _, h := range result.Handed {
		if h.Unreadable != nil {
			told = append(told, filepath.Base(h.Paths[0]))
			if name, _, _ := strings.Cut(h.Unreadable.Error(), ":"); name != filepath.Base(h.Paths[0]) || !strings.Contains(result.Err().Error(), `"`+name+`" cannot be read and is set aside`) {
				t.Errorf("%v; %v", h.Unreadable, result.Err())
			}
		}
	}
	if slices.Sort(told); !slices.Equal(told, refused) || !result.Degraded() || !result.Published {
		t.Errorf("refused %q, degraded %v, published %v", told, result.Degraded(), result.Published)
	}
	w.one("select count(*) from outcome.effort", "2")
	w.one("select count(*) from outcome.rejected", "8")
	w.one("select skal from outcome.rejected where filer = 'länk.xlsx'", ": Det är en länk och ingen fil. Lämna in filen själv.")
	for _, name := range refused {
		if _, err := os.Lstat(inbox("granskade/" + name)); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(w.dir.Inbox()); err != nil || len(left) != 3 { // granskade, read, utkast
		t.Errorf("left in the inbox: %v, %v", left, err)
	}
	if result := w.sound(); len(result.Handed) != 0 {
		t.Errorf("the next time: %+v", result.Handed)
	}
}

// Files that cannot be moved are told each time and remembered once, and what
// could be read stays read.
func TestInboxThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	if ordinary.Test(t) {
		return
	}
	w := newWorld(t)
	w.laid(map[string]string{"insatser.csv": strings.Replace(effortsCSV, "2480;2482", `"2480;2482"`, 1), "slinga.xlsx": string(looped(t, w.open()))})
	if err := os.Chmod(w.dir.Inbox(), 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(w.dir.Inbox(), 0o755)
	for range 2 {
		err := w.refresh().Err()
		if err == nil || !strings.Contains(err.Error(), `"slinga.xlsx" cannot be read and still lies there`) || !strings.Contains(err.Error(), `"insatser.csv": mkdir`) {
			t.Errorf("got %v", err)
		}
	}
	w.one("select count(*) from outcome.effort", "2")
	w.one("select count(*) from outcome.rejected", "1")
	if err := os.Chmod(w.dir.Inbox(), 0); err != nil {
		t.Fatal(err)
	}
	if result := w.refresh(); result.Err() == nil || !strings.Contains(result.Err().Error(), "permission denied") {
		t.Errorf("an inbox that cannot be looked into: %v", result.Err())
	}
}
