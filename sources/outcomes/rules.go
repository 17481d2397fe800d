package outcomes

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule is what a row must keep to. Its texts name by number what the predicate
// gives: "%[1]s".
type rule struct {
	sheets  string // that it applies to
	column  string // that has the problem
	wrong   predicate
	says    string
	action  string
	warning bool
	idle    bool // also of rows in which nothing is reported
}

// predicate gives nil of a row that keeps to a rule, else what the rule's texts name.
type predicate func(*reader, *entry) []any

// when is what a predicate gives.
func when(wrong bool, names ...any) []any {
	if !wrong {
		return nil
	}
	return append([]any{}, names...)
}

// check holds every row against rules.
func (r *reader) check(rules []rule) {
	for _, s := range Sheets() {
		for _, e := range r.entries[s.Name] {
			for _, rule := range rules {
				if !strings.Contains(rule.sheets, s.Name) || e.idle && !rule.idle || r.hopeless() {
					continue
				}
				if names := rule.wrong(r, e); names != nil {
					r.add(e, rule.column, rule.warning, named(rule.says, names), named(rule.action, names))
				}
			}
		}
	}
}

func named(text string, names []any) string {
	if !strings.Contains(text, "%[") {
		return text
	}
	return fmt.Sprintf(text, names...)
}

