package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"effekt/config"

	"github.com/xuri/excelize/v2"
)

// rawCodes are the codes of the framework's lists that are no words of the
// language: those that stand nowhere in their own label, and are not among the
// words that the report's text itself has.
func rawCodes(t *testing.T) (never, all []string) {
	t.Helper()
	c, err := config.Load(config.Embedded, config.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	never = []string{"bada", "small_denominator"} // of rus_mal, and a flag
	for _, g := range c.Framework.Goals {
		if g.ReportedAs != "" {
			never = append(never, g.ReportedAs)
		}
	}
	for _, list := range c.Framework.Codes {
		for _, code := range list {
			all = append(all, code.Code)
			if !slices.Contains(words(strings.ToLower(code.Label)), code.Code) && !slices.Contains([]string{"kr", "text", "utfall", "prestation"}, code.Code) {
				never = append(never, code.Code)
			}
		}
	}
	if len(never) < 20 {
		t.Errorf("only the codes %q", never)
	}
	return never, append(all, never...)
}

func words(text string) []string { return regexp.MustCompile(`[\pL\pN_]+`).FindAllString(text, -1) }

// noCodes finds no code in the text of a page.
func noCodes(t *testing.T, page []byte) {
	t.Helper()
	never, all := rawCodes(t)
	text := regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`).ReplaceAllString(string(page), " ")
	for _, word := range words(text) {
		if slices.Contains(never, word) {
			t.Errorf("the page says the code %s", word)
		}
	}
	for _, cell := range allCells(t, page) {
		code, _, _ := strings.Cut(cell, ": ")
		if slices.Contains(all, code) && cell != "kr" && cell != "saknas" {
			t.Errorf("a cell of the page says the code %q", cell)
		}
	}
}

// noCodesInBook finds no code in the cells of a workbook.
func noCodesInBook(t *testing.T, f *excelize.File) {
	t.Helper()
	never, _ := rawCodes(t)
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range slices.Concat(rows...) {
			for _, word := range words(cell) {
				if slices.Contains(never, word) {
					t.Fatalf("sheet %s says the code %s: %q", sheet, word, cell)
				}
			}
		}
	}
}

// outcomesInWords finds every linked outcome of the database with its value, or
// with the word that it is hidden, which only its own value can make it.
func outcomesInWords(t *testing.T, dir string, page []byte) {
	t.Helper()
	text := string(page)
	hidden, shown := 0, 0
	for _, row := range figures(t, dir, `select distinct chain.outcome, chain.outcome_unit, chain.outcome_value, result.uppnatt_varde is null and result.dolda_kolumner is not null,
		result.dolda_kolumner from mart.effect_chain as chain
		join outcome.result as result on result.insats_id = chain.effort_id and result.period = chain.period and result.matt_id = chain.outcome_id
		where chain.link_id is not null and result.ersatt_av is null`) {
		want := row[0] + ": dolt, litet antal<"
		if row[3] == "true" {
			hidden++
		} else if row[1] == "antal" {
			want = row[0] + ": " + exactly(t, row[2], 0) + "<"
			shown++
		} else {
			continue
		}
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q (hidden: %q)", want, row[4])
		}
	}
	if hidden == 0 || shown == 0 {
		t.Errorf("%d hidden outcomes and %d shown", hidden, shown)
	}
}
