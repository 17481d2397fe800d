package scb

import (
	"context"
	"strings"
	"testing"

	"effekt/sources"
	"effekt/sources/replay"

	"github.com/google/go-cmp/cmp"
)

func TestLabelsResolve(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{})
	table, err := s.describe(context.Background(), ask, newcomers("TAB7"))
	if err != nil {
		t.Fatal(err)
	}
	want := []sources.Resolved{{Variable: "BakgrVar", Term: "label:vistelsetid 2-3 år", Code: "A2"}, {Variable: "ContentsCode", Term: "label: Andel sysselsatta ", Code: "C1"}}
	if diff := cmp.Diff(want, table.Resolved); diff != "" {
		t.Error(diff)
	}
	if got := table.Variables[2].Codes; len(got) != 1 || got[0].Code != "A2" {
		t.Errorf("%v", got)
	}
}

// A label is the same however its accents, dashes and spaces are written: å as
// one letter, or a with a ring. A term may allow several wordings.
func TestLabelsAreTheSameHoweverWritten(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{})
	for _, label := range []string{"vistelsetid 2-3 a\u030ar", "vistelsetid 2–3 år", "vistelsetid\u00a02-3 år", "två eller tre år | vistelsetid 2-3 år"} {
		d := newcomers("TAB7")
		d.Select["BakgrVar"] = []string{"label:" + label}
		if problems := told(t, s, ask, d); problems != "" {
			t.Error(problems)
		}
	}
}

func TestOptionalVariables(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{})
	d := newcomers("TAB7")
	d.Select["Fodelseregion"] = []string{"tot"}
	if problems := told(t, s, ask, d); !strings.Contains(problems, "there is no variable Fodelseregion") {
		t.Errorf("a variable that the table lacks: %q", problems)
	}
	d.Optional = []string{"Fodelseregion", "BakgrVar"}
	if problems := told(t, s, ask, d); problems != "" {
		t.Errorf("an optional variable that the table lacks: %s", problems)
	}
	d.Select["BakgrVar"] = []string{"gone"}
	if problems := told(t, s, ask, d); !strings.Contains(problems, "gone") {
		t.Errorf("an optional variable that the table has must resolve: %q", problems)
	}
}

func TestCodelistsByLabel(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{})
	d := newcomers("TAB7")
	d.Codelists = map[string]string{"BakgrVar": "label:Alla av bakgrund"}
	table, err := s.describe(context.Background(), ask, d)
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Variables[2]; got.Codelist != "vs_BakgrVar" || len(got.Codes) != 1 || got.Codes[0] != (sources.Code{Code: "A2", Label: "vistelsetid 2-3 år", Position: 1}) {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff(sources.Resolved{Variable: "BakgrVar", Term: "label:Alla av bakgrund", Code: "vs_BakgrVar", Codelist: true}, table.Resolved[0]); diff != "" {
		t.Error(diff)
	}
}

func TestLabelsThatDoNotResolve(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{})
	for name, test := range map[string]struct {
		term, of string
		pins     []sources.Resolved
		want     []string
	}{
		"none": {"label:vistelsetid 2-4 år", "TAB7", nil, []string{
			`TAB7: variable BakgrVar: no code has the label "vistelsetid 2-4 år"; the nearest are: "vistelsetid 2-3 år" (A2), "vistelsetid 0-1 år" (A1)`,
		}},
		"another case": {"label:Vistelsetid 2-3 år", "TAB7", nil, []string{`no code has the label "Vistelsetid 2-3 år"; the nearest are: "vistelsetid 2-3 år" (A2)`}},
		"several":      {"label:inrikes födda", "TAB7", nil, []string{`the codes A3, A4 all have the label "inrikes födda"; write the right one in place of the label under [select] in datasets/newcomers.toml`}},
		"as pinned":    {"label:vistelsetid 2-3 år", "tab7", []sources.Resolved{{Variable: "bakgrvar", Term: "label:vistelsetid 2-3 år", Code: "A2"}}, nil},
		"another code": {"label:vistelsetid 2-3 år", "tab7", []sources.Resolved{{Variable: "BakgrVar", Term: "label:vistelsetid 2-3 år", Code: "A9"}}, []string{
			`the label "vistelsetid 2-3 år" now stands for code "A2", it stood for "A9"; if the meaning is the same, write "A2" in place of the label under [select] in datasets/newcomers.toml`,
		}},
		"pinned of another table": {"label:vistelsetid 2-3 år", "TAB6", []sources.Resolved{{Variable: "BakgrVar", Term: "label:vistelsetid 2-3 år", Code: "A9"}}, nil},
		"another label": {"label:vistelsetid 2-4 år", "tab7", []sources.Resolved{{Variable: "BakgrVar", Term: "label:vistelsetid 2-4 år", Code: "A2"}}, []string{
			`code "A2" is now labelled "vistelsetid 2-3 år", it was "vistelsetid 2-4 år"; if the meaning is the same, write "A2"`,
		}},
	} {
		d := newcomers("TAB7")
		d.Select["BakgrVar"] = []string{test.term}
		d.Held.Parts = []sources.Part{{Description: sources.Description{Table: test.of, Resolved: test.pins}}}
		problems := told(t, s, ask, d)
		if test.want == nil && problems != "" {
			t.Errorf("%s: %s", name, problems)
		}
		for _, want := range test.want {
			if !strings.Contains(problems, want) {
				t.Errorf("%s: no %q in %s", name, want, problems)
			}
		}
	}
}
