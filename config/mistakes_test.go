package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// mistakes loads the shipped config with some files replaced, and gives what is
// told after the first line.
func mistakes(t *testing.T, changed map[string]string, o Overrides) string {
	t.Helper()
	_, err := Load(files(t, changed), o)
	if err == nil {
		return ""
	}
	_, text, _ := strings.Cut(err.Error(), "\n")
	return text
}

// Each mistake once, at its place, and nothing that only follows from another.
func TestMistakesOfADataSet(t *testing.T) {
	t.Parallel()
	const sound = "source = \"scb\"\ntable = \"TAB1\"\n[select]\nRegion = [\"country\"]\n"
	for name, test := range map[string]struct{ body, want string }{
		"none":   {sound, ""},
		"labels": {"source = \"scb\"\ntable = \"TAB1\"\n[select]\nKon = [\"label:män?\"]\n[codelists]\nKon = \"label:Kön\"\n", ""},
		"off":    {"source = \"scb\"\noff = \"its id is not known\"\n[select]\nRegion = [\"country\"]\n", ""},
		"a name of the older API": {
			strings.Replace(sound, "TAB1", "matrix:ArRegArbStDoN", 1),
			"datasets/x.toml:2:1: table \"matrix:ArRegArbStDoN\": want SCB's id, as in TAB638; the names of its older API (matrix) are not in the newer one, " +
				"so look the table up; while its id is not known, take table out and write off = \"why\"\n  table = \"matrix:ArRegArbStDoN\"\n  ^",
		},
		"empty": {"", "datasets/x.toml: source \"\": want scb or kolada"},
		"a key in another case": {
			strings.Replace(sound, "table", "Table", 1),
			"datasets/x.toml:2:1: unknown key \"Table\": it is written \"table\"\n  Table = \"TAB1\"\n  ^",
		},
		"a key twice, in a row with others": {
			"source = \"scb\"\ntable = \"TAB1\"\ntable = \"TAB2\"\nnix = 1\n[select]\nRegion = [24]\nKon = [1, 2]\n",
			"datasets/x.toml:3:1: key table is already defined\n  table = \"TAB2\"\n  ^\n" +
				"datasets/x.toml:4:1: unknown key \"nix\"\n  nix = 1\n  ^\n" +
				"datasets/x.toml:6:11: found a TOML integer, want text; a code is text: write it in quotes\n  Region = [24]\n            ^\n" +
				"datasets/x.toml:7:8: found a TOML integer, want text; a code is text: write it in quotes\n  Kon = [1, 2]\n         ^",
		},
		"a list that is never closed, then an unknown key": {
			"source = \"scb\"\ntable = \"TAB1\"\n[select]\nRegion = [\"24\"\nKon = [\"1\"]\n[nix]\n",
			"datasets/x.toml:5:1: expected ',' or ']' after array value\n  Kon = [\"1\"]\n  ^\n" +
				"datasets/x.toml:6:1: expected ',' or ']' after array value\n  [nix]\n  ^",
		},
		"an unquoted code in a long list": {
			"source = \"scb\"\ntable = \"TAB1\"\n[select]\nRegion = [\n\t\"country\",\n\t24,\n]\n",
			"datasets/x.toml:6:2: found a TOML integer, want text; a code is text: write it in quotes\n  \t24,\n  \t^",
		},
		"byte order mark, carriage returns, a tab": {
			"\xef\xbb\xbfsource = \"scb\"\r\ntable = \"TAB1\"\r\n[select]\r\n\tRegion = 24\r\n",
			"datasets/x.toml:4:11: found a TOML integer, want a list of texts; a code is text: write it in quotes\n  \tRegion = 24\n  \t         ^",
		},
		"a column after letters of two bytes": {
			"source = \"scb\"\ntable = \"TAB1\"\n[select]\n\"Ålder\" = [24]\n",
			"datasets/x.toml:4:12: found a TOML integer, want text; a code is text: write it in quotes\n  \"Ålder\" = [24]\n             ^",
		},
		"no UTF-8": {
			"source = \"scb\"\ntable = \"TAB1\"\ntitle = \"J\xe4mtland\"\n[select]\nRegion = [\"country\"]\n",
			"datasets/x.toml:3:11: invalid UTF-8 character in basic string\n  title = \"J\ufffdmtland\"\n            ^",
		},
		"unknown keys in a table of tables": {
			"source = \"kolada\"\nyears = \"1990..\"\nregions = [\"country\"]\n[[kpi]]\nid = \"N00001\"\ntitel = \"x\"\n[[kpi]]\nid = 7\n",
			"datasets/x.toml:6:1: unknown key \"kpi.titel\"\n  titel = \"x\"\n  ^\n" +
				"datasets/x.toml:8:6: found a TOML integer, want text; a code is text: write it in quotes\n  id = 7\n       ^",
		},
		"what makes no sense": {
			"source = \"scb\"\ntable = \"BE0101N1\"\nfrequency = \"often\"\nrefetch_days = 0\n[select]\nRegion = [\"\", \"?\", \"label: \"]\nKon = []\n[codelists]\nKon = \"label:x|\"\n",
			"datasets/x.toml:2:1: table \"BE0101N1\": want SCB's id, as in TAB638; the names of its older API (matrix) are not in the newer one, so look the table up; while its id is not known, take table out and write off = \"why\"\n  table = \"BE0101N1\"\n  ^\n" +
				"datasets/x.toml:3:1: frequency \"often\": want year, quarter, month\n  frequency = \"often\"\n  ^\n" +
				"datasets/x.toml:4:1: refetch_days 0: want 1 to 3650\n  refetch_days = 0\n  ^\n" +
				"datasets/x.toml:6:11: variable Region: the code \"\" is unknown\n  Region = [\"\", \"?\", \"label: \"]\n            ^\n" +
				"datasets/x.toml:6:15: variable Region: the code \"?\" is unknown\n  Region = [\"\", \"?\", \"label: \"]\n                ^\n" +
				"datasets/x.toml:6:20: variable Region: label: needs the label's text\n  Region = [\"\", \"?\", \"label: \"]\n                     ^\n" +
				"datasets/x.toml:7:1: variable Kon selects nothing\n  Kon = []\n  ^\n" +
				"datasets/x.toml:9:7: variable Kon: label: needs the label's text\n  Kon = \"label:x|\"\n        ^",
		},
	} {
		if diff := cmp.Diff(test.want, mistakes(t, map[string]string{"datasets/x.toml": test.body}, Overrides{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// One file cannot be read as TOML at all; the mistakes of the others are told.
func TestABrokenFileHidesNoOther(t *testing.T) {
	t.Parallel()
	got := mistakes(t, map[string]string{
		"datasets/kolada.toml": "source = \"kolada\"\n[[kpi\nid = \"N1\"\n",
		"indicators/x.toml":    "datasets = [\"gone\"]\nlag_months = -1\nminimum = 2\nmaximum = 1\n[[breaks]]\nyear = 24\n",
		"regions.toml":         "region = [ { code = \"24\", nam = \"Västerbottens län\" } ]\n",
		"effekt.toml":          "county = 24\n",
	}, Overrides{})
	for _, want := range []string{
		"datasets/kolada.toml:2:6: ", "indicators/x.toml:1:13: there is no data set \"gone\"", "indicators/x.toml:2:1: lag_months -1", "indicators/x.toml:3:1: minimum 2 is above maximum 1",
		"indicators/x.toml:5:1: break 24: want", "regions.toml:1:27: unknown key \"nam\"", "effekt.toml:1:10: found a TOML integer, want text",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, not := range []string{`unknown key "id"`, "at least one [[kpi]]", "fetches KPI", "is no county", "unknown region word", "unknown time zone"} {
		if strings.Contains(got, not) {
			t.Errorf("%q follows from another mistake:\n%s", not, got)
		}
	}
}

func TestMistakesOfSettings(t *testing.T) {
	t.Parallel()
	shipped, err := Embedded.ReadFile("effekt.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ old, new, want string }{
		{"calls = 30 ", "calls = -1 ", "calls -1: want 1 to 10000\n  calls = -1"},
		{"calls = 4 ", "calls = 0 ", "calls 0: want 1 to 10000\n  calls = 0"},
		{`window = "10s"`, `window = "0s"`, "window 0s: want more than 0 and at most 1h0m0s\n  window = \"0s\""},
		{`window = "10s"`, `window = "9000h"`, "at most 1h0m0s"},
		{`window = "10s"`, `window = "-10s"`, "is negative"},
		{`window = "10s"`, `window = "ten"`, "invalid duration"},
		{"attempts = 5 ", "attempts = 0 ", "attempts 0: want 1 to 20"},
		{"attempts = 5 ", "attempts = 99999999999999999999 ", "too large"},
		{"in_flight = 4 ", "in_flight = 1000000 ", "in_flight 1000000: want 1 to 32"},
		{"max_body_mb = 256", "max_body_mb = 9223372036854775807", "max_body_mb"},
		{"threads = 0 ", "threads = -2 ", "threads -2: want 0 to 1024"},
		{`memory_limit = "1GB"`, `memory_limit = "much"`, `memory_limit "much"`},
		{"small_denominator = 1000 ", "small_denominator = nan ", "small_denominator NaN"},
		{`language = "sv"`, `language = "no"`, `language "no": want sv, en`},
		{"https://statistik", "statistik", "base_url"},
		{`cron = "30 8 * * *"`, `cron = "30 8 * *"`, "expected exactly 5 fields, found 4"},
		{`cron = "30 8 * * *"`, `cron = "CRON_TZ=UTC 30 8 * * *"`, "the time zone of a job is [schedule] timezone"},
		{`"Europe/Stockholm"`, `"Mars/Olympus"`, `unknown time zone "Mars/Olympus"`},
		{`county = "24"`, `county = "99"`, `"99" is no county`},
	} {
		body := strings.Replace(string(shipped), test.old, test.new, 1)
		if body == string(shipped) {
			t.Errorf("%q does not stand in effekt.toml", test.old)
		}
		got := mistakes(t, map[string]string{"effekt.toml": body}, Overrides{})
		if !strings.HasPrefix(got, "effekt.toml:") || !strings.Contains(got, test.want) || strings.Count(got, "effekt.toml:") != 1 {
			t.Errorf("%s: %s, want %q", test.new, got, test.want)
		}
	}
	got := mistakes(t, nil, Overrides{SCBBaseURL: "localhost:80"})
	if want := `$EFFEKT_SCB_BASE_URL: "localhost:80": want an address that begins with https://`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestMistakesOfRegions(t *testing.T) {
	t.Parallel()
	got := mistakes(t, map[string]string{"regions.toml": `region = [
 { code = "24", name = "Västerbottens län", nuts3 = "SE331" },
 { code = "24", name = "", nuts3 = "SE1" },
 { code = "25", name = "Norrbottens län", nuts3 = "SE331" },
 { code = "248", name = "Umeå" },
 { code = "9901", name = "Umeå", nuts3 = "SE332" },
]
`}, Overrides{})
	for _, want := range []string{
		"region 24 twice", "region 24 has no name", `county 24: nuts3 "SE1": want SE and three digits`, "two counties have the NUTS 3 code SE331",
		`region "248": want two digits`, "only a county has a NUTS 3 code", "the country, 00, is missing",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// What lies in the folders beside the config.
func TestFilesOfAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, Embedded); err != nil {
		t.Fatal(err)
	}
	write := func(name, body string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"datasets/x.toml~", "datasets/.x.toml", "datasets/._kolada.toml", "indicators/README.md", "datasets/x.toml.bak"} {
		write(name, "nonsense")
	}
	if err := os.Symlink("kolada.toml", filepath.Join(dir, "datasets", ".#kolada.toml")); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(os.DirFS(dir), Overrides{}); err != nil {
		t.Fatalf("backups and hidden files are none of the config: %v", err)
	}
	body, err := Embedded.ReadFile("datasets/grp.toml")
	if err != nil {
		t.Fatal(err)
	}
	write("datasets/New-Grp.toml", string(body))
	write("datasets/upper.TOML", string(body))
	write("datasets/large.toml", strings.Repeat("#", maxFile+1))
	for _, err := range []error{
		os.Mkdir(filepath.Join(dir, "datasets", "folder.toml"), 0o700),
		os.Symlink("nowhere.toml", filepath.Join(dir, "datasets", "dangling.toml")),
		os.Symlink("grp.toml", filepath.Join(dir, "datasets", "linked.toml")),
		os.Remove(filepath.Join(dir, "framework.toml")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = Load(os.DirFS(dir), Overrides{})
	if err == nil {
		t.Fatal("accepted")
	}
	want := `the config has 6 mistakes
datasets/New-Grp.toml: the file's name becomes a table's: want lower-case ASCII letters, digits and _, and then .toml
datasets/dangling.toml: is missing; a config folder is whole: effekt.toml, regions.toml, framework.toml, datasets/ and indicators/
datasets/folder.toml: is no file
datasets/large.toml: 1048577 bytes, at most 1048576 are read
datasets/upper.TOML: the file's name becomes a table's: want lower-case ASCII letters, digits and _, and then .toml
framework.toml: is missing; a config folder is whole: effekt.toml, regions.toml, framework.toml, datasets/ and indicators/`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

// A folder that holds only some of the files is not laid over the shipped one.
func TestAConfigFolderIsWhole(t *testing.T) {
	t.Parallel()
	_, err := Load(fstest.MapFS{"datasets/x.toml": {Data: []byte("source = \"scb\"\ntable = \"TAB1\"\n[select]\nRegion = [\"24\"]\n"), Mode: fs.FileMode(0o644)}}, Overrides{})
	if err == nil || strings.Count(err.Error(), "a config folder is whole") != 3 || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("%v", err)
	}
}

func TestLongLinesAreCut(t *testing.T) {
	t.Parallel()
	got := mistakes(t, map[string]string{
		"datasets/x.toml": "source = \"scb\"\ntable = \"TAB1\"\n[select]\nRegion = [" + strings.Repeat(`"24", `, 5000) + "24" + strings.Repeat(`, "24"`, 5000) + "]\n",
	}, Overrides{})
	lines := strings.Split(got, "\n")
	if len(lines) != 3 || len(lines[1]) > 2*maxShown+10 || lines[1][len(lines[2])-1] != '2' {
		t.Errorf("%s", got)
	}
	p := Problem{File: "x.toml", Line: 1, Col: 3, Message: "m", Source: "a\x1b[31m\tb"}
	if want := "x.toml:1:3: m\n  a\ufffd[31m\tb\n    ^"; p.String() != want {
		t.Errorf("%q, want %q", p.String(), want)
	}
}

// An edition was checked when it was frozen: rules on wording that came later do
// not make it unreadable.
func TestAFrozenConfigIsReadAsItWas(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"datasets/x.toml":   "source = \"scb\"\ntable = \"matrix:ArRegArbStDoN\"\n[select]\nRegion = [\"country\"]\n",
		"indicators/x.toml": "off = \"prov\"\nkind = \"computed\"\nsource = \"Källa: SCB, TAB638; egen bearbetning\"\n",
	} {
		changed := map[string]string{name: body}
		today, frozen := mistakes(t, changed, Overrides{}), mistakes(t, changed, Overrides{Frozen: true})
		if !strings.Contains(today, "matrix") && !strings.Contains(today, "Egen beräkning på") || strings.Contains(frozen, "matrix") || strings.Contains(frozen, "Egen beräkning på") {
			t.Errorf("%s: today\n%s\nfrozen\n%s", name, today, frozen)
		}
	}
}
