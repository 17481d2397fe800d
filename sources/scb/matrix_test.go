package scb

import (
	"context"
	"effekt/sources/replay"
	"fmt"
	"strings"
	"testing"
)

func TestMatrixNameIsFound(t *testing.T) {
	t.Parallel()
	server, s := serve(t, jobs(), replay.Options{})
	for _, name := range []string{"matrix:ArRegArbStDoN", "matrix:arregarbstdon"} {
		server.Forget()
		table, err := s.Describe(context.Background(), newcomers(name))
		if err != nil {
			t.Fatal(err)
		}
		if table.ID != "TAB7" || "matrix:"+table.Matrix != name {
			t.Errorf("%s: table %s, matrix %s", name, table.ID, table.Matrix)
		}
		if listed, read := server.Count("scb", "listing"), server.Count("scb", "metadata"); listed != 1 || read != 1 {
			t.Errorf("%s: %d searches, %d of metadata", name, listed, read)
		}
	}
}

func TestMatrixNamesThatDoNotResolve(t *testing.T) {
	t.Parallel()
	same := append(jobs(), fixture{"TAB10", "ArRegArbStDoN", jobs()[0].variables})
	moved := append(jobs()[1:], fixture{"TAB10", "ArRegArbStDoN", jobs()[0].variables})
	for name, test := range map[string]struct {
		tables        []fixture
		matrix, table string // table is the pinned one
		want          string
	}{
		"none":                {jobs(), "Nix", "", `matrix:Nix: no table has the matrix name "Nix"; the search finds: none; look the table up and write its id: table = "TAB…" in datasets/newcomers.toml`},
		"a word in the title": {jobs(), "Tabell", "", `no table has the matrix name "Tabell"; the search finds: TAB7 (Tabell TAB7, matrix "ArRegArbStDoN"), TAB8 (`},
		"several":             {same, "ArRegArbStDoN", "", `several tables have the matrix name "ArRegArbStDoN": TAB7 (Tabell TAB7, matrix "ArRegArbStDoN"), TAB10 (`},
		"several, one pinned": {same, "ArRegArbStDoN", "TAB7", `several tables have`},
		"as pinned":           {jobs(), "ArRegArbStDoN", "TAB7", ""},
		"moved": {moved, "ArRegArbStDoN", "TAB7", `the matrix name "ArRegArbStDoN" now belongs to TAB10 (Tabell TAB10, matrix "ArRegArbStDoN"), it belonged to TAB7; ` +
			`if the new table is the right one, write table = "TAB10" in datasets/newcomers.toml`},
		"renamed": {jobs(), "Borta", "TAB8", `TAB8 no longer has the matrix name "Borta", and no other table has; the search finds: TAB8 (`},
	} {
		_, s := serve(t, test.tables, replay.Options{})
		d := newcomers("matrix:" + test.matrix)
		d.Pins.Table = test.table
		problems := told(t, s, d)
		if test.want == "" && problems != "" || !strings.Contains(problems, test.want) {
			t.Errorf("%s: %q, want %q", name, problems, test.want)
		}
	}
}

// A search that fails, or finds everything, stops a first fetch; later ones ask
// the table that is pinned whether it still has the name.
func TestMatrixNameWithoutASearch(t *testing.T) {
	t.Parallel()
	many := jobs()
	for i := range maxCandidates {
		many = append(many, fixture{fmt.Sprintf("TAB1%02d", i), "x", []string{"ContentsCode ArRegArbStDoM C1=x", "Tid år 2023=2023"}})
	}
	for _, test := range []struct {
		matrix string
		o      replay.Options
		want   string
	}{
		{"ArRegArbStDoN", replay.Options{Faults: []replay.Fault{{Kind: "500-empty", Role: "listing"}}}, "500"},
		{"Tab", replay.Options{}, `matrix:Tab: the search for the matrix name "Tab" finds 53 tables; look the table up and write its id: table = "TAB…" in datasets/newcomers.toml`},
	} {
		_, s := serve(t, many, test.o)
		d := newcomers("matrix:" + test.matrix)
		if problems := told(t, s, d); !strings.Contains(problems, test.want) {
			t.Errorf("%s: %s", test.matrix, problems)
		}
		d.Pins.Table = "TAB7"
		if problems := told(t, s, d); (problems == "") != (test.matrix == "ArRegArbStDoN") || strings.Contains(problems, "53 tables") {
			t.Errorf("%s, pinned: %s", test.matrix, problems)
		}
	}
}
