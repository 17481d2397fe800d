package config

import (
	"strings"
	"testing"
	"time"
)

// A year has ended the day after its last day, or the day after what is measured
// is over.
func TestEndedYear(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		ends, day string
		want      int
	}{
		{"", "2026-12-31", 2025},
		{"", "2027-01-01", 2026},
		{"", "2026-06-30", 2025},
		{"09-14", "2026-09-14", 2025},
		{"09-14", "2026-09-15", 2026},
		{"09-14", "2027-01-01", 2026},
		{"09-14", "2026-01-01", 2025},
	} {
		day, err := time.Parse(time.DateOnly, test.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Indicator{YearEnds: test.ends}).EndedYear(day); got != test.want {
			t.Errorf("%q on %s: %d, want %d", test.ends, test.day, got, test.want)
		}
	}
}

func TestMistakesOfYearEnds(t *testing.T) {
	t.Parallel()
	shipped, err := Embedded.ReadFile("indicators/voter_turnout_municipal.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"02-29", "14-09", "9-14", "2026-09-14", "september"} {
		body := strings.Replace(string(shipped), `"09-14"`, `"`+wrong+`"`, 1)
		got := mistakes(t, map[string]string{"indicators/voter_turnout_municipal.toml": body}, Overrides{})
		if want := `year_ends "` + wrong + `": want a month and a day, as in "09-14"`; !strings.Contains(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestMistakesOfBalance(t *testing.T) {
	t.Parallel()
	shipped, err := Embedded.ReadFile("indicators/employment_gap_sex.toml")
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(string(shipped), "below = ", "beneath = ", 1)
	if got := mistakes(t, map[string]string{"indicators/employment_gap_sex.toml": body}, Overrides{}); !strings.Contains(got, `unknown key "balance.beneath"`) {
		t.Error(got)
	}
	body = strings.Replace(string(shipped), "below = \"skillnaden\"\n", "", 1)
	if got := mistakes(t, map[string]string{"indicators/employment_gap_sex.toml": body}, Overrides{}); !strings.Contains(got, "balance: want above and below") {
		t.Error(got)
	}
}
