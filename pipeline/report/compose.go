package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"effekt/config"
	"effekt/pipeline/report/document"
)

// Report is what is to be reported, and how it is laid out.
type Report struct {
	Figures
	Year      int              // of the report-back
	Edition   string           // empty: what is published now
	Framework config.Framework // names of goals
	Own       Own              // the region's own text
	Since     *Since           // the edition before; nil where there is none
	words     wording
}

// standing is the sentence under which outcomes stand beside statistics.
const standing = "Det egna arbetet och statistiken står här bredvid varandra. Rapporten påstår inte att en insats har orsakat en förändring: " +
	"en koppling är ett resonemang med angiven mekanism och evidens. En indikator visar något om samhället men är inte målet."

// synthetic is said of invented figures, over everything.
const synthetic = "SYNTETISKA DEMODATA: siffrorna är påhittade och är ingen statistik."

// Compose lays the report out as a document.
func (r Report) Compose() (document.Document, error) {
	d := r.document("sv", fmt.Sprintf("Återrapportering %d", r.Year), fmt.Sprintf("%s. Samhällseffekter i officiell statistik, byggd %s.", r.CountyName, day(r.Built)))
	d.Words = document.Words{Contents: "Innehåll", Skip: "Till innehållet", Table: "Tabell", Figure: "Diagram"}
	for _, s := range r.Own.Sections {
		blocks, err := r.section(s)
		if err != nil {
			return d, err
		}
		d.Blocks = append(d.Blocks, blocks...)
	}
	return d, nil
}

// document has the front and nothing after it.
func (r Report) document(language, title, subtitle string) document.Document {
	d := document.Document{Language: language, Title: title, Subtitle: subtitle}
	if r.Edition != "" {
		d.Subtitle += " " + r.words.say("Utgåva") + " " + r.Edition + "."
	}
	if r.Synthetic {
		d.Banner = r.words.say(synthetic)
	}
	return d
}

// kind is a section that is made of data.
type kind struct {
	name string
	make func(Report) []document.Block
}

// kinds are the sections that a report may have beside its texts.
func kinds() []kind {
	return []kind{
		{"summary", Report.summary},
		{"areas", Report.areas},
		{"goals", Report.goals},
		{"allocation", Report.allocation},
		{"questions", Report.questions},
		{"missing", Report.missing},
		{"revised", Report.revised},
		{"method", Report.method},
	}
}

func (r Report) section(s Section) ([]document.Block, error) {
	for _, kind := range kinds() {
		if kind.name == s.Kind {
			return kind.make(r), nil
		}
	}
	return r.Own.text(r, s)
}

func heading(level int, id, text string) document.Heading {
	return document.Heading{Level: level, ID: id, Text: text}
}

func plain(text string) document.Paragraph { return styled(document.Plain, text) }

func note(text string) document.Paragraph { return styled(document.Note, text) }

func boxed(text string) document.Paragraph { return styled(document.Boxed, text) }

func styled(style document.Style, text string) document.Paragraph {
	return document.Paragraph{Style: style, Text: document.Plainly(text)}
}

// outstanding is how far from first or last a rank stands out.
const outstanding = 3

// summary is one page: what stands out by a rule that is shown.
func (r Report) summary() []document.Block {
	blocks := []document.Block{
		heading(1, "sammanfattning", "Sammanfattning"),
		plain(fmt.Sprintf("Här står de indikatorer som sticker ut enligt en fast regel: trenden över högst tio år utan brott är säkert uppåt eller nedåt (intervallet rymmer inte noll, och de avrundade värdena har gått åt samma håll), "+
			"och länet har plats 1–%d eller någon av de %d sista platserna bland länen. Varje indikator har sitt eget senaste år.", outstanding, outstanding)),
	}
	t := r.words.table("Indikatorer som sticker ut", "Indikator", "År", "Värde", "Enhet", "Utveckling", "Plats")
	r.told("", func(i Indicator, sex string) {
		latest, _ := i.latest(r.County, sex)
		trend, _ := i.trend(sex)
		c, ranked := i.comparison(latest.Year, sex)
		if ranked && c.Rank > 0 && trend.moves() && (c.Rank <= outstanding || c.Rank > c.Of-outstanding) {
			t.Rows = append(t.Rows, append(i.lead(sex, latest), row(i.has(trend), i.place(c))...))
		}
	})
	if len(t.Rows) == 0 {
		return append(blocks, plain("Ingen indikator sticker ut enligt regeln."))
	}
	return append(blocks, t, boxed(standing))
}

