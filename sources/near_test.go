package sources

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestNear(t *testing.T) {
	t.Parallel()
	known := []string{"population_total", "population_share", "employment_rate_20_64", "grp", "Näringslivsenheten", "2480"}
	for name, want := range map[string][]string{
		"populaton_total": {"population_total"}, "population": {"population_total", "population_share"}, "GRP": {"grp"}, "NOSUCH": nil,
		"naringslivsenheten": {"Näringslivsenheten"}, "2481": {"2480"}, "employment rate 20-64": {"employment_rate_20_64"},
	} {
		if got := Near(name, known); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"scbb": `there is no source "scbb"; near it: scb; there are: scb, kolada`, "x\ny": `there is no source "x\ny"; there are: scb, kolada`,
	} {
		if got := NoSuch("source", name, []string{"scb", "kolada"}).Error(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Distance is a metric.
func TestDistance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 12, -1)
		a, b, c := text.Draw(t, "a"), text.Draw(t, "b"), text.Draw(t, "c")
		if Distance(a, b) != Distance(b, a) || (Distance(a, b) == 0) != slices.Equal([]rune(a), []rune(b)) || Distance(a, c) > Distance(a, b)+Distance(b, c) {
			t.Fatalf("%d, %d, %d", Distance(a, b), Distance(b, c), Distance(a, c))
		}
	})
}
