package report

// workbookWords are the workbook's words in English.
func workbookWords() map[string]string {
	return map[string]string{
		"Återrapportering": "Report-back", "Innehåll": "Contents", "Blad": "Sheet", "Alla värden": "All values", "Källor": "Sources",
		"Varje värde för länet, riket, länen och länets kommuner":             "Every value of the county, the country, the counties and the county's municipalities",
		"Definitioner, källor och datamängder":                                "Definitions, sources and data sets",
		"SYNTETISKA DEMODATA: siffrorna är påhittade och är ingen statistik.": "SYNTHETIC DATA (SYNTETISKA DEMODATA): the figures are invented and are no statistics.",
		standing: standingEnglish, "Bygge": "Build", "uppgift saknas": "missing", "Ingen indikator är kopplad till området:": "No indicator belongs to the area:",
		"okänt": "not stated", "ja": "yes", "nej": "no", "tidsstämpel": "stamp", "riket": "country", "län": "county", "kommun": "municipality",
		"totalt": "total", "kvinnor": "women", "män": "men",
		"preliminär": "preliminary", "slumpbrus": "perturbed", "brott": "break", "reviderad": "revised", "liten nämnare": "small denominator", "rättad": "corrected", "prognos": "forecast",
		"kan inte förekomma": "cannot occur", "dold, litet underlag": "suppressed, small base",
		"Indikator": "Indicator", "Id": "Id", "Region": "Region", "Regionkod": "Region code", "Nivå": "Level", "År": "Year", "Period": "Period", "Kön": "Sex", "Värde": "Value",
		"Enhet": "Unit", "Status": "Status", "Riket": "Country", "Kvinnor": "Women", "Män": "Men", "Anmärkning": "Remark",
		"Så räknas den": "Definition", "Källa": "Source", "Officiell statistik": "Official statistics", "Att tänka på": "Caveats",
		"Rättelser": "Corrections", "Egna rättelser av källornas uppgifter": "Corrections of the sources' figures, made here",
		"Uppgift": "What is corrected", "Källans värde": "The source's value", "Rättat värde": "Corrected value", "Läge": "State", "Skäl": "Reason", "Ansvarig": "Responsible",
		"Referens": "Reference", "Till och med": "Until", "gäller": "in force", "gäller inte: källan har ändrat sig": "not in force: the source has changed",
		"gäller inte: sista dagen har passerat": "not in force: the last day has passed",
	}
}
