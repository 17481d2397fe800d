package pipeline_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/run"
	"effekt/sources"
	"effekt/sources/replay"

	"github.com/google/go-cmp/cmp"

	effektsql "effekt/sql"
)

// newcomersTable is a table as SCB has it, at its first fetch.
const newcomersTable = `{"class":"dataset","label":"Sysselsatta","source":"SCB","updated":"2026-06-08T06:00:00Z",
"role":{"time":["Tid"],"metric":["ContentsCode"]},
"id":["Region","Kon","BakgrVar","ContentsCode","Tid"],"size":[3,2,2,1,2],
"dimension":{
 "Region":{"label":"region","category":{"index":["00","23","24"],"label":{"00":"Riket","23":"Jämtlands län","24":"Västerbottens län"}},"extension":{"elimination":true}},
 "Kon":{"label":"kön","category":{"index":["1","2"],"label":{"1":"män","2":"kvinnor"}},"extension":{"elimination":true}},
 "BakgrVar":{"label":"bakgrund","category":{"index":["A1","A2"],"label":{"A1":"vistelsetid 0-1 år","A2":"vistelsetid 2-3 år"}}},
 "ContentsCode":{"label":"tabellinnehåll","category":{"index":["C1"],"label":{"C1":"Andel sysselsatta"},"unit":{"C1":{"base":"procent","decimals":1}}}},
 "Tid":{"label":"år","category":{"index":["2022","2023"]}}},
"extension":{"px":{"tableid":"TAB7"}},
"value":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24]}`

const newcomersConfig = `source = "scb"
table = "TAB7"
title = "Sysselsatta efter vistelsetid"
[select]
Region = ["country", "counties"]
kon = ["all"]
BakgrVar = ["label:vistelsetid 2-3 år"]
ContentsCode = ["label:Andel sysselsatta"]
Tid = ["all"]
`

// bench fetches one data set from one replayed table, as often as wanted.
type bench struct {
	t        *testing.T
	server   *replay.Server
	pipeline *pipeline.Pipeline
}

func newBench(t *testing.T) *bench {
	t.Helper()
	library, err := replay.Open(fstest.MapFS{"scb/TAB7.json": {Data: []byte(newcomersTable)}})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 6, 10, 8, 0, 0, 0, time.UTC) }
	server := replay.New(library, replay.Options{Now: now})
	running, err := replay.Start(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Close(); err != nil {
			t.Error(err)
		}
	})
	dir, err := datadir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t, server, &pipeline.Pipeline{Dir: dir, Log: slog.New(slog.DiscardHandler), Now: now}}
	if b.pipeline.Archive, err = archive.Open(dir.Archive(), now); err != nil {
		t.Fatal(err)
	}
	b.configure(running.SCB(), newcomersConfig)
	client, err := pipeline.NewClient(b.pipeline.Config, dir, b.pipeline.Log, now)
	if err != nil {
		t.Fatal(err)
	}
	b.pipeline.Client, b.pipeline.Sources = client, pipeline.Sources(b.pipeline.Config, client)
	return b
}

// configure puts the data set's TOML in place.
func (b *bench) configure(base, text string) {
	b.t.Helper()
	framework, err := config.Embedded.ReadFile("framework.toml")
	if err != nil {
		b.t.Fatal(err)
	}
	c, err := config.Load(fstest.MapFS{
		"framework.toml": {Data: framework},
		"effekt.toml": {Data: []byte(`county = "24"
[scb]
language = "sv"
calls = 1000
window = "1s"
[kolada]
base_url = "http://127.0.0.1:1"
calls = 1000
window = "1s"
[http]
attempts = 1
in_flight = 2
max_body_mb = 1
[schedule]
timezone = "Europe/Stockholm"
`)},
		"regions.toml": {Data: []byte(`region = [
 { code = "00", name = "Riket" },
 { code = "23", name = "Jämtlands län", nuts3 = "SE322" },
 { code = "24", name = "Västerbottens län", nuts3 = "SE331" }]
`)},
		"datasets/newcomers.toml": {Data: []byte(text)},
	}, config.Overrides{SCBBaseURL: base})
	if err != nil {
		b.t.Fatal(err)
	}
	b.pipeline.Config = c
	if b.pipeline.SQL, err = effektsql.Read(effektsql.Files); err != nil {
		b.t.Fatal(err)
	}
}

// fetch asks for all and gives the one result and its error's text.
func (b *bench) fetch() (run.Dataset, string) {
	b.t.Helper()
	results, err := b.pipeline.Fetcher().Fetch(context.Background(), run.Want{Full: true})
	if err != nil || len(results) != 1 {
		b.t.Fatalf("%v: %v", results, err)
	}
	if results[0].Err != nil {
		return results[0], results[0].Err.Error()
	}
	return results[0], ""
}

