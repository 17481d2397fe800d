package outcomes

import (
	"fmt"
	"strings"
	"time"
)

// note is a line of the first sheet.
type note struct {
	look  string // "title", "heading", "table" or "" for plain text
	cells []string
}

// readme is the sheet «Läs mig»: all that somebody who has never seen the
// system needs to fill in the workbook.
func readme(b Book) (notes []note) {
	add := func(look string, cells ...string) { notes = append(notes, note{look, cells}) }
	unit := "Alla enheter"
	if b.Unit != "" {
		unit = "Enhet: " + b.Unit
	}
	fill := strings.NewReplacer("{omgång}", b.Round.Name, "{plats}", b.Place, "{enhet}", unit, "{mottagare}", b.Inbox,
		"{öppnar}", b.Round.Opens.Format(time.DateOnly), "{senast}", b.Round.Due.Format(time.DateOnly))
	for line := range strings.Lines(text("readme.txt")) {
		look, line := "", strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			look, line = "title", rest
		} else if rest, ok := strings.CutPrefix(line, "## "); ok {
			look, line = "heading", rest
		}
		add(look, fill.Replace(line))
	}
	add("heading", "De elva generiska aktiviteterna")
	add("table", "Aktivitet", "Vad den omfattar", "Prestation", "Utfall")
	for _, a := range b.Activities {
		add("", fmt.Sprintf("%d. %s", a.Number, a.Name), a.Definition, a.Performance, a.Result)
	}
	for _, s := range Sheets() {
		add("heading", "Bladet "+s.Name+": "+s.Title)
		add("table", "Kolumn", "Vad du skriver", "Måste fyllas i", "Exempel")
		for _, c := range s.Columns {
			must := "nej"
			if c.Required {
				must = "ja"
			}
			add("", c.Name, c.Rule, must, c.Example)
		}
	}
	add("heading", "Frågorna på bladet fragor")
	for _, q := range b.Questions {
		add("", q.Code+". "+q.Label)
	}
	return notes
}

// String is the note as text, its cells with bars between.
func (n note) String() string {
	return map[string]string{"title": "# ", "heading": "\n## "}[n.look] + strings.Join(n.cells, " | ")
}
