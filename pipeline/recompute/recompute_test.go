package recompute

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources/replay"
	"effekt/testdata/demo"

	effektsql "effekt/sql"
)

// TestRecompute calculates all indicators by another route, from the very
// bodies that were served, and compares every figure at the printed precision,
// with status and flags. What is served is the demonstration's data shaken: other
// values, and cells missing under every symbol.
func TestRecompute(t *testing.T) {
	t.Parallel()
	for seed, county := range []string{"24", "23"} {
		if seed > 0 && testing.Short() {
			continue
		}
		t.Run(county, func(t *testing.T) {
			t.Parallel()
			data := shaken(t, demo.Files, county, uint64(seed))
			p := refreshed(t, data, county)
			r := newReckoner(t, data, p.Config)
			published := publishedFigures(t, p)
			for _, i := range p.Config.Indicators {
				if i.Off != "" && len(published[i.ID]) == 0 {
					continue
				}
				r.compare(t, i, published[i.ID])
			}
		})
	}
}

// refreshed is a pipeline that has published what a server of data gave.
func refreshed(t *testing.T, data fs.FS, county string) *pipeline.Pipeline {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 9, 10, 9, 0, 0, 0, time.UTC) }
	library, err := replay.Open(data)
	must(t, err)
	running, err := replay.Start(replay.New(library, replay.Options{Now: now}))
	must(t, err)
	t.Cleanup(func() { must(t, running.Close()) })
	c, err := config.Load(config.Embedded, config.Overrides{County: county, SCBBaseURL: running.SCB(), KoladaBaseURL: running.Kolada()})
	must(t, err)
	c.SCB.Calls, c.Kolada.Calls = 1000, 1000
	p := &pipeline.Pipeline{Config: c, Log: slog.New(slog.DiscardHandler), Now: now, Synthetic: true}
	p.SQL, err = effektsql.Read(effektsql.Files)
	must(t, err)
	p.Dir, err = datadir.Open(t.TempDir())
	must(t, err)
	p.Archive, err = archive.Open(p.Dir.Archive(), now)
	must(t, err)
	client, err := pipeline.NewClient(c, p.Dir, p.Log, now)
	must(t, err)
	p.Client, p.Sources = client, pipeline.Sources(c, client)
	result, err := p.Refresh(context.Background(), run.Want{})
	must(t, err)
	must(t, result.Err())
	return p
}

func newReckoner(t *testing.T, data fs.FS, c *config.Config) *reckoner {
	t.Helper()
	r := &reckoner{served: readServed(t, data), pops: map[string]figure{}}
	for _, region := range c.Regions {
		if region.Level != "municipality" || region.County == c.County.Code {
			r.regions = append(r.regions, region.Code)
		}
	}
	return r
}

type figureKey struct {
	region string
	year   int
	sex    string
}

type publishedFigure struct {
	figure
	flags string
}

// publishedFigures are mart.indicator_value's, by indicator.
func publishedFigures(t *testing.T, p *pipeline.Pipeline) map[string]map[figureKey]publishedFigure {
	t.Helper()
	r, err := warehouse.Open(t.Context(), p.Dir.Database())
	must(t, err)
	answer, err := r.Query(t.Context(), "select indicator_id, region, year, sex, value, status, array_to_string(flags, ' ') from mart.indicator_value", 0)
	must(t, err)
	must(t, r.Close())
	all := map[string]map[figureKey]publishedFigure{}
	for _, row := range answer.Rows {
		id, key := row[0].(string), figureKey{row[1].(string), int(row[2].(int32)), row[3].(string)}
		f := publishedFigure{figure: missing(row[5].(string)), flags: row[6].(string)}
		if v, ok := row[4].(float64); ok {
			f.value = v
		}
		if all[id] == nil {
			all[id] = map[figureKey]publishedFigure{}
		}
		all[id][key] = f
	}
	return all
}

