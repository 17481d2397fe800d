package outcomes

import (
	"strings"
	"testing"
)

// change is one thing done to the valid workbook.
type change struct {
	sheet, column string
	row           int
	value         any
}

func apply(rows sheets, changes []change) sheets {
	for _, c := range changes {
		rows[c.sheet][c.row][c.column] = c.value
	}
	return rows
}

// TestWrongWorkbooks spoils the valid workbook in one way at a time: the
// problem must stand in the spoilt cell and say what is wrong.
func TestWrongWorkbooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		change
		says    string
		warning bool
		also    []change
	}{
		{"id missing", change{Efforts, "insats_id", 0, nil}, "Värdet saknas", false, nil},
		{"id form", change{Efforts, "insats_id", 0, "INS-1"}, "Id:t har fel form", false, nil},
		{"id of five digits", change{Efforts, "insats_id", 0, "INS-00001"}, "Id:t har fel form", false, nil},
		{"id twice", change{Efforts, "insats_id", 1, "INS-0001"}, "finns redan på rad 3", false, nil},
		{"name missing", change{Efforts, "insats_namn", 0, "  "}, "Värdet saknas", false, nil},
		{"unknown type", change{Efforts, "insatstyp", 0, "extern"}, "finns inte i listan", false, nil},
		{"activity 12", change{Efforts, "generisk_aktivitet", 0, 12}, "finns inte i listan", false, nil},
		{"activity 0", change{Efforts, "generisk_aktivitet", 0, "0"}, "finns inte i listan", false, nil},
		{"activity in words", change{Efforts, "generisk_aktivitet", 0, "utbildning"}, "finns inte i listan", false, nil},
		{"other activity unknown", change{Efforts, "ovriga_aktiviteter", 0, "2;99"}, "«99» finns inte", false, nil},
		{"other activity twice", change{Efforts, "ovriga_aktiviteter", 0, "2;2"}, "står två gånger", false, nil},
		{"main activity among others", change{Efforts, "ovriga_aktiviteter", 0, "1;2"}, "Huvudaktiviteten", true, nil},
		{"goal unknown", change{Efforts, "rus_mal", 0, "V3"}, "finns inte i listan", false, nil},
		{"two goals in one cell", change{Efforts, "rus_mal", 0, "V1 - V2"}, "finns inte i listan", false, nil},
		{"direction unknown", change{Efforts, "rus_inriktning", 0, "D1;D4"}, "«D4» finns inte", false, nil},
		{"priority without a list", change{Efforts, "rus_prioritering", 0, "P1"}, "inga koder att välja", false, nil},
		{"area unknown", change{Efforts, "nationellt_omrade", 0, "N5"}, "finns inte i listan", false, nil},
		{"unit missing", change{Efforts, "enhet", 0, nil}, "Värdet saknas", false, nil},
		{"person as function", change{Efforts, "ansvarig_funktion", 0, "Anna Lindström"}, "en persons namn", false, nil},
		{"function and person", change{Efforts, "ansvarig_funktion", 0, "Utvecklingsledare Karin Berg"}, "en persons namn", false, nil},
		{"initial", change{Efforts, "ansvarig_funktion", 0, "K. Berglund"}, "en persons namn", false, nil},
		{"given name alone", change{Efforts, "ansvarig_funktion", 0, "Karin"}, "en persons namn", false, nil},
		{"rare given name", change{Efforts, "ansvarig_funktion", 0, "Xerxia Nordström"}, "en persons namn", false, nil},
		{"person as unit", change{Efforts, "enhet", 0, "Lars-Erik Johansson"}, "en persons namn", false, nil},
		{"mail address", change{Efforts, "ansvarig_funktion", 0, "analys@exempel.se"}, "en e-postadress", false, nil},
		{"mail in text", change{Results, "beskrivning", 1, "Fråga namn.efternamn@exempel.se om mer"}, "en e-postadress", false, nil},
		{"identity number", change{Results, "beskrivning", 1, "deltagare 640823-3234"}, "ett personnummer", false, nil},
		{"identity number, wrong check digit", change{Results, "beskrivning", 1, "640823-3235"}, "ett personnummer", false, nil},
		{"identity number, twelve digits", change{Answers, "motivering", 0, "196408233234"}, "ett personnummer", false, nil},
		{"identity number, ten digits", change{Answers, "lardom", 0, "6408233234"}, "ett personnummer", false, nil},
		{"identity number as a number", change{Efforts, "diarienummer", 0, 6408233234}, "ett personnummer", false, nil},
		{"co-ordination number", change{Links, "mekanism", 0, "Kedjan gäller personen 640883-3231 och andra"}, "ett personnummer", false, nil},
		{"person reviewed", change{Links, "granskad_av_funktion", 0, "Erik Svensson"}, "en persons namn", false, nil},
		{"start missing", change{Efforts, "start_datum", 0, nil}, "Värdet saknas", false, nil},
		{"start in words", change{Efforts, "start_datum", 0, "i höstas"}, "inget datum", false, nil},
		{"a day that is not", change{Efforts, "start_datum", 0, "2025-02-30"}, "inget datum", false, nil},
		{"month only", change{Efforts, "start_datum", 0, "2025-09"}, "inget datum", false, nil},
		{"year 1900", change{Efforts, "start_datum", 0, "1900-01-01"}, "Året är orimligt", false, nil},
		{"a small number as date", change{Efforts, "start_datum", 0, 12}, "Året är orimligt", false, nil},
		{"end before start", change{Efforts, "slut_datum", 0, "2025-08-31"}, "före start_datum", false, nil},
		{"status unknown", change{Efforts, "status", 0, "klar"}, "finns inte i listan", false, nil},
		{"amount of an internal effort", change{Efforts, "beviljat_belopp_kr", 0, 100}, "intern insats har inget", false, nil},
		{"amount below zero", change{Efforts, "beviljat_belopp_kr", 1, -5}, "mindre än noll", false, nil},
		{"amount with öre", change{Efforts, "beviljat_belopp_kr", 1, 100.5}, "heltal", false, nil},
		{"amount in words", change{Efforts, "beviljat_belopp_kr", 1, "cirka 800 tkr"}, "inget tal", false, nil},
		{"place unknown", change{Efforts, "geografi", 0, "2480;0180"}, "«0180» finns inte", false, nil},
		{"place missing", change{Efforts, "geografi", 0, nil}, "Geografi saknas", true, nil},
		{"ersatter of nothing", change{Efforts, "ersatter", 0, "INS-0001"}, "ingen inläst rad", false, nil},

		{"effort unknown", change{Results, "insats_id", 0, "INS-9999"}, "finns inte på bladet insatser", false, nil},
		{"period missing", change{Results, "period", 0, nil}, "Värdet saknas", false, nil},
		{"period as quarter", change{Results, "period", 0, "2026Q1"}, "Perioden har fel form", false, nil},
		{"period as year", change{Results, "period", 0, 2026}, "Perioden har fel form", false, nil},
		{"period before the effort", change{Results, "period", 0, "2025H1"}, "utanför insatsens tid", false, nil},
		{"period after the round", change{Results, "period", 0, "2026H2"}, "efter omgången", false, nil},
		{"period after the effort", change{Results, "period", 0, "2026H1"}, "utanför insatsens tid", false, []change{{Efforts, "slut_datum", 0, "2025-12-31"}}},
		{"progress report of an internal effort", change{Results, "rapporttyp", 0, "lagesrapport"}, "bara för extern_1_1", false, nil},
		{"final report of an internal effort", change{Results, "rapporttyp", 0, "slutrapport"}, "bara för extern_1_1", false, nil},
		{"final before progress", change{Results, "rapporttyp", 2, "slutrapport"}, "före projektets första lägesrapport", false, nil},
		{"half-year report of a project", change{Results, "rapporttyp", 2, "halvar"}, "läges- och slutrapporter", true, nil},
		{"report type unknown", change{Results, "rapporttyp", 0, "kvartal"}, "finns inte i listan", false, nil},
		{"societal effect", change{Results, "niva", 0, "samhallseffekt"}, "officiell statistik", false, nil},
		{"societal effect in words", change{Results, "niva", 0, "Samhällseffekt"}, "officiell statistik", false, nil},
		{"level missing", change{Results, "niva", 0, nil}, "Värdet saknas", false, nil},
		{"outcome without performance", change{Results, "niva", 1, "utfall"}, "ingen prestation", false, []change{{Results, "niva", 0, "utfall"}, {Results, "beskrivning", 0, "Något."}}},
		{"measure id missing", change{Results, "matt_id", 0, nil}, "Värdet saknas", false, nil},
		{"measure id with a slash", change{Results, "matt_id", 0, "M/1"}, "fel form", false, nil},
		{"measure twice", change{Results, "matt_id", 1, "M1"}, "finns redan på rad 3", false, nil},
		{"unit of measure unknown", change{Results, "enhet", 0, "stycken"}, "finns inte i listan", false, nil},
		{"value missing", change{Results, "uppnatt_varde", 0, nil}, "Värdet saknas", false, nil},
		{"value in words", change{Results, "uppnatt_varde", 0, "många"}, "inget tal", false, nil},
		{"value a range", change{Results, "uppnatt_varde", 0, "10-12"}, "inget tal", false, nil},
		{"value an error", change{Results, "uppnatt_varde", 0, "FORMEL1/0"}, "utan uträknat värde", false, nil},
		{"count below zero", change{Results, "uppnatt_varde", 0, -1}, "mindre än noll", false, nil},
		{"share above a hundred", change{Results, "uppnatt_varde", 0, 101}, "mellan 0 och 100", false, []change{{Results, "enhet", 0, "andel_procent"}}},
		{"neither yes nor no", change{Results, "uppnatt_varde", 0, 2}, "1 eller 0", false, []change{{Results, "enhet", 0, "ja_nej"}}},
		{"women and men above the total", change{Results, "varav_kvinnor", 1, 19}, "tillsammans fler (41)", false, nil},
		{"women below zero", change{Results, "varav_kvinnor", 1, -1}, "mindre än noll", false, nil},
		{"outcome without description", change{Results, "beskrivning", 1, nil}, "saknar beskrivning", false, nil},
		{"source unknown", change{Results, "datakalla", 0, "magkänsla"}, "finns inte i listan", false, nil},
		{"certainty missing", change{Results, "sakerhet", 0, nil}, "Värdet saknas", false, nil},
		{"handed in next year", change{Results, "inlamnad_datum", 0, "2027-08-10"}, "framåt i tiden", true, nil},
		{"handed in when", change{Results, "inlamnad_datum", 0, "snart"}, "inget datum", false, nil},

		{"link id form", change{Links, "koppling_id", 0, "K1"}, "Id:t har fel form", false, nil},
		{"link of an unknown effort", change{Links, "insats_id", 0, "INS-0404"}, "finns inte på bladet insatser", false, nil},
		{"link of a performance", change{Links, "matt_id", 0, "M1"}, "är en prestation och inget utfall", false, nil},
		{"link of an unknown measure", change{Links, "matt_id", 0, "M7"}, "finns inte bland resultaten", false, nil},
		{"indicator unknown", change{Links, "indikator_id", 0, "happiness"}, "finns inte i listan", false, nil},
		{"direction in words", change{Links, "forvantad_riktning", 0, "uppåt"}, "finns inte i listan", false, nil},
		{"strength missing", change{Links, "koppling_styrka", 0, nil}, "Värdet saknas", false, nil},
		{"lag of eleven years", change{Links, "tidsfordrojning_ar", 0, 11}, "mellan 0 och 10", false, nil},
		{"lag of half a year", change{Links, "tidsfordrojning_ar", 0, 0.5}, "heltal", false, nil},
		{"mechanism of a word", change{Links, "mekanism", 0, "digitalisering"}, "för kort", false, nil},
		{"evidence without reference", change{Links, "evidens_referens", 0, nil}, "saknar referens", false, nil},
		{"evidence type missing", change{Links, "evidens_typ", 0, nil}, "Värdet saknas", false, nil},
		{"target group below zero", change{Links, "malgrupp_storlek", 0, -40}, "mindre än noll", false, nil},
		{"valid to before from", change{Links, "giltig_till", 0, "2025-01-01"}, "före giltig_fran", false, nil},

		{"answer of an unknown effort", change{Answers, "insats_id", 0, "INS-0404"}, "finns inte på bladet insatser", false, nil},
		{"year of two digits", change{Answers, "ar", 0, 26}, "Året är orimligt", false, nil},
		{"year after the round", change{Answers, "ar", 0, 2027}, "efter omgången", false, nil},
		{"question 7", change{Answers, "fraga", 0, 7}, "finns inte i listan", false, nil},
		{"judgement unknown", change{Answers, "bedomning", 0, "kanske"}, "finns inte i listan", false, nil},
		{"judgement without reasons", change{Answers, "motivering", 0, nil}, "saknar motivering", true, nil},

		{"a command", change{Efforts, "insats_namn", 0, "=cmd|' /C calc'!A0"}, "ser ut som ett kommando", false, nil},
		{"a command as a formula", change{Efforts, "insats_namn", 0, "FORMELcmd|'/C calc'!A0"}, "köra ett program", false, nil},
		{"a web formula", change{Efforts, "projektagare", 1, `FORMELWEBSERVICE("http://exempel.se")`}, "köra ett program", false, nil},
		{"an at-sign call", change{Answers, "lardom", 0, "@SUM(1+1)*cmd"}, "ser ut som ett kommando", false, nil},
		{"a plus call", change{Answers, "lardom", 0, "+cmd|' /C calc'!A0"}, "ser ut som ett kommando", false, nil},
		{"a formula never calculated", change{Results, "uppnatt_varde", 0, "FORMELSUM(1,2)"}, "utan uträknat värde", false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reading := read(t, nil, one(filled(t, apply(valid(), append(c.also, c.change))))...)
			at := cellOf(c.sheet, c.column, c.row)
			found := false
			for _, p := range reading.Problems {
				found = found || p.Sheet == c.sheet && p.Cell == at && p.Warning == c.warning && strings.Contains(p.Rule, c.says) && p.Action != ""
			}
			if !found {
				t.Errorf("no %q in %s!%s among:\n%v", c.says, c.sheet, at, lines(reading.Problems))
			}
			if c.warning != (reading.Errors() == 0) || c.warning != (reading.Rows != nil) {
				t.Errorf("%d errors, %d rows:\n%v", reading.Errors(), len(reading.Rows), lines(reading.Problems))
			}
		})
	}
}

