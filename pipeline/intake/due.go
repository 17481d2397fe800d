package intake

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"effekt/pipeline/build"
	"effekt/pipeline/warehouse"
)

// The SELECTs of who has reported and of what is due.
var (
	//go:embed reporting.sql
	reportingSQL string
	//go:embed deadlines.sql
	deadlinesSQL string
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
func (l ReportingLine) Days(now time.Time) int {
	return int(l.Due.Sub(now.UTC().Truncate(24*time.Hour)).Hours() / 24)
}

// Missing is how many efforts have not reported.
func (l ReportingLine) Missing() int { return len(l.Waiting) }

// Reporting lists all rounds, the latest first, by unit; those that have not
// opened by now are left out.
func Reporting(ctx context.Context, in build.Inputs) ([]ReportingLine, error) {
	return due[ReportingLine](ctx, in, "from reporting where opens <= getvariable('now') order by opens desc, unit", "core.report")
}

// Deadline is something that is due by the follow-up and learning cycle. What
// and For are Swedish.
type Deadline struct {
	What string `column:"what" json:"what"`
	For  string `column:"whose" json:"for"` // a unit or a function
	On   string `column:"due" json:"on"`    // ISO date
	Days int    `column:"days" json:"days"` // left until On, negative when it has passed
}

// Deadlines lists what is due and from whom, the earliest first: reports that
// are missing from the rounds of the last year and those of the next round,
// evaluation questions that nobody has answered for the year that the next
// report-back is about, and the report-back itself.
func Deadlines(ctx context.Context, in build.Inputs) ([]Deadline, error) {
	return due[Deadline](ctx, in, deadlinesSQL, "core.report", "core.answer")
}

// due selects from the table reporting, and from the tables that it names.
func due[T any](ctx context.Context, in build.Inputs, query string, tables ...string) (all []T, err error) {
	reporter := "Analysfunktion"
	for _, step := range in.Config.Framework.Cycle {
		if step.Reports == "statistik" {
			reporter = strings.TrimSuffix(step.Who, ".")
		}
	}
	set := fmt.Sprintf("set variable now = timestamp %s; set variable report_back = %s; set variable reporter = %s; create temp view reporting as %s",
		warehouse.Text(in.Now.UTC().Format(time.DateTime)), warehouse.Text(in.Config.Framework.ReportBack.Due), warehouse.Text(reporter), reportingSQL)
	err = build.Only(ctx, in, func(ctx context.Context, db *warehouse.Build) error {
		if err := db.Exec(ctx, set); err != nil {
			return err
		}
		all, err = warehouse.Select[T](ctx, db, query)
		return err
	}, tables...)
	return all, err
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
