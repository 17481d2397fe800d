package main

import (
	"encoding/xml"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ownFigures are the county's figures of the last ten years in which each
// indicator has any row, for both sexes together, or for women and men where
// there is no total: all that a row of an indicator's table says. A change is in
// per cent where the indicator's is.
const ownFigures = `with told as (
    select figure.*, meta.label_sv || case figure.sex when 'women' then ', kvinnor' when 'men' then ', män' else '' end as label,
        meta.label_en || case when figure.sex <> 'total' then ', ' || figure.sex else '' end as label_en,
        meta.unit, meta.decimals, meta.change = 'percent' as percent
    from mart.indicator_value as figure join mart.indicator as meta using (indicator_id)
    where figure.region = '24' and (figure.sex = 'total' or not list_contains(meta.sexes, 'total'))
),
held as (select indicator_id, year, region, sex, value from mart.indicator_value)
select label, unit, decimals, told.year, percent, told.value, country.value, case when told.sex = 'total' then women.value end,
    case when told.sex = 'total' then men.value end, case when percent then change_1y_pct else change_1y end,
    case when percent then change_5y_pct else change_5y end, told.sex, label_en, compare.rank || ' av ' || compare.n
from told
left join held as country on country.indicator_id = told.indicator_id and country.year = told.year and country.region = '00' and country.sex = told.sex
left join held as women on women.indicator_id = told.indicator_id and women.year = told.year and women.region = '24' and women.sex = 'women'
left join held as men on men.indicator_id = told.indicator_id and men.year = told.year and men.region = '24' and men.sex = 'men'
left join mart.indicator_change as change on change.indicator_id = told.indicator_id and change.year = told.year and change.region = '24' and change.sex = told.sex
left join mart.indicator_compare as compare
    on compare.indicator_id = told.indicator_id and compare.year = told.year and compare.region = '24' and compare.sex = told.sex
qualify row_number() over (partition by told.indicator_id, told.sex order by told.year desc) <= 10
order by label, told.year`

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
	for i, column := range []string{"", "Riket" + map[string]string{"women": ", kvinnor", "men": ", män"}[row[11]], "Kvinnor", "Män"} {
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
			if place, told := printed["Plats"]; told && place != row[13] {
				t.Errorf("%s: %s has place %s, in the database %s", caption, label, place, row[13])
			}
			checked++
		}
	}
	if checked < 45 {
		t.Errorf("only %d rows of summaries", checked)
	}
}

// englishFigures holds every row of the English page's tables of indicators
// against the database.
func englishFigures(t *testing.T, page []byte, own [][]string) {
	t.Helper()
	english := strings.NewReplacer(",", ".", "\u00a0", ",", " av ", " of ")
	latest := map[string][]string{}
	for _, row := range own {
		if row[5] != "" {
			latest[row[12]] = row
		}
	}
	checked := 0
	for caption, rows := range pageTables(t, page) {
		if !strings.HasPrefix(caption, "Indicators: ") {
			continue
		}
		for label, printed := range rows {
			row := latest[label]
			if row == nil {
				delete(printed, "Unit")
				if said := slices.Compact(slices.Sorted(maps.Values(printed))); !slices.Equal(said, []string{"–"}) {
					t.Errorf("%s: %s has no figure in the database and %v", caption, label, printed)
				}
				continue
			}
			decimals, err := strconv.Atoi(row[2])
			if err != nil {
				t.Fatal(err)
			}
			for i, column := range []string{"Value", "Country", "Women", "Men"} {
				if want := english.Replace(exactly(t, row[5+i], decimals)); printed[column] != want || printed["Year"] != row[3] {
					t.Errorf("%s: %s, %s is %s in %s, in the database %s in %s", caption, label, column, printed[column], printed["Year"], want, row[3])
				}
			}
			if want := english.Replace(row[13]); printed["Place"] != want {
				t.Errorf("%s: %s has place %s, in the database %s", caption, label, printed["Place"], want)
			}
			checked++
		}
	}
	if checked < 46 {
		t.Errorf("only %d rows of the English page", checked)
	}
}

// toldBySex demands that what is only of women or only of men says so: in the
// heads, in the sentence with the county's place, and in the charts' captions.
func toldBySex(t *testing.T, page []byte) {
	t.Helper()
	text := string(page)
	start := strings.Index(text, `<h3 id="indikator-life-expectancy-at-birth">`)
	if start < 0 {
		t.Fatal("life expectancy is not in the page")
	}
	end := start + strings.Index(text[start+1:], "<h3 ")
	for _, sex := range []string{"kvinnor", "män"} {
		for _, want := range []string{
			"<th scope=\"col\" class=\"n\">Västerbottens län, " + sex + "</th>", "<th scope=\"col\" class=\"n\">Riket, " + sex + "</th>",
			"Medellivslängd vid födseln bland " + sex + " i Västerbottens län", "bland länen (högst värde först, " + sex + ").",
			"Medellivslängd vid födseln, " + sex + ": ", "Medellivslängd vid födseln, " + sex + " 20", "Medellivslängd vid födseln, " + sex + ", år</caption>",
		} {
			if !strings.Contains(text[start:end], want) {
				t.Errorf("the page does not say %q", want)
			}
		}
	}
	for _, never := range []string{">Västerbottens län</th>", ">Riket</th>", "Medellivslängd vid födseln 20", "(högst värde först)", "<th scope=\"row\">Medellivslängd vid födseln</th><td>2"} {
		if strings.Contains(text[start:end], never) || strings.HasPrefix(never, "<th") && strings.Contains(text, never) {
			t.Errorf("the page says %q, of whom it does not", never)
		}
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
