package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	effektsql "effekt/sql"
)

// TestDeadlines hands in one of two reports and looks at the calendar from a
// day in the round, and from the day of the report-back.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.copy(w.sql, effektsql.Files, "core/effort*.sql", "core/answer.sql", "core/report.sql")
	w.at(time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC))
	answers := "insats_id;ar;fraga;bedomning;motivering\nINS-0001;2025;1;ja;Behovet är belagt.\n"
	w.hand(submission(t, t.TempDir(), map[string]string{
		"insatser.csv": strings.Replace(effortsCSV, "2480;2482", `"2480;2482"`, 1), "resultat.csv": resultsCSV, "fragor.csv": answers,
	}))
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
	w.at(now)
	all, err := w.open().Deadlines(t.Context())
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
