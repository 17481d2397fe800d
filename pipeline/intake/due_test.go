package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/intake"
)

// One of two reports is handed in, and one of the evaluation questions answered: the
// calendar from a day in the round, and from the day of the report-back.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hand(map[string]string{"insatser.csv": effortsCSV, "resultat.csv": resultsCSV, "fragor.csv": answersCSV})
	w.deadlines(t, time.Date(2026, 1, 20, 23, 0, 0, 0, time.UTC),
		"2026-01-31 om 11: rapport 2025H2: 1 av 2 insatser saknas, Påhittad enhet",
		"2026-02-21 om 32: svar på utvärderingsfråga 2, 3 för 2025, Ansvarig för insatsen",
		"2026-02-21 om 32: svar på utvärderingsfråga 4, 5, 6 för 2025, Analysfunktion",
		"2026-02-21 om 32: återrapportering till regeringen om 2025, Analysfunktion/ ansvarig villkorsbeslut",
		"2026-08-31 om 223: rapport 2026H1: 2 insatser, öppnar 2026-07-01, Påhittad enhet")
	w.deadlines(t, time.Date(2026, 2, 21, 23, 0, 0, 0, time.UTC),
		"2026-01-31 om -21: rapport 2025H2: 1 av 2 insatser saknas, Påhittad enhet",
		"2026-02-21 om 0: svar på utvärderingsfråga 2, 3 för 2025, Ansvarig för insatsen",
		"2026-02-21 om 0: svar på utvärderingsfråga 4, 5, 6 för 2025, Analysfunktion",
		"2026-02-21 om 0: återrapportering till regeringen om 2025, Analysfunktion/ ansvarig villkorsbeslut",
		"2026-08-31 om 191: rapport 2026H1: 2 insatser, öppnar 2026-07-01, Påhittad enhet")
}

func (w *world) deadlines(t *testing.T, now time.Time, want ...string) {
	t.Helper()
	w.now = now
	all, err := w.Deadlines(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		got = append(got, fmt.Sprintf("%s om %d: %s, %s", d.On, d.Days, d.What, d.For))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", now, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Before anything has been handed in nobody owes a report, and every question is
// unanswered; the day after the report-back it is the next year's that is due.
func TestDeadlinesOfAnEmptyFolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deadlines(t, time.Date(2026, 2, 22, 0, 30, 0, 0, time.UTC),
		"2027-02-21 om 364: svar på utvärderingsfråga 1, 2, 3 för 2026, Ansvarig för insatsen",
		"2027-02-21 om 364: svar på utvärderingsfråga 4, 5, 6 för 2026, Analysfunktion",
		"2027-02-21 om 364: återrapportering till regeringen om 2026, Analysfunktion/ ansvarig villkorsbeslut")
	framework := *w.Config
	framework.Framework.ReportBack.Due = ""
	w.Config = &framework
	w.deadlines(t, time.Date(2026, 2, 22, 0, 30, 0, 0, time.UTC))
}

// Each round that has opened has a line for every unit that owes a report, with what
// is missing and how often it was refused; and the reminder says the same.
func TestReportingAndReminder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hand(map[string]string{"insatser.csv": effortsCSV, "resultat.csv": resultsCSV})
	lines := func(day time.Time) (all []string, last intake.ReportingLine) {
		w.now = day
		found, err := w.Reporting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range found {
			all = append(all, fmt.Sprintf("%s %s %d days: %q %d of %d, missing %v, refused %d", l.Round, l.Due.Format(time.DateOnly), l.Days(w.now), l.Unit, l.Reported, l.Efforts, l.Waiting, l.Rejected))
		}
		return all, found[0]
	}
	got, line := lines(time.Date(2026, 1, 20, 23, 59, 0, 0, time.UTC))
	if want := []string{`2025H2 2026-01-31 11 days: "Påhittad enhet" 1 of 2, missing [INS-0002], refused 0`}; !slices.Equal(got, want) {
		t.Errorf("in the round:\n%q\nwant\n%q", got, want)
	}
	for day, want := range map[int]string{20: "senast 2026-01-31, om 11 dagar.", 31: "senast 2026-01-31, om 0 dagar.", 33: "senast 2026-01-31, för 2 dagar sedan."} {
		w.now = time.Date(2026, 1, day, 12, 0, 0, 0, time.UTC)
		text := w.Intake().Reminder(line, "rapport.xlsx")
		for _, part := range []string{"Till Påhittad enhet\n", want, "1 av 2 insatser saknar rapport: INS-0002.", "rapport.xlsx"} {
			if !strings.Contains(text, part) {
				t.Errorf("day %d: no %q in\n%s", day, part, text)
			}
		}
	}
	got, _ = lines(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	if want := []string{
		`2026H1 2026-08-31 61 days: "Påhittad enhet" 0 of 2, missing [INS-0001 INS-0002], refused 0`,
		`2025H2 2026-01-31 -151 days: "Påhittad enhet" 1 of 2, missing [INS-0002], refused 0`,
	}; !slices.Equal(got, want) {
		t.Errorf("the next round:\n%q\nwant\n%q", got, want)
	}
}
