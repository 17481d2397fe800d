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
// indicator has any row, for the sex that the report tells first: all that a row
// of an indicator's table says. A change is in per cent where the indicator's is.
const ownFigures = `with told as (
    select figure.*, meta.label_sv, meta.unit, meta.decimals, meta.change = 'percent' as percent
    from mart.indicator_value as figure join mart.indicator as meta using (indicator_id)
    where figure.region = '24' and figure.sex = case when list_contains(meta.sexes, 'total') then 'total' else 'women' end
),
held as (select indicator_id, year, region, sex, value from mart.indicator_value)
select label_sv, unit, decimals, told.year, percent, told.value, country.value, case when told.sex = 'total' then women.value end, men.value,
    case when percent then change_1y_pct else change_1y end, case when percent then change_5y_pct else change_5y end
from told
left join held as country on country.indicator_id = told.indicator_id and country.year = told.year and country.region = '00' and country.sex = told.sex
left join held as women on women.indicator_id = told.indicator_id and women.year = told.year and women.region = '24' and women.sex = 'women'
left join held as men on men.indicator_id = told.indicator_id and men.year = told.year and men.region = '24' and men.sex = 'men'
left join mart.indicator_change as change on change.indicator_id = told.indicator_id and change.year = told.year and change.region = '24' and change.sex = told.sex
qualify row_number() over (partition by told.indicator_id order by told.year desc) <= 10
order by label_sv, told.year`

// pageFigures holds every number of each indicator's table, and of the tables of
// what stands out and of the goals, against the database, rounded here by
// another route.
func pageFigures(t *testing.T, page []byte, want [][]string) {
	t.Helper()
	tables := pageTables(t, page)
	checked, latest := 0, map[string][]string{}
	for _, row := range want {
		if row[5] != "" {
			latest[row[0]] = row
		}
		printed, found := tables[row[0]+", "+row[1]][row[3]]
		if !found {
			t.Errorf("%s %s is not in the page", row[0], row[3])
			continue
		}
		for column, shown := range shownRow(t, row) {
			got, there := printed[column]
			if !there && shown == "–" {
				continue // a column in which nothing is said
			}
			if got != shown {
				t.Errorf("%s %s, %s: the page says %q, the database %s", row[0], row[3], column, got, shown)
			}
			checked++
		}
	}
	if checked < 1500 {
		t.Errorf("only %d figures", checked)
	}
	pageSummaries(t, tables, latest)
}

// shownRow is what the table says of a row of ownFigures, by column.
func shownRow(t *testing.T, row []string) map[string]string {
	t.Helper()
	decimals, err := strconv.Atoi(row[2])
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for i, column := range []string{"", "Riket", "Kvinnor", "Män"} {
		shown[column] = exactly(t, row[5+i], decimals)
	}
	for i, column := range []string{"Ändring 1 år", "Ändring 5 år"} {
		digits, unit := decimals, ""
		if row[4] == "true" {
			digits, unit = 1, "\u00a0%"
		}
		text := exactly(t, row[9+i], digits)
		if text != "–" && !strings.HasPrefix(text, "−") && strings.Trim(text, "0,") != "" {
			text = "+" + text
		}
		if text != "–" {
			text += unit
		}
		shown[column] = text
	}
	return shown
}

// pageSummaries holds the tables that give each indicator's latest year.
func pageSummaries(t *testing.T, tables map[string]map[string]map[string]string, latest map[string][]string) {
	t.Helper()
	checked := 0
	for caption, rows := range tables {
		if caption != "Indikatorer som sticker ut" && !strings.HasPrefix(caption, "Indikatorer för ") {
			continue
		}
		for label, printed := range rows {
			row := latest[label]
			if row == nil && printed["Utveckling"] == "uppgift saknas" && printed["År"]+printed["Värde"] == "––" {
				continue
			}
			if row == nil {
				t.Errorf("%s: %s is no indicator with a figure", caption, label)
				continue
			}
			if value := shownRow(t, row)[""]; printed["År"] != row[3] || printed["Värde"] != value {
				t.Errorf("%s: %s is %s in %s, in the database %s in %s", caption, label, printed["Värde"], printed["År"], value, row[3])
			}
			checked++
		}
	}
	if checked < 45 {
		t.Errorf("only %d rows of summaries", checked)
	}
}

// pageTables are the cells of every table by caption, first cell of the row and
// head of the column; the county's own column of an indicator has no head here.
func pageTables(t *testing.T, page []byte) map[string]map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]map[string]string{}
	caption := regexp.MustCompile(`(?s)<caption>\S+ \d+\. (.*?)</caption>(.*?)</table>`)
	head := regexp.MustCompile(`(?s)<th scope="col"[^>]*>(.*?)</th>`)
	line := regexp.MustCompile(`(?s)<tr><th scope="row">(.*?)</th>(.*?)</tr>`)
	cell := regexp.MustCompile(`(?s)<td[^>]*>(.*?)</td>`)
	for _, table := range caption.FindAllSubmatch(page, -1) {
		heads := head.FindAllSubmatch(table[2], -1)
		rows := map[string]map[string]string{}
		for _, row := range line.FindAllSubmatch(table[2], -1) {
			cells := map[string]string{}
			for i, c := range cell.FindAllSubmatch(row[2], -1) {
				cells[strings.Split(plainText(t, heads[i+1][1]), "s län")[0]] = plainText(t, c[1])
			}
			if own, ok := cells["Västerbotten"]; ok {
				cells[""] = own
			}
			rows[plainText(t, row[1])] = cells
		}
		all[plainText(t, table[1])] = rows
	}
	return all
}

// plainText is the text of a piece of the page.
func plainText(t *testing.T, piece []byte) string {
	t.Helper()
	var text string
	if err := xml.Unmarshal([]byte("<x>"+string(piece)+"</x>"), &text); err != nil {
		t.Fatal(err)
	}
	return text
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
