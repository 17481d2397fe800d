package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/archive"
	"effekt/pipeline/explain"
)

// TestOnOneDemonstration is what needs a whole data folder and does not change
// what is published in it.
func TestOnOneDemonstration(t *testing.T) {
	t.Parallel()
	dir := demoFolder(t)
	// Read before the rest: one process has a published file open once at a time.
	latest, missing, values := figures(t, dir, latestFigures), figures(t, dir, missingFigures), figures(t, dir, allFigures)
	own := figures(t, dir, ownFigures)
	reports(t, dir, values, own) // before the edition, with which a report compares
	t.Run("every kind", func(t *testing.T) { t.Parallel(); explainEveryKind(t, dir, latest) })
	t.Run("sums", func(t *testing.T) { t.Parallel(); explainedInputsAreTheFigure(t, dir) })
	t.Run("missing", func(t *testing.T) { t.Parallel(); explainMissing(t, dir, missing) })
	t.Run("refuses", func(t *testing.T) { t.Parallel(); explainRefuses(t, dir) })
	t.Run("edition", func(t *testing.T) { t.Parallel(); editions(t, dir) })
}

// The latest figure of one indicator of every kind goes back to bytes in the
// archive that say what its inputs say.
func explainEveryKind(t *testing.T, dir string, rows [][]string) {
	t.Helper()
	kinds := []string{
		"population_growth_rate", "natural_change_rate", "young_adult_net_migration_rate", "life_expectancy_at_birth", "sickness_days",
		"real_median_earned_income", "employment_gap_birth_region", "post_secondary_share_25_64", "recent_immigrant_employment",
		"grp_per_ghg_tonne", "rd_expenditure_per_capita", "commuting_ratio",
	}
	store, err := archive.Open(filepath.Join(dir, "archive"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if !slices.Contains(kinds, row[0]) {
			continue
		}
		t.Run(row[0], func(t *testing.T) {
			t.Parallel()
			e := explained(t, dir, row[0], "--year", row[1], "--sex", row[2])
			if want, err := strconv.ParseFloat(row[3], 64); err != nil || e.Value == nil || *e.Value != want {
				t.Errorf("value %v, want %s", e.Value, row[3])
			}
			if e.Remark != "" || len(e.Inputs) == 0 || len(e.Vintages) == 0 || len(e.Steps) == 0 {
				t.Errorf("%d inputs, %d vintages, %d steps, remark %q", len(e.Inputs), len(e.Vintages), len(e.Steps), e.Remark)
			}
			for _, input := range e.Inputs {
				checkInput(t, store, input)
			}
		})
	}
}

// checkInput reads the stored body at the place that the explanation names.
func checkInput(t *testing.T, store *archive.Archive, input explain.Input) {
	t.Helper()
	if input.Origin == nil {
		t.Errorf("%v: %s", input.Codes, input.Missing)
		return
	}
	body, err := store.Get(input.Origin.Object)
	if err != nil {
		t.Error(err)
		return
	}
	raw := []byte(input.Origin.Raw)
	if !bytes.HasPrefix(body[input.Origin.Offset:], raw) {
		t.Errorf("%v: byte %d does not begin with %s", input.Codes, input.Origin.Offset, raw)
	}
	if input.Value == nil {
		if string(raw) != "null" {
			t.Errorf("%v is missing, the bytes say %s", input.Codes, raw)
		}
		return
	}
	if got, err := strconv.ParseFloat(string(raw), 64); err != nil || got != *input.Value {
		t.Errorf("%v is %v, the bytes say %s", input.Codes, *input.Value, raw)
	}
}

// The inputs are all there, and no others: known sums of them are the figure.
func explainedInputsAreTheFigure(t *testing.T, dir string) {
	t.Helper()
	sum := func(inputs []explain.Input, code string) float64 {
		total := 0.0
		for _, input := range inputs {
			for _, c := range input.Codes {
				if code == "" || c.Code == code {
					total += *input.Value
					break
				}
			}
		}
		return total
	}
	population := explained(t, dir, "population_total", "--year", "2020", "--sex", "women")
	if got := sum(population.Inputs, ""); got != *population.Value || len(population.Inputs) != 4 {
		t.Errorf("%d inputs come to %v, the figure is %v", len(population.Inputs), got, *population.Value)
	}
	rate := explained(t, dir, "employment_rate_20_64", "--year", "2023", "--region", "2480")
	if got := sum(rate.Inputs, "000002NT") / sum(rate.Inputs, "000002NU") * 100; math.Abs(got-*rate.Value) > 1e-9 || len(rate.Inputs) != 2 {
		t.Errorf("%d inputs come to %v, the figure is %v", len(rate.Inputs), got, *rate.Value)
	}
}

// A figure that is missing is explained by the cells that lack a value.
func explainMissing(t *testing.T, dir string, rows [][]string) {
	t.Helper()
	e := explained(t, dir, rows[0][0], "--region", rows[0][1], "--year", rows[0][2], "--sex", rows[0][3])
	none := 0
	for _, input := range e.Inputs {
		if input.Value == nil {
			none++
		}
	}
	if e.Value != nil || e.Remark == "" && none == 0 {
		t.Errorf("value %v, %d inputs of %d without value, remark %q", e.Value, none, len(e.Inputs), e.Remark)
	}
}

func explainRefuses(t *testing.T, dir string) {
	t.Helper()
	for _, args := range [][]string{
		{"nothing_like_it", "--year", "2024"},
		{"population_total"},
		{"population_total", "--year", "1500"},
		{"population_total", "--year", "2024", "--region", "x' or 'a' = 'a"},
		{"population_total", "--year", "2024", "--sex", "all"},
	} {
		var out, log strings.Builder
		if code := execute(context.Background(), append([]string{"explain", "--data", dir}, args...), &out, &log); code != exitUsage || out.Len() > 0 {
			t.Errorf("%v: exit %d, %s%s", args, code, out.String(), log.String())
		}
	}
}

func demoFolder(t testing.TB) string {
	t.Helper()
	made, err := demonstration()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "d")
	if err := os.CopyFS(dir, os.DirFS(made)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// output runs a command that must go well.
func output(t *testing.T, args ...string) string {
	t.Helper()
	var out, log strings.Builder
	if code := execute(context.Background(), args, &out, &log); code != exitDone {
		t.Fatalf("%v: exit %d: %s", args, code, log.String())
	}
	return out.String()
}

func explained(t *testing.T, dir, indicator string, args ...string) explain.Explanation {
	t.Helper()
	var e explain.Explanation
	text := output(t, append([]string{"explain", indicator, "--json", "--data", dir}, args...)...)
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

const (
	latestFigures = `select indicator_id, year, sex, value from mart.indicator_value where region = '24' and value is not null
		qualify row_number() over (partition by indicator_id order by year desc, sex = 'total' desc, sex) = 1 order by 1`
	missingFigures = `select indicator_id, region, year, sex from mart.indicator_value where value is null order by indicator_id = 'grp_per_capita', region desc, year desc limit 1`
)

func figures(t *testing.T, dir, query string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(output(t, "sql", "--data", dir, "--format", "csv", query))).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	return rows[1:]
}

const allFigures = `select figure.indicator_id, region.name, figure.region, figure.year, figure.sex, figure.value, figure.status
	from mart.indicator_value as figure join core.region as region using (region) where region.level <> 'county' or region.region = '24'`
