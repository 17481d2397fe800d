package outcomes

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rules checks each row by itself.
func (r *reader) rules() {
	for sheet, check := range map[string]func(*entry){Efforts: r.effort, Results: r.result, Links: r.link, Answers: r.answer} {
		for _, e := range r.entries[sheet] {
			if !e.idle {
				check(e)
			}
		}
	}
}

// pattern checks the form of an id.
func (r *reader) pattern(e *entry, column, form, rule, action string) {
	if value := e.get(column); value != "" && !regexp.MustCompile(form).MatchString(value) {
		r.fail(e, column, rule, action)
	}
}

func (r *reader) effort(e *entry) {
	r.pattern(e, "insats_id", `^INS-[0-9]{4}$`, "Id:t har fel form.", "Skriv INS- och fyra siffror, till exempel INS-0001.")
	r.order(e, "start_datum", "slut_datum")
	if amount := e.get("beviljat_belopp_kr"); amount != "" {
		if e.get("insatstyp") == "intern" {
			r.fail(e, "beviljat_belopp_kr", "En intern insats har inget beviljat belopp.", "Töm cellen, eller ändra insatstyp.")
		}
		r.positive(e, "beviljat_belopp_kr")
	}
	if slices.Contains(strings.Split(e.get("ovriga_aktiviteter"), ";"), e.get("generisk_aktivitet")) && e.get("generisk_aktivitet") != "" {
		r.warn(e, "ovriga_aktiviteter", "Huvudaktiviteten står också bland de övriga.", "Skriv bara de andra aktiviteterna här.")
	}
	if e.get("geografi") == "" && !e.broken["geografi"] {
		r.warn(e, "geografi", "Geografi saknas. Insatsen syns inte i fördelningen på kommuner.", "Skriv länets kod om insatsen gäller hela länet.")
	}
	if unit := e.get("enhet"); unit != "" && len(r.book.Units) > 0 && !slices.Contains(r.book.Units, unit) {
		r.fail(e, "enhet", "Enheten finns inte i listan över enheter.", "Skriv en av: "+strings.Join(r.book.Units, ", ")+".")
	}
	r.owner(e)
}

// owner keeps an effort's id from being used for another effort.
func (r *reader) owner(e *entry) {
	before, ok := r.known.Current(Efforts, e.get("insats_id"))
	if !ok || e.get("ersatter") != "" {
		return
	}
	for _, column := range []string{"enhet", "insatstyp"} {
		if was := before.Values[column]; e.get(column) != "" && fold(was) != fold(e.get(column)) {
			r.fail(e, column, fmt.Sprintf("%s används redan för «%s» med %s %s.", before.ID, shown(before.Values["insats_namn"]), column, shown(was)),
				fmt.Sprintf("Ge insatsen ett nytt id, eller skriv %s i kolumnen ersatter om uppgiften ska ändras.", before.Name()))
		}
	}
}

func (r *reader) order(e *entry, from, to string) {
	if e.get(from) != "" && e.get(to) != "" && e.get(to) < e.get(from) {
		r.fail(e, to, fmt.Sprintf("Datumet är före %s (%s).", from, e.get(from)), "Rätta det ena av datumen.")
	}
}

func (r *reader) positive(e *entry, column string) {
	if f, ok := e.number(column); ok && f < 0 {
		r.fail(e, column, "Talet är mindre än noll.", "Skriv 0 eller mer.")
	}
}

func (e *entry) number(column string) (float64, bool) {
	f, err := strconv.ParseFloat(e.get(column), 64)
	return f, err == nil
}

func (r *reader) result(e *entry) {
	r.pattern(e, "insats_id", `^INS-[0-9]{4}$`, "Id:t har fel form.", "Skriv INS- och fyra siffror, till exempel INS-0001.")
	r.pattern(e, "period", `^[0-9]{4}H[12]$`, "Perioden har fel form.", "Skriv år och halvår, till exempel 2026H1.")
	r.pattern(e, "matt_id", `^[A-Z0-9ÅÄÖ_.-]{1,20}$`, "Måttets id har fel form.", "Skriv högst 20 bokstäver och siffror, till exempel M1.")
	if stamp := r.stamp.Round; stamp != "" && e.get("period") > stamp && !e.broken["period"] {
		r.fail(e, "period", fmt.Sprintf("Perioden ligger efter omgången %s.", stamp), "Rätta perioden.")
	}
	if day := e.get("inlamnad_datum"); day != "" && !r.book.Today.IsZero() && day > r.book.Today.AddDate(0, 0, 1).Format(time.DateOnly) {
		r.warn(e, "inlamnad_datum", "Datumet ligger framåt i tiden.", "Rätta datumet om det är fel.")
	}
	if e.get("niva") == "utfall" && e.get("beskrivning") == "" && !e.broken["beskrivning"] {
		r.fail(e, "beskrivning", "Ett utfall saknar beskrivning.", "Skriv i ord vad insatsen ledde till.")
	}
	r.measure(e)
}

