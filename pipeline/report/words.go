package report

import (
	"cmp"
	"slices"
	"strings"

	"effekt/pipeline/number"
	"effekt/pipeline/report/document"
)

// wording is what another language says for the Swedish words of tables; nil is
// Swedish itself.
type wording map[string]string

// say is a word or sentence in the language, or as it is where that has none.
func (w wording) say(swedish string) string { return cmp.Or(w[swedish], swedish) }

// number is a number in Swedish print as the language has it.
func (w wording) number(swedish string) string {
	if w == nil {
		return swedish
	}
	return number.English(swedish)
}

// bySex is whose a figure is, with the sex where it is one's.
func (w wording) bySex(whose, sex string) string {
	if sex == "total" {
		return whose
	}
	return whose + ", " + w.say(sexName(sex))
}

// table is an empty table with its words in the language.
func (w wording) table(caption string, header ...string) document.Table {
	t := document.Table{Caption: w.say(caption)}
	for _, name := range header {
		t.Header = append(t.Header, w.say(name))
	}
	return t
}

// inEnglish is the report with the tables' words, and the names, units and sources
// of indicators, in English. Names are in Swedish where there is no other, and the
// agencies' own are as they are.
func (r Report) inEnglish() Report {
	source := strings.NewReplacer("Källa: ", "Source: ", "Egen beräkning på uppgifter från", "Own calculation on data from", "tabellen ", "table ", " och ", " and ", "SYNTETISKA DEMODATA", "SYNTHETIC DATA")
	r.words = english()
	r.Indicators = slices.Clone(r.Indicators)
	for n := range r.Indicators {
		i := &r.Indicators[n]
		i.Label, i.Unit, i.Source, i.words = cmp.Or(i.LabelEN, i.Label), cmp.Or(i.UnitEN, i.Unit), source.Replace(i.Source), r.words
	}
	return r
}

// english are the words in English.
func english() wording {
	return wording{
		"Återrapportering": "Report-back", "Innehåll": "Contents", "Blad": "Sheet", "Alla värden": "All values", "Källor": "Sources", "Utgåva": "Edition",
		"Varje värde för länet, riket, länen och länets kommuner": "Every value of the county, the country, the counties and the county's municipalities",
		"Definitioner, källor och datamängder":                    "Definitions, sources and data sets",
		synthetic:                                                 "SYNTHETIC DATA (SYNTETISKA DEMODATA): the figures are invented and are no statistics.",
		standing:                                                  standingEnglish, "Bygge": "Build", "uppgift saknas": "missing", "Ingen indikator är kopplad till området:": "No indicator belongs to the area:",
		"okänt": "not stated", "ja": "yes", "nej": "no", "tidsstämpel": "stamp", "riket": "country", "län": "county", "kommun": "municipality",
		"totalt": "total", "kvinnor": "women", "män": "men",
		"preliminär": "preliminary", "slumpbrus": "perturbed", "brott": "break", "reviderad": "revised", "liten nämnare": "small denominator", "rättad": "corrected", "prognos": "forecast",
		"kan inte förekomma": "cannot occur", "dold, litet underlag": "suppressed, small base",
		"Indikator": "Indicator", "Id": "Id", "Region": "Region", "Regionkod": "Region code", "Nivå": "Level", "År": "Year", "Period": "Period", "Kön": "Sex", "Värde": "Value",
		"Enhet": "Unit", "Status": "Status", "Riket": "Country", "Kvinnor": "Women", "Män": "Men", "Anmärkning": "Remark", "%d av %d": "%d of %d",
		"Så räknas den": "Definition", "Källa": "Source", "Officiell statistik": "Official statistics", "Att tänka på": "Caveats",
		"Rättelser": "Corrections", "Egna rättelser av källornas uppgifter": "Corrections of the sources' figures, made here", noCorrections: "No figure of a source has been corrected here.",
		"Uppgift": "What is corrected", "Källans värde": "The source's value", "Rättat värde": "Corrected value", "Läge": "State", "Skäl": "Reason", "Ansvarig": "Responsible",
		"Referens": "Reference", "Till och med": "Until", "gäller": "in force", "gäller inte: källan har ändrat sig": "not in force: the source has changed",
		"gäller inte: sista dagen har passerat": "not in force: the last day has passed",
	}
}
