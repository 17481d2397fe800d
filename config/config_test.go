package config

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// files copies the shipped config with some files replaced.
func files(t *testing.T, changed map[string]string) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	for _, folder := range []string{".", "datasets", "indicators"} {
		entries, err := Embedded.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			name := strings.TrimPrefix(folder+"/"+entry.Name(), "./")
			if entry.IsDir() {
				continue
			}
			body, err := Embedded.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = &fstest.MapFile{Data: body}
		}
	}
	for name, body := range changed {
		all[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return all
}

func TestShippedConfigLoads(t *testing.T) {
	t.Parallel()
	for county, municipalities := range map[string]int{"": 15, "23": 8, "22": 7, "09": 1, "14": 49} {
		c, err := Load(Embedded, Overrides{County: county})
		if err != nil {
			t.Fatal(err)
		}
		words := c.Words("scb")
		if len(words["municipalities"]) != municipalities || len(words["counties"]) != 21 || len(words["all_municipalities"]) != 290 {
			t.Errorf("county %q: %d municipalities, %d counties, %d in all", county, len(words["municipalities"]), len(words["counties"]), len(words["all_municipalities"]))
		}
	}
	c, err := Load(Embedded, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"0000"}, c.Words("kolada")["country"]); diff != "" {
		t.Error(diff)
	}
	if counties := c.Words("nuts3")["counties"]; counties[len(counties)-2] != "SE331" {
		t.Errorf("NUTS 3 codes %v", counties)
	}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Load(files(t, map[string]string{
		"effekt.toml":          "county = 24\ncuonty = \"24\"\n",
		"indicators/x.toml":    "polarity = \"up\"\ndatasets = [\"gone\"]\ndecimals = \"one\"\n",
		"datasets/broken.toml": "source = \"scb\"\ntable = \"TAB1\"\n[select]\nRegion = [24]\n",
		"datasets/twice.toml":  "source = \"kolada\"\nregions = [\"counties\"]\n[[kpi]]\nid = \"N00957\"\n",
	}), Overrides{})
	if _, ok := errors.AsType[*Problems](err); !ok {
		t.Fatalf("error %v", err)
	}
	text := err.Error()
	for _, want := range []string{
		"effekt.toml:1:", "write it in quotes", "  county = 24\n", "effekt.toml:2:1: unknown key \"cuonty\"\n  cuonty = \"24\"\n  ^",
		"datasets/broken.toml:4:", "indicators/x.toml:1:1: polarity \"up\"", "indicators/x.toml:2:13: there is no data set \"gone\"",
		"indicators/x.toml:3:", "datasets/twice.toml:4:6: KPI \"N00957\" is also in datasets/kolada.toml",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}

func TestUnknownCountyIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := Load(Embedded, Overrides{County: "99"}); err == nil || !strings.Contains(err.Error(), `"99" is no county`) {
		t.Errorf("error %v", err)
	}
}

func TestUnknownPartTurnsAnIndicatorOff(t *testing.T) {
	t.Parallel()
	body, err := Embedded.ReadFile("indicators/sickness_days.toml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load(files(t, map[string]string{"indicators/sickness_days.toml": strings.Replace(string(body), `kpi = "N00957"`, `kpi = "?"`, 1)}), Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range c.Indicators {
		if (i.Off != "") != (i.ID == "sickness_days" || i.ID == "business_employment_growth") {
			t.Errorf("%s: off %q", i.ID, i.Off)
		}
	}
}

func TestHashFollowsWhatDecidesFigures(t *testing.T) {
	t.Parallel()
	hash := func(changed map[string]string, o Overrides) string {
		c, err := Load(files(t, changed), o)
		if err != nil {
			t.Fatal(err)
		}
		return c.Hash
	}
	settings, err := Embedded.ReadFile("effekt.toml")
	if err != nil {
		t.Fatal(err)
	}
	same := hash(map[string]string{"effekt.toml": strings.Replace(string(settings), "calls = 30", "calls = 20", 1)}, Overrides{})
	if same != hash(nil, Overrides{}) {
		t.Error("a slower limit would rebuild the database")
	}
	if same == hash(nil, Overrides{County: "23"}) {
		t.Error("another county would not rebuild the database")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("county = \"24\"\n")
	f.Add("[[kpi]]\nid = 1\n")
	f.Fuzz(func(t *testing.T, body string) {
		_, err := Load(fstest.MapFS{"effekt.toml": {Data: []byte(body)}, "datasets/x.toml": {Data: []byte(body)}}, Overrides{})
		if err == nil {
			t.Error("a config without regions was accepted")
		}
	})
}

// What reads nothing but data sets that are off is off too, and says why.
func TestIndicatorOfDataSetsThatAreOff(t *testing.T) {
	t.Parallel()
	c, err := Load(Embedded, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	var off []string
	for _, d := range c.Datasets {
		if d.Off != "" {
			off = append(off, d.Name)
		}
	}
	for _, i := range c.Indicators {
		if i.Off != "" {
			off = append(off, i.ID)
		}
	}
	if diff := cmp.Diff([]string{"jobs_business", "business_employment_growth"}, off); diff != "" || len(c.Indicators) != 45 {
		t.Errorf("%d indicators\n%s", len(c.Indicators), diff)
	}
	const name = "indicators/business_employment_growth.toml"
	body, err := Embedded.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	on := regexp.MustCompile(`(?m)^off = .*\n`).ReplaceAllString(string(body), "")
	_, err = Load(files(t, map[string]string{name: on}), Overrides{})
	if err == nil || !strings.Contains(err.Error(), name+":") || !strings.Contains(err.Error(), "every data set of the indicator is off") {
		t.Errorf("error %v", err)
	}
}
