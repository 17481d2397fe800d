package pipeline

import (
	"effekt/config"
	"effekt/sources/outcomes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Deadline is something that is due by the follow-up and learning cycle. What
// and For are Swedish.
type Deadline struct {
	What string
	For  string // a unit or a function
	On   string // ISO date
	Days int    // left until On, negative when it has passed
}

// Deadlines lists what is due and from whom, the earliest first: reports that
// are missing from the rounds of the last year and those of the next round,
// evaluation questions that nobody has answered for the year that the next
// report-back is about, and the report-back itself.
func (p *Pipeline) Deadlines() ([]Deadline, error) {
	known, handed, err := p.Reported()
	if err != nil {
		return nil, err
	}
	all := p.reportsDue(known.Rows(outcomes.Efforts), handed)
	all = append(all, p.reportBackDue(known.Rows(outcomes.Answers))...)
	slices.SortStableFunc(all, func(a, b Deadline) int { return strings.Compare(a.On, b.On) })
	return all, nil
}

func (p *Pipeline) reportsDue(efforts []outcomes.Row, handed []outcomes.Handed) []Deadline {
	var all []Deadline
	for _, r := range p.Config.Framework.Rounds {
		if r.Due.Before(p.Now().AddDate(-1, 0, 0)) {
			continue
		}
		ahead := p.Now().Before(r.Opens.Time)
		for _, l := range roundLines(r, p.Now(), efforts, handed, nil) {
			if l.Missing == 0 {
				continue
			}
			what := fmt.Sprintf("rapport %s: %d av %d insatser saknas", r.Name, l.Missing, l.Efforts)
			if ahead {
				what = fmt.Sprintf("rapport %s: %d insatser, öppnar %s", r.Name, l.Efforts, l.Opens)
			}
			all = append(all, Deadline{What: what, For: l.Unit, On: l.Due, Days: l.Days})
		}
		if ahead {
			break
		}
	}
	return all
}

// reportBackDue is what the next report-back to the government needs: the
// answers about the year before it, and the report.
func (p *Pipeline) reportBackDue(answers []outcomes.Row) []Deadline {
	on, ok := nextReportBack(p.Config.Framework.ReportBack.Due, p.Now())
	if !ok {
		return nil
	}
	year := on.Year() - 1
	at := Deadline{On: on.Format(time.DateOnly), Days: daysLeft(on, p.Now())}
	var all []Deadline
	for _, who := range unanswered(p.Config.Framework.Questions, answers, year) {
		at.What, at.For = fmt.Sprintf("svar på utvärderingsfråga %s för %d", strings.Join(who.questions, ", "), year), who.function
		all = append(all, at)
	}
	at.What, at.For = fmt.Sprintf("återrapportering till regeringen om %d", year), "Analysfunktion"
	for _, step := range p.Config.Framework.Cycle {
		if step.Reports == "statistik" {
			at.For = strings.TrimSuffix(step.Who, ".")
		}
	}
	return append(all, at)
}

type answerer struct {
	function  string
	questions []string
}

func unanswered(questions []config.Question, answers []outcomes.Row, year int) []answerer {
	var all []answerer
	for _, q := range questions {
		number := strconv.Itoa(q.Number)
		if slices.ContainsFunc(answers, func(r outcomes.Row) bool {
			return r.Values["fraga"] == number && r.Values["ar"] == strconv.Itoa(year)
		}) {
			continue
		}
		i := slices.IndexFunc(all, func(a answerer) bool { return a.function == q.Who })
		if i < 0 {
			i, all = len(all), append(all, answerer{function: q.Who})
		}
		all[i].questions = append(all[i].questions, number)
	}
	return all
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
