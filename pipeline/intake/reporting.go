package intake

import (
	"context"
	"effekt/pipeline/build"
	"effekt/pipeline/warehouse"
	"fmt"
	"strings"
	"time"
)

// ReportingLine is how a unit has reported in a round, by core.report. A round in
// which no report is due has one line without a unit.
type ReportingLine struct {
	Round    string    `column:"round"`
	Opens    time.Time `column:"opens"`
	Due      time.Time `column:"due"`
	Unit     string    `column:"unit"`
	Efforts  int       `column:"efforts"`
	Reported int       `column:"reported"`
	Rejected int       `column:"rejected"` // submissions refused
	Waiting  []string  `column:"waiting"`  // ids of the efforts that have not reported
}

// Days is the whole days left until the report is due, negative when that has
// passed.
func (l ReportingLine) Days(now time.Time) int { return daysLeft(l.Due, now) }

// Missing is how many efforts have not reported.
func (l ReportingLine) Missing() int { return len(l.Waiting) }

const reportingLines = `with owed as (
    select round, unit, count(*) as efforts, count(received) as reported, list(effort_id order by effort_id) filter (where received is null) as waiting
    from core.report group by round, unit
),
refused as (select omgang as round, inlamnande_enhet as unit, count(*) as times from outcome.rejected group by omgang, inlamnande_enhet),
unit as (select * from owed full join refused using (round, unit))
select
    rounds.round, rounds.opens, rounds.due, coalesce(unit.unit, '') as unit, coalesce(unit.efforts, 0) as efforts,
    coalesce(unit.reported, 0) as reported, coalesce(unit.times, 0) as rejected, coalesce(unit.waiting, []) as waiting
from config.round as rounds
left join unit using (round)
order by rounds.opens desc, unit`

// Reporting lists all rounds, the latest first, by unit; those that have not
// opened by now are left out.
func Reporting(ctx context.Context, in build.Inputs) (opened []ReportingLine, err error) {
	err = build.Only(ctx, in, func(ctx context.Context, db *warehouse.Build) error {
		all, err := warehouse.Select[ReportingLine](ctx, db, reportingLines)
		for _, l := range all {
			if !in.Now.Before(l.Opens) {
				opened = append(opened, l)
			}
		}
		return err
	}, "core.report")
	return opened, err
}

// Reminder is the text to a unit that has not reported all, in Swedish.
func (s Store) Reminder(l ReportingLine, workbook string) string {
	due, days := l.Due.Format(time.DateOnly), l.Days(s.Now())
	when := fmt.Sprintf("senast %s, om %d dagar", due, days)
	if days < 0 {
		when = fmt.Sprintf("senast %s, för %d dagar sedan", due, -days)
	}
	return fmt.Sprintf(`Till %s

Rapporten om insatser för %s skulle lämnas %s.
%d av %d insatser saknar rapport: %s.

Fyll i den bifogade arbetsboken %s och lämna den till %s.
Börja med bladet «Läs mig». Det som rapporterades förra omgången är redan ifyllt.
`, l.Unit, l.Round, when, l.Missing(), l.Efforts, strings.Join(l.Waiting, ", "), workbook, s.Config.Framework.Reporting.Inbox)
}
