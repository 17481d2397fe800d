package intake_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/intake"
	"effekt/pipeline/run"

	effektsql "effekt/sql"
)

// Invented rows: an effort of the organisation with a performance, an outcome of
// three persons (too few to publish) and one of forty, and a project.
const (
	effortsCSV = `insats_id;insats_namn;insatstyp;generisk_aktivitet;rus_mal;nationellt_omrade;enhet;ansvarig_funktion;start_datum;slut_datum;status;geografi
INS-0001;Påhittad verkstad;intern;1;V1;N3;Påhittad enhet;Utvecklingsledare;2025-01-01;2027-12-31;pagaende;"2480;2482"
INS-0002;Påhittat nätverk;extern_1_1;4;V2;N1;Påhittad enhet;Strateg;2025-01-01;;pagaende;24
`
	resultsCSV = `insats_id;period;rapporttyp;niva;generisk_aktivitet;matt_id;matt_namn;enhet;uppnatt_varde;varav_kvinnor;varav_man;beskrivning;datakalla;sakerhet;inlamnad_datum
INS-0001;2025H2;halvar;prestation;1;M1;Kurser;antal;12;;;;egen_rakning;sakert;2026-01-20
INS-0001;2025H2;halvar;utfall;1;M2;Nya arbetssätt;antal;3;;;Tre har bytt arbetssätt.;enkat;sakert;2026-01-20
INS-0001;2025H2;halvar;utfall;1;M3;Digitala företag;antal;40;37;3;Fyrtio har infört en lösning.;enkat;sakert;2026-01-20
`
	answersCSV = "insats_id;ar;fraga;bedomning;motivering\nINS-0001;2025;1;ja;Behovet är belagt.\n"
)

// world is a data folder into which nothing has been fetched, on a day in the round
// 2025H2.
type world struct {
	*pipeline.Pipeline
	t   *testing.T
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.now }
	w.Pipeline = &pipeline.Pipeline{Log: slog.New(slog.DiscardHandler), Now: now, Version: "test", Command: "test"}
	var err error
	if w.Config, err = config.Load(config.Embedded, config.Overrides{County: "24"}); err != nil {
		t.Fatal(err)
	}
	if w.SQL, err = effektsql.Read(effektsql.Files); err != nil {
		t.Fatal(err)
	}
	if w.Dir, err = datadir.Open(filepath.Join(t.TempDir(), "d")); err != nil {
		t.Fatal(err)
	}
	if w.Archive, err = archive.Open(w.Dir.Archive(), now); err != nil {
		t.Fatal(err)
	}
	w.Sources = pipeline.Sources(w.Config, nil)
	return w
}

// lay writes files into a folder, as if they had lain there for a while.
func lay(t *testing.T, folder string, files map[string]string) (paths []string) {
	t.Helper()
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// hand imports one submission from outside the inbox, a minute later.
func (w *world) hand(files map[string]string) run.Handed {
	w.t.Helper()
	w.now = w.now.Add(time.Minute)
	handed, err := w.Intake().Import(w.t.Context(), intake.Submissions(lay(w.t, w.t.TempDir(), files)))
	if err != nil || len(handed) != 1 {
		w.t.Fatalf("%v %v", handed, err)
	}
	return handed[0]
}

func (w *world) inbox() []run.Handed {
	w.t.Helper()
	w.now = w.now.Add(time.Minute)
	handed, err := w.Intake().ImportInbox(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return handed
}

// reported counts the rows that were let in and the submissions that were refused.
func (w *world) reported() (rows, refused int) {
	w.t.Helper()
	all, err := w.Intake().Reported()
	if err != nil {
		w.t.Fatal(err)
	}
	return len(all.Rows), len(all.Rejected)
}

// there lists the files of a folder in the inbox.
func (w *world) there(folder string) string {
	w.t.Helper()
	entries, err := os.ReadDir(filepath.Join(w.Dir.Inbox(), folder))
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return strings.Join(names, ", ")
}