// rowRules are of each row by itself.
func rowRules() []rule {
	const ins, rightID = "Skriv INS- och fyra siffror, till exempel INS-0001.", "Id:t har fel form."
	const below, zero = "Talet är mindre än noll.", "Skriv 0 eller mer."
	const early, dates = "Datumet är före %[1]s (%[2]s).", "Rätta det ena av datumen."
	owned := "%[1]s används redan för «%[2]s» med %[3]s %[4]s."
	instead := "Ge insatsen ett nytt id, eller skriv %[5]s i kolumnen ersatter om uppgiften ska ändras."
	return []rule{
		{sheets: Efforts + Results + Links + Answers, column: "insats_id", wrong: form("insats_id", `^INS-[0-9]{4}$`), says: rightID, action: ins},
		{sheets: Efforts, column: "slut_datum", wrong: before("slut_datum", "start_datum"), says: early, action: dates},
		{sheets: Efforts, column: "beviljat_belopp_kr", wrong: func(_ *reader, e *entry) []any {
			return when(e.get("beviljat_belopp_kr") != "" && e.get("insatstyp") == "intern")
		}, says: "En intern insats har inget beviljat belopp.", action: "Töm cellen, eller ändra insatstyp."},
		{sheets: Efforts, column: "beviljat_belopp_kr", wrong: negative("beviljat_belopp_kr"), says: below, action: zero},
		{sheets: Efforts, column: "ovriga_aktiviteter", wrong: func(_ *reader, e *entry) []any {
			main := e.get("generisk_aktivitet")
			return when(main != "" && slices.Contains(strings.Split(e.get("ovriga_aktiviteter"), ";"), main))
		}, says: "Huvudaktiviteten står också bland de övriga.", action: "Skriv bara de andra aktiviteterna här.", warning: true},
		{sheets: Efforts, column: "geografi", wrong: func(_ *reader, e *entry) []any { return when(e.missing("geografi")) }, warning: true,
			says: "Geografi saknas. Insatsen syns inte i fördelningen på kommuner.", action: "Skriv länets kod om insatsen gäller hela länet."},
		{sheets: Efforts, column: "enhet", wrong: func(r *reader, e *entry) []any {
			units := r.book.Units
			return when(e.get("enhet") != "" && len(units) > 0 && !slices.Contains(units, e.get("enhet")), strings.Join(units, ", "))
		}, says: "Enheten finns inte i listan över enheter.", action: "Skriv en av: %[1]s."},
		{sheets: Efforts, column: "enhet", wrong: taken("enhet"), says: owned, action: instead},
		{sheets: Efforts, column: "insatstyp", wrong: taken("insatstyp"), says: owned, action: instead},

		{sheets: Results, column: "period", wrong: form("period", `^[0-9]{4}H[12]$`), says: "Perioden har fel form.", action: "Skriv år och halvår, till exempel 2026H1."},
		{sheets: Results, column: "matt_id", wrong: form("matt_id", `^[A-Z0-9ÅÄÖ_.-]{1,20}$`), says: "Måttets id har fel form.", action: "Skriv högst 20 bokstäver och siffror, till exempel M1."},
		{sheets: Results, column: "period", wrong: func(r *reader, e *entry) []any {
			round := r.stamp.Round
			return when(round != "" && e.get("period") > round && !e.broken["period"], round)
		}, says: "Perioden ligger efter omgången %[1]s.", action: "Rätta perioden."},
		{sheets: Results, column: "inlamnad_datum", wrong: func(r *reader, e *entry) []any {
			return when(!r.book.Today.IsZero() && e.get("inlamnad_datum") > r.book.Today.AddDate(0, 0, 1).Format(time.DateOnly))
		}, says: "Datumet ligger framåt i tiden.", action: "Rätta datumet om det är fel.", warning: true},
		{sheets: Results, column: "beskrivning", wrong: func(_ *reader, e *entry) []any { return when(e.get("niva") == "utfall" && e.missing("beskrivning")) },
			says: "Ett utfall saknar beskrivning.", action: "Skriv i ord vad insatsen ledde till."},
		{sheets: Results, column: "uppnatt_varde", wrong: func(_ *reader, e *entry) []any {
			return when(e.get("enhet") != "" && e.get("enhet") != "text" && e.missing("uppnatt_varde"))
		}, says: "Värdet saknas.", action: "Skriv halvårets värde, eller 0 om inget uppnåddes. Vet ni inte ännu: töm hela raden."},
		{sheets: Results, column: "uppnatt_varde", wrong: achieved("text", func(float64) bool { return true }), warning: true,
			says: "Ett mått som beskrivs i ord har fått ett tal.", action: "Välj en annan enhet om talet är resultatet."},
		{sheets: Results, column: "uppnatt_varde", wrong: achieved("andel_procent", func(f float64) bool { return f < 0 || f > 100 }),
			says: "En andel ligger mellan 0 och 100 procent.", action: "Rätta värdet."},
		{sheets: Results, column: "uppnatt_varde", wrong: achieved("ja_nej", func(f float64) bool { return f != 0 && f != 1 }),
			says: "Ett ja/nej-mått är 1 eller 0.", action: "Skriv 1 för ja eller 0 för nej."},
		{sheets: Results, column: "uppnatt_varde", wrong: achieved("antal kr", func(f float64) bool { return f < 0 }), says: below, action: zero},
		{sheets: Results, column: "planerat_varde", wrong: negative("planerat_varde"), says: below, action: zero},
		{sheets: Results, column: "varav_kvinnor", wrong: negative("varav_kvinnor"), says: below, action: zero},
		{sheets: Results, column: "varav_man", wrong: negative("varav_man"), says: below, action: zero},
		{sheets: Results, column: "varav_kvinnor", wrong: tooMany, says: "Kvinnor och män är tillsammans fler (%[1]s) än uppnatt_varde (%[2]s).", action: "Rätta något av talen."},

		{sheets: Links, column: "koppling_id", wrong: form("koppling_id", `^KOP-[0-9]{4}$`), says: rightID, action: "Skriv KOP- och fyra siffror, till exempel KOP-0001."},
		{sheets: Links, column: "tidsfordrojning_ar", wrong: outside("tidsfordrojning_ar", 0, 10), says: "Talet ska vara mellan 0 och 10.", action: "Skriv efter hur många år det kan synas."},
		{sheets: Links, column: "mekanism", wrong: func(_ *reader, e *entry) []any {
			return when(e.get("mekanism") != "" && len(strings.Fields(e.get("mekanism"))) < 4)
		},
			says: "Mekanismen är för kort för att förstås.", action: "Skriv minst en mening: vad gör att utfallet kan påverka indikatorn?"},
		{sheets: Links, column: "evidens_referens", wrong: func(_ *reader, e *entry) []any {
			return when(e.get("evidens_typ") != "" && e.get("evidens_typ") != "saknas" && e.missing("evidens_referens"))
		}, says: "Evidensen saknar referens.", action: "Skriv titel, år och länk, eller välj saknas som evidens_typ."},
		{sheets: Links, column: "malgrupp_storlek", wrong: negative("malgrupp_storlek"), says: below, action: zero},
		{sheets: Links, column: "giltig_till", wrong: before("giltig_till", "giltig_fran"), says: early, action: dates},

		{sheets: Answers, column: "ar", wrong: outside("ar", 2000, 2100), says: "Året är orimligt.", action: "Skriv året med fyra siffror."},
		{sheets: Answers, column: "ar", wrong: func(r *reader, e *entry) []any {
			round := r.stamp.Round
			return when(round != "" && e.get("ar") != "" && e.get("ar") > round[:min(4, len(round))], round)
		}, says: "Året ligger efter omgången %[1]s.", action: "Rätta året."},
		{sheets: Answers, column: "motivering", wrong: func(_ *reader, e *entry) []any { return when(e.get("bedomning") != "" && e.missing("motivering")) }, warning: true,
			says: "Bedömningen saknar motivering.", action: "Skriv skälen i ord."},
	}
}