// compare holds one indicator's own figures against the published.
func (r *reckoner) compare(t *testing.T, i config.Indicator, published map[figureKey]publishedFigure) {
	t.Helper()
	own := map[figureKey]figure{}
	r.reckon(i, func(region string, year int, sex string, f figure) {
		own[figureKey{region, year, sex}] = f
	})
	values := 0
	for key, f := range own {
		got, ok := published[key]
		if math.IsNaN(f.value) && !ok && i.KPI != "" {
			continue // a withdrawn value has no row
		}
		if !math.IsNaN(f.value) {
			values++
		}
		noisy, preliminary := strings.Contains(got.flags, "perturbed"), strings.Contains(got.flags, "preliminary")
		if !ok || shown(f, i.Decimals) != shown(got.figure, i.Decimals) || f.status != got.status || f.noisy != noisy || preliminary != (f.status == "P") {
			t.Errorf("%s %v: own %v %s, published %v (there: %v) %q", i.ID, key, f, shown(f, i.Decimals), got, ok, got.flags)
		}
	}
	for key, f := range published {
		if _, ok := own[key]; !ok {
			t.Errorf("%s %v: published %v, not expected", i.ID, key, f)
		}
	}
	if values == 0 {
		t.Errorf("%s: no value to compare", i.ID)
	}
}

// shown is a value as it is printed. What lies within a billionth of the middle
// between two printed values is moved off it, since two routes may end on
// either side.
func shown(f figure, decimals int) string {
	if math.IsNaN(f.value) {
		return "missing"
	}
	return fmt.Sprintf("%.*f", decimals, f.value+math.Copysign(1e-9*math.Max(1, math.Abs(f.value)), f.value))
}

// reckon computes an indicator.
func (r *reckoner) reckon(i config.Indicator, out emit) {
	switch i.ID {
	case "population_total", "population_growth_rate", "demographic_dependency_ratio", "share_aged_80_plus", "women_per_100_men_20_39":
		r.population(i.ID, out)
	case "natural_change_rate", "domestic_net_migration_rate", "international_net_migration_rate", "young_adult_net_migration_rate", "dwellings_completed_per_1000":
		r.flows(i.ID, out)
	case "employment_rate_20_64", "employment_gap_sex", "employment_gap_birth_region", "unemployment_rate_20_64":
		r.employment(i.ID, out)
	case "post_secondary_share_25_64", "post_secondary_gap_sex":
		r.education(i.ID, out)
	case "income_ratio_women_men", "real_median_earned_income":
		r.incomes(i.ID, out)
	case "life_expectancy_at_birth", "skills_matching_rate", "recent_immigrant_employment":
		r.direct(i.ID, out)
	case "commuting_ratio":
		r.jobs(out)
	case "grp_per_capita", "grp_per_employed", "grp_volume_index", "grp_per_ghg_tonne":
		r.products(i.ID, out)
	default:
		r.fromKolada(i, out)
	}
}

// kolada's code of a region, and of a sex.
func koladaPlace(region string) string {
	if len(region) == 2 {
		return "00" + region
	}
	return region
}

func (r *reckoner) kpi(kpi, region string, year int, sex string) figure {
	f, ok := r.kolada[kpi][koladaPlace(region)][year][map[string]string{"total": "T", "women": "K", "men": "M"}[sex]]
	if !ok {
		return missing("O")
	}
	return f
}

// fromKolada gives those read from Kolada, and 35, 42 and 45 made of them.
func (r *reckoner) fromKolada(i config.Indicator, out emit) {
	kpis := map[string][]string{
		"rd_expenditure_per_capita": {"N85085", "N85086", "N85087"}, "rechargeable_car_share": {"N07945", "N07947"}, "ghg_index": {"N07702"},
	}[i.ID]
	if kpis == nil {
		kpis = []string{i.KPI}
	}
	for _, region := range r.regions {
		for year := 1990; year <= 2027; year++ {
			for _, sex := range i.Sex {
				var parts []figure
				there := false
				for _, kpi := range kpis {
					_, ok := r.kolada[kpi][koladaPlace(region)][year][map[string]string{"total": "T", "women": "K", "men": "M"}[sex]]
					there = there || ok
					parts = append(parts, r.kpi(kpi, region, year, sex))
				}
				f := sum(parts...)
				if i.ID == "ghg_index" {
					f = per(f, r.kpi("N07702", region, 2015, "total"), 100)
				}
				if there {
					out(region, year, sex, f)
				}
			}
		}
	}
}