// edit replaces text in the served table.
func (b *bench) edit(replacements ...string) {
	b.t.Helper()
	body := strings.NewReplacer(replacements...).Replace(newcomersTable)
	if body == newcomersTable {
		b.t.Fatalf("nothing replaced: %q", replacements)
	}
	if err := b.server.Revise(func(l *replay.Library) error {
		return l.SetTable("TAB7", []byte(body))
	}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) manifest() archive.Manifest {
	b.t.Helper()
	v, _, err := b.pipeline.Archive.Latest("scb", "newcomers")
	if err != nil {
		b.t.Fatal(err)
	}
	return v.Manifest
}

func (b *bench) resolved() []string {
	b.t.Helper()
	lines, err := b.pipeline.Status(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return lines[0].Resolved
}

func TestWhatIsResolvedIsRecorded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	open := []string{`BakgrVar "label:vistelsetid 2-3 år": resolves at fetch`, `ContentsCode "label:Andel sysselsatta": resolves at fetch`}
	if diff := cmp.Diff(open, b.resolved()); diff != "" {
		t.Error(diff)
	}
	if r, problems := b.fetch(); r.State != run.Fetched || problems != "" {
		t.Fatalf("%+v", r)
	}
	m := b.manifest()
	if m.Table != "TAB7" {
		t.Errorf("table %s", m.Table)
	}
	want := []sources.Resolved{{Variable: "BakgrVar", Term: "label:vistelsetid 2-3 år", Code: "A2"}, {Variable: "ContentsCode", Term: "label:Andel sysselsatta", Code: "C1"}}
	if diff := cmp.Diff(want, m.Resolved); diff != "" {
		t.Error(diff)
	}
	pinned := []string{`BakgrVar "label:vistelsetid 2-3 år": A2`, `ContentsCode "label:Andel sysselsatta": C1`}
	if diff := cmp.Diff(pinned, b.resolved()); diff != "" {
		t.Error(diff)
	}
}

// Labels that were resolved once cost no request when nothing is new.
func TestUnchangedTableIsOneRequest(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, problems := b.fetch(); problems != "" {
		t.Fatal(problems)
	}
	b.server.Forget()
	results, err := b.pipeline.Fetcher().Fetch(context.Background(), run.Want{})
	if err != nil || results[0].State != run.Unchanged || len(b.server.Requests()) != 1 {
		t.Errorf("%+v, %d requests: %v", results, len(b.server.Requests()), err)
	}
	if err := b.server.Revise(func(l *replay.Library) error { return l.SetUpdated("TAB7", "") }); err != nil {
		t.Fatal(err)
	}
	if results, err = b.pipeline.Fetcher().Fetch(context.Background(), run.Want{}); err != nil || results[0].State != run.Fetched {
		t.Errorf("%+v: %v", results, err)
	}
}

// Whatever changes in the table after the first fetch: an error that says what
// was and what is, the last vintage stays, and the TOML that the error proposes
// brings the next one.
func TestAChangedTableIsRefusedUntilAccepted(t *testing.T) {
	t.Parallel()
	const file = "datasets/newcomers.toml"
	for name, test := range map[string]struct {
		edit   []string
		want   string // "" for what does not matter
		accept []string
	}{
		"label": {
			[]string{`"1":"män"`, `"1":"herrar"`},
			`variable Kon: code "1" is now labelled "herrar", it was "män"; if the meaning is the same, pin the new label under [labels.Kon] in ` + file,
			[]string{"Tid = [\"all\"]\n", "Tid = [\"all\"]\n[labels.Kon]\n1 = \"herrar\"\n"},
		},
		"space in a label": {[]string{`"1":"män"`, `"1":"män "`}, "", nil},
		"unit": {
			[]string{`"base":"procent"`, `"base":"promille"`},
			`variable ContentsCode: code "C1" is now in "promille", it was in "procent"; if the calculation is right for it, pin the new unit under [units.ContentsCode] in ` + file,
			[]string{"Tid = [\"all\"]\n", "Tid = [\"all\"]\n[units.ContentsCode]\nC1 = \"promille\"\n"},
		},
		"a total in all": {
			[]string{`"index":["1","2"],"label":{`, `"index":["1","T"],"label":{"T":"totalt",`},
			`variable Kon: code "T" (totalt) is new and would be selected too; if it belongs there, pin its label under [labels.Kon] in ` + file + `, else name the codes under [select]`,
			[]string{`kon = ["all"]`, `kon = ["1"]`},
		},
		"a part of all gone": {
			[]string{`"index":["1","2"],"label":{`, `"index":["1","T"],"label":{"T":"totalt",`},
			`variable Kon: code "2" (kvinnor), which was selected, is gone; if the rest is still whole, name its codes under [select] in ` + file,
			[]string{`kon = ["all"]`, `kon = ["1"]`},
		},
		"a label's code": {
			[]string{`"A2":"vistelsetid 2-3 år"`, `"A2":"x"`, `"A1":"vistelsetid 0-1 år"`, `"A1":"vistelsetid 2-3 år"`},
			`the label "vistelsetid 2-3 år" now stands for code "A1", it stood for "A2"; if the meaning is the same, write "A1" in place of the label under [select] in ` + file,
			[]string{"label:vistelsetid 2-3 år", "A1"},
		},
		"a new variable": {
			[]string{`"id":[`, `"id":["Typ",`, `"size":[`, `"size":[1,`, `"dimension":{`, `"dimension":{"Typ":{"label":"typ","category":{"index":["x"],"label":{"x":"hus"}},"extension":{"elimination":true}},`},
			`variable Typ (typ) is not selected; left out it would be summed away silently, so name its codes under [select] in ` + file + `; it has 1: x (hus)`,
			[]string{"[select]\n", "[select]\nTyp = [\"x\"]\n"},
		},
		"a variable gone": {
			[]string{`"Kon",`, ``, `[3,2,2,1,2]`, `[3,2,1,2]`, `,13,14,15,16,17,18,19,20,21,22,23,24`, ``},
			`there is no variable kon (in select); the table has: Region, BakgrVar, ContentsCode, Tid`,
			[]string{"kon = [\"all\"]\n", ""},
		},
		"an optional variable is new": {
			[]string{`"id":[`, `"id":["Typ",`, `"size":[`, `"size":[1,`, `"dimension":{`, `"dimension":{"Typ":{"label":"typ","category":{"index":["x"],"label":{"x":"hus"}},"extension":{"elimination":true}},`},
			`variable Typ (typ) is new; if the codes under [select] mean what the table held before, take it out of optional in ` + file,
			[]string{`optional = ["Typ", "kon"]`, `optional = ["kon"]`},
		},
		"an optional variable is gone": {
			[]string{`"Kon",`, ``, `[3,2,2,1,2]`, `[3,2,1,2]`, `,13,14,15,16,17,18,19,20,21,22,23,24`, ``},
			`the variable Kon (kön) is gone, which was selected as optional; if the figures mean the same, take it out of [select] in ` + file,
			[]string{"kon = [\"all\"]\n", "", `, "kon"`, ``},
		},
		"a region gone": {
			[]string{`"index":["00","23","24"],"label":{`, `"index":["00","23","94"],"label":{"94":"Västerbottens län",`},
			`region 24 has vanished from TAB7, which "counties" asks for (variable Region)`,
			[]string{`"counties"`, `"23", "94"`},
		},
		"a code renamed": {
			[]string{`"index":["C1"],"label":{"C1":`, `"index":["C9"],"label":{"C9":`, `"unit":{"C1"`, `"unit":{"C9"`},
			`variable ContentsCode: the label "Andel sysselsatta" now stands for code "C9", it stood for "C1"`,
			[]string{"label:Andel sysselsatta", "C9"},
		},
		"elimination": {[]string{`"extension":{"elimination":true}},
 "Kon"`, `"extension":{"elimination":false}},
 "Kon"`}, "", nil},
		"a new year": {[]string{`[3,2,2,1,2]`, `[3,2,2,1,1]`, `["2022","2023"]`, `["2024"]`, `,13,14,15,16,17,18,19,20,21,22,23,24`, ``}, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			toml := newcomersConfig
			if strings.Contains(name, "optional") {
				toml = strings.NewReplacer("[select]\n", "optional = [\"Typ\", \"kon\"]\n[select]\nTyp = [\"x\"]\n").Replace(toml)
				b.configure(b.pipeline.Config.SCB.BaseURL, toml)
			}
			first, problems := b.fetch()
			if problems != "" {
				t.Fatal(problems)
			}
			b.edit(test.edit...)
			r, problems := b.fetch()
			if test.want == "" && problems != "" || !strings.Contains(problems, test.want) {
				t.Fatalf("got  %s\nwant %s", problems, test.want)
			}
			if test.want == "" {
				return
			}
			if r.State != run.Failed || r.Vintage != first.Vintage {
				t.Errorf("%+v", r)
			}
			b.configure(b.pipeline.Config.SCB.BaseURL, strings.NewReplacer(test.accept...).Replace(toml))
			if r, problems := b.fetch(); r.State != run.Fetched {
				t.Errorf("not accepted: %s", problems)
			}
		})
	}
}