func lines(problems []Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return strings.Join(all, "\n")
}

func TestPersonalDataIsNeverRepeated(t *testing.T) {
	t.Parallel()
	secrets := []string{"640823-3234", "Anna Lindström", "namn.efternamn@exempel.se"}
	reading := read(t, nil, one(filled(t, apply(valid(), []change{
		{Results, "beskrivning", 1, secrets[0]}, {Efforts, "ansvarig_funktion", 0, secrets[1]}, {Links, "mekanism", 0, secrets[2]},
	})))...)
	if reading.Errors() < 3 {
		t.Errorf("problems %v", reading.Problems)
	}
	for _, secret := range secrets {
		if strings.Contains(lines(reading.Problems), secret) {
			t.Errorf("%s is repeated:\n%s", secret, lines(reading.Problems))
		}
	}
}

func TestFunctionsAndNumbersAreNotPersons(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Utvecklingsledare", "Regional utvecklingsdirektör", "Analysfunktionen", "Strateg kompetensförsörjning", "Region Stockholm", "Enhetschef Näringsliv",
		"Avdelning Norra Norrland", "Projektledare 1:1", "HR-chef", "Kulturutvecklare film", "Chef för analys och strategi", "Handläggare (POV)",
		"Samordnare Agenda 2030", "Sektionen för Hållbar Regional Utveckling",
	} {
		if what := personal(text, true); what != "" {
			t.Errorf("%q taken for %s", text, what)
		}
	}
	for _, text := range []string{"556036-0793", "RUN 1234-2026", "2491478", "20260301-20270831", "2026-08-10", "tel. 090-785 00 00", "Dnr 24RV1234-5", "9999999999"} {
		if what := personal(text, false); what != "" {
			t.Errorf("%q taken for %s", text, what)
		}
	}
}
