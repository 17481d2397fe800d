package outcomes

import "slices"

// Kind is what a column holds.
type Kind int

// The kinds of column.
const (
	Text    Kind = iota
	Code         // one code of a list
	Codes        // codes of a list, separated by ";"
	Integer      // whole number
	Decimal      // number, comma or point
	Date         // ISO date
)

// Column is a column of a sheet.
type Column struct {
	Name     string
	Kind     Kind
	List     string // of Code and Codes
	Required bool
	Function bool   // holds a unit or a function, never a person
	Follow   bool   // prefilled and locked when an earlier row is followed up
	Rule     string // Swedish, one sentence for the reader of «Läs mig»
	Example  string
	Width    float64 // in characters
}

// Sheet is one of the four sheets.
type Sheet struct {
	Name    string
	Title   string // Swedish, what a row is
	Key     []string
	Columns []Column
}

// The names of the sheets.
const (
	Efforts = "insatser"
	Results = "resultat"
	Links   = "kopplingar"
	Answers = "fragor"
)

// Sheets lists the four sheets in the workbook's order.
func Sheets() []Sheet {
	return []Sheet{efforts(), results(), links(), answers()}
}

// SheetNamed finds a sheet by name.
func SheetNamed(name string) (Sheet, bool) {
	all := Sheets()
	i := slices.IndexFunc(all, func(s Sheet) bool { return s.Name == name })
	if i < 0 {
		return Sheet{}, false
	}
	return all[i], true
}

// Column finds a column by name.
func (s Sheet) Column(name string) (Column, bool) {
	i := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return s.Columns[i], true
}

func replaces(example string) Column {
	return Column{Name: "ersatter", Rule: "Lämnas tom. Bara den som rättar en rad som redan är inläst skriver här vilken rad som ersätts: " + example + "."}
}

func efforts() Sheet {
	return Sheet{Name: Efforts, Title: "en rad per insats", Key: []string{"insats_id"}, Columns: []Column{
		{Name: "insats_id", Required: true, Follow: true, Rule: "INS- och fyra siffror. Varje insats har ett eget som aldrig används igen.", Example: "INS-0001", Width: 19},
		{Name: "insats_namn", Required: true, Rule: "Insatsens namn.", Example: "Digital verkstad för småföretag", Width: 36},
		{Name: "insatstyp", Kind: Code, List: "insatstyp", Required: true, Follow: true, Rule: "Välj ur listan.", Example: "intern", Width: 22},
		{Name: "generisk_aktivitet", Kind: Code, List: "generisk_aktivitet", Required: true, Rule: "Den huvudsakliga av de elva generiska aktiviteterna. Välj ur listan.", Example: "1", Width: 30},
		{Name: "ovriga_aktiviteter", Kind: Codes, List: "generisk_aktivitet", Rule: "Noll eller flera nummer 1–11 med semikolon emellan.", Example: "6;8", Width: 18},
		{Name: "rus_mal", Kind: Code, List: "rus_mal", Required: true, Rule: "Regionala utvecklingsstrategins hållbarhetsmål. Välj ur listan.", Example: "V1", Width: 22},
		{Name: "rus_inriktning", Kind: Codes, List: "rus_inriktning", Rule: "Noll till tre av D1, D2 och D3 med semikolon emellan.", Example: "D1;D3", Width: 15},
		{Name: "rus_prioritering", Kind: Code, List: "rus_prioritering", Rule: "Ur regionens egen lista. Finns ingen lista lämnas kolumnen tom.", Width: 17},
		{Name: "nationellt_omrade", Kind: Code, List: "nationellt_omrade", Required: true, Rule: "Den nationella strategins område. Välj ur listan.", Example: "N2", Width: 30},
		{Name: "enhet", Required: true, Function: true, Rule: "Organisatorisk enhet, aldrig en person.", Example: "Näringslivsenheten", Width: 24},
		{Name: "ansvarig_funktion", Required: true, Function: true, Rule: "Funktion, aldrig en persons namn.", Example: "Utvecklingsledare digitalisering", Width: 28},
		{Name: "start_datum", Kind: Date, Required: true, Rule: "Datum som 2026-03-01.", Example: "2025-09-01", Width: 12},
		{Name: "slut_datum", Kind: Date, Rule: "Datum, samma dag som start eller senare. Får vara tomt.", Example: "2027-08-31", Width: 12},
		{Name: "status", Kind: Code, List: "status", Required: true, Rule: "Välj ur listan.", Example: "pagaende", Width: 18},
		{Name: "beviljat_belopp_kr", Kind: Integer, Rule: "Hela kronor, 0 eller mer. Tomt för interna insatser.", Width: 18},
		{Name: "projektagare", Rule: "Organisationen som äger projektet.", Example: "Region Västerbotten", Width: 26},
		{Name: "geografi", Kind: Codes, List: "geografi", Rule: "Länets kod, eller kommunkoder med semikolon emellan.", Example: "2480;2482", Width: 16},
		{Name: "diarienummer", Rule: "Frivilligt.", Width: 16},
		replaces("INS-0001"),
	}}
}

