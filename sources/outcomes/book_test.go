package outcomes

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// testBook is a book with the lists that the rules speak of; names are invented
// or the framework's own.
func testBook() Book {
	day := func(s string) time.Time {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return time.Time{}
		}
		return t
	}
	choices := func(codes string) []Choice {
		var list []Choice
		for code := range strings.FieldsSeq(codes) {
			list = append(list, Choice{code, "Förklaring av " + code})
		}
		return list
	}
	b := Book{
		Round:  Round{"2026H1", day("2026-07-01"), day("2026-08-31")},
		Rounds: []string{"2025H1", "2025H2", "2026H1", "2026H2"}, Place: "Västerbottens län", Inbox: "analysfunktionen", Today: day("2026-08-15"),
		Questions: []Choice{{"1", "Bidrar prestationer, utfall och effekter till att effektivt möta identifierade behov i RUS?"}},
		Lists: map[string][]Choice{
			"insatstyp": choices("intern extern_1_1 extern_ovrig"), "status": choices("planerad pagaende avslutad avbruten"),
			"rapporttyp": choices("halvar lagesrapport slutrapport"), "niva": choices("prestation utfall"),
			"enhet": choices("antal andel_procent kr index ja_nej text"), "datakalla": choices("egen_rakning enkat intervju register annan"),
			"sakerhet": choices("sakert uppskattat oklart"), "forvantad_riktning": choices("okar minskar ingen_bestamd"),
			"koppling_styrka": choices("direkt bidragande indirekt"), "evidens_typ": choices("forskning utvardering statistik beprovad_erfarenhet saknas"),
			"bedomning": choices("ja delvis nej for_tidigt"), "rus_mal": choices("V1 V2 bada"), "rus_inriktning": choices("D1 D2 D3"),
			"nationellt_omrade": choices("N1 N2 N3 N4 tvargaende"), "geografi": {{"24", "Västerbottens län"}, {"2480", "Umeå"}, {"2482", "Skellefteå"}},
			"indikator_id": choices("employment_rate_20_64 grp_per_capita"), "fraga": {{"1", "Fråga ett"}, {"2", "Fråga två"}},
		},
	}
	for i, name := range []string{"Kompetensutvecklingsinsatser", "Investeringar i infrastruktur", "Synkronisera aktörer"} {
		b.Activities = append(b.Activities, Activity{i + 1, name, "Definition", "Prestation", "Utfall"})
		b.Lists["generisk_aktivitet"] = append(b.Lists["generisk_aktivitet"], Choice{strconv.Itoa(i + 1), name})
	}
	return b
}

// sheets is rows by sheet, a value by column.
type sheets map[string][]map[string]any

// valid is a workbook without a fault: an internal effort and a 1:1 project.
func valid() sheets {
	effort := map[string]any{
		"insats_id": "INS-0001", "insats_namn": "Digital verkstad", "insatstyp": "intern", "generisk_aktivitet": "1. Kompetensutvecklingsinsatser",
		"ovriga_aktiviteter": "2;3", "rus_mal": "V1", "rus_inriktning": "D1;D3", "nationellt_omrade": "N2", "enhet": "Näringslivsenheten",
		"ansvarig_funktion": "Utvecklingsledare digitalisering", "start_datum": "2025-09-01", "slut_datum": "2027-08-31", "status": "pagaende", "geografi": "2480;2482",
	}
	project := maps.Clone(effort)
	maps.Copy(project, map[string]any{
		"insats_id": "INS-0002", "insats_namn": "Tekniksprång", "insatstyp": "extern_1_1", "beviljat_belopp_kr": 890000,
		"projektagare": "Exempelkommunen", "geografi": "24", "diarienummer": "EX 2025/17",
	})
	performance := map[string]any{
		"insats_id": "INS-0001", "period": "2026H1", "rapporttyp": "halvar", "niva": "prestation", "generisk_aktivitet": "1", "matt_id": "M1",
		"matt_namn": "Genomförda kurser", "enhet": "antal", "planerat_varde": 10, "uppnatt_varde": 12.0, "datakalla": "egen_rakning", "sakerhet": "sakert", "inlamnad_datum": "2026-08-10",
	}
	outcome := maps.Clone(performance)
	maps.Copy(outcome, map[string]any{
		"niva": "utfall", "matt_id": "M2", "matt_namn": "Företag med ny digital lösning", "planerat_varde": nil, "uppnatt_varde": 40,
		"varav_kvinnor": 18, "varav_man": 22, "beskrivning": "Fyrtio deltagare har infört en ny lösning.", "datakalla": "enkat",
	})
	progress := maps.Clone(performance)
	maps.Copy(progress, map[string]any{"insats_id": "INS-0002", "rapporttyp": "lagesrapport"})
	link := map[string]any{
		"koppling_id": "KOP-0001", "insats_id": "INS-0001", "matt_id": "M2", "indikator_id": "grp_per_capita", "forvantad_riktning": "okar",
		"koppling_styrka": "indirekt", "tidsfordrojning_ar": 3, "mekanism": "Digitala lösningar gör att företagen får ut mer per timme.",
		"evidens_typ": "forskning", "evidens_referens": "Exempelrapport, 2024", "malgrupp_storlek": 40, "granskad_av_funktion": "Analysfunktionen", "giltig_fran": "2026-01-01",
	}
	answer := map[string]any{"insats_id": "INS-0001", "ar": 2026, "fraga": "1", "bedomning": "delvis", "motivering": "Behovet är belagt.", "lardom": "Börja i tid."}
	return sheets{Efforts: {effort, project}, Results: {performance, outcome, progress}, Links: {link}, Answers: {answer}}
}

// template writes b's template and gives it back as a file to fill in.
func templateFile(t *testing.T, b Book, known *Known) *excelize.File {
	t.Helper()
	var body bytes.Buffer
	if err := Template(&body, b, known); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&body)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// fill types rows into a workbook, from the first row on.
func fill(t *testing.T, f *excelize.File, rows sheets) {
	t.Helper()
	for name, list := range rows {
		s, _ := SheetNamed(name)
		for i, values := range list {
			for column, c := range s.Columns {
				if value, ok := values[c.Name]; ok && value != nil {
					set(t, f, name, address(column, firstRow+i), value)
				}
			}
		}
	}
}

func set(t *testing.T, f *excelize.File, sheet, at string, value any) {
	t.Helper()
	if text, ok := value.(string); ok && strings.HasPrefix(text, "FORMEL") {
		if err := f.SetCellFormula(sheet, at, strings.TrimPrefix(text, "FORMEL")); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := f.SetCellValue(sheet, at, value); err != nil {
		t.Fatal(err)
	}
}

func body(t *testing.T, f *excelize.File) []byte {
	t.Helper()
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// filled is the template of testBook with rows.
func filled(t *testing.T, rows sheets) []byte {
	t.Helper()
	f := templateFile(t, testBook(), nil)
	fill(t, f, rows)
	return body(t, f)
}

func read(t *testing.T, known *Known, files ...File) Reading {
	t.Helper()
	reading, err := Read(files, testBook(), known)
	if err != nil {
		t.Fatal(err)
	}
	return reading
}

func one(body []byte) []File { return []File{{"rapport.xlsx", body}} }

// cellOf is where a column of the i:th filled row stands.
func cellOf(sheet, column string, i int) string {
	s, _ := SheetNamed(sheet)
	return address(slices.IndexFunc(s.Columns, func(c Column) bool { return c.Name == column }), firstRow+i)
}
