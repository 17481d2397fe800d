package main

import (
	"encoding/xml"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// ownFigures are the county's figures of the last ten years in which each
// indicator has any row, for the sex that the report tells first.
const ownFigures = `with told as (
    select figure.*, meta.label_sv, meta.unit, meta.decimals
    from mart.indicator_value as figure join mart.indicator as meta using (indicator_id)
    where figure.region = '24' and figure.sex = case when list_contains(meta.sexes, 'total') then 'total' else 'women' end
)
select label_sv, unit, decimals, year, told.value, country.value
from told left join (select indicator_id, year, sex, value from mart.indicator_value where region = '00') as country using (indicator_id, year, sex)
qualify row_number() over (partition by indicator_id order by year desc) <= 10`

// page holds the figures of each indicator's table against the database,
// rounded here by another route.
func pageFigures(t *testing.T, page []byte, want [][]string) {
	t.Helper()
	tables := indicatorTables(t, page)
	checked := 0
	for _, row := range want {
		decimals, err := strconv.Atoi(row[2])
		if err != nil {
			t.Fatal(err)
		}
		printed, found := tables[row[0]+", "+row[1]][row[3]]
		if !found {
			t.Errorf("%s %s is not in the page", row[0], row[3])
			continue
		}
		for i, value := range row[4:] {
			if i == 1 && value == "" {
				continue // the country has no column where it has no figure
			}
			if got := printed[i]; got != exactly(t, value, decimals) {
				t.Errorf("%s %s: the page says %s, the database %s", row[0], row[3], got, value)
			}
			checked++
		}
	}
	if checked < 700 {
		t.Errorf("only %d figures", checked)
	}
}

// indicatorTables are the first two numbers of each row, by caption and year.
func indicatorTables(t *testing.T, page []byte) map[string]map[string][]string {
	t.Helper()
	all := map[string]map[string][]string{}
	caption := regexp.MustCompile(`(?s)<caption>\S+ \d+\. (.*?)</caption>(.*?)</table>`)
	line := regexp.MustCompile(`(?s)<tr><th scope="row">(.*?)</th>(.*?)</tr>`)
	cell := regexp.MustCompile(`(?s)<td[^>]*>(.*?)</td>`)
	for _, table := range caption.FindAllSubmatch(page, -1) {
		var name string
		if err := xml.Unmarshal([]byte("<x>"+string(table[1])+"</x>"), &name); err != nil {
			t.Fatal(err)
		}
		rows := map[string][]string{}
		for _, row := range line.FindAllSubmatch(table[2], -1) {
			for _, c := range cell.FindAllSubmatch(row[2], 2) {
				rows[string(row[1])] = append(rows[string(row[1])], string(c[1]))
			}
		}
		all[name] = rows
	}
	return all
}

// exactly is a number of the database as Swedish print has it.
func exactly(t *testing.T, value string, decimals int) string {
	t.Helper()
	if value == "" {
		return "–"
	}
	exact, ok := new(big.Rat).SetString(value)
	if !ok {
		t.Fatalf("%q is no number", value)
	}
	digits := exact.FloatString(decimals)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		digits = digits[1:]
		if strings.Trim(digits, "0.") != "" {
			sign = "−"
		}
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "\u00a0" + whole[i:]
	}
	if decimals == 0 {
		return sign + whole
	}
	return sign + whole + "," + fraction
}