// told goes through the indicators of an area or a goal, of all where there is no
// code, by the sexes that each is told by.
func (r Report) told(code string, do func(i Indicator, sex string)) {
	for _, i := range r.Indicators {
		if code != "" && !slices.Contains(i.Areas, code) && !slices.Contains(i.Goals, code) {
			continue
		}
		for _, sex := range i.told(r.County) {
			do(i, sex)
		}
	}
}

// ofKind are the national goals, which are the report's areas, or the others.
func (r Report) ofKind(national bool) []config.Goal {
	return slices.DeleteFunc(slices.Clone(r.Framework.Goals), func(g config.Goal) bool { return (g.Kind == "national") != national })
}

// areas are the national strategy's areas, each indicator told in full under
// the first of its areas and referred to under the others.
func (r Report) areas() []document.Block {
	var blocks []document.Block
	told := map[string]bool{}
	for _, goal := range r.ofKind(true) {
		blocks = append(blocks, heading(1, "omrade-"+strings.ToLower(goal.Code), goal.Name), boxed(standing))
		if r.Municipalities == 1 {
			blocks = append(blocks, note(r.CountyName+" har en enda kommun, så någon spridning mellan kommuner finns inte att visa."))
		}
		before := len(blocks)
		for _, i := range r.Indicators {
			switch {
			case !slices.Contains(i.Areas, goal.Code):
			case told[i.ID]:
				blocks = append(blocks, document.Paragraph{Text: []document.Span{{Text: "Se även "}, {Text: i.Label, Link: "#" + anchor(i)}, {Text: "."}}})
			default:
				told[i.ID] = true
				blocks = append(blocks, r.indicator(i)...)
			}
		}
		if len(blocks) == before {
			blocks = append(blocks, plain("Ingen indikator är kopplad till området."))
		}
	}
	return blocks
}

func anchor(i Indicator) string { return "indikator-" + strings.ReplaceAll(i.ID, "_", "-") }

func (r Report) indicator(i Indicator) []document.Block {
	blocks := []document.Block{heading(2, anchor(i), i.Label), plain(i.Description)}
	for _, sex := range i.told(r.County) {
		blocks = append(blocks, plain(tied(strings.Join(r.sentences(i, sex), " "))))
		blocks = append(blocks, r.figures(i, sex)...)
		if t := r.valueTable(i, sex); len(t.Rows) > 0 {
			blocks = append(blocks, t)
		}
	}
	if i.Aim != nil {
		blocks = append(blocks, plain(i.targetSentence()))
	}
	blocks = append(blocks, r.linked(i)...)
	if len(i.Caveats) > 0 {
		blocks = append(blocks, note("Att tänka på: "+strings.Join(i.Caveats, " ")))
	}
	return append(blocks, note(i.Source+". "+official(i.Official)))
}

// tied holds the groups of a number in a unit, as in «per 1 000 invånare», on
// one line.
func tied(text string) string {
	return regexp.MustCompile(`(\d) (\d{3})\b`).ReplaceAllString(text, "$1"+nbsp+"$2")
}

// official is said of the data that a figure is made of: what is calculated here
// is no official statistics itself.
func official(flag *bool) string {
	switch {
	case flag == nil:
		return "Om uppgifterna är officiell statistik är inte angivet av källan."
	case *flag:
		return "Uppgifterna är officiell statistik."
	}
	return "Uppgifterna är inte officiell statistik."
}

// goals lists the region's own goals with the indicators that say something
// about them.
func (r Report) goals() []document.Block {
	blocks := []document.Block{heading(1, "egna-mal", "Regionens egna mål"), plain("Indikatorerna visar något om utvecklingen som målen handlar om. De är inte målen.")}
	for _, goal := range r.ofKind(false) {
		t := r.words.table("Indikatorer för "+goal.Name, "Indikator", "År", "Värde", "Enhet", "Utveckling")
		r.told(goal.Code, func(i Indicator, sex string) {
			said := "uppgift saknas"
			latest, ok := i.latest(r.County, sex)
			if trend, _ := i.trend(sex); ok {
				said = i.development(trend)
			}
			t.Rows = append(t.Rows, append(i.lead(sex, latest), row(said)...))
		})
		blocks = append(blocks, heading(2, "mal-"+strings.ToLower(goal.Code), goal.Name), listed(t, "Ingen indikator är kopplad till målet."))
	}
	return blocks
}

