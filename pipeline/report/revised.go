package report

import (
	"effekt/pipeline/edition"
	"effekt/pipeline/number"
	"effekt/pipeline/report/document"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Since is what has changed since an earlier edition.
type Since struct {
	Edition string
	Frozen  time.Time
	Diff    edition.Diff
}

// revised is what has changed since the edition before, conclusions first;
// without one, what has changed among figures that were published before.
func (r Report) revised() []document.Block {
	blocks := []document.Block{heading(1, "reviderat", "Reviderat sedan tidigare")}
	if r.Since == nil {
		return append(append(blocks, plain("Det finns ingen tidigare utgåva att jämföra med.")), r.revisions()...)
	}
	blocks = append(blocks, plain(fmt.Sprintf("Jämfört med utgåvan %s, fryst %s.", r.Since.Edition, r.Since.Frozen.Format("2006-01-02"))))
	return append(append(blocks, r.conclusions()...), r.differences()...)
}

// conclusions are the statements about the county that no longer hold.
func (r Report) conclusions() []document.Block {
	t := document.Table{Caption: "Slutsatser som har ändrats", Header: []string{"Indikator", "År", "Kön", "Gäller", "Förr", "Nu"}}
	kinds := map[string]string{"direction": "utvecklingen", "rank": "plats bland länen", "against_country": "jämfört med riket", "target": "målet"}
	for _, c := range r.Since.Diff.Conclusions {
		about, ok := r.named(c.Indicator)
		if !ok {
			continue
		}
		year := "–"
		if c.Year > 0 {
			year = strconv.Itoa(c.Year)
		}
		t.Rows = append(t.Rows, []document.Cell{{Text: about.Label}, {Text: year}, {Text: sexName(c.Sex)}, {Text: kinds[c.Kind]}, {Text: about.said(c.Old)}, {Text: about.said(c.New)}})
	}
	if len(t.Rows) == 0 {
		return []document.Block{plain("Ingen slutsats om länet har ändrats: utveckling, plats, läge mot riket och nådda mål är de som stod där.")}
	}
	return []document.Block{t}
}

// said is a conclusion in the report's words.
func (i Indicator) said(code string) string {
	if i.Balance != nil && pointing(code) != "" {
		return pointing(code) // an older program told the line's direction
	}
	words := map[string]string{
		"up": "ökat", "down": "minskat", "flat": "i stort sett oförändrat", "unclear": "ingen entydig riktning", "too_few_years": "för få år",
		"away": "längre från " + i.balanceAt(), "closer": "närmare " + i.balanceAt(), "crossed_up": i.over("crossed_up"), "crossed_down": i.over("crossed_down"),
		"above": "över riket", "below": "under riket", "equal": "som riket", "reached": "nått", "not reached": "inte nått",
	}
	if word, ok := words[code]; ok {
		return word
	}
	return strings.Replace(code, " of ", " av ", 1)
}

// differences are the county's figures that have another value now.
func (r Report) differences() []document.Block {
	t := document.Table{Caption: "Länets värden som har ändrats", Header: []string{"Indikator", "År", "Kön", "Förr", "Nu", "Orsak"}}
	for _, d := range slices.Concat(r.Since.Diff.Revised, r.Since.Diff.Withdrawn) {
		about, ok := r.named(d.Indicator)
		if !ok || d.Region != r.County {
			continue
		}
		t.Rows = append(t.Rows, []document.Cell{
			{Text: about.Label}, {Text: strconv.Itoa(d.Year)}, {Text: sexName(d.Sex)}, numeric(about.bare(d.Old)), numeric(about.bare(d.New)), {Text: r.reason(d)},
		})
	}
	if len(t.Rows) == 0 {
		return []document.Block{plain("Inget av länets värden har ändrats.")}
	}
	return []document.Block{t}
}

// reason is the cause of the last noted change of a figure.
func (r Report) reason(d edition.Difference) string {
	for _, change := range slices.Backward(r.Revisions) {
		if change.Indicator == d.Indicator && change.Year == d.Year && change.Sex == d.Sex && !change.Noted.Before(r.Since.Frozen) {
			return cause(change)
		}
	}
	return "inte antecknad"
}

func (r Report) named(id string) (Indicator, bool) {
	i := slices.IndexFunc(r.Indicators, func(i Indicator) bool { return i.ID == id })
	if i < 0 {
		return Indicator{}, false
	}
	return r.Indicators[i], true
}

// revisions are the changes that builds have noted.
func (r Report) revisions() []document.Block {
	t := document.Table{Caption: "Reviderade värden för länet", Header: []string{"Indikator", "År", "Kön", "Förr", "Nu", "Orsak", "Märkt"}}
	for _, change := range r.Revisions {
		about, ok := r.named(change.Indicator)
		if !ok {
			continue
		}
		t.Rows = append(t.Rows, []document.Cell{
			{Text: about.Label},
			{Text: strconv.Itoa(change.Year)},
			{Text: sexName(change.Sex)},
			numeric(about.bare(change.Old)),
			numeric(about.bare(change.New)),
			{Text: cause(change)},
			{Text: change.Noted.Format("2006-01-02")},
		})
	}
	if len(t.Rows) == 0 {
		return []document.Block{plain("Inga tidigare publicerade värden för länet har ändrats.")}
	}
	return []document.Block{t}
}

// corrected are the corrections of our own, and whether they hold.
func (r Report) corrected() []document.Block {
	if len(r.Corrections) == 0 {
		return []document.Block{plain("Inga egna rättelser av källornas uppgifter har gjorts.")}
	}
	words := correctionStates()
	t := document.Table{Caption: "Egna rättelser av källornas uppgifter", Header: correctionHead()}
	for _, c := range r.Corrections {
		t.Rows = append(t.Rows, []document.Cell{
			{Text: c.Corrects},
			numeric(exact(c.Found)),
			numeric(exact(c.Value)),
			{Text: words[c.State]},
			{Text: c.Reason},
			{Text: c.Who},
			{Text: c.Reference},
			{Text: c.ValidUntil.Format("2006-01-02")},
		})
	}
	return []document.Block{t}
}

// correctionHead heads a list of corrections.
func correctionHead() []string {
	return []string{"Uppgift", "Källans värde", "Rättat värde", "Läge", "Skäl", "Ansvarig", "Referens", "Till och med"}
}

func correctionStates() map[string]string {
	return map[string]string{"applied": "gäller", "stopped": "gäller inte: källan har ändrat sig", "expired": "gäller inte: sista dagen har passerat"}
}

// exact is a number with all its decimals.
func exact(v *float64) string {
	if v == nil {
		return "–"
	}
	digits := strconv.FormatFloat(*v, 'f', -1, 64)
	_, fraction, _ := strings.Cut(digits, ".")
	return number.Swedish(*v, len(fraction))
}

func cause(r Revision) string {
	words := "källan har reviderat"
	switch r.Cause {
	case "correction":
		words = "rättat här"
	case "definition":
		words = "omräknat här"
	case "source_and_definition":
		words = "källan har reviderat och beräkningen ändrats"
	}
	if r.Kind == "withdrawn" {
		words += ", värdet återkallat"
	}
	return words
}
