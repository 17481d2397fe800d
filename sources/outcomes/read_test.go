package outcomes

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	reading := read(t, nil, one(filled(t, valid()))...)
	for _, p := range reading.Problems {
		t.Error(p)
	}
	if len(reading.Rows) != 7 || reading.Stamp != (Stamp{1, "2026H1", "Näringslivsenheten"}) {
		t.Fatalf("%d rows, stamp %v", len(reading.Rows), reading.Stamp)
	}
	want := map[string]string{
		"insats_id": "INS-0001", "period": "2026H1", "rapporttyp": "halvar", "niva": "utfall", "generisk_aktivitet": "1", "matt_id": "M2",
		"matt_namn": "Företag med ny digital lösning", "enhet": "antal", "planerat_varde": "", "uppnatt_varde": "40", "varav_kvinnor": "18", "varav_man": "22",
		"beskrivning": "Fyrtio deltagare har infört en ny lösning.", "datakalla": "enkat", "sakerhet": "sakert", "inlamnad_datum": "2026-08-10", "ersatter": "",
	}
	got := reading.Rows[3]
	for column, value := range want {
		if got.Values[column] != value {
			t.Errorf("%s %q, want %q", column, got.Values[column], value)
		}
	}
	if got.ID != "INS-0001/2026H1/M2" || got.Version != 1 || got.Line != 4 {
		t.Errorf("row %+v", got)
	}
}

func TestEmptyTemplateHasNothingToRead(t *testing.T) {
	t.Parallel()
	reading := read(t, nil, one(filled(t, nil))...)
	if reading.Errors() != 1 || !strings.Contains(reading.Problems[0].Rule, "inga ifyllda rader") {
		t.Errorf("problems %v", reading.Problems)
	}
}

func accept(k *Known, r Reading) *Known {
	if k == nil {
		k = &Known{}
	}
	k.Add(r.Stamp.Round, r.Rows...)
	return k
}

func TestHandedInTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	file := filled(t, valid())
	known := accept(nil, read(t, nil, one(file)...))
	again := read(t, known, one(file)...)
	if len(again.Rows) != 0 || again.Same != 7 || len(again.Problems) != 0 {
		t.Errorf("rows %d, same %d, problems %v", len(again.Rows), again.Same, again.Problems)
	}
}

func TestCorrectionNamesWhatItReplaces(t *testing.T) {
	t.Parallel()
	known := accept(nil, read(t, nil, one(filled(t, valid()))...))
	rows := valid()
	rows[Results][0]["uppnatt_varde"] = 13
	silent := read(t, known, one(filled(t, rows))...)
	if silent.Errors() != 1 || !strings.Contains(silent.Problems[0].String(), "INS-0001/2026H1/M1 i kolumnen ersatter") || silent.Rows != nil {
		t.Errorf("problems %v", silent.Problems)
	}
	rows[Results][0]["ersatter"] = "INS-0001/2026H1/M1"
	said := read(t, known, one(filled(t, rows))...)
	if len(said.Rows) != 1 || said.Rows[0].Name() != "INS-0001/2026H1/M1#2" || said.Same != 6 {
		t.Fatalf("rows %v, problems %v", said.Rows, said.Problems)
	}
	accept(known, said)
	rows[Results][0]["uppnatt_varde"] = 14
	third := read(t, known, one(filled(t, rows))...)
	if third.Errors() != 1 || !strings.Contains(third.Problems[0].String(), "INS-0001/2026H1/M1#2") {
		t.Errorf("a correction of what no longer holds: %v", third.Problems)
	}
	old := read(t, known, one(filled(t, valid()))...)
	if len(old.Rows) != 0 || old.Errors() != 0 || old.Same != 7 || !strings.Contains(old.Problems[0].Rule, "redan ersatt") {
		t.Errorf("the first file again: %+v", old)
	}
}

func TestLaterRoundFollowsUp(t *testing.T) {
	t.Parallel()
	known := accept(nil, read(t, nil, one(filled(t, valid()))...))
	b := testBook()
	b.Round.Name = "2026H2"
	f := templateFile(t, b, known)
	// The measures stand there with their values open; the first is reported.
	for at, want := range map[string]string{"A3": "INS-0001", "B3": "2026H2", "F3": "M1", "J3": "", "D4": "utfall – Förklaring av utfall", "A5": "INS-0002"} {
		if got, err := f.GetCellValue(Results, at); err != nil || got != want {
			t.Errorf("%s %q, want %q", at, got, want)
		}
	}
	for column, value := range map[string]any{"rapporttyp": "halvar", "uppnatt_varde": 7, "datakalla": "egen_rakning", "sakerhet": "sakert", "inlamnad_datum": "2027-01-10"} {
		set(t, f, Results, cellOf(Results, column, 0), value)
	}
	set(t, f, Efforts, cellOf(Efforts, "status", 0), "avslutad")
	b.Today = b.Today.AddDate(1, 0, 0)
	reading, err := Read(one(body(t, f)), b, known)
	if err != nil || reading.Errors() != 0 {
		t.Fatal(err, reading.Problems)
	}
	var names []string
	for _, row := range reading.Rows {
		names = append(names, row.Name())
	}
	if diff := cmp.Diff([]string{"INS-0001#2", "INS-0001/2026H2/M1"}, names); diff != "" {
		t.Error(diff)
	}
	if len(reading.Problems) != 2 { // the two measures that were left alone
		t.Errorf("problems %v", reading.Problems)
	}
}

func TestPrefilledRoundTripChangesNothing(t *testing.T) {
	t.Parallel()
	known := accept(nil, read(t, nil, one(filled(t, valid()))...))
	var first bytes.Buffer
	if err := Template(&first, testBook(), known); err != nil {
		t.Fatal(err)
	}
	reading := read(t, known, one(first.Bytes())...)
	if reading.Errors() != 0 || len(reading.Rows) != 0 || reading.Same != 3 { // two efforts, one link
		t.Errorf("same %d, rows %v, problems %v", reading.Same, reading.Rows, reading.Problems)
	}
}
