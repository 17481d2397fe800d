package intake_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/intake"
	"effekt/sources/outcomes"
)

// What is handed in is kept once, word for word, with what is too small to publish
// named; the same again is nothing new, and a correction takes the place of a row.
func TestImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	files := map[string]string{"insatser.csv": effortsCSV, "resultat.csv": resultsCSV}
	h := w.hand(files)
	if h.Refused() || len(h.Reading.Rows) != 5 || h.Vintage == "" || h.Err() != nil || h.Review != "" {
		t.Fatalf("%+v", h)
	}
	if got := strings.Join(h.Hidden, "; "); got != "INS-0001/2025H2/M2 (uppnatt_varde); INS-0001/2025H2/M3 (varav_kvinnor, varav_man)" {
		t.Errorf("too small: %s", got)
	}
	if again := w.hand(files); again.Refused() || again.Vintage != "" || again.Reading.Same != 5 {
		t.Errorf("the same again: %+v", again)
	}
	before := w.now
	corrected := strings.Replace(resultsCSV, "inlamnad_datum", "inlamnad_datum;ersatter", 1)
	head, rows, _ := strings.Cut(corrected, "\n")
	first, _, _ := strings.Cut(rows, "\n")
	h = w.hand(map[string]string{"resultat.csv": head + "\n" + strings.Replace(first, ";12;", ";14;", 1) + ";INS-0001/2025H2/M1\n"})
	if h.Refused() || len(h.Reading.Rows) != 1 || h.Reading.Rows[0].Version != 2 {
		t.Fatalf("a correction: %+v", h)
	}
	all, err := w.Intake().Reported()
	if err != nil || len(all.Rows) != 6 || len(all.Vintages) != 2 {
		t.Fatalf("%+v %v", all, err)
	}
	for _, row := range all.Rows {
		if replaced := row.ReplacedBy != ""; replaced != (row.ID == "INS-0001/2025H2/M1" && row.Version == 1) {
			t.Errorf("%s is replaced by %q", row.Name(), row.ReplacedBy)
		}
	}
	w.AsOf = before
	if rows, _ := w.reported(); rows != 5 {
		t.Errorf("as it was before the correction: %d rows", rows)
	}
}

// A submission with a fault changes nothing, says why in a copy, and is remembered
// once without the values.
func TestRefusedRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := t.TempDir()
	paths := lay(t, folder, map[string]string{"insatser.csv": strings.Replace(effortsCSV, "extern_1_1", "Hemligt Namn", 1)})
	for range 2 {
		handed, err := w.Intake().Import(t.Context(), intake.Submissions(paths))
		if err != nil || len(handed) != 1 || !handed[0].Refused() || handed[0].Vintage != "" || handed[0].Reading.Errors() != 1 || handed[0].Review == "" {
			t.Fatalf("%+v %v", handed, err)
		}
		if info, err := os.Stat(handed[0].Review); err != nil || info.Size() == 0 || filepath.Dir(handed[0].Review) != folder {
			t.Errorf("the copy with comments: %v %v", info, err)
		}
	}
	all, err := w.Intake().Reported()
	if err != nil || len(all.Rows) > 0 || len(all.Rejected) != 1 || len(all.Rejected[0].Problems) == 0 {
		t.Fatalf("%+v %v", all, err)
	}
	if body, err := all.Rejected[0].Encode(); err != nil || bytes.Contains(body, []byte("Hemligt")) || !bytes.Contains(body, []byte("insatstyp")) {
		t.Errorf("remembered: %s %v", body, err)
	}
	if _, err := os.Stat(paths[0]); err != nil {
		t.Errorf("a file outside the inbox was moved: %v", err)
	}
}

