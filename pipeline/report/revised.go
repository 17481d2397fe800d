package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"effekt/pipeline/edition"
	"effekt/pipeline/report/document"
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
		return append(blocks, plain("Det finns ingen tidigare utgåva att jämföra med."), r.revisions())
	}
	return append(blocks, plain(fmt.Sprintf("Jämfört med utgåvan %s, fryst %s.", r.Since.Edition, day(r.Since.Frozen))), r.conclusions(), r.differences())
}

// conclusions are the statements about the county that no longer hold.
func (r Report) conclusions() document.Block {
	t := r.words.table("Slutsatser som har ändrats", "Indikator", "År", "Kön", "Gäller", "Förr", "Nu")
	kinds := map[string]string{"direction": "utvecklingen", "rank": "plats bland länen", "against_country": "jämfört med riket", "target": "målet"}
	for _, c := range r.Since.Diff.Conclusions {
		if i, ok := r.named(c.Indicator); ok {
			t.Rows = append(t.Rows, row(i.Label, c.Year, sexName(c.Sex), kinds[c.Kind], i.said(c.Old), i.said(c.New)))
		}
	}
	return listed(t, "Ingen slutsats om länet har ändrats: utveckling, plats, läge mot riket och nådda mål är de som stod där.")
}

// said is a conclusion in the report's words.
func (i Indicator) said(code string) string {
	if i.Balance != nil && pointing(code) != "" {
		return pointing(code) // an older program told the line's direction
	}
	words := map[string]string{
		"away": "längre från " + i.balanceAt(), "closer": "närmare " + i.balanceAt(), "crossed_up": i.over("crossed_up"), "crossed_down": i.over("crossed_down"),
		"above": "över riket", "below": "under riket", "equal": "som riket", "reached": "nått", "not reached": "inte nått",
	}
	return cmp.Or(words[code], developments()[code], strings.Replace(code, " of ", " av ", 1))
}

// differences are the county's figures that have another value now.
func (r Report) differences() document.Block {
	t := r.words.table("Länets värden som har ändrats", "Indikator", "År", "Kön", "Förr", "Nu", "Orsak")
	for _, d := range slices.Concat(r.Since.Diff.Revised, r.Since.Diff.Withdrawn) {
		if i, ok := r.named(d.Indicator); ok && d.Region == r.County {
			t.Rows = append(t.Rows, row(i.Label, d.Year, sexName(d.Sex), i.cell(d.Old), i.cell(d.New), r.reason(d)))
		}
	}
	return listed(t, "Inget av länets värden har ändrats.")
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

// revisions are the changes that builds have noted.
func (r Report) revisions() document.Block {
	t := r.words.table("Reviderade värden för länet", "Indikator", "År", "Kön", "Förr", "Nu", "Orsak", "Märkt")
	for _, change := range r.Revisions {
		if i, ok := r.named(change.Indicator); ok {
			t.Rows = append(t.Rows, row(i.Label, change.Year, sexName(change.Sex), i.cell(change.Old), i.cell(change.New), cause(change), change.Noted))
		}
	}
	return listed(t, "Inga tidigare publicerade värden för länet har ändrats.")
}

func cause(r Revision) string {
	words := map[string]string{"correction": "rättat här", "definition": "omräknat här", "source_and_definition": "källan har reviderat och beräkningen ändrats"}
	cause := cmp.Or(words[r.Cause], "källan har reviderat")
	if r.Kind == "withdrawn" {
		cause += ", värdet återkallat"
	}
	return cause
}
