package scb

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"effekt/config"
	"effekt/sources"
	"effekt/sources/replay"

	"github.com/google/go-cmp/cmp"
)

// like is a table with the variables of jobs and other codes.
func like(id string, edit ...string) fixture {
	f := fixture{id, nil}
	for _, v := range jobs()[0].variables {
		f.variables = append(f.variables, strings.NewReplacer(edit...).Replace(v))
	}
	return f
}

// The table that goes on with the same variables and codes is proposed, with a
// data set's file for it; once for all tasks, and nothing for one that has no like.
func TestPropose(t *testing.T) {
	t.Parallel()
	tables := []fixture{
		jobs()[0],
		like("TAB71", "2022=2022 2023=2023", "2023=2023 2024=2024"),                       // goes on, with the same codes
		like("TAB72", "2022=2022 2023=2023", "2024=2024", "A2=", "B2=", "1=män", "3=män"), // goes on, with others
		like("TAB73"), // does not go on
		{"TAB74", []string{"Bransch bransch A=jordbruk", "ContentsCode tabellinnehåll X=Lön", "Tid år 2024=2024"}}, // of something else
	}
	server, s, ask := serve(t, tables, replay.Options{})
	task := take(t, s, ask, newcomers("TAB7"))
	alone := newcomers("TAB74")
	alone.Held.Parts = []sources.Part{{Description: sources.Description{Table: "TAB75", Title: "Skog", Variables: []sources.Variable{
		{Code: "Trad", Label: "trädslag", Codes: []sources.Code{{Code: "1"}}}, {Code: "Tid", Role: "time", Codes: []sources.Code{{Code: "2020"}}},
	}}}}
	server.Forget()
	got, err := s.Propose(t.Context(), ask, []sources.Task{task, alone})
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v: %v", got, err)
	}
	toml := got[0].TOML
	got[0].TOML = ""
	want := []sources.Proposal{
		{At: task.Now, Table: "TAB71", Title: "Tabell TAB71", FirstPeriod: "2023", LastPeriod: "2024", Score: 1},
		{At: task.Now},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("(-want +got):\n", diff)
	}
	if n := server.Count("scb", "listing"); n != 1 || server.Count("scb", "data") != 0 {
		t.Errorf("%d requests for the list of tables", n)
	}
	const file = `# Proposed successor of TAB7: look it through. Label pins and units come with the first fetch.
source = "scb"
table = "TAB71"
title = "Nyanlända"
[select]
Region = ["counties"]
Kon = ["1", "2"]
BakgrVar = ["label:vistelsetid 2-3 år"]
ContentsCode = ["label: Andel sysselsatta "]
Tid = ["all"]
`
	if diff := cmp.Diff(file, toml); diff != "" {
		t.Error(diff)
	}
	takes(t, toml)
}

// takes demands that the config takes a data set's file.
func takes(t *testing.T, toml string) {
	t.Helper()
	files := fstest.MapFS{"datasets/next.toml": {Data: []byte(toml)}}
	for _, name := range []string{"effekt.toml", "framework.toml", "regions.toml"} {
		body, err := config.Embedded.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: body}
	}
	if _, err := config.Load(files, config.Overrides{}); err != nil {
		t.Errorf("the config does not take it: %v\n%s", err, toml)
	}
}

// What has no counterpart is marked for whoever looks the file through.
func TestProposeMarksWhatDiffers(t *testing.T) {
	t.Parallel()
	other := like("TAB72", "2022=2022 2023=2023", "2024=2024", "2=kvinnor", "F=kvinnor 9=okänt", "1=män", "M=herrar", "A2=", "B2=", "C1=", "D1=")
	other.variables = append([]string{"Typ typ x=hus"}, other.variables...)
	_, s, ask := serve(t, []fixture{jobs()[0], other}, replay.Options{})
	task := take(t, s, ask, newcomers("TAB7"))
	task.RegionCoding = "nuts3"
	got, err := s.Propose(t.Context(), ask, []sources.Task{task})
	if err != nil || got[0].Table != "TAB72" || got[0].Score < goodEnough || got[0].Score >= 1 {
		t.Fatalf("%+v: %v", got, err)
	}
	for _, want := range []string{
		"region_coding = \"nuts3\"\n", "# new: typ; choose its total, or what the old table held\n# Typ = []\n", `Region = ["counties"]`,
		"# 1 of the 2 codes that were read have no counterpart\nKon = [\"F\"]\n", `BakgrVar = ["B2"]`, `ContentsCode = ["D1"]`, `Tid = ["all"]`,
	} {
		if !strings.Contains(got[0].TOML, want) {
			t.Errorf("no %q in\n%s", want, got[0].TOML)
		}
	}
}

// What cannot be read ends the search; what was found before it is told.
func TestProposeFails(t *testing.T) {
	t.Parallel()
	tables := []fixture{jobs()[0], like("TAB71", "2022=2022 2023=2023", "2024=2024")}
	_, s, ask := serve(t, tables, replay.Options{})
	task := take(t, s, ask, newcomers("TAB7"))
	alone := task
	alone.Held.Parts = []sources.Part{{Description: sources.Description{Table: "TAB75", Variables: []sources.Variable{{Code: "Tid", Role: "time"}}}}}
	for role, found := range map[string]int{"catalogue": 0, "metadata": 1} {
		got, err := s.Propose(t.Context(), failing{ask, role, errors.New("connection reset")}, []sources.Task{alone, task})
		if err == nil || len(got) != found {
			t.Errorf("%s: %+v, %v", role, got, err)
		}
	}
}

// The periods that end a title grow every year and are no part of it.
func TestUndated(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"BRP efter region. År 2012-2024": "BRP efter region", "Folkmängd 2012M01–2024M06": "Folkmängd", "Index, 2020": "Index", "Sysselsatta, Månad 2020M01": "Sysselsatta",
		"Barn 2-5 år": "Barn 2-5 år",
	} {
		if got := undated(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b []string
		want float64
	}{
		{nil, nil, 0}, {[]string{"x"}, nil, 0}, {[]string{"x"}, []string{"y"}, 0}, {[]string{" Kön"}, []string{"kön "}, 1}, {[]string{"x", "x", "y"}, []string{"y", "z"}, 1. / 3},
	} {
		if got := share(test.a, test.b); got != test.want {
			t.Errorf("%q, %q: %v, want %v", test.a, test.b, got, test.want)
		}
	}
}
