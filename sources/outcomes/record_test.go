package outcomes

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func handed(rows ...Row) []Handed {
	var all []Handed
	for _, row := range rows {
		all = append(all, Handed{Row: row, Round: "2026H1", Unit: "Enheten", Vintage: "20260810T000000Z", Received: time.Date(2026, 8, 10, 0, 0, 0, 0, time.UTC)})
	}
	return all
}

func TestRecord(t *testing.T) {
	t.Parallel()
	rows := handed(read(t, nil, one(filled(t, valid()))...).Rows...)
	for name, want := range map[string]int64{Efforts: 2, Results: 3, Links: 1, Answers: 1} {
		s, _ := SheetNamed(name)
		record, err := s.Record(rows)
		if err != nil {
			t.Fatal(err)
		}
		if record.NumRows() != want || record.NumCols() != int64(len(s.Columns)+8) {
			t.Errorf("%s: %d rows, %d columns", name, record.NumRows(), record.NumCols())
		}
		record.Release()
	}
	s, _ := SheetNamed(Results)
	record, err := s.Record(rows)
	if err != nil {
		t.Fatal(err)
	}
	defer record.Release()
	var got []string
	for i, field := range record.Schema().Fields() {
		got = append(got, field.Name+"="+record.Column(i).ValueStr(1))
	}
	want := strings.Split("insats_id=INS-0001 period=2026H1 rapporttyp=halvar niva=utfall generisk_aktivitet=1 matt_id=M2 matt_namn=Företag_med_ny_digital_lösning "+
		"enhet=antal planerat_varde=(null) uppnatt_varde=40 varav_kvinnor=18 varav_man=22 beskrivning=Fyrtio_deltagare_har_infört_en_ny_lösning. datakalla=enkat "+
		"sakerhet=sakert inlamnad_datum=2026-08-10 ersatter=(null) rad_id=INS-0001/2026H1/M2 version=1 ersatt_av=(null) omgang=2026H1 inlamnande_enhet=Enheten "+
		"arbetsbok=20260810T000000Z inlast=2026-08-10T00:00:00 dolda_kolumner=(null)", " ")
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], " ", "_")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	rows := handed(Row{Sheet: Efforts, ID: "INS-0001", Version: 1}, Row{Sheet: Efforts, ID: "INS-0002", Version: 1}, Row{Sheet: Efforts, ID: "INS-0001", Version: 2})
	Replace(rows)
	if rows[0].ReplacedBy != "INS-0001#2" || rows[1].ReplacedBy != "" || rows[2].ReplacedBy != "" {
		t.Errorf("%+v", rows)
	}
}

func TestHide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ total, women, men, unit, hidden string }{
		{"40", "18", "22", "antal", ""},
		{"4", "", "", "antal", "uppnatt_varde"},
		{"0", "0", "0", "antal", ""},
		{"20", "3", "17", "antal", "varav_kvinnor varav_man"},
		{"20", "17", "3", "antal", "varav_kvinnor varav_man"},
		{"20", "18", "", "antal", "varav_kvinnor"}, // the two others could be worked out
		{"20", "10", "8", "antal", "varav_kvinnor varav_man"},
		{"20", "20", "0", "antal", ""},
		{"4", "0", "4", "antal", "uppnatt_varde varav_kvinnor varav_man"},
		{"3", "", "", "andel_procent", ""},
		{"4.5", "", "", "antal", "uppnatt_varde"},
		{"5", "", "", "antal", ""},
	} {
		rows := handed(Row{Sheet: Results, ID: "x", Version: 1, Values: map[string]string{"uppnatt_varde": c.total, "varav_kvinnor": c.women, "varav_man": c.men, "enhet": c.unit}})
		before := rows[0].Values
		n := Hide(rows, 5)
		if got := strings.Join(rows[0].Hidden, " "); got != c.hidden || n != len(rows[0].Hidden) {
			t.Errorf("%+v: hidden %q", c, got)
		}
		for _, column := range rows[0].Hidden {
			if rows[0].Values[column] != "" || before[column] == "" && !slices.Contains(rows[0].Hidden, column) {
				t.Errorf("%+v: %s still shows", c, column)
			}
		}
		if before["uppnatt_varde"] != c.total {
			t.Error("the row as it was read is changed")
		}
	}
}

func TestAcceptedKeepsItsRows(t *testing.T) {
	t.Parallel()
	want := Accepted{Stamp: Stamp{1, "2026H1", "Enheten"}, Files: []string{"å b.xlsx"}, Rows: read(t, nil, one(filled(t, valid()))...).Rows}
	body, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	refused := Rejected{Problems: []Problem{{Sheet: Efforts, Cell: "A3", Value: "hemligt", Rule: "Fel."}}}
	body, err = refused.Encode()
	if err != nil || strings.Contains(string(body), "hemligt") {
		t.Errorf("%s %v", body, err)
	}
}
