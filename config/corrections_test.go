package config

import (
	"strings"
	"testing"
)

// Every mistake of a correction is told at its place, and together.
func TestMistakesOfCorrections(t *testing.T) {
	t.Parallel()
	const sound = `[[correction]]
indicator = "population_total"
region = "24"
year = 2024
expect = 1.0
value = 2.0
reason = "x"
who = "Analysfunktionen"
reference = "dnr"
valid_until = "2027-01-01"
`
	at := func(row string) string { return "corrections.toml:" + row + ":1: correction 1: " }
	const commented = "# [[correction]]\n# indicator = \"population_total\"\n"
	cell := strings.Replace(sound, "indicator = \"population_total\"\nregion = \"24\"\nyear = 2024\n", "dataset = \"employment_bas\"\ncell = { Region = \"24\" }\n", 1)
	for name, test := range map[string]struct{ body, want string }{
		"none":              {sound, ""},
		"cell":              {cell, ""},
		"empty":             {"# nothing\n", ""},
		"unknown indicator": {strings.Replace(sound, "population_total", "nix", 1), at("2") + "there is no indicator \"nix\""},
		"unknown data set":  {strings.Replace(cell, "employment_bas", "nix", 1), at("2") + "there is no data set \"nix\""},
		"unknown region":    {strings.Replace(sound, `"24"`, `"99"`, 1), at("3") + "there is no region \"99\""},
		"no guard":          {strings.Replace(sound, "expect = 1.0\n", "", 1), at("1") + "want expect"},
		"both values":       {sound + "missing = true\n", at("6") + "want value, or missing"},
		"no reason, no day": {strings.NewReplacer("reason = \"x\"\n", "", "valid_until = \"2027-01-01\"\n", "").Replace(sound), at("1") + "valid_until is missing"},
		"both kinds":        {sound + "dataset = \"kolada\"\n", at("1") + "want either an indicator or a dataset"},
		"no number":         {strings.Replace(sound, "= 2.0", "= nan", 1), at("6") + "value = NaN is no figure"},
		"no limit":          {strings.Replace(sound, "= 1.0", "= -inf", 1), at("5") + "expect = -Inf is no figure"},
		"no variable":       {strings.Replace(cell, "Region =", "Regoin =", 1), at("3") + "data set employment_bas has no variable \"Regoin\": a cell has Alder, "},
		"after a comment":   {commented + sound + strings.NewReplacer("2024", "2023", "dnr", " ").Replace(sound), "corrections.toml:21:1: correction 2: reference is missing"},
		"twice":             {sound + sound, "corrections.toml:11:1: correction 2: is of the same as another: population_total, region 24, 2024, total"},
		"unknown key":       {sound + "nix = 1\n", "unknown key \"correction.nix\""},
		"no day":            {strings.Replace(sound, "2027-01-01", "i morgon", 1), "is no date"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := mistakes(t, map[string]string{correctionsFile: test.body}, Overrides{})
			if test.want == "" && got != "" || strings.Count(got, "^") > 2 || !strings.Contains(got, test.want) {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}
