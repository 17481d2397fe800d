package demo

import (
	"cmp"
	"effekt/sources/outcomes"
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// handedIn is what four invented units report of 25 invented efforts in two
// rounds, a file for each sheet. Places are {lan}, {lanskod} and {kommun1} to
// {kommun5}, for whichever county the demonstration is of.
//
//go:embed outcomes
var handedIn embed.FS

// Report is what a unit hands in in a round.
type Report struct {
	Round, Unit string
	Rows        []outcomes.Row
}

// Reports lists the invented reports of a county with its municipalities, by
// round and unit. One of them has two faults on purpose (Samhällsplanerings-
// enheten, 2026H1), some come late, and some efforts are not reported at all.
func Reports(code, name string, municipalities []string) ([]Report, error) {
	places, units := placed(code, name, municipalities), map[string]string{}
	var reports []Report
	for _, s := range outcomes.Sheets() {
		rows, err := sheetRows(s.Name, places)
		if err != nil {
			return nil, fmt.Errorf("demo: outcomes/%s.csv: %w", s.Name, err)
		}
		for _, values := range rows {
			effort, round := values["insats_id"], cmp.Or(values["omgang"], values["period"])
			if s.Name == outcomes.Efforts {
				units[effort] = values["enhet"]
			}
			delete(values, "omgang")
			i := slices.IndexFunc(reports, func(r Report) bool { return r.Round == round && r.Unit == units[effort] })
			if i < 0 {
				i, reports = len(reports), append(reports, Report{Round: round, Unit: units[effort]})
			}
			reports[i].Rows = append(reports[i].Rows, outcomes.Row{Sheet: s.Name, Values: values})
		}
	}
	slices.SortFunc(reports, func(a, b Report) int {
		return cmp.Or(strings.Compare(a.Round, b.Round), strings.Compare(a.Unit, b.Unit))
	})
	return reports, nil
}

// placed fills in the county's places. A county with fewer than five
// municipalities has some of them named twice.
func placed(code, name string, municipalities []string) *strings.Replacer {
	pairs := []string{"{lan}", name, "{lanskod}", code}
	for i := range 5 {
		municipality := code
		if n := len(municipalities); n > 0 {
			municipality = municipalities[i%n]
		}
		pairs = append(pairs, fmt.Sprintf("{kommun%d}", i+1), municipality)
	}
	return strings.NewReplacer(pairs...)
}

func sheetRows(sheet string, places *strings.Replacer) ([]map[string]string, error) {
	f, err := handedIn.Open("outcomes/" + sheet + ".csv")
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		values := map[string]string{}
		for i, column := range lines[0] {
			value := places.Replace(line[i])
			if column == "geografi" {
				value = once(value)
			}
			values[column] = value
		}
		rows = append(rows, values)
	}
	return rows, nil
}

// once keeps each code of a list the first time it stands there.
func once(list string) string {
	var codes []string
	for code := range strings.SplitSeq(list, ";") {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, ";")
}
