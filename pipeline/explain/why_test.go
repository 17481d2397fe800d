package explain_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"effekt/config"
	"effekt/pipeline/explain"
)

// why is the figure then and now with the parts of the difference.
func (w *world) why(then explain.Side, known bool, indicator string) string {
	w.t.Helper()
	why, err := explain.WhyChanged(w.t.Context(), then, w.side(), known, of(indicator, "total"), "then")
	if err != nil {
		w.t.Fatal(err)
	}
	said := func(v *float64) string {
		if v == nil {
			return "missing"
		}
		return fmt.Sprint(*v)
	}
	lines := []string{said(why.Old) + " → " + said(why.New)}
	sum := 0.0
	for _, p := range why.Parts {
		lines = append(lines, p.Cause+" "+said(p.Difference))
		if p.Difference != nil {
			sum += *p.Difference
		}
	}
	if why.Difference != nil && sum != *why.Difference {
		w.t.Errorf("the parts come to %v, not %v", sum, *why.Difference)
	}
	for _, v := range why.Vintages {
		lines = append(lines, v.Dataset+" renewed")
		if v.Old == v.New || v.New == "" || v.Old == "" && why.Old != nil {
			w.t.Errorf("%+v", v)
		}
	}
	if known != (why.Remark == "") {
		w.t.Errorf("remark %q", why.Remark)
	}
	return strings.Join(lines, ", ")
}

// Each cause has its part, and the parts give the whole.
func TestWhyChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refresh()
	then := w.side()
	then.AsOf = w.now
	w.revise(120)
	w.refresh()
	if got := w.why(then, false, "growth"); got != "25 → 50, source_revision 25, grp renewed" {
		t.Errorf("revised, by today's definitions: %s", got)
	}
	number := func(v float64) *float64 { return &v }
	now := *w.Config
	now.Corrections = []config.Correction{{Indicator: "product", Region: "24", Year: 2023, Sex: "total", Expect: number(120), Value: number(125), ValidUntil: config.Day{Time: w.now.Add(240 * time.Hour)}}}
	w.Config = &now
	if got := w.why(then, true, "product"); got != "100 → 125, source_revision 20, correction 5, grp renewed" {
		t.Errorf("corrected: %s", got)
	}
	before := *then.Config
	before.Indicators = nil
	then.Config = &before
	if got := w.why(then, true, "product"); !strings.HasPrefix(got, "missing → 125, source_revision + sql + territory + config missing, correction 5") {
		t.Errorf("an indicator that has come since: %s", got)
	}
}