// missing is what the reader would otherwise not know is not there.
func (r Report) missing() []document.Block {
	t := r.words.table("Indikatorer utan nytt värde", "Indikator", "Senaste år", "Skäl")
	for _, i := range r.Indicators {
		latest, ok := i.latest(r.County, i.mainSex(r.County))
		late := r.late(i)
		if i.State == "current" && ok && late == "" {
			continue
		}
		t.Rows = append(t.Rows, row(i.Label, latest.Year, strings.Trim(i.Reason+"; "+late, "; ")))
	}
	blocks := []document.Block{heading(1, "saknas", "Det som saknas"), listed(t, "Alla indikatorer har hämtats så som källorna har dem.")}
	for _, d := range r.Datasets {
		for _, series := range d.Series {
			if words := stopped()[series.Standing]; words != "" {
				blocks = append(blocks, plain(fmt.Sprintf("Serien %s %s: den senaste perioden är %s.", d.called(series), words, series.LastPeriod)))
			}
		}
		if d.Error != "" {
			blocks = append(blocks, plain(fmt.Sprintf("Datamängden %s kunde inte uppdateras: %s. De senaste goda siffrorna används.", d.Name, d.Error)))
		}
	}
	return append(blocks, r.owed())
}

// stopped are the words of a series that will probably not go on.
func stopped() map[string]string {
	return map[string]string{"frozen": "ser ut att ha frusit", "discontinued": "fortsätter inte enligt SCB"}
}

// called is the name of a data set's series.
func (d Dataset) called(s Series) string {
	if s.KPI != "" {
		return s.KPI + " i " + d.Title
	}
	return fmt.Sprintf("%s (%s)", d.Title, d.Table)
}

// late says how what an indicator is made of is behind, by its standing; "" where
// it is not.
func (r Report) late(i Indicator) string {
	words := stopped()[i.Standing]
	if i.Standing == "overdue" {
		words = "är försenat"
	}
	if words == "" || i.State == "off" {
		return ""
	}
	words = "underlaget " + words
	if i.Standing != "discontinued" && !i.Expected.IsZero() && i.Expected.Before(r.Built) {
		words += ": nytt värde väntades " + day(i.Expected)
	}
	return words
}

// method says how every figure was made and where it comes from.
func (r Report) method() []document.Block {
	definitions := r.words.table("Definitioner", "Indikator", "Så räknas den", "Enhet", "Källa")
	for _, i := range r.Indicators {
		definitions.Rows = append(definitions.Rows, row(i.Label, i.Formula, i.Unit, i.Source))
	}
	sources := r.words.table("Datamängder", "Datamängd", "Tabell", "Källans tidsstämpel", "Hämtad", "Senaste period")
	notes := r.words.table("Anmärkningar som källorna kräver ska följa siffrorna", "Datamängd", "Anmärkning")
	for _, d := range r.Datasets {
		fetched := "aldrig"
		if !d.Fetched.IsZero() {
			fetched = day(d.Fetched)
		}
		sources.Rows = append(sources.Rows, row(d.Title, d.table(), d.Stamp, fetched, d.LastPeriod))
		for _, text := range d.Notes {
			notes.Rows = append(notes.Rows, row(d.Title, text))
		}
	}
	blocks := []document.Block{
		heading(1, "metod", "Metod, definitioner och källor"),
		plain("Varje indikator beräknas ur oavrundade värden och avrundas en gång, när den visas. Ett värde som saknas är aldrig noll. " +
			"Trenden är en minsta kvadratanpassad linje över högst de tio senaste åren utan brott, med 95-procentigt intervall; den beskriver serien och är inget test. " +
			"Att ett värde har ökat eller minskat sägs bara när också de avrundade värdena har gått åt det hållet. För skillnader, netton och kvoter med en balanspunkt är det avståndet dit som sägs ha ökat eller minskat."),
		definitions,
		sources,
	}
	if len(notes.Rows) > 0 {
		blocks = append(blocks, notes)
	}
	return append(blocks, listed(r.corrected(), noCorrections), note("Bygge "+r.BuildID+"."))
}

// table is where a data set comes from, as readers know it.
func (d Dataset) table() string {
	if d.Table == "" {
		return "Kolada"
	}
	return "SCB " + d.Table
}
