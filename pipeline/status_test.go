package pipeline

import (
	"effekt/config"
	"testing"
	"time"
)

func TestEndOf(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]string{
		"2024": "2025-01-01", "2025M06": "2025-07-01", "2025M12": "2026-01-01", "2025K2": "2025-07-01", "2021-2025": "2026-01-01",
		"2024/25": "", "2025M13": "", "2025K5": "", "2025M": "", "": "", "x": "", "-": "",
	} {
		got, ok := endOf(period)
		if text := got.Format("2006-01-02"); ok != (want != "") || ok && text != want {
			t.Errorf("%s ends %s, %v, want %s", period, text, ok, want)
		}
	}
}

func TestStandings(t *testing.T) {
	t.Parallel()
	lag := 2
	table := config.Dataset{Name: "old", Source: "scb", Frequency: "year", Successor: "new"}
	group := config.Dataset{Name: "kolada", Source: "kolada", Frequency: "year"}
	c := &config.Config{
		Datasets: []config.Dataset{table, group, {Name: "new"}},
		Indicators: []config.Indicator{
			{ID: "a", Datasets: []string{"old"}, LagMonths: &lag, Every: 1},
			{ID: "b", Datasets: []string{"kolada"}, KPI: "N1", LagMonths: &lag, Every: 4},
		},
	}
	for _, test := range []struct {
		dataset config.Dataset
		periods map[string]string
		now     string
		want    Standing
	}{
		{table, map[string]string{"": "2024"}, "2026-05-31", Fresh}, // due 1 March 2026
		{table, map[string]string{"": "2024"}, "2026-06-02", Overdue},
		{table, map[string]string{"": "2024"}, "2027-03-02", Frozen},
		{group, map[string]string{"N1": "2022"}, "2027-05-31", Fresh}, // every fourth year
		{group, map[string]string{"N1": "2022"}, "2027-06-02", Overdue},
		{group, map[string]string{"N2": "2022", "N1": "2026"}, "2026-03-31", Fresh}, // no lag known: 24 months
		{group, map[string]string{"N2": "2022", "N1": "2026"}, "2026-04-02", Overdue},
		{table, map[string]string{"": "2024/25"}, "2036-01-01", Fresh}, // not a form that is known
	} {
		now, err := time.Parse("2006-01-02", test.now)
		if err != nil {
			t.Fatal(err)
		}
		p := &Pipeline{Config: c, Now: func() time.Time { return now }}
		if got, reason := p.worst(test.dataset, test.periods); got != test.want || (got == Fresh) != (reason == "") {
			t.Errorf("%s %v on %s: %s (%s), want %s", test.dataset.Name, test.periods, test.now, got, reason, test.want)
		}
	}
	p := &Pipeline{Config: c}
	for last, want := range map[string]Standing{"2025": Ended, "2024": Frozen} {
		l := StatusLine{Name: "old", LastPeriod: "2024", Standing: Frozen}
		p.succeeded(&l, map[string]string{"old": "2024", "new": last})
		if l.Standing != want {
			t.Errorf("with a successor up to %s: %+v", last, l)
		}
	}
}