// In the inbox what is read goes to read, what cannot be read to granskade; what is
// being written, temporary or no file to hand in stays.
func TestInbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := w.Intake()
	if err := os.RemoveAll(w.Dir.Inbox()); err != nil {
		t.Fatal(err)
	}
	if handed := w.inbox(); len(handed) != 0 {
		t.Errorf("no inbox: %+v", handed)
	}
	if err := os.MkdirAll(filepath.Join(w.Dir.Inbox(), "utkast"), 0o755); err != nil {
		t.Fatal(err)
	}
	b, err := store.Book("2025H2", "")
	if err != nil {
		t.Fatal(err)
	}
	var empty bytes.Buffer
	if err := outcomes.Template(&empty, b, nil); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"insatser.csv": effortsCSV, "resultat.csv": resultsCSV, "tom.xlsx": empty.String(), "halv.xlsx": "PK\x03\x04 half a workbook", "~$tom.xlsx": "x", ".dold.csv": "x",
	}
	lay(t, w.Dir.Inbox(), files)
	if err := os.WriteFile(filepath.Join(w.Dir.Inbox(), "skrivs.xlsx"), []byte("PK"), 0o644); err != nil { // just now
		t.Fatal(err)
	}
	handed := w.inbox()
	var told []string
	for _, h := range handed {
		line := filepath.Base(h.Paths[0])
		switch {
		case h.Unreadable != nil:
			line += " unreadable " + h.Aside
		case h.Refused():
			line += " refused"
		case h.Vintage != "":
			line += " read"
		}
		told = append(told, line)
	}
	slices.Sort(told)
	if got := strings.Join(told, ", "); got != "halv.xlsx unreadable granskade, insatser.csv read, tom.xlsx refused" {
		t.Errorf("told %s", got)
	}
	for folder, want := range map[string]string{
		"": ".dold.csv, skrivs.xlsx, tom.xlsx, ~$tom.xlsx", "read": "insatser.csv, resultat.csv", "granskade": "halv.xlsx, tom-granskad.xlsx",
	} {
		if got := w.there(folder); got != want {
			t.Errorf("in inbox/%s: %s, want %s", folder, got, want)
		}
	}
	if rows, refused := w.reported(); rows != 5 || refused != 2 {
		t.Errorf("%d rows and %d refused", rows, refused)
	}
	lay(t, w.Dir.Inbox(), map[string]string{"insatser.csv": effortsCSV})
	w.inbox()
	if rows, refused := w.reported(); rows != 5 || refused != 2 {
		t.Errorf("the next time: %d rows and %d refused", rows, refused)
	}
	if got := w.there("read"); got != "20260120T090300Z insatser.csv, insatser.csv, resultat.csv" {
		t.Errorf("a name that is taken: %s", got)
	}
}

// All CSV files of a folder are one submission, each workbook is one.
func TestSubmissions(t *testing.T) {
	t.Parallel()
	all := intake.Submissions([]string{"a/x.csv", "a/bok.xlsx", "b/y.csv", "a/z.CSV"})
	var got []string
	for _, s := range all {
		got = append(got, strings.Join(s.Paths, "+"))
	}
	if want := []string{"a/x.csv+a/z.CSV", "a/bok.xlsx", "b/y.csv"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A round that is not named is the latest that has opened, and its workbook knows
// every list of the config.
func TestBook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for now, want := range map[string]string{"2026-01-20": "2025H2", "2026-07-01": "2026H1", "2026-06-30": "2025H2"} {
		day, err := time.Parse(time.DateOnly, now)
		if err != nil {
			t.Fatal(err)
		}
		w.now = day
		b, err := w.Intake().Book("", "En enhet")
		if err != nil || b.Round.Name != want || b.Unit != "En enhet" || b.Place != "Västerbottens län" {
			t.Errorf("%s: %v %+v", now, err, b.Round)
		}
		for _, s := range outcomes.Sheets() {
			for _, c := range s.Columns {
				if c.List != "" && c.List != "rus_prioritering" && len(b.Lists[c.List]) == 0 { // the strategy names no priority yet
					t.Errorf("the list %s of %s.%s is empty", c.List, s.Name, c.Name)
				}
			}
		}
	}
	if _, err := w.Intake().Book("2026H9", ""); err == nil || !strings.Contains(err.Error(), "2026H1") {
		t.Errorf("no such round: %v", err)
	}
	w.now = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := w.Intake().Book("", ""); err == nil {
		t.Error("a round before any has opened")
	}
}
