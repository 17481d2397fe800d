package pipeline

import (
	"effekt/config"
	"effekt/sources/outcomes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ReportingLine is how a unit has reported in a round. A round in which no
// effort is due has one line without a unit.
type ReportingLine struct {
	Round, Opens, Due string
	Days              int // left until Due, negative when it has passed
	Unit              string
	Efforts, Reported int
	Missing           int
	Rejected          int      // submissions refused
	Waiting           []string // ids of the efforts that have not reported
}

// Reporting lists the rounds that have opened, newest first, by unit. An effort
// owes a report for each half-year in which it runs; for a project a progress
// or final report counts, for others any.
func (p *Pipeline) Reporting() ([]ReportingLine, error) {
	known, handed, err := p.Reported()
	if err != nil {
		return nil, err
	}
	rejections, err := p.Rejections()
	if err != nil {
		return nil, err
	}
	var lines []ReportingLine
	for _, r := range slices.Backward(p.Config.Framework.Rounds) {
		if p.Now().Before(r.Opens.Time) {
			continue
		}
		lines = append(lines, roundLines(r, p.Now(), known.Rows(outcomes.Efforts), handed, rejections)...)
	}
	return lines, nil
}

func roundLines(r config.Round, now time.Time, efforts []outcomes.Row, handed []outcomes.Handed, rejections []Rejection) []ReportingLine {
	byUnit := map[string]*ReportingLine{}
	at := func(unit string) *ReportingLine {
		if byUnit[unit] == nil {
			byUnit[unit] = &ReportingLine{Round: r.Name, Opens: r.Opens.Format(time.DateOnly), Due: r.Due.Format(time.DateOnly), Days: daysLeft(r.Due.Time, now), Unit: unit}
		}
		return byUnit[unit]
	}
	for _, e := range efforts {
		if !due(e.Values, r.Name) {
			continue
		}
		l := at(e.Values["enhet"])
		l.Efforts++
		if hasReported(handed, e, r.Name) {
			l.Reported++
			continue
		}
		l.Missing++
		l.Waiting = append(l.Waiting, e.ID)
	}
	for _, rejection := range rejections {
		if rejection.Stamp.Round == r.Name {
			at(rejection.Stamp.Unit).Rejected++
		}
	}
	if len(byUnit) == 0 {
		at("")
	}
	var lines []ReportingLine
	for _, l := range byUnit {
		lines = append(lines, *l)
	}
	slices.SortFunc(lines, func(a, b ReportingLine) int { return strings.Compare(a.Unit, b.Unit) })
	return lines
}

// due tells whether an effort runs in a half-year.
func due(effort map[string]string, round string) bool {
	first, last := halfYear(round)
	ended := effort["slut_datum"]
	return effort["status"] != "planerad" && effort["start_datum"] <= last && (ended == "" || ended >= first)
}

func hasReported(handed []outcomes.Handed, effort outcomes.Row, round string) bool {
	project := effort.Values["insatstyp"] == "extern_1_1"
	return slices.ContainsFunc(handed, func(h outcomes.Handed) bool {
		v := h.Values
		return h.Sheet == outcomes.Results && v["insats_id"] == effort.ID && v["period"] == round && (!project || v["rapporttyp"] != "halvar")
	})
}

// Reminder is the text to a unit that has not reported all, in Swedish.
func (p *Pipeline) Reminder(l ReportingLine, workbook string) string {
	when := fmt.Sprintf("senast %s, om %d dagar", l.Due, l.Days)
	if l.Days < 0 {
		when = fmt.Sprintf("senast %s, för %d dagar sedan", l.Due, -l.Days)
	}
	return fmt.Sprintf(`Till %s

Rapporten om insatser för %s skulle lämnas %s.
%d av %d insatser saknar rapport: %s.

Fyll i den bifogade arbetsboken %s och lämna den till %s.
Börja med bladet «Läs mig». Det som rapporterades förra omgången är redan ifyllt.
`, l.Unit, l.Round, when, l.Missing, l.Efforts, strings.Join(l.Waiting, ", "), workbook, p.Config.Framework.Reporting.Inbox)
}
