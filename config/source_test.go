package config

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The agencies do not want to be named as the source of what others have
// calculated. «Källa:» stands only over what is shown as they publish it: a KPI
// read directly, or a SELECT that passes single cells on from one table of SCB's.
// Either line names every table and KPI that the indicator reads.
func TestSourceLines(t *testing.T) {
	t.Parallel()
	c, err := Load(Embedded, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`TAB[0-9]+|[NU][0-9]{5}`)
	for _, i := range c.Indicators {
		var calculation string
		if i.KPI == "" {
			body, err := os.ReadFile("../sql/indicators/" + i.ID + ".sql")
			if err != nil {
				t.Fatal(err)
			}
			calculation = string(body)
		}
		agencies, read := agenciesOf(c, i, id.FindAllString(calculation, -1))
		want := "Egen beräkning på uppgifter från " + strings.Join(agencies, " och ")
		if i.KPI != "" || passedOn(calculation) {
			want = "Källa: " + agencies[0][:strings.Index(agencies[0], " ")] + ", "
		}
		shape := regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(i.Source, "(…)")
		if !strings.HasPrefix(i.Source, "Källa: ") && shape != want || strings.HasPrefix(i.Source, "Källa: ") && !strings.HasPrefix(i.Source, want) {
			t.Errorf("%s: source %q; want %q", i.ID, i.Source, want)
		}
		named := id.FindAllString(i.Source, -1)
		slices.Sort(named)
		slices.Sort(read)
		if got, want := slices.Compact(named), slices.Compact(read); !slices.Equal(got, want) {
			t.Errorf("%s: source %q names %q, the indicator reads %q", i.ID, i.Source, got, want)
		}
	}
	if len(c.Indicators) != 45 {
		t.Errorf("%d indicators", len(c.Indicators))
	}
}

// agenciesOf are the agencies whose data an indicator reads, as its line has
// them, and the tables and KPIs by id.
func agenciesOf(c *Config, i Indicator, kpis []string) (agencies, ids []string) {
	for _, name := range i.Datasets {
		d, _ := c.Dataset(name)
		if d.Source == "kolada" {
			agencies, ids = append(agencies, "Kolada (…)"), append(append(ids, kpis...), i.KPI)
			continue
		}
		agencies = append(agencies, "SCB (…)")
		if strings.HasPrefix(d.Table, "TAB") {
			ids = append(ids, d.Table)
		}
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" })
	return slices.Compact(agencies), ids
}

// passedOn tells whether a SELECT only hands a table's own cells on.
func passedOn(calculation string) bool {
	from := regexp.MustCompile(`\b(?:from|join)\s+(\S+)`).FindAllStringSubmatch(calculation, -1)
	return len(from) == 1 && strings.HasPrefix(from[0][1], "scb.") && strings.Contains(calculation, "\n    sum_of(value, 1) as value,\n    null::double as numerator,\n")
}

func TestSourceThatNamesAnAgencyForOurWork(t *testing.T) {
	t.Parallel()
	body, err := Embedded.ReadFile("indicators/ghg_index.toml")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^source = .*$`)
	told := mistakes(t, map[string]string{"indicators/ghg_index.toml": line.ReplaceAllString(string(body), `source = "Källa: Kolada; Egen bearbetning"`)}, Overrides{})
	if !strings.Contains(told, "indicators/ghg_index.toml:9:1: source") || !strings.Contains(told, "Egen beräkning på uppgifter från") {
		t.Errorf("%q", told)
	}
}
