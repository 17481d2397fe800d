package outcomes

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestReadmeGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, n := range readme(testBook()) {
		b.WriteString(n.String() + "\n")
	}
	const golden = "testdata/readme.golden"
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(golden, []byte(b.String()), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTemplateHelpsWhoFillsItIn(t *testing.T) {
	t.Parallel()
	f := templateFile(t, testBook(), nil)
	if diff := cmp.Diff([]string{readmeSheet, Efforts, Results, Links, Answers, listsSheet, stampSheet}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	if visible, err := f.GetSheetVisible(stampSheet); visible || err != nil {
		t.Error("the stamp shows")
	}
	for _, s := range Sheets() {
		validations, err := f.GetDataValidations(s.Name)
		if err != nil || len(validations) != len(s.Columns) {
			t.Errorf("%s: %d validations, %v", s.Name, len(validations), err)
		}
		for i, v := range validations {
			c := s.Columns[i]
			wantsList := c.Kind == Code && len(testBook().Lists[c.List]) > 0
			if wantsList && (v.Type != "list" || !strings.HasPrefix(v.Formula1, "kodlistor!$")) {
				t.Errorf("%s.%s: %+v", s.Name, c.Name, v)
			}
			if c.Kind == Date && v.Type != "date" || c.Kind == Integer && v.Type != "whole" || c.Kind == Decimal && v.Type != "decimal" {
				t.Errorf("%s.%s: %s", s.Name, c.Name, v.Type)
			}
		}
		panes, err := f.GetPanes(s.Name)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: panes %+v, %v", s.Name, panes, err)
		}
		if got, _ := f.GetCellValue(s.Name, "A2"); !strings.HasPrefix(got, "EXEMPEL ") {
			t.Errorf("%s: example %q", s.Name, got)
		}
		locked(t, f, s.Name, "A1", true)
		locked(t, f, s.Name, "A2", true)
	}
	if got, _ := f.GetCellValue(Efforts, "D2"); got != "1. Kompetensutvecklingsinsatser" {
		t.Errorf("the example's activity is %q", got)
	}
}

func locked(t *testing.T, f *excelize.File, sheet, at string, want bool) {
	t.Helper()
	id, err := f.GetCellStyle(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	if got := style.Protection == nil || style.Protection.Locked; got != want {
		t.Errorf("%s!%s: locked %v", sheet, at, got)
	}
}

func TestPrefilledIdsAreLockedOthersOpen(t *testing.T) {
	t.Parallel()
	known := accept(nil, read(t, nil, one(filled(t, valid()))...))
	b := testBook()
	b.Round.Name, b.Unit = "2026H2", "näringslivsenheten "
	f := templateFile(t, b, known)
	locked(t, f, Efforts, "A3", true)
	locked(t, f, Efforts, "N3", false)
	locked(t, f, Efforts, "L3", false)
	locked(t, f, Results, "J3", false)
	locked(t, f, Results, "A90", false)
	b.Unit = "En annan enhet"
	if got, _ := templateFile(t, b, known).GetCellValue(Efforts, "A3"); got != "" {
		t.Errorf("another unit's effort %s is filled in", got)
	}
}

// TestNothingPrefilledIsAFormula prefills what begins like a formula.
func TestNothingPrefilledIsAFormula(t *testing.T) {
	t.Parallel()
	known := &Known{}
	values := map[string]string{"insats_id": "INS-0001", "insats_namn": "=1+1", "projektagare": "-17", "status": "pagaende", "diarienummer": "@x"}
	known.Add("2025H2", Row{Sheet: Efforts, ID: "INS-0001", Version: 1, Values: values})
	f := templateFile(t, testBook(), known)
	for at, want := range map[string]string{"B3": "'=1+1", "P3": "'-17", "R3": "'@x"} {
		formula, err := f.GetCellFormula(Efforts, at)
		if got, _ := f.GetCellValue(Efforts, at); got != want || formula != "" || err != nil {
			t.Errorf("%s %q, formula %q, %v", at, got, formula, err)
		}
	}
}
