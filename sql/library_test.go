package sql_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"effekt/pipeline/warehouse"

	effektsql "effekt/sql"
)

func shipped(t *testing.T) *effektsql.Library {
	t.Helper()
	l, err := effektsql.Read(effektsql.Files)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func session(t *testing.T) *warehouse.Build {
	t.Helper()
	b, err := warehouse.Scratch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Abandon(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// DuckDB's own parser takes each file for one SELECT. What it reads is made by
// another file or lies before the SQL in the data's way, and nothing reads what
// comes after it or itself, by however many others.
func TestEachFileIsOneSelectOfWhatComesBefore(t *testing.T) {
	t.Parallel()
	l, b := shipped(t), session(t)
	reads := map[string][]string{}
	// By how far along the way of the data a schema lies.
	ways := [][]string{{"scb", "kolada", "config", "outcome", "ops", "previous"}, {"core"}, {"indicator"}, {"mart"}, {"check"}}
	way := func(schema string) int {
		return slices.IndexFunc(ways, func(schemas []string) bool { return slices.Contains(schemas, schema) })
	}
	all := slices.Concat(l.Core, l.Indicators, l.Marts, l.Checks)
	if len(all) < 70 {
		t.Errorf("%d files", len(all))
	}
	for _, file := range all {
		tables, err := b.References(t.Context(), file.Query)
		if err != nil {
			t.Errorf("sql/%s: %v", file.Path, err)
		}
		for _, table := range tables {
			if w := way(table.Schema); w < 0 || w > way(file.Schema) || table.Schema == "check" {
				t.Errorf("sql/%s reads %s", file.Path, table)
			}
			reads[file.Table()] = append(reads[file.Table()], table.String())
		}
	}
	for _, file := range all {
		for _, read := range reads[file.Table()] {
			schema, _, _ := strings.Cut(read, ".")
			made := slices.ContainsFunc(all, func(f effektsql.File) bool { return f.Table() == read })
			if way(schema) > 0 && !made && read != "core.indicator_value" {
				t.Errorf("sql/%s reads %s, which no file makes", file.Path, read)
			}
		}
		if circle := circleFrom(file.Table(), reads, nil); circle != nil {
			t.Errorf("sql/%s: a circle: %s", file.Path, strings.Join(circle, " → "))
		}
	}
}

// circleFrom is a way from the last table back to itself.
func circleFrom(table string, reads map[string][]string, before []string) []string {
	if slices.Contains(before, table) {
		return append(before, table)
	}
	for _, read := range reads[table] {
		if circle := circleFrom(read, reads, append(before, table)); circle != nil {
			return circle
		}
	}
	return nil
}

// A macro lives in the session alone, so that the published file holds tables
// only. Those that read no table can be made before there is any.
func TestMacrosAreTemporary(t *testing.T) {
	t.Parallel()
	l, b := shipped(t), session(t)
	create := regexp.MustCompile(`(?m)^create (or replace temp macro [a-z0-9_]+\()?`)
	for _, file := range l.Macros {
		found := create.FindAllStringSubmatch(file.Query, -1)
		if len(found) == 0 || slices.ContainsFunc(found, func(m []string) bool { return m[1] == "" }) {
			t.Errorf("sql/%s makes something else than «create or replace temp macro»", file.Path)
		}
		if file.After != "" {
			continue
		}
		if err := b.Exec(t.Context(), file.Query); err != nil {
			t.Errorf("sql/%s: %v", file.Path, err)
		}
	}
}

// The columns of a grain are among those that the SELECT writes, and each once.
func TestGrainsAreColumns(t *testing.T) {
	t.Parallel()
	l := shipped(t)
	// The SELECT itself begins a line, its CTEs are indented; a star names no column.
	own, star := regexp.MustCompile(`(?m)^(select|from)\b`), regexp.MustCompile(`^from |^select\s+(distinct\s+)?\*|[a-z_]\.\*`)
	for _, file := range slices.Concat(l.Core, l.Indicators, l.Marts) {
		_, query, _ := strings.Cut(file.Query, "\n-- grain:")
		if begins := own.FindStringIndex(query); begins != nil {
			query = query[begins[0]:]
		}
		for i, column := range file.Grain {
			if !regexp.MustCompile(`\b`+regexp.QuoteMeta(column)+`\b`).MatchString(query) && !star.MatchString(query) {
				t.Errorf("sql/%s: the SELECT does not name %s of its grain", file.Path, column)
			}
			if slices.Contains(file.Grain[:i], column) {
				t.Errorf("sql/%s: %s is twice in the grain", file.Path, column)
			}
		}
	}
	for _, file := range slices.Concat(l.Core, l.Indicators, l.Marts, l.Checks) {
		if !strings.HasPrefix(file.Query, "-- "+file.Title+"\n") || strings.HasPrefix(file.Title, "grain:") || strings.HasPrefix(file.Title, "severity:") {
			t.Errorf("sql/%s: the first line says %q", file.Path, file.Title)
		}
	}
}

// A description that names a table names one that there is.
func TestDescriptionsAreOfTables(t *testing.T) {
	t.Parallel()
	l := shipped(t)
	for _, name := range slices.Sorted(maps.Keys(l.Columns)) {
		schema, table, _ := strings.Cut(name, ".")
		table, _, _ = strings.Cut(table, ".")
		made := slices.ContainsFunc(slices.Concat(l.Core, l.Indicators, l.Marts), func(f effektsql.File) bool {
			return f.Schema == schema && f.Name == table
		})
		if slices.Contains([]string{"core", "indicator", "mart"}, schema) && table != "" && !made && table != "indicator_value" {
			t.Errorf("columns.toml describes %s, and no file makes the table", name)
		}
		if strings.TrimSpace(l.Columns[name]) == "" {
			t.Errorf("columns.toml says nothing of %s", name)
		}
	}
}

// One small library; what is changed of it is refused, all at once.
func sound() fstest.MapFS {
	return fstest.MapFS{
		"columns.toml":      {Data: []byte("region = \"Region.\"\n\"core.a.region\" = \"Regionen i a.\"\n")},
		"core/a.sql":        {Data: []byte("-- Vad a är.\n-- grain: region, year\nselect 1 as region, 2 as year")},
		"checks/c.sql":      {Data: []byte("-- Vad som ska gälla.\n-- severity: warn\nselect 1")},
		"macros/m.sql":      {Data: []byte("-- A macro.\n-- after: core\ncreate or replace temp macro m() as 1")},
		"core/readme.md":    {Data: []byte("no SQL")},
		"indicators/i.sql":  {Data: []byte("-- Vad i är.\n-- grain: region\nselect 1 as region")},
		"marts/only_a.sql":  {Data: []byte("-- Bara a.\n--grain:region\nfrom core.a")},
		"elsewhere/not.sql": {Data: []byte("drop table x")},
	}
}

func TestReadTakesTheHeader(t *testing.T) {
	t.Parallel()
	l, err := effektsql.Read(sound())
	if err != nil {
		t.Fatal(err)
	}
	a := l.Core[0]
	if len(l.Core) != 1 || a.Table() != "core.a" || a.Title != "Vad a är." || !slices.Equal(a.Grain, []string{"region", "year"}) {
		t.Errorf("core %+v", l.Core)
	}
	if l.Checks[0].Severity != "warn" || l.Macros[0].After != "core" || l.Marts[0].Grain[0] != "region" || len(l.Indicators) != 1 {
		t.Errorf("%+v", l)
	}
	for column, want := range map[string]string{"core.a": "Regionen i a.", "mart.only_a": "Region."} {
		if got, ok := l.Describe(column, "region"); !ok || got != want {
			t.Errorf("%s.region: %q, want %q", column, got, want)
		}
	}
	if text, ok := l.Describe("core.a", "unheard_of"); ok {
		t.Errorf("described as %q", text)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for path, test := range map[string]struct{ body, want string }{
		"core/b.sql":       {"select 1", "sql/core/b.sql:1: begin with a comment line"},
		"core/d.sql":       {"-- Bara rubrik.\nselect 1\n-- grain: region", "sql/core/d.sql: add the line «-- grain: column, column»"},
		"checks/d.sql":     {"-- Rubrik.\n-- severity: fatal\nselect 1", "sql/checks/d.sql: add the line «-- severity: error»"},
		"marts/Stor.sql":   {"-- Rubrik.\n-- grain: a\nselect 1", "sql/marts/Stor.sql: the name becomes a table's"},
		"indicators/å.sql": {"-- Rubrik.\n-- grain: a\nselect 1", "the name becomes a table's"},
		"core/big.sql":     {strings.Repeat(" ", 1<<20+1), "sql/core/big.sql: 1048577 bytes, at most 1048576 are read"},
		"columns.toml":     {"region = 1\nregion = 2", "sql: columns.toml: "},
	} {
		files := sound()
		files[path] = &fstest.MapFile{Data: []byte(test.body)}
		files["core/a.sql"] = &fstest.MapFile{Data: []byte("select 1")} // told beside it
		_, err := effektsql.Read(files)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "sql/core/a.sql:1: ") {
			t.Errorf("%s: %v, want %q", path, err, test.want)
		}
	}
	without := sound()
	delete(without, "columns.toml")
	if _, err := effektsql.Read(without); err == nil {
		t.Error("a library without columns.toml was accepted")
	}
}

// An analyst's file stands for the shipped one of its path, and every change can
// be seen by the hash: figures may have changed with it.
func TestOverlay(t *testing.T) {
	t.Parallel()
	hash := func(own fstest.MapFS) (*effektsql.Library, string) {
		l, err := effektsql.Read(effektsql.Overlay{Own: own, Shipped: sound()})
		if err != nil {
			t.Fatal(err)
		}
		return l, l.Hash
	}
	_, before := hash(fstest.MapFS{})
	if plain, err := effektsql.Read(sound()); err != nil || plain.Hash != before {
		t.Errorf("an empty overlay changes the hash: %v", err)
	}
	changed := &fstest.MapFile{Data: []byte("-- Min egen.\n-- grain: region\nselect 3 as region")}
	replaced, second := hash(fstest.MapFS{"core/a.sql": changed})
	added, third := hash(fstest.MapFS{"core/b.sql": changed})
	if len(replaced.Core) != 1 || replaced.Core[0].Title != "Min egen." {
		t.Errorf("replaced: %+v", replaced.Core)
	}
	if len(added.Core) != 2 || added.Core[0].Title != "Vad a är." || added.Core[1].Table() != "core.b" {
		t.Errorf("added: %+v", added.Core)
	}
	described, fourth := hash(fstest.MapFS{"columns.toml": {Data: []byte(`region = "Annat."`)}})
	if text, _ := described.Describe("core.a", "region"); text != "Annat." {
		t.Errorf("described as %q", text)
	}
	if hashes := []string{before, second, third, fourth}; len(slices.Compact(slices.Sorted(slices.Values(hashes)))) != 4 {
		t.Errorf("hashes %q", hashes)
	}
}
