package report

import (
	"effekt/config"
	"effekt/pipeline/number"
	"effekt/pipeline/report/document"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Report is what is to be reported, and how it is laid out.
type Report struct {
	Figures
	Year      int              // of the report-back
	Edition   string           // empty: what is published now
	Framework config.Framework // names of goals
	Own       Own              // the region's own text
	Since     *Since           // the edition before; nil where there is none
}

// standing is the sentence under which outcomes stand beside statistics.
const standing = "Det egna arbetet och statistiken står här bredvid varandra. Rapporten påstår inte att en insats har orsakat en förändring: " +
	"en koppling är ett resonemang med angiven mekanism och evidens. En indikator visar något om samhället men är inte målet."

// swedish are the words of the forms themselves.
func swedish() document.Words {
	return document.Words{Contents: "Innehåll", Skip: "Till innehållet", Table: "Tabell", Figure: "Diagram"}
}

// Compose lays the report out as a document.
func (r Report) Compose() (document.Document, error) {
	d := document.Document{
		Language: "sv", Title: fmt.Sprintf("Återrapportering %d", r.Year), Words: swedish(),
		Subtitle: fmt.Sprintf("%s. Samhällseffekter i officiell statistik, byggd %s.", r.CountyName, r.Built.Format("2006-01-02")),
	}
	if r.Edition != "" {
		d.Subtitle += " Utgåva " + r.Edition + "."
	}
	if r.Synthetic {
		d.Banner = "SYNTETISKA DEMODATA: siffrorna är påhittade och är ingen statistik."
	}
	for _, section := range r.Own.Sections {
		blocks, err := r.section(section)
		if err != nil {
			return d, err
		}
		d.Blocks = append(d.Blocks, blocks...)
	}
	return d, nil
}

func (r Report) section(s Section) ([]document.Block, error) {
	switch s.Kind {
	case "text":
		return r.Own.text(r, s)
	case "summary":
		return r.summary(), nil
	case "areas":
		return r.areas(), nil
	case "goals":
		return r.goals(), nil
	case "allocation":
		return r.allocation(), nil
	case "questions":
		return r.questions(), nil
	case "missing":
		return append(r.missing(), r.owed()...), nil
	case "revised":
		return r.revised(), nil
	case "method":
		return r.method(), nil
	}
	return nil, fmt.Errorf("report.toml: a section of the kind %q", s.Kind)
}

func heading(level int, id, text string) document.Heading {
	return document.Heading{Level: level, ID: id, Text: text}
}

func plain(text string) document.Paragraph {
	return document.Paragraph{Text: document.Plainly(text)}
}

func note(text string) document.Paragraph {
	return document.Paragraph{Style: document.Note, Text: document.Plainly(text)}
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
	t := document.Table{Caption: "Indikatorer som sticker ut", Header: []string{"Indikator", "År", "Värde", "Enhet", "Utveckling", "Plats"}}
	for _, i := range r.Indicators {
		for _, sex := range i.told(r.County) {
			if row := r.outstandingRow(i, sex); row != nil {
				t.Rows = append(t.Rows, row)
			}
		}
	}
	if len(t.Rows) == 0 {
		return append(blocks, plain("Ingen indikator sticker ut enligt regeln."))
	}
	return append(blocks, t, document.Paragraph{Style: document.Boxed, Text: document.Plainly(standing)})
}

// outstandingRow is nil where nothing stands out.
func (r Report) outstandingRow(i Indicator, sex string) []document.Cell {
	latest, ok := i.latest(r.County, sex)
	trend, hasTrend := i.trend(sex)
	c, ranked := i.comparison(latest.Year, sex)
	if !ok || !ranked || !hasTrend || !trend.moves() || c.Rank > outstanding && c.Rank <= c.Of-outstanding {
		return nil
	}
	return []document.Cell{
		{Text: i.called(sex)},
		{Text: strconv.Itoa(latest.Year)},
		{Text: i.bare(latest.Value), Number: true},
		{Text: i.Unit},
		{Text: i.has(trend)},
		{Text: fmt.Sprintf("%d av %d", c.Rank, c.Of), Number: true},
	}
}

// areas are the national strategy's areas, each indicator told in full under
// the first of its areas and referred to under the others.
func (r Report) areas() []document.Block {
	var blocks []document.Block
	told := map[string]bool{}
	for _, goal := range r.Framework.Goals {
		if goal.Kind != "national" {
			continue
		}
		blocks = append(blocks, heading(1, "omrade-"+strings.ToLower(goal.Code), goal.Name))
		blocks = append(blocks, document.Paragraph{Style: document.Boxed, Text: document.Plainly(standing)})
		if r.Municipalities == 1 {
			blocks = append(blocks, note(r.CountyName+" har en enda kommun, så någon spridning mellan kommuner finns inte att visa."))
		}
		any := false
		for _, i := range r.Indicators {
			if !slices.Contains(i.Areas, goal.Code) {
				continue
			}
			any = true
			if told[i.ID] {
				blocks = append(blocks, document.Paragraph{Text: []document.Span{{Text: "Se även "}, {Text: i.Label, Link: "#" + anchor(i)}, {Text: "."}}})
				continue
			}
			told[i.ID] = true
			blocks = append(blocks, r.indicator(i)...)
		}
		if !any {
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
		for _, figure := range r.figures(i, sex) {
			blocks = append(blocks, figure)
		}
		if t := r.valueTable(i, sex); len(t.Rows) > 0 {
			blocks = append(blocks, t)
		}
	}
	if i.Target != nil {
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
	for _, goal := range r.Framework.Goals {
		if goal.Kind == "national" {
			continue
		}
		blocks = append(blocks, heading(2, "mal-"+strings.ToLower(goal.Code), goal.Name))
		t := document.Table{Caption: "Indikatorer för " + goal.Name, Header: []string{"Indikator", "År", "Värde", "Enhet", "Utveckling"}}
		for _, i := range r.Indicators {
			if !slices.Contains(i.Goals, goal.Code) {
				continue
			}
			for _, sex := range i.told(r.County) {
				t.Rows = append(t.Rows, r.goalRow(i, sex))
			}
		}
		if len(t.Rows) == 0 {
			blocks = append(blocks, plain("Ingen indikator är kopplad till målet."))
			continue
		}
		blocks = append(blocks, t)
	}
	return blocks
}

func (r Report) goalRow(i Indicator, sex string) []document.Cell {
	latest, ok := i.latest(r.County, sex)
	if !ok {
		return []document.Cell{{Text: i.called(sex)}, {Text: "–"}, numeric("–"), {Text: i.Unit}, {Text: "uppgift saknas"}}
	}
	said := "för få år"
	if trend, ok := i.trend(sex); ok {
		said = i.development(trend)
	}
	return []document.Cell{{Text: i.called(sex)}, {Text: strconv.Itoa(latest.Year)}, numeric(i.bare(latest.Value)), {Text: i.Unit}, {Text: said}}
}

// missing is what the reader would otherwise not know is not there.
func (r Report) missing() []document.Block {
	blocks := []document.Block{heading(1, "saknas", "Det som saknas")}
	t := document.Table{Caption: "Indikatorer utan nytt värde", Header: []string{"Indikator", "Senaste år", "Skäl"}}
	for _, i := range r.Indicators {
		latest, ok := i.latest(r.County, i.mainSex(r.County))
		late := r.late(i)
		if i.State == "current" && ok && late == "" {
			continue
		}
		reason := strings.Trim(i.Reason+"; "+late, "; ")
		year := "–"
		if ok {
			year = strconv.Itoa(latest.Year)
		}
		t.Rows = append(t.Rows, []document.Cell{{Text: i.Label}, {Text: year}, {Text: reason}})
	}
	if len(t.Rows) == 0 {
		blocks = append(blocks, plain("Alla indikatorer har hämtats så som källorna har dem."))
	} else {
		blocks = append(blocks, t)
	}
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
	return blocks
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
		words += ": nytt värde väntades " + i.Expected.Format("2006-01-02")
	}
	return words
}

// method says how every figure was made and where it comes from.
func (r Report) method() []document.Block {
	blocks := []document.Block{
		heading(1, "metod", "Metod, definitioner och källor"),
		plain("Varje indikator beräknas ur oavrundade värden och avrundas en gång, när den visas. Ett värde som saknas är aldrig noll. " +
			"Trenden är en minsta kvadratanpassad linje över högst de tio senaste åren utan brott, med 95-procentigt intervall; den beskriver serien och är inget test. " +
			"Att ett värde har ökat eller minskat sägs bara när också de avrundade värdena har gått åt det hållet. För skillnader, netton och kvoter med en balanspunkt är det avståndet dit som sägs ha ökat eller minskat."),
	}
	definitions := document.Table{Caption: "Definitioner", Header: []string{"Indikator", "Så räknas den", "Enhet", "Källa"}}
	for _, i := range r.Indicators {
		definitions.Rows = append(definitions.Rows, []document.Cell{{Text: i.Label}, {Text: i.Formula}, {Text: i.Unit}, {Text: i.Source}})
	}
	sources := document.Table{Caption: "Datamängder", Header: []string{"Datamängd", "Tabell", "Källans tidsstämpel", "Hämtad", "Senaste period"}}
	for _, d := range r.Datasets {
		fetched := "aldrig"
		if !d.Fetched.IsZero() {
			fetched = d.Fetched.Format("2006-01-02")
		}
		sources.Rows = append(sources.Rows, []document.Cell{{Text: d.Title}, {Text: d.table()}, {Text: d.Stamp}, {Text: fetched}, {Text: d.LastPeriod}})
	}
	blocks = append(blocks, definitions, sources)
	notes := document.Table{Caption: "Anmärkningar som källorna kräver ska följa siffrorna", Header: []string{"Datamängd", "Anmärkning"}}
	for _, d := range r.Datasets {
		for _, text := range d.Notes {
			notes.Rows = append(notes.Rows, []document.Cell{{Text: d.Title}, {Text: text}})
		}
	}
	if len(notes.Rows) > 0 {
		blocks = append(blocks, notes)
	}
	return append(append(blocks, r.corrected()...), note("Bygge "+r.BuildID+"."))
}

// table is where a data set comes from, as readers know it.
func (d Dataset) table() string {
	if d.Source == "kolada" {
		return "Kolada"
	}
	return "SCB " + d.Table
}

// Shown is a number as the report prints it, for the programs that compare.
func (i Indicator) Shown(v *float64) string {
	if v == nil {
		return "–"
	}
	return number.Swedish(*v, i.Decimals)
}
