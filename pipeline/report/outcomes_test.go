package report

import (
	"strings"
	"testing"

	"effekt/config"
)

// An outcome's value is printed in its unit, hidden only where it is hidden
// itself, and a code stands in the words of the framework.
func TestOutcomeInWords(t *testing.T) {
	t.Parallel()
	r := Report{Framework: config.Framework{Codes: map[string][]config.Code{"evidens_typ": {{Code: "beprovad_erfarenhet", Label: "Beprövad erfarenhet"}, {Code: "saknas", Label: "Evidens saknas"}}}}}
	value := func(v float64) *float64 { return &v }
	for _, test := range []struct {
		chain             Chain
		outcome, evidence string
	}{
		{Chain{Outcome: "Kurser", Unit: "antal", Value: value(14), Evidence: "beprovad_erfarenhet", Reference: "Rapport 2024"}, "Kurser: 14", "Beprövad erfarenhet: Rapport 2024"},
		{Chain{Outcome: "Kurser", Unit: "antal", Hidden: true, Evidence: "saknas"}, "Kurser: dolt, litet antal", "Evidens saknas"},
		{Chain{Outcome: "Andel", Unit: "andel_procent", Value: value(42), Evidence: "beprovad_erfarenhet"}, "Andel: 42,0\u00a0%", "Beprövad erfarenhet"},
		{Chain{Outcome: "Medel", Unit: "kr", Value: value(1200000), Evidence: "tagen_bort", Reference: "Rapport"}, "Medel: 1\u00a0200\u00a0000\u00a0kr", "tagen_bort: Rapport"},
		{Chain{Outcome: "Beslut", Unit: "ja_nej", Value: value(1)}, "Beslut: ja", ""},
		{Chain{Outcome: "Beslut", Unit: "ja_nej", Value: value(0)}, "Beslut: nej", ""},
		{Chain{Outcome: "Nytt arbetssätt", Unit: "text"}, "Nytt arbetssätt", ""},
	} {
		if got, evidence := test.chain.outcome(), r.evidence(test.chain); got != test.outcome || evidence != test.evidence {
			t.Errorf("%q, %q; want %q, %q", got, evidence, test.outcome, test.evidence)
		}
	}
}

// Every remark has its words in both languages.
func TestRemarksInBothLanguages(t *testing.T) {
	t.Parallel()
	v := Value{Status: "Q", Flags: []string{"break", "corrected", "perturbed", "preliminary", "revised", "small_denominator"}}
	if got, want := strings.Join(english().remarks(v), ", "), "break, corrected, perturbed, preliminary, revised, small denominator, suppressed, small base"; got != want {
		t.Errorf("%q; want %q", got, want)
	}
}
