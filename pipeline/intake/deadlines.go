package intake

import (
	"context"
	"effekt/config"
	"effekt/pipeline/build"
	"effekt/pipeline/warehouse"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Deadline is something that is due by the follow-up and learning cycle. What
// and For are Swedish.
type Deadline struct {
	What string `json:"what"`
	For  string `json:"for"`  // a unit or a function
	On   string `json:"on"`   // ISO date
	Days int    `json:"days"` // left until On, negative when it has passed
}

// Deadlines lists what is due and from whom, the earliest first: reports that
// are missing from the rounds of the last year and those of the next round,
// evaluation questions that nobody has answered for the year that the next
// report-back is about, and the report-back itself.
func Deadlines(ctx context.Context, in build.Inputs) (all []Deadline, err error) {
	err = build.Only(ctx, in, func(ctx context.Context, db *warehouse.Build) error {
		lines, err := warehouse.Select[ReportingLine](ctx, db, reportingLines)
		if err != nil {
			return err
		}
		all = reportsDue(lines, in.Now)
		on, ok := nextReportBack(in.Config.Framework.ReportBack.Due, in.Now)
		if !ok {
			return nil
		}
		unanswered, err := unanswered(ctx, db, on.Year()-1)
		all = append(all, reportBackDue(in.Config.Framework, on, in.Now, unanswered)...)
		return err
	}, "core.report", "core.answer")
	slices.SortStableFunc(all, func(a, b Deadline) int { return strings.Compare(a.On, b.On) })
	return all, err
}

// reportsDue are the reports that are missing, and of the next round those that
// will be asked for. lines are the latest round first.
func reportsDue(lines []ReportingLine, now time.Time) (all []Deadline) {
	var next time.Time // when the next round opens
	for _, l := range lines {
		if now.Before(l.Opens) {
			next = l.Opens
		}
	}
	for _, l := range lines {
		ahead := now.Before(l.Opens)
		if l.Missing() == 0 || l.Due.Before(now.AddDate(-1, 0, 0)) || ahead && !l.Opens.Equal(next) {
			continue
		}
		what := fmt.Sprintf("rapport %s: %d av %d insatser saknas", l.Round, l.Missing(), l.Efforts)
		if ahead {
			what = fmt.Sprintf("rapport %s: %d insatser, öppnar %s", l.Round, l.Efforts, l.Opens.Format(time.DateOnly))
		}
		all = append(all, Deadline{What: what, For: l.Unit, On: l.Due.Format(time.DateOnly), Days: l.Days(now)})
	}
	return all
}

// questions are those that a function has not answered for a year.
type questions struct {
	Function string   `column:"who"`
	Numbers  []string `column:"questions"`
}

func unanswered(ctx context.Context, db *warehouse.Build, year int) ([]questions, error) {
	return warehouse.Select[questions](ctx, db, fmt.Sprintf(`select who, list(question::varchar order by question) as questions
		from config.question
		where question not in (select question from core.answer where year = %d)
		group by who order by min(question)`, year))
}

// reportBackDue is what the next report-back to the government needs: the
// answers about the year before it, and the report.
func reportBackDue(f config.Framework, on, now time.Time, unanswered []questions) []Deadline {
	year := on.Year() - 1
	at := Deadline{On: on.Format(time.DateOnly), Days: daysLeft(on, now)}
	var all []Deadline
	for _, who := range unanswered {
		at.What, at.For = fmt.Sprintf("svar på utvärderingsfråga %s för %d", strings.Join(who.Numbers, ", "), year), who.Function
		all = append(all, at)
	}
	at.What, at.For = fmt.Sprintf("återrapportering till regeringen om %d", year), "Analysfunktion"
	for _, step := range f.Cycle {
		if step.Reports == "statistik" {
			at.For = strings.TrimSuffix(step.Who, ".")
		}
	}
	return append(all, at)
}

// nextReportBack is the next day with the month and day of due, "02-21".
func nextReportBack(due string, now time.Time) (time.Time, bool) {
	day, err := time.Parse("01-02", due)
	if err != nil {
		return time.Time{}, false
	}
	on := time.Date(now.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	if daysLeft(on, now) < 0 {
		on = on.AddDate(1, 0, 0)
	}
	return on, true
}

// daysLeft counts whole days from now until the day on.
func daysLeft(on, now time.Time) int {
	return int(on.Sub(now.UTC().Truncate(24*time.Hour)).Hours() / 24)
}