// missing tells that a column says nothing, and has no problem that explains it.
func (e *entry) missing(column string) bool { return e.get(column) == "" && !e.broken[column] }

func (e *entry) number(column string) (float64, bool) {
	f, err := strconv.ParseFloat(e.get(column), 64)
	return f, err == nil
}

// form asks for the form of an id.
func form(column, pattern string) predicate {
	right := regexp.MustCompile(pattern)
	return func(_ *reader, e *entry) []any { return when(e.get(column) != "" && !right.MatchString(e.get(column))) }
}

// before finds a date that is before another.
func before(column, start string) predicate {
	return func(_ *reader, e *entry) []any {
		return when(e.get(column) != "" && e.get(column) < e.get(start), start, e.get(start))
	}
}

func outside(column string, low, high float64) predicate {
	return func(_ *reader, e *entry) []any {
		f, ok := e.number(column)
		return when(ok && (f < low || f > high))
	}
}

func negative(column string) predicate { return outside(column, 0, 1e15) }

// achieved holds a value against its unit.
func achieved(units string, wrong func(float64) bool) predicate {
	return func(_ *reader, e *entry) []any {
		f, ok := e.number("uppnatt_varde")
		return when(ok && slices.Contains(strings.Fields(units), e.get("enhet")) && wrong(f))
	}
}

// tooMany finds more women and men than there are in all.
func tooMany(_ *reader, e *entry) []any {
	total, ok := e.number("uppnatt_varde")
	women, anyWomen := e.number("varav_kvinnor")
	men, anyMen := e.number("varav_man")
	swedish := func(f float64) string { return strings.Replace(strconv.FormatFloat(f, 'f', -1, 64), ".", ",", 1) }
	const slack = 1e-9 // of decimals that have no exact binary form
	return when(e.get("enhet") == "antal" && ok && (anyWomen || anyMen) && women+men > total+slack, swedish(women+men), swedish(total))
}

// taken keeps an effort's id from being used for another effort.
func taken(column string) predicate {
	return func(r *reader, e *entry) []any {
		known, ok := r.known.Current(Efforts, e.get("insats_id"))
		was := known.Values[column]
		return when(ok && e.get("ersatter") == "" && e.get(column) != "" && fold(was) != fold(e.get(column)),
			known.ID, shown(known.Values["insats_namn"]), column, shown(was), known.Name())
	}
}
