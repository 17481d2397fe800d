package config

import (
	"strings"
	"testing"
)

func TestShippedFramework(t *testing.T) {
	t.Parallel()
	c, err := Load(Embedded, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	f := c.Framework
	if len(f.Activities) != 11 || len(f.Questions) != 6 || len(f.Cycle) != 4 || len(f.Goals) != 10 {
		t.Errorf("%d activities, %d questions, %d steps, %d goals", len(f.Activities), len(f.Questions), len(f.Cycle), len(f.Goals))
	}
	r, ok := f.Round("2026H1")
	if !ok || r.Due.Format("2006-01-02") != "2026-08-31" {
		t.Errorf("round %v", r)
	}
	if f.Goals[4].Reported() != "tvargaende" || f.Goals[0].Reported() != "N1" {
		t.Errorf("goals %v", f.Goals)
	}
}

func TestFrameworkMistakesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	body, err := Embedded.ReadFile("framework.toml")
	if err != nil {
		t.Fatal(err)
	}
	changed := string(body)
	for _, change := range [][2]string{
		{"number = 3\nname = \"Synk", "number = 4\nname = \"Synk"},
		{`code = "V2"`, `code = "V1"`},
		{`due = "2026-08-31"`, `due = "2026-06-31"`},
		{`name = "2026H2"`, `name = "2026"`},
		{`due = "02-21"`, `due = "februari"`},
		{"floor = 5", "floor = -1"},
		{`{ code = "saknas", label = "Evidens saknas" },`, ""},
		{"sakerhet = [", "osakerhet = ["},
		{`domain = "Resultat"`, `doman = "Resultat"`},
	} {
		if !strings.Contains(changed, change[0]) {
			t.Fatalf("no %q in the shipped file", change[0])
		}
		changed = strings.Replace(changed, change[0], change[1], 1)
	}
	_, err = Load(files(t, map[string]string{"framework.toml": changed}), Overrides{})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		"activity 4 stands as number 3", "goal V1 twice", `"2026-06-31" is no date`, `round "2026": want year and half`,
		`report_back due "februari"`, "floor -1", `evidens_typ lacks "saknas"`, `no code list "osakerhet"`, `sakerhet lacks "oklart"`,
		`unknown key "question.doman"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
}
