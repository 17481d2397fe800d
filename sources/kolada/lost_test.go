package kolada

import (
	"fmt"
	"strings"
	"testing"

	"effekt/sources"

	"github.com/google/go-cmp/cmp"
)

// said makes a survey of figures, "N1 0024 2023 T=1": a value, null, a deleted
// one, or null with a status.
func said(t *testing.T, lines ...string) *survey {
	t.Helper()
	s := &survey{}
	for _, line := range lines {
		var v Value
		var what string
		if n, err := fmt.Sscanf(strings.Replace(line, "=", " ", 1), "%s %s %d %s %s", &v.KPI, &v.Municipality, &v.Year, &v.Gender, &what); n != 5 {
			t.Fatal(line, err)
		}
		switch what {
		case "null":
		case "deleted":
			v.Deleted = true
		case "status":
			v.Status, v.HasStatus = "N", true
		default:
			v.Value, v.HasValue = 1, true
		}
		s.add([]Value{v})
	}
	return s
}

// Silence is no withdrawal; a null without a reason is one inside a series and
// none at its end.
func TestLost(t *testing.T) {
	t.Parallel()
	held := []string{"N1 0024 2022 T=1", "N1 0024 2023 T=1", "N1 0024 2024 T=1", "N1 0000 2024 T=1", "N1 2480 2024 T=1", "N1 2401 2024 T=1", "N2 0024 2024 T=1"}
	with := func(instead ...string) []string {
		all := append([]string{}, held...)
		for i, line := range all {
			key, _, _ := strings.Cut(line, "=")
			for _, other := range instead {
				if strings.HasPrefix(other, key) {
					all[i] = other
				}
			}
			if all[i] == key {
				all[i] = "N9 0000 2000 T=1" // nothing of it
			}
		}
		return all
	}
	const text = ", which are held, have not come for %s, and are not said to be withdrawn"
	for name, test := range map[string]struct {
		now  []string
		want sources.Problems
	}{
		"the same":                      {with(), nil},
		"more":                          {append(with(), "N1 0024 2025 T=1"), nil},
		"absent inside":                 {with("N1 0024 2023 T"), sources.Problems{{Of: "N1", Text: "the figures of 2023" + fmt.Sprintf(text, "0024")}}},
		"absent at the end":             {with("N1 0024 2024 T"), sources.Problems{{Of: "N1", Text: "the figures of 2024" + fmt.Sprintf(text, "0024")}}},
		"null inside":                   {with("N1 0024 2023 T=null"), nil},
		"null at the end":               {with("N1 0024 2023 T=null", "N1 0024 2024 T=null"), sources.Problems{{Of: "N1", Text: "the figures of 2023–2024" + fmt.Sprintf(text, "0024")}}},
		"null before a new year":        {append(with("N1 0024 2024 T=null"), "N1 0024 2025 T=1"), nil},
		"null with a reason":            {with("N1 0024 2024 T=status"), nil},
		"deleted":                       {with("N1 0024 2022 T=deleted", "N1 0024 2023 T=deleted", "N1 0024 2024 T=deleted"), nil},
		"two regions, the same year":    {with("N1 0024 2024 T", "N1 0000 2024 T"), sources.Problems{{Of: "N1", Text: "the figures of 2024" + fmt.Sprintf(text, "0000, 0024")}}},
		"two regions, different years":  {with("N1 0024 2023 T", "N1 0000 2024 T"), sources.Problems{{Of: "N1", Text: "the figures of 2023" + fmt.Sprintf(text, "0024")}, {Of: "N1", Text: "the figures of 2024" + fmt.Sprintf(text, "0000")}}},
		"years apart":                   {with("N1 0024 2022 T", "N1 0024 2024 T"), sources.Problems{{Of: "N1", Text: "the figures of 2022–2024 (2 years)" + fmt.Sprintf(text, "0024")}}},
		"two KPIs":                      {with("N1 0024 2024 T", "N2 0024 2024 T"), sources.Problems{{Of: "N1", Text: "the figures of 2024" + fmt.Sprintf(text, "0024")}, {Of: "N2", Text: "the figures of 2024" + fmt.Sprintf(text, "0024")}}},
		"one municipality":              {with("N1 2480 2024 T"), nil},
		"all municipalities":            {with("N1 2480 2024 T", "N1 2401 2024 T"), sources.Problems{{Of: "N1", Text: "the figures of 2024" + fmt.Sprintf(text, "municipalities")}}},
		"another gender in place of it": {append(with("N1 0024 2024 T"), "N1 0024 2024 K=1"), sources.Problems{{Of: "N1", Text: "the figures of 2024" + fmt.Sprintf(text, "0024")}}},
	} {
		if diff := cmp.Diff(test.want, said(t, test.now...).lost(said(t, held...))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Of what comes first the county must be there, where a KPI's type says so, and
// the country in some KPI.
func TestLacking(t *testing.T) {
	t.Parallel()
	m := listed{kpis: []item{{"id": "N1", "municipality_type": "A"}, {"id": "N2", "municipality_type": "K"}, {"id": "N3"}}}
	d := group{kpis: pinned("N1", "N2", "N3"), regions: []string{"0000", "0024", "2480"}, county: "0024"}
	whole := []string{"N1 0000 2024 T=1", "N1 0024 2024 T=1", "N2 2480 2024 T=1", "N3 2480 2024 T=1"}
	for name, test := range map[string]struct {
		now  []string
		held *survey
		want sources.Problems
	}{
		"whole":               {whole, &survey{}, nil},
		"the county nowhere":  {[]string{whole[0], "N1 0024 2024 T=null", whole[2], whole[3]}, &survey{}, sources.Problems{{Of: "", Text: "region 0024: not one value came for any KPI"}}},
		"the country nowhere": {whole[1:], &survey{}, sources.Problems{{Of: "", Text: "region 0000: not one value came for any KPI"}}},
		"the county in a KPI": {[]string{whole[0], "N2 0024 2024 T=1", whole[2], whole[3]}, &survey{}, sources.Problems{{Of: "N1", Text: "not one value came for region 0024, and its type (A) says that regions have it"}}},
		"a KPI that is held":  {[]string{whole[0], "N2 0024 2024 T=1", whole[2], whole[3]}, said(t, "N1 0000 2023 T=1"), nil},
		"a KPI that is new":   {[]string{whole[0], "N2 0024 2024 T=1", whole[2], whole[3]}, said(t, "N2 0024 2023 T=1"), sources.Problems{{Of: "N1", Text: "not one value came for region 0024, and its type (A) says that regions have it"}}},
	} {
		if diff := cmp.Diff(test.want, said(t, test.now...).lacking(d, m, test.held)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
