package document

import "testing"

// Every column of a table has room for its longest word, so that no figure is
// broken over two lines, and the columns fill the page.
func TestTableWidths(t *testing.T) {
	t.Parallel()
	for name, table := range map[string]Table{
		"short heads beside long ones": {
			Header: []string{"År", "Västerbottens län", "Riket", "Ändring 1 år", "Ändring 5 år", "Anmärkning"},
			Rows:   [][]Cell{{{Text: "2025"}, {Text: "76,5"}, {Text: "79,0"}, {Text: "−0,1"}, {Text: "−0,7"}, {Text: "slumpbrus"}}},
		},
		"a number of several groups": {
			Header: []string{"Område", "Kr"},
			Rows:   [][]Cell{{{Text: "Likvärdiga möjligheter till boende, arbete och välfärd i hela landet"}, {Text: "123\u00a0456\u00a0789"}}},
		},
		"identities in capitals": {
			Header: []string{"Datamängd", "Tabell", "Källans tidsstämpel"},
			Rows:   [][]Cell{{{Text: "Folkmängden efter region, civilstånd, ålder och kön. År 1968 - 2025"}, {Text: "TAB6408"}, {Text: "2026-02-20T07:00:00Z"}}},
		},
		"heads alone": {Header: []string{"Indikator", "År"}},
		"long texts": {
			Header: []string{"Insats", "Mekanism"},
			Rows:   [][]Cell{{{Text: "A"}, {Text: "Bättre levnadsvanor kan minska sjukfrånvaron bland dem som arbetar i vård och omsorg."}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sum := 0
			for i, width := range table.Widths() {
				word, _ := needs(table.Header[i])
				for _, row := range table.Rows {
					long, _ := needs(row[i].Text)
					word = max(word, long)
				}
				if room := float64(width+1) * charsWide / tableWide; room < word { // widths are whole
					t.Errorf("column %q has room for %.1f characters, its longest word needs %.0f", table.Header[i], room, word)
				}
				if table.Header[i] == "Kr" && word != 13 {
					t.Errorf("the number is %.0f wide, not one word of 11 characters with its padding", word)
				}
				sum += width
			}
			if sum > tableWide || sum < tableWide-len(table.Header) {
				t.Errorf("the columns are %d wide together, the page %d", sum, tableWide)
			}
		})
	}
}
