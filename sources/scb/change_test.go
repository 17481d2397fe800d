package scb

import (
	"errors"
	"strings"
	"testing"

	"effekt/sources"
	"effekt/sources/replay"
)

// shown is a table as SCB has it at the first fetch.
const shown = `{"class":"dataset","label":"Sysselsatta","source":"SCB","updated":"2026-06-08T06:00:00Z",
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

// all selects of that table whatever a variable has, of the sexes.
func all() sources.Task {
	task := newcomers("TAB7")
	task.Select = map[string][]string{
		"Region": {"country", "counties"}, "kon": {"all"}, "BakgrVar": {"label:vistelsetid 2-3 år"}, "ContentsCode": {"label:Andel sysselsatta"}, "Tid": {"all"},
	}
	return task
}

// show puts the table in place, edited.
func show(t *testing.T, server *replay.Server, edits ...string) {
	t.Helper()
	body := strings.NewReplacer(edits...).Replace(shown)
	if len(edits) > 0 && body == shown {
		t.Fatalf("nothing replaced: %q", edits)
	}
	if err := server.Revise(func(l *replay.Library) error { return l.SetTable("TAB7", []byte(body)) }); err != nil {
		t.Fatal(err)
	}
}

// Whatever changes in the table after the first fetch: a refusal that says what
// was and what is, before anything is asked for, and what it proposes to write in
// the config brings the next one.
func TestAChangedTableIsRefusedUntilAccepted(t *testing.T) {
	t.Parallel()
	const file = "datasets/newcomers.toml"
	typ := []string{`"id":[`, `"id":["Typ",`, `"size":[`, `"size":[1,`, `"dimension":{`, `"dimension":{"Typ":{"label":"typ","category":{"index":["x"],"label":{"x":"hus"}},"extension":{"elimination":true}},`}
	noSex := []string{`"Kon",`, ``, `[3,2,2,1,2]`, `[3,2,1,2]`, `,13,14,15,16,17,18,19,20,21,22,23,24`, ``}
	total := []string{`"index":["1","2"],"label":{`, `"index":["1","T"],"label":{"T":"totalt",`}
	set := func(variable string, terms ...string) func(*sources.Task) {
		return func(task *sources.Task) { task.Select[variable] = terms }
	}
	for name, test := range map[string]struct {
		edit   []string
		want   string // "" for what does not matter
		accept func(*sources.Task)
	}{
		"label": {
			[]string{`"1":"män"`, `"1":"herrar"`},
			`variable Kon: code "1" is now labelled "herrar", it was "män"; if the meaning is the same, pin the new label under [labels.Kon] in ` + file,
			func(task *sources.Task) { task.Labels = map[string]map[string]string{"kon": {"1": "herrar"}} },
		},
		"space in a label": {[]string{`"1":"män"`, `"1":"män "`}, "", nil},
		"unit": {
			[]string{`"base":"procent"`, `"base":"promille"`},
			`variable ContentsCode: code "C1" is now in "promille", it was in "procent"; if the calculation is right for it, pin the new unit under [units.ContentsCode] in ` + file,
			func(task *sources.Task) {
				task.Units = map[string]map[string]string{"ContentsCode": {"C1": "promille"}}
			},
		},
		"a total in all": {
			total, `variable Kon: code "T" (totalt) is new and would be selected too; if it belongs there, pin its label under [labels.Kon] in ` + file + `, else name the codes under [select]`, set("kon", "1"),
		},
		"a part of all gone": {
			total, `variable Kon: code "2" (kvinnor), which was selected, is gone; if the rest is still whole, name its codes under [select] in ` + file, set("kon", "1"),
		},
		"a label's code": {
			[]string{`"A2":"vistelsetid 2-3 år"`, `"A2":"x"`, `"A1":"vistelsetid 0-1 år"`, `"A1":"vistelsetid 2-3 år"`},
			`the label "vistelsetid 2-3 år" now stands for code "A1", it stood for "A2"; if the meaning is the same, write "A1" in place of the label under [select] in ` + file, set("BakgrVar", "A1"),
		},
		"a new variable": {
			typ, `variable Typ (typ) is not selected; left out it would be summed away silently, so name its codes under [select] in ` + file + `; it has 1: x (hus)`, set("Typ", "x"),
		},
		"a variable gone": {
			noSex, `there is no variable kon (in select); the table has: Region, BakgrVar, ContentsCode, Tid`, func(task *sources.Task) { delete(task.Select, "kon") },
		},
		"an optional variable is new": {
			typ, `variable Typ (typ) is new; if the codes under [select] mean what the table held before, take it out of optional in ` + file, func(task *sources.Task) { task.Optional = []string{"kon"} },
		},
		"an optional variable is gone": {
			noSex, `the variable Kon (kön) is gone, which was selected as optional; if the figures mean the same, take it out of [select] in ` + file, func(task *sources.Task) { delete(task.Select, "kon") },
		},
		"a region gone": {
			[]string{`"index":["00","23","24"],"label":{`, `"index":["00","23","94"],"label":{"94":"Västerbottens län",`},
			`region 24 has vanished from TAB7, which "counties" asks for (variable Region)`, set("Region", "country", "23", "94"),
		},
		"a code renamed": {
			[]string{`"index":["C1"],"label":{"C1":`, `"index":["C9"],"label":{"C9":`, `"unit":{"C1"`, `"unit":{"C9"`},
			`variable ContentsCode: the label "Andel sysselsatta" now stands for code "C9", it stood for "C1"`, set("ContentsCode", "C9"),
		},
		"elimination": {[]string{`"extension":{"elimination":true}},
 "Kon"`, `"extension":{"elimination":false}},
 "Kon"`}, "", nil},
		"a new year": {[]string{`[3,2,2,1,2]`, `[3,2,2,1,1]`, `["2022","2023"]`, `["2024"]`, `,13,14,15,16,17,18,19,20,21,22,23,24`, ``}, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, s, ask := serve(t, jobs(), replay.Options{})
			show(t, server)
			task := all()
			if strings.Contains(name, "optional") {
				task.Optional, task.Select["Typ"] = []string{"Typ", "kon"}, []string{"x"}
			}
			task = take(t, s, ask, task)
			show(t, server, test.edit...)
			server.Forget()
			_, err := s.Fetch(t.Context(), ask, task, sources.Verdict{})
			var refusal *sources.Refusal
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want == "":
				return
			case !errors.As(err, &refusal) || !strings.Contains(err.Error(), test.want) || server.Count("scb", "data") != 0:
				t.Fatalf("got  %v\nwant %s, and no request for data: %d", err, test.want, server.Count("scb", "data"))
			}
			test.accept(&task)
			task.Held.Same = false // another selection, another hash
			if _, err := s.Fetch(t.Context(), ask, task, sources.Verdict{}); err != nil {
				t.Errorf("not accepted: %v", err)
			}
		})
	}
}

// A table of another id is not compared with the one before it.
func TestAnotherTableIsNotCompared(t *testing.T) {
	t.Parallel()
	server, s, ask := serve(t, jobs(), replay.Options{})
	show(t, server)
	task := take(t, s, ask, all())
	task.Held.Parts[0].Table = "TAB6"
	show(t, server, `"1":"män"`, `"1":"herrar"`)
	if _, err := s.Fetch(t.Context(), ask, task, sources.Verdict{}); err != nil {
		t.Error(err)
	}
}

// News are what a person is to know and no figure depends on.
func TestNews(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit []string
		want string
	}{
		"nothing":         {nil, ""},
		"another title":   {[]string{`"label":"Sysselsatta"`, `"label":"Sysselsatta på nytt sätt. År 2012-2024"`}, `has another title: "Sysselsatta på nytt sätt", was "Sysselsatta"`},
		"a title of time": {[]string{`"label":"Sysselsatta"`, `"label":"Sysselsatta 2012M01–2024M06"`}, ""},
		"another code": {
			[]string{`"index":["A1","A2"],"label":{"A1":"vistelsetid 0-1 år"`, `"index":["A9","A2"],"label":{"A9":"vistelsetid 0-2 år"`},
			"variable BakgrVar (bakgrund) has new codes: A9 (vistelsetid 0-2 år)\nvariable BakgrVar (bakgrund) has lost codes: A1 (vistelsetid 0-1 år)",
		},
		"a year": {[]string{`["2022","2023"]`, `["2023","2024"]`}, "variable Tid (år) has lost codes: 2022 (2022)"},
		"many codes": {
			[]string{`[3,2,2,1,2]`, `[3,2,8,1,2]`, `"index":["A1","A2"]`, `"index":["A1","A2","B1","B2","B3","B4","B5","B6"]`, `"value":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24]`, `"value":[` + strings.Repeat("1,", 95) + `1]`},
			"variable BakgrVar (bakgrund) has new codes: B1 (B1), B2 (B2), B3 (B3), B4 (B4), B5 (B5), and 1 more",
		},
		"a new variable": {[]string{`"id":[`, `"id":["Typ",`, `"size":[`, `"size":[1,`, `"dimension":{`, `"dimension":{"Typ":{"label":"typ","category":{"index":["x"]}},`}, ""},
	} {
		server, s, ask := serve(t, jobs(), replay.Options{})
		vintage := func(edits ...string) sources.Part {
			show(t, server, edits...)
			kept := keeping(ask)
			cube, err := s.metadata(t.Context(), kept, "TAB7")
			if err != nil {
				t.Fatal(err)
			}
			return kept.part(sources.Description{Table: "TAB7", Title: cube.Label}, "x")
		}
		before, now := vintage(), vintage(test.edit...)
		news, err := s.News(now, before)
		if got := strings.Join(news, "\n"); got != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, test.want)
		}
		before.Table = "TAB6"
		if news, err := s.News(now, before); news != nil || err != nil {
			t.Errorf("%s, of another table: %q, %v", name, news, err)
		}
	}
}

// Metadata that is not held tells nothing, and what is damaged says so.
func TestNewsOfWhatIsNotHeld(t *testing.T) {
	t.Parallel()
	part := func(title string, answers ...sources.Stored) sources.Part {
		return sources.Part{Description: sources.Description{Table: "TAB7", Title: title}, Stored: func(string) []sources.Stored { return answers }}
	}
	torn := sources.Stored{Body: func() ([]byte, error) { return []byte("{"), nil }}
	lost := sources.Stored{Body: func() ([]byte, error) { return nil, errors.New("disk gone") }}
	whole := sources.Stored{Body: func() ([]byte, error) { return []byte(shown), nil }}
	for name, test := range map[string]struct {
		now, before sources.Part
		fails       bool
	}{
		"none now":   {part("A"), part("B", whole), false},
		"none then":  {part("A", whole), part("B"), false},
		"torn now":   {part("A", torn), part("B", whole), true},
		"lost then":  {part("A", whole), part("B", lost), true},
		"both whole": {part("A", torn, whole), part("B", whole), false}, // the last is the one that was used
	} {
		if news, err := (&Source{}).News(test.now, test.before); (err != nil) != test.fails || len(news) != 1 {
			t.Errorf("%s: %q, %v", name, news, err)
		}
	}
}
