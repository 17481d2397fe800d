package schedule

import (
	"strings"
	"testing"
	"time"

	"effekt/config"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// In Sweden the clock jumps from 02:00 to 03:00 on 2027-03-28 (01:00 UTC), and
// back from 03:00 to 02:00 on 2027-10-31 (01:00 UTC).
func TestNextAroundClockChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cron, after string
		want        []string
	}{
		"winter":              {"30 8 * * *", "2027-02-24T07:00:00Z", []string{"02-24T07:30", "02-25T07:30"}},
		"spring at noon":      {"0 12 * * *", "2027-03-27T12:00:00Z", []string{"03-28T10:00", "03-29T10:00"}},
		"spring, left out":    {"30 2 * * *", "2027-03-26T12:00:00Z", []string{"03-27T01:30", "03-28T01:00", "03-29T00:30"}},
		"spring, first gone":  {"0 2 * * *", "2027-03-27T12:00:00Z", []string{"03-28T01:00", "03-29T00:00"}},
		"spring, after it":    {"0 3 * * *", "2027-03-27T12:00:00Z", []string{"03-28T01:00", "03-29T01:00"}},
		"spring, gap and end": {"0,30 2,3 * * *", "2027-03-27T12:00:00Z", []string{"03-28T01:00", "03-28T01:30", "03-29T00:00"}},
		"spring, on the day":  {"30 2 28 3 *", "2027-03-27T12:00:00Z", []string{"03-28T01:00"}},
		"spring, hourly":      {"@hourly", "2027-03-27T23:30:00Z", []string{"03-28T00:00", "03-28T01:00", "03-28T02:00"}},
		"autumn, twice":       {"30 2 * * *", "2027-10-30T12:00:00Z", []string{"10-31T00:30", "11-01T01:30"}},
		"autumn, in between":  {"30 2 * * *", "2027-10-31T01:15:00Z", []string{"11-01T01:30"}},
		"autumn, on the hour": {"0 2 * * *", "2027-10-30T12:00:00Z", []string{"10-31T00:00", "11-01T01:00"}},
		"autumn, after it":    {"0 3 * * *", "2027-10-30T12:00:00Z", []string{"10-31T02:00", "11-01T02:00"}},
		"autumn, each hour":   {"15 * * * *", "2027-10-31T00:00:00Z", []string{"10-31T00:15", "10-31T01:15", "10-31T02:15"}},
		"every so often":      {"@every 1h30m", "2027-10-31T00:00:00Z", []string{"10-31T01:30", "10-31T03:00"}},
		"once a month":        {"@monthly", "2027-03-27T12:00:00Z", []string{"03-31T22:00", "04-30T22:00"}},
		"leap day":            {"0 9 29 2 *", "2027-03-01T00:00:00Z", []string{"02-29T08:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := at(t, test.after)
			var got []string
			for range test.want {
				due, err := Next([]config.Job{{Name: "x", Cron: test.cron, Command: []string{"refresh"}}}, "", from)
				if err != nil {
					t.Fatal(err)
				}
				from = due[0].At
				got = append(got, from.UTC().Format("01-02T15:04"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDailyRunsOnceADay takes any time of the day through a whole year, in
// zones whose clocks change at night, at midnight, by half an hour and never.
func TestDailyRunsOnceADay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"Europe/Stockholm", "America/Havana", "Australia/Lord_Howe", "UTC"}).Draw(t, "zone")
		zone, err := zoneOf(name)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 12, 31, 23, 59, 59, 0, zone)
		s, err := parse(rapid.StringMatching(`[1-5]?[0-9] (1?[0-9]|2[0-3]) \* \* \*`).Draw(t, "cron"), zone, now)
		if err != nil {
			t.Fatal(err)
		}
		for day := range 365 {
			due := s.next(now)
			want := time.Date(2027, 1, 1+day, 12, 0, 0, 0, zone)
			if !due.After(now) || due.Format(time.DateOnly) != want.Format(time.DateOnly) {
				t.Fatalf("after %s: %s, want one on %s", now, due, want.Format(time.DateOnly))
			}
			now = due
		}
	})
}

func TestJobsThatAreRefused(t *testing.T) {
	t.Parallel()
	ok := []string{"refresh"}
	for name, test := range map[string]struct {
		zone string
		jobs []config.Job
		want []string
	}{
		"bare zone":         {"", []config.Job{{Name: "a", Cron: "TZ=", Command: ok}}, []string{`job "a": "TZ=": the time zone is set once`}},
		"bare cron zone":    {"", []config.Job{{Name: "a", Cron: "CRON_TZ=", Command: ok}}, []string{"the time zone is set once"}},
		"zone in the cron":  {"", []config.Job{{Name: "a", Cron: "TZ=Asia/Tokyo 0 8 * * *", Command: ok}}, []string{"the time zone is set once"}},
		"empty":             {"", []config.Job{{Name: "a", Command: ok}}, []string{"empty spec"}},
		"six fields":        {"", []config.Job{{Name: "a", Cron: "0 0 8 * * *", Command: ok}}, []string{"expected exactly 5 fields"}},
		"31 February":       {"", []config.Job{{Name: "a", Cron: "0 8 31 2 *", Command: ok}}, []string{"never comes"}},
		"each second":       {"", []config.Job{{Name: "a", Cron: "@every 1s", Command: ok}}, []string{"more often than once a minute"}},
		"backwards":         {"", []config.Job{{Name: "a", Cron: "@every -5h", Command: ok}}, []string{"more often than once a minute"}},
		"unknown time zone": {"Europe/Umeå", []config.Job{{Name: "a", Cron: "@daily", Command: ok}}, []string{`unknown time zone "Europe/Umeå"`}},
		"all at once": {"", []config.Job{{Cron: "@daily", Command: ok}, {Name: "b", Cron: "x"}, {Name: "c", Cron: "@daily", Command: []string{"schedule"}}, {Name: "c", Cron: "@daily", Command: ok}}, []string{
			`job "": no name`, `job "b": "x":`, "no command", "cannot run a schedule", "two jobs of this name",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Next(test.jobs, test.zone, at(t, "2027-01-01T00:00:00Z"))
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"30 8 * * *", "TZ=", "CRON_TZ=", "TZ=UTC 0 0 * * *", "@every 1h", "*/7 1-5,9 ? JAN-MAR mon", ", , , , ,", "@"} {
		f.Add(seed)
	}
	zone, err := zoneOf("")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		now := time.Date(2027, 3, 27, 12, 0, 0, 0, time.UTC)
		s, err := parse(expression, zone, now)
		if err != nil {
			return
		}
		for range 5 {
			due := s.next(now)
			if due.IsZero() {
				return
			}
			if !due.After(now) {
				t.Fatalf("%q after %s: %s", expression, now, due)
			}
			now = due
		}
	})
}
