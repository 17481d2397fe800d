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
func readme(b Book) []note {
	notes := []note{
		{"title", []string{"Rapport om insatser, omgång " + b.Round.Name}},
		{"", []string{whoAndWhen(b)}},
		{"heading", []string{"Effektkedjan"}},
		{"", []string{"1. Insats: det som regionen gör, finansierar eller deltar i. Bladet insatser."}},
		{"", []string{"2. Aktivitet: vad för slags arbete det är, en av de elva generiska aktiviteterna nedan."}},
		{"", []string{"3. Prestation: det som genomfördes. Bladet resultat, niva prestation."}},
		{"", []string{"4. Utfall: det som prestationen direkt ledde till. Bladet resultat, niva utfall."}},
		{"", []string{"5. Samhällseffekt: det som officiell statistik kan visa i länet. Den rapporteras inte här; på bladet kopplingar skriver du varför utfallet kan ha med en indikator att göra."}},
		{"heading", []string{"Så fyller du i"}},
	}
	for i, step := range steps(b) {
		notes = append(notes, note{"", []string{fmt.Sprintf("%d. %s", i+1, step)}})
	}
	notes = append(notes, activities(b)...)
	notes = append(notes, columns()...)
	return append(notes, questions(b)...)
}

func whoAndWhen(b Book) string {
	unit := "Alla enheter"
	if b.Unit != "" {
		unit = "Enhet: " + b.Unit
	}
	return fmt.Sprintf("%s. %s. Öppnar %s, lämnas in senast %s till %s.", b.Place, unit,
		b.Round.Opens.Format(time.DateOnly), b.Round.Due.Format(time.DateOnly), b.Inbox)
}

func steps(b Book) []string {
	return []string{
		"Fyll i bladen i ordning: insatser, resultat, kopplingar och fragor. Ändra inte rubrikerna.",
		"Mörk rubrik betyder att kolumnen måste fyllas i, ljus att den är frivillig. Markera en cell så visas regeln.",
		"Den grå raden som börjar med EXEMPEL visar hur en rad kan se ut. Den läses inte.",
		"Listor: välj i cellen. Koden räcker; texten efter den är en förklaring. Alla koder står på bladet " + listsSheet + ".",
		"Grå celler längre ned är förifyllda från förra omgången och låsta. Fyll i resten av raden. En rad där inget rapporteras lämnas som den är.",
		"Värden gäller halvåret " + b.Round.Name + ", inte summan sedan starten. Komma och punkt går lika bra. Skriv 0 när inget uppnåddes; lämna tomt när det inte är känt.",
		"Varje utfall behöver minst en prestation i samma insats. Insatser av typen extern_1_1 lämnar lagesrapport och slutrapport, alla andra halvar.",
		"Skriv aldrig personers namn, e-post eller personnummer: enheter och funktioner räcker.",
		"En rad som är inläst skrivs aldrig över. Ska den rättas: lämna in den på nytt med den gamla radens namn i kolumnen ersatter.",
		"Spara som Excel-arbetsbok (.xlsx). Är något fel kommer en granskad kopia tillbaka med en kommentar i varje cell som ska rättas.",
	}
}

func activities(b Book) []note {
	notes := []note{
		{"heading", []string{"De elva generiska aktiviteterna"}},
		{"table", []string{"Aktivitet", "Vad den omfattar", "Prestation", "Utfall"}},
	}
	for _, a := range b.Activities {
		notes = append(notes, note{"", []string{fmt.Sprintf("%d. %s", a.Number, a.Name), a.Definition, a.Performance, a.Result}})
	}
	return notes
}

func columns() []note {
	var notes []note
	for _, s := range Sheets() {
		notes = append(notes, note{"heading", []string{"Bladet " + s.Name + ": " + s.Title}}, note{"table", []string{"Kolumn", "Vad du skriver", "Måste fyllas i", "Exempel"}})
		for _, c := range s.Columns {
			must := "nej"
			if c.Required {
				must = "ja"
			}
			notes = append(notes, note{"", []string{c.Name, c.Rule, must, c.Example}})
		}
	}
	return notes
}

func questions(b Book) []note {
	notes := []note{{"heading", []string{"Frågorna på bladet fragor"}}}
	for _, q := range b.Questions {
		notes = append(notes, note{"", []string{q.Code + ". " + q.Label}})
	}
	return notes
}

// String is the note as text, its cells with bars between.
func (n note) String() string {
	text := strings.Join(n.cells, " | ")
	switch n.look {
	case "title":
		return "# " + text
	case "heading":
		return "\n## " + text
	}
	return text
}