func results() Sheet {
	return Sheet{Name: Results, Title: "en rad per insats, halvår och mått", Key: []string{"insats_id", "period", "matt_id"}, Columns: []Column{
		{Name: "insats_id", Required: true, Follow: true, Rule: "En insats på bladet insatser.", Example: "INS-0001", Width: 19},
		{Name: "period", Required: true, Follow: true, Rule: "Halvåret, som 2026H1 eller 2026H2. Läges- och slutrapporter anger det halvår de gäller.", Example: "2026H1", Width: 10},
		{Name: "rapporttyp", Kind: Code, List: "rapporttyp", Required: true, Rule: "Välj ur listan. Läges- och slutrapport finns bara för insatstyp extern_1_1.", Example: "halvar", Width: 20},
		{Name: "niva", Kind: Code, List: "niva", Required: true, Follow: true, Rule: "prestation eller utfall. Samhällseffekter mäts med officiell statistik och rapporteras inte.", Example: "prestation", Width: 20},
		{Name: "generisk_aktivitet", Kind: Code, List: "generisk_aktivitet", Required: true, Rule: "Den aktivitet som resultatet hör till. Välj ur listan.", Example: "1", Width: 30},
		{Name: "matt_id", Required: true, Follow: true, Rule: "Måttets namn inom insatsen, till exempel M1. Samma varje halvår.", Example: "M1", Width: 9},
		{Name: "matt_namn", Required: true, Rule: "Det som räknas.", Example: "Genomförda kurstillfällen", Width: 32},
		{Name: "enhet", Kind: Code, List: "enhet", Required: true, Follow: true, Rule: "Måttenhet. Välj ur listan.", Example: "antal", Width: 18},
		{Name: "planerat_varde", Kind: Decimal, Rule: "Frivilligt. Komma eller punkt som decimaltecken.", Example: "10", Width: 14},
		{Name: "uppnatt_varde", Kind: Decimal, Rule: "Halvårets värde, inte summan sedan starten. Krävs om inte enhet är text. Skriv 0 när inget uppnåddes.", Example: "12", Width: 14},
		{Name: "varav_kvinnor", Kind: Decimal, Rule: "Frivilligt. Kvinnor och män får tillsammans inte vara fler än uppnatt_varde.", Width: 13},
		{Name: "varav_man", Kind: Decimal, Rule: "Frivilligt.", Width: 11},
		{Name: "beskrivning", Rule: "Krävs för utfall: vad det ledde till, i ord.", Example: "Tolv kvällskurser i tre kommuner.", Width: 44},
		{Name: "datakalla", Kind: Code, List: "datakalla", Required: true, Rule: "Varifrån värdet kommer. Välj ur listan.", Example: "egen_rakning", Width: 22},
		{Name: "sakerhet", Kind: Code, List: "sakerhet", Required: true, Rule: "Hur säkert värdet är. Välj ur listan.", Example: "sakert", Width: 18},
		{Name: "inlamnad_datum", Kind: Date, Required: true, Rule: "Dagen då raden lämnas in, som 2026-08-20.", Example: "2026-08-20", Width: 14},
		replaces("INS-0001/2026H1/M1"),
	}}
}

