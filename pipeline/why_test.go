package pipeline_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"effekt/pipeline"
	"effekt/pipeline/explain"
	"effekt/pipeline/run"
	"effekt/sources/replay"
)

func said(v *float64) string {
	if v == nil {
		return "missing"
	}
	return fmt.Sprint(*v)
}

// addUp tells that the parts give the whole, to the last bit.
func addUp(w explain.Why) bool {
	sum := 0.0
	for _, p := range w.Parts {
		if p.Difference == nil {
			return true
		}
		sum += *p.Difference
	}
	return w.Difference == nil || sum == *w.Difference
}

func sideOf(p *pipeline.Pipeline) explain.Side {
	return explain.Side{Store: p.Held(), SQL: p.SQL, Sources: p.Sources}
}

func materialOf(p *pipeline.Pipeline) explain.Material {
	return explain.Material{SQL: p.SQL, Held: p.Held(), Sources: p.Sources, Database: p.Dir.Database()}
}

func (w *world) why(then *pipeline.Pipeline) string {
	w.t.Helper()
	q := explain.Question{Indicator: "grp", Region: "24", Year: 2023, Sex: "total"}
	why, err := explain.WhyChanged(w.t.Context(), sideOf(then), sideOf(w.open()), true, q, "then")
	if err != nil {
		w.t.Fatal(err)
	}
	if !addUp(why) {
		w.t.Errorf("the parts do not add up: %+v", why)
	}
	lines := []string{said(why.Old) + " → " + said(why.New)}
	for _, p := range why.Parts {
		lines = append(lines, p.Cause+" "+said(p.Difference))
	}
	return strings.Join(lines, ", ")
}

// What has been fetched and not been published explains nothing that is
// published; and a corrected cell is told from what the body says.
func TestExplainsWhatIsPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.known()
	w.configure("corrections.toml", correctedCell)
	w.sound()
	w.later(24 * time.Hour)
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), 120, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	if _, err := w.open().FetchOnly(t.Context(), run.Want{}); err != nil {
		t.Fatal(err)
	}
	if in := w.input("grp", "total"); in.Origin.Raw != "100" || said(in.Value) != "100" || in.Corrected {
		t.Errorf("traced to what is not published: %+v %+v", in, in.Origin)
	}
	if in := w.input("income", "men"); in.Origin.Raw != "300" || said(in.Value) != "310" || !in.Corrected {
		t.Errorf("a corrected cell: %+v %+v", in, in.Origin)
	}
}

// input is the only cell of the county's figure of 2023.
func (w *world) input(indicator, sex string) explain.Input {
	w.t.Helper()
	p := w.open()
	e, err := explain.Explain(w.t.Context(), materialOf(p),
		explain.Question{Indicator: indicator, Region: "24", Year: 2023, Sex: sex})
	if err != nil || len(e.Inputs) != 1 || e.Inputs[0].Origin == nil {
		w.t.Fatalf("explained: %+v, %v", e, err)
	}
	return e.Inputs[0]
}

// A figure moves because the agency revises it, because the SQL changes and
// because it is corrected; the parts add up, and each is what it is.
func TestWhyChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.known()
	w.sound()
	then := w.open()
	then.AsOf = w.clock()
	if got := w.why(then); got != "100 → 100" {
		t.Errorf("nothing has changed: %s", got)
	}
	w.later(24 * time.Hour)
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), 120, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	w.sound()
	if got := w.why(then); got != "100 → 120, source_revision 20" {
		t.Errorf("revised: %s", got)
	}
	w.sql["indicators/grp.sql"].Data = []byte(strings.Replace(grpSQL, "sex, value,", "sex, value * 2 as value,", 1))
	if got := w.why(then); got != "100 → 240, source_revision 20, sql 120" {
		t.Errorf("other SQL: %s", got)
	}
	w.configure("corrections.toml", strings.Replace(strings.Replace(correctedFigure, "100.0", "240.0", 1), "110.0", "250.0", 1))
	if got := w.why(then); got != "100 → 250, source_revision 20, sql 120, correction 10" {
		t.Errorf("corrected: %s", got)
	}
	without := *then.Config
	without.Indicators = nil
	then.Config = &without
	if got := w.why(then); got != "missing → 250, source_revision + sql + territory + config missing, correction 10" {
		t.Errorf("an indicator that has come since: %s", got)
	}
	if _, err := explain.WhyChanged(t.Context(), sideOf(then), sideOf(w.open()), true, explain.Question{Indicator: "grp", Region: "24", Year: 1950, Sex: "total"}, "then"); !errors.Is(err, explain.ErrNoFigure) {
		t.Errorf("no such figure: %v", err)
	}
}