// measure checks the value against its unit.
func (r *reader) measure(e *entry) {
	unit := e.get("enhet")
	achieved, ok := e.number("uppnatt_varde")
	if !ok && unit != "" && unit != "text" && !e.broken["uppnatt_varde"] {
		r.fail(e, "uppnatt_varde", "Värdet saknas.", "Skriv halvårets värde, eller 0 om inget uppnåddes. Vet ni inte ännu: töm hela raden.")
	}
	switch {
	case ok && unit == "text":
		r.warn(e, "uppnatt_varde", "Ett mått som beskrivs i ord har fått ett tal.", "Välj en annan enhet om talet är resultatet.")
	case ok && unit == "andel_procent" && (achieved < 0 || achieved > 100):
		r.fail(e, "uppnatt_varde", "En andel ligger mellan 0 och 100 procent.", "Rätta värdet.")
	case ok && unit == "ja_nej" && achieved != 0 && achieved != 1:
		r.fail(e, "uppnatt_varde", "Ett ja/nej-mått är 1 eller 0.", "Skriv 1 för ja eller 0 för nej.")
	case unit == "antal" || unit == "kr":
		r.positive(e, "uppnatt_varde")
	}
	r.positive(e, "planerat_varde")
	r.parts(e, unit, achieved, ok)
}

func (r *reader) parts(e *entry, unit string, total float64, ok bool) {
	r.positive(e, "varav_kvinnor")
	r.positive(e, "varav_man")
	women, anyWomen := e.number("varav_kvinnor")
	men, anyMen := e.number("varav_man")
	const slack = 1e-9 // of decimals that have no exact binary form
	if unit == "antal" && ok && (anyWomen || anyMen) && women+men > total+slack {
		r.fail(e, "varav_kvinnor", fmt.Sprintf("Kvinnor och män är tillsammans fler (%s) än uppnatt_varde (%s).", swedish(women+men), swedish(total)), "Rätta något av talen.")
	}
}

func swedish(f float64) string {
	return strings.Replace(strconv.FormatFloat(f, 'f', -1, 64), ".", ",", 1)
}

func (r *reader) link(e *entry) {
	r.pattern(e, "koppling_id", `^KOP-[0-9]{4}$`, "Id:t har fel form.", "Skriv KOP- och fyra siffror, till exempel KOP-0001.")
	r.pattern(e, "insats_id", `^INS-[0-9]{4}$`, "Id:t har fel form.", "Skriv INS- och fyra siffror, till exempel INS-0001.")
	if lag, ok := e.number("tidsfordrojning_ar"); ok && (lag < 0 || lag > 10) {
		r.fail(e, "tidsfordrojning_ar", "Talet ska vara mellan 0 och 10.", "Skriv efter hur många år det kan synas.")
	}
	if text := e.get("mekanism"); text != "" && len(strings.Fields(text)) < 4 {
		r.fail(e, "mekanism", "Mekanismen är för kort för att förstås.", "Skriv minst en mening: vad gör att utfallet kan påverka indikatorn?")
	}
	kind := e.get("evidens_typ")
	if kind != "" && kind != "saknas" && e.get("evidens_referens") == "" && !e.broken["evidens_referens"] {
		r.fail(e, "evidens_referens", "Evidensen saknar referens.", "Skriv titel, år och länk, eller välj saknas som evidens_typ.")
	}
	r.positive(e, "malgrupp_storlek")
	r.order(e, "giltig_fran", "giltig_till")
}

func (r *reader) answer(e *entry) {
	r.pattern(e, "insats_id", `^INS-[0-9]{4}$`, "Id:t har fel form.", "Skriv INS- och fyra siffror, till exempel INS-0001.")
	year, ok := e.number("ar")
	if ok && (year < 2000 || year > 2100) {
		r.fail(e, "ar", "Året är orimligt.", "Skriv året med fyra siffror.")
	}
	if ok && r.stamp.Round != "" && e.get("ar") > r.stamp.Round[:4] {
		r.fail(e, "ar", fmt.Sprintf("Året ligger efter omgången %s.", r.stamp.Round), "Rätta året.")
	}
	if e.get("bedomning") != "" && e.get("motivering") == "" && !e.broken["motivering"] {
		r.warn(e, "motivering", "Bedömningen saknar motivering.", "Skriv skälen i ord.")
	}
}
