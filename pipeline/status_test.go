package pipeline

import (
	"effekt/config"
	"testing"
	"time"
)

func TestLatePeriods(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		last        string
		months, lag int
		now         string
		want        int
	}{
		{"2024", 12, 2, "2026-03-31", 0}, // 2025 ended, two months and one of grace
		{"2024", 12, 2, "2026-04-02", 1},
		{"2024", 12, 2, "2028-01-01", 2},
		{"2025", 12, 12, "2026-11-24", 0},
		{"2025M06", 1, 3, "2025-11-30", 0},
		{"2025M06", 1, 3, "2025-12-02", 1},
		{"2025K2", 3, 3, "2026-02-02", 1},
		{"2025K2", 3, 3, "2026-01-30", 0},
		{"2024/25", 12, 2, "2036-01-01", 0}, // not a form that is known
		{"2025M13", 1, 0, "2036-01-01", 0},
		{"", 12, 2, "2036-01-01", 0},
		{"x", 12, 2, "2036-01-01", 0},
	} {
		now, err := time.Parse("2006-01-02", test.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := latePeriods(test.last, test.months, test.lag, now); got != test.want {
			t.Errorf("%s every %d months, lag %d, on %s: %d late, want %d", test.last, test.months, test.lag, test.now, got, test.want)
		}
	}
}

func TestStandings(t *testing.T) {
	t.Parallel()
	lag := 2
	old, fresh := config.Dataset{Name: "old", Source: "scb", Frequency: "year"}, config.Dataset{Name: "new", Source: "scb", Frequency: "year"}
	c := &config.Config{
		Datasets:   []config.Dataset{old, fresh},
		Indicators: []config.Indicator{{ID: "a", Datasets: []string{"old", "new"}, LagMonths: &lag}},
	}
	for _, test := range []struct {
		now  string
		want Standing
	}{{"2026-03-01", Fresh}, {"2026-05-01", Overdue}, {"2027-05-01", Frozen}} {
		now, err := time.Parse("2006-01-02", test.now)
		if err != nil {
			t.Fatal(err)
		}
		p := &Pipeline{Config: c, Now: func() time.Time { return now }}
		if got, reason := p.worst(old, map[string]string{"": "2024"}); got != test.want || (got == Fresh) != (reason == "") {
			t.Errorf("%s: %s (%s), want %s", test.now, got, reason, test.want)
		}
	}
	l := StatusLine{Name: "old", LastPeriod: "2024", Standing: Overdue}
	p := &Pipeline{Config: c}
	p.succeeded(&l, map[string]string{"old": "2024", "new": "2025"})
	if l.Standing != Ended || l.Reason != "continued in new" {
		t.Errorf("with a successor: %+v", l)
	}
	l.Standing = Frozen
	p.succeeded(&l, map[string]string{"old": "2024", "new": "2024"})
	if l.Standing != Frozen {
		t.Errorf("without a successor: %+v", l)
	}
}
