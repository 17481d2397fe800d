package number_test

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"effekt/pipeline/number"

	"pgregory.net/rapid"
)

func TestSwedish(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		f        float64
		decimals int
		want     string
	}{
		{0, 0, "0"},
		{-0.04, 1, "0,0"},
		{-1.25, 1, "−1,3"},
		{0.125, 2, "0,13"},
		{1.005, 2, "1,01"},
		{0.5, 0, "1"},
		{99.5, 0, "100"},
		{3.66, 1, "3,7"},
		{86.22 - 82.56, 1, "3,7"},
		{1234, 0, "1\u00a0234"},
		{278725, 0, "278\u00a0725"},
		{1234567.891, 2, "1\u00a0234\u00a0567,89"},
		{999.95, 1, "1\u00a0000,0"},
		{1e-9, 2, "0,00"},
	} {
		if got := number.Swedish(test.f, test.decimals); got != test.want {
			t.Errorf("%v with %d decimals: %q, want %q", test.f, test.decimals, got, test.want)
		}
	}
	for f, want := range map[float64]string{0.04: "0,0", 0.05: "+0,1", -2: "−2,0", 0: "0,0"} {
		if got := number.Signed(f, 1); got != want {
			t.Errorf("%v: %q, want %q", f, got, want)
		}
	}
}

func TestEnglish(t *testing.T) {
	t.Parallel()
	for swedish, want := range map[string]string{"1\u00a0234\u00a0567,89": "1,234,567.89", "−0,5": "−0.5", "+3,1\u00a0%": "+3.1%", "–": "–"} {
		if got := number.English(swedish); got != want {
			t.Errorf("%q: %q, want %q", swedish, got, want)
		}
	}
}

// TestRound holds the rule against exact arithmetic on the digits that stand
// for the number.
func TestRound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.IntRange(0, 4).Draw(t, "decimals")
		digits := rapid.IntRange(-99_999_999, 99_999_999).Draw(t, "digits")
		f := float64(digits) / math.Pow(10, float64(rapid.IntRange(0, 6).Draw(t, "point")))
		exact, _ := new(big.Rat).SetString(strconv.FormatFloat(math.Abs(f), 'f', -1, 64))
		want := exact.FloatString(decimals) // rounds a half away from zero
		got := strings.NewReplacer("\u00a0", "", ",", ".", "−", "").Replace(number.Swedish(f, decimals))
		if got != want {
			t.Fatalf("%v with %d decimals: %s, want %s", f, decimals, got, want)
		}
		if back := strconv.FormatFloat(math.Abs(number.Round(f, decimals)), 'f', decimals, 64); back != want {
			t.Fatalf("Round(%v, %d) is %s, want %s", f, decimals, back, want)
		}
	})
}
