package pipeline_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/intake"
	"effekt/pipeline/run"
	"effekt/sources/outcomes"

	effektsql "effekt/sql"
)

// Invented rows: an internal effort with a performance, an outcome of three
// persons (too few to publish) and one of forty, and a link.
const (
	effortsCSV = `insats_id;insats_namn;insatstyp;generisk_aktivitet;rus_mal;nationellt_omrade;enhet;ansvarig_funktion;start_datum;slut_datum;status;geografi
INS-0001;Påhittad verkstad;intern;1;V1;N3;Påhittad enhet;Utvecklingsledare;2025-01-01;2027-12-31;pagaende;2480;2482
INS-0002;Påhittat nätverk;extern_1_1;4;V2;N1;Påhittad enhet;Strateg;2025-01-01;;pagaende;24
`
	resultsCSV = `insats_id;period;rapporttyp;niva;generisk_aktivitet;matt_id;matt_namn;enhet;uppnatt_varde;varav_kvinnor;varav_man;beskrivning;datakalla;sakerhet;inlamnad_datum
INS-0001;2025H2;halvar;prestation;1;M1;Kurser;antal;12;;;;egen_rakning;sakert;2026-01-20
INS-0001;2025H2;halvar;utfall;1;M2;Nya arbetssätt;antal;3;;;Tre har bytt arbetssätt.;enkat;sakert;2026-01-20
INS-0001;2025H2;halvar;utfall;1;M3;Digitala företag;antal;40;37;3;Fyrtio har infört en lösning.;enkat;sakert;2026-01-20
`
	linksCSV = `koppling_id;insats_id;matt_id;indikator_id;forvantad_riktning;koppling_styrka;tidsfordrojning_ar;mekanism;evidens_typ
KOP-0001;INS-0001;M3;income;okar;indirekt;9;Digitala lösningar ger mer betalda jobb åt flera.;saknas
`
)

func submission(t *testing.T, folder string, files map[string]string) []intake.Submission {
	t.Helper()
	var paths []string
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return intake.Submissions(paths)
}

func (w *world) hand(submissions []intake.Submission) run.Handed {
	w.t.Helper()
	handed, err := w.open().Import(w.t.Context(), submissions)
	if err != nil || len(handed) != 1 {
		w.t.Fatalf("%v %v", handed, err)
	}
	return handed[0]
}

// TestReportedOutcomesStandBesideTheStatistics hands in CSV files and builds.
func TestReportedOutcomesStandBesideTheStatistics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.copy(w.sql, effektsql.Files, "core/effort*.sql", "core/link.sql", "core/answer.sql", "core/report.sql", "marts/indicator_change.sql", "marts/indicator_trend.sql", "marts/effect_chain.sql",
		"marts/reporting_status.sql", "marts/coverage.sql", "marts/resource_allocation.sql", "marts/evaluation.sql")
	w.at(time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC))
	efforts := strings.Replace(effortsCSV, "2480;2482", `"2480;2482"`, 1)
	files := map[string]string{"insatser.csv": efforts, "resultat.csv": resultsCSV, "kopplingar.csv": linksCSV}
	h := w.hand(submission(t, t.TempDir(), files))
	if h.Refused() || len(h.Reading.Rows) != 6 || strings.Join(h.Hidden, "; ") != "INS-0001/2025H2/M2 (uppnatt_varde); INS-0001/2025H2/M3 (varav_kvinnor, varav_man)" || h.Vintage == "" {
		t.Fatalf("%+v", h)
	}
	if again := w.hand(submission(t, t.TempDir(), files)); again.Refused() || again.Vintage != "" || again.Reading.Same != 6 {
		t.Errorf("the same files again: %+v", again)
	}
	w.refresh()
	w.one("select count(*) from outcome.result where uppnatt_varde = 3 or varav_man = 3 or varav_kvinnor = 37", "0")
	w.one("select outcome_value, mechanism is not null, indicator_year is not null, visible_from_year from mart.effect_chain where link_id = 'KOP-0001' limit 1", "40 true true 2034")
	w.one("select string_agg(effort_id || ' ' || report_state, ', ' order by effort_id) from mart.reporting_status where round = '2025H2'", "INS-0001 received, INS-0002 open")
	w.one("select string_agg(subject, ', ' order by subject) from mart.coverage where gap = 'effort_without_link'", "INS-0002")
	w.one("select count(*) from mart.coverage where gap = 'lag_beyond_latest_year' and subject = 'KOP-0001'", "1")
	w.one("select sum(efforts) from mart.resource_allocation", "3")
}

// TestRefusedWorkbookChangesNothing hands in what has a fault, by the inbox.
func TestRefusedWorkbookChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.open()
	if err := os.MkdirAll(p.Dir.Inbox(), 0o755); err != nil {
		t.Fatal(err)
	}
	b, err := p.Intake().Book("2025H2", "")
	if err != nil {
		t.Fatal(err)
	}
	var template bytes.Buffer
	if err := outcomes.Template(&template, b, nil); err != nil {
		t.Fatal(err)
	}
	submission(t, p.Dir.Inbox(), map[string]string{"tom å.xlsx": template.String(), "insatser.csv": strings.Replace(effortsCSV, "2480;2482", "2480", 1)})
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, name := range []string{"tom å.xlsx", "insatser.csv"} {
		if err := os.Chtimes(filepath.Join(p.Dir.Inbox(), name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	result := w.refresh()
	if len(result.Handed) != 2 {
		t.Fatalf("%+v", result.Handed)
	}
	for name, there := range map[string]bool{"tom å.xlsx": true, "granskade/tom å-granskad.xlsx": true, "insatser.csv": false, "read/insatser.csv": true} {
		if _, err := os.Stat(filepath.Join(p.Dir.Inbox(), name)); (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.one("select count(*) from outcome.rejected", "1")
	w.one("select count(*) from outcome.effort", "2")
	w.refresh()
	w.one("select count(*) from outcome.rejected", "1")
}