func links() Sheet {
	return Sheet{Name: Links, Title: "en rad per skäl att tro att ett utfall har med en indikator att göra", Key: []string{"koppling_id"}, Columns: []Column{
		{Name: "koppling_id", Required: true, Follow: true, Rule: "KOP- och fyra siffror.", Example: "KOP-0001", Width: 19},
		{Name: "insats_id", Required: true, Follow: true, Rule: "En insats på bladet insatser.", Example: "INS-0001", Width: 11},
		{Name: "matt_id", Required: true, Follow: true, Rule: "Ett mått på bladet resultat med niva utfall.", Example: "M2", Width: 9},
		{Name: "indikator_id", Kind: Code, List: "indikator_id", Required: true, Follow: true, Rule: "Indikatorn som utfallet tros ha med att göra. Välj ur listan.", Width: 40},
		{Name: "forvantad_riktning", Kind: Code, List: "forvantad_riktning", Required: true, Rule: "Välj ur listan.", Example: "okar", Width: 22},
		{Name: "koppling_styrka", Kind: Code, List: "koppling_styrka", Required: true, Rule: "Välj ur listan.", Example: "indirekt", Width: 20},
		{Name: "tidsfordrojning_ar", Kind: Integer, Required: true, Rule: "Efter hur många år det kan synas, 0–10.", Example: "3", Width: 17},
		{Name: "mekanism", Required: true, Rule: "Kedjan i ord, minst en mening.", Example: "Kurserna gör att fler småföretag inför digitala lösningar.", Width: 44},
		{Name: "evidens_typ", Kind: Code, List: "evidens_typ", Required: true, Rule: "Välj ur listan.", Example: "utvardering", Width: 24},
		{Name: "evidens_referens", Rule: "Titel, år och länk. Krävs om inte evidens_typ är saknas.", Example: "Rapportens titel, år, webbadress", Width: 34},
		{Name: "malgrupp_storlek", Kind: Integer, Rule: "Antal personer eller företag som nås.", Example: "40", Width: 16},
		{Name: "granskad_av_funktion", Function: true, Rule: "Funktionen som granskat kopplingen, aldrig en persons namn.", Example: "Analysfunktionen", Width: 24},
		{Name: "giltig_fran", Kind: Date, Rule: "Datum.", Example: "2026-01-01", Width: 12},
		{Name: "giltig_till", Kind: Date, Rule: "Datum, samma dag som giltig_fran eller senare. Får vara tomt.", Width: 12},
		replaces("KOP-0001"),
	}}
}

func answers() Sheet {
	return Sheet{Name: Answers, Title: "en rad per insats, år och kvalitetsfråga", Key: []string{"insats_id", "ar", "fraga"}, Columns: []Column{
		{Name: "insats_id", Required: true, Rule: "En insats på bladet insatser.", Example: "INS-0001", Width: 19},
		{Name: "ar", Kind: Integer, Required: true, Rule: "Året som svaret gäller, till exempel 2026.", Example: "2026", Width: 8},
		{Name: "fraga", Kind: Code, List: "fraga", Required: true, Rule: "Frågans nummer 1–6. Välj ur listan.", Example: "1", Width: 44},
		{Name: "bedomning", Kind: Code, List: "bedomning", Required: true, Rule: "Välj ur listan.", Example: "delvis", Width: 24},
		{Name: "motivering", Rule: "Skälen i ord.", Example: "Behovet är belagt men målgruppen nås bara delvis.", Width: 48},
		{Name: "lardom", Rule: "Det som andra bör veta.", Example: "Börja med de företag som redan frågat.", Width: 48},
		replaces("INS-0001/2026/1"),
	}}
}
