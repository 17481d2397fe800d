package report

import (
	"context"
	"effekt/pipeline/number"
	"effekt/pipeline/report/document"
	"effekt/pipeline/warehouse"
	"fmt"
	"strconv"
	"strings"
)

// Outcomes is what the organisation itself has reported.
type Outcomes struct {
	Chain      []Chain
	Allocation []Allocation
	Answers    []Answer
	Owed       []Owed
}

// Chain is one reported outcome with its link to an indicator.
type Chain struct {
	Indicator, Effort, Activity, Period, Performances, Outcome, Unit string
	Value                                                            *float64
	Hidden                                                           bool
	Mechanism, Evidence, Reference, Direction                        string
	VisibleFrom                                                      int
}

// Allocation is efforts and money of one national area and activity.
type Allocation struct {
	Area, Activity string
	Efforts        int
	Granted        *float64 // kronor
}

// Answer is one answer to an evaluation question; Effort is empty where nobody
// has answered.
type Answer struct {
	Number, Year                                             int
	Question, AnsweredBy, Effort, Judgement, Reasons, Lesson string
}

// Owed is a report that has not come, or came late.
type Owed struct{ Round, Unit, Effort, State string }

// outcomes reads what is reported in the report's year or before.
func (r *reader) outcomes(ctx context.Context) Outcomes {
	var o Outcomes
	// An indicator that is told by sex has two rows for one link.
	for _, row := range r.rows(ctx, `select distinct on (effort_id, period, outcome_id, link_id) * from mart.effect_chain
		where outcome_id is not null order by national_area, effort_id, period, outcome_id, link_id, indicator_sex`) {
		hidden, _ := row["outcome_hidden"].(bool)
		o.Chain = append(o.Chain, Chain{
			Indicator: text(row["indicator_id"]), Effort: text(row["effort"]), Activity: text(row["activity_name"]), Period: text(row["period"]),
			Performances: strings.Join(texts(row["performances"]), "; "), Outcome: text(row["outcome"]), Unit: text(row["outcome_unit"]), Value: double(row["outcome_value"]),
			Hidden: hidden, Mechanism: text(row["mechanism"]), Evidence: text(row["evidence"]), Reference: text(row["evidence_reference"]),
			Direction: text(row["expected_direction"]), VisibleFrom: whole(row["visible_from_year"]),
		})
	}
	for _, row := range r.rows(ctx, `select coalesce(area.name, effort.national_area) as area, activity.name as activity, count(*) as efforts, sum(effort.granted_sek)::double as granted
		from core.effort as effort left join config.goal as area on area.reported_as = effort.national_area
		left join config.activity as activity on activity.activity = effort.activity group by all order by all`) {
		o.Allocation = append(o.Allocation, Allocation{text(row["area"]), text(row["activity"]), whole(row["efforts"]), double(row["granted"])})
	}
	for _, row := range r.rows(ctx, "select * from mart.evaluation order by question, year desc, effort_id") {
		o.Answers = append(o.Answers, Answer{
			Number: whole(row["question"]), Year: whole(row["year"]), Question: text(row["question_text"]), AnsweredBy: text(row["answered_by"]),
			Effort: text(row["effort"]), Judgement: text(row["judgement"]), Reasons: text(row["reasons"]), Lesson: text(row["lesson"]),
		})
	}
	for _, row := range r.rows(ctx, "select * from mart.reporting_status where report_state in ('missing', 'late') order by round, reporting_unit, effort_id") {
		o.Owed = append(o.Owed, Owed{text(row["round"]), text(row["reporting_unit"]), text(row["effort"]), text(row["report_state"])})
	}
	return o
}

// linked are the outcomes beside an indicator, under the standing sentence.
func (r Report) linked(i Indicator) []document.Block {
	t := document.Table{
		Caption: "Egna utfall som kopplats till " + i.Label,
		Header:  []string{"Insats", "Prestation", "Utfall", "Period", "Mekanism", "Evidens"},
	}
	for _, c := range r.Outcomes.Chain {
		if c.Indicator == i.ID {
			t.Rows = append(t.Rows, []document.Cell{{Text: c.Effort}, {Text: c.Performances}, {Text: c.outcome()}, {Text: c.Period}, {Text: c.mechanism()}, {Text: r.evidence(c)}})
		}
	}
	if len(t.Rows) == 0 {
		return []document.Block{note("Inga rapporterade utfall har kopplats till indikatorn.")}
	}
	return []document.Block{document.Paragraph{Style: document.Boxed, Text: document.Plainly(standing)}, t}
}

func (c Chain) outcome() string {
	switch {
	case c.Hidden:
		return c.Outcome + ": dolt, litet antal"
	case c.Value == nil:
		return c.Outcome
	case c.Unit == "andel_procent":
		return c.Outcome + ": " + number.Swedish(*c.Value, 1) + nbsp + "%"
	case c.Unit == "ja_nej":
		return c.Outcome + ": " + map[bool]string{true: "ja", false: "nej"}[*c.Value == 1]
	}
	decimals, unit := 0, ""
	if *c.Value != float64(int64(*c.Value)) {
		decimals = 1
	}
	if c.Unit == "kr" {
		unit = nbsp + "kr"
	}
	return c.Outcome + ": " + number.Swedish(*c.Value, decimals) + unit
}

func (c Chain) mechanism() string {
	if c.VisibleFrom == 0 {
		return c.Mechanism
	}
	return fmt.Sprintf("%s (kan synas tidigast %d)", strings.TrimSuffix(strings.TrimSpace(c.Mechanism), "."), c.VisibleFrom)
}

func (r Report) evidence(c Chain) string {
	kind := r.Framework.Label("evidens_typ", c.Evidence)
	if c.Reference == "" || c.Evidence == "saknas" {
		return kind
	}
	return kind + ": " + c.Reference
}

// allocation is how efforts and money lie over areas and activities.
func (r Report) allocation() []document.Block {
	blocks := []document.Block{heading(1, "resurser", "Hur insatser och medel fördelar sig")}
	if len(r.Outcomes.Allocation) == 0 {
		return append(blocks, plain("Inga insatser är rapporterade."))
	}
	blocks = append(blocks, r.allocated())
	t := document.Table{Caption: "Insatser och beviljade medel efter område och aktivitet", Header: []string{"Nationellt område", "Generisk aktivitet", "Insatser", "Beviljat, kr"}}
	for _, a := range r.Outcomes.Allocation {
		t.Rows = append(t.Rows, []document.Cell{{Text: a.Area}, {Text: a.Activity}, numeric(strconv.Itoa(a.Efforts)), numeric(kronor(a.Granted))})
	}
	return append(blocks, t)
}

// allocated sums efforts and money over each area, and over all.
func (r Report) allocated() document.Table {
	t := document.Table{Caption: "Insatser och beviljade medel efter nationellt område", Header: []string{"Nationellt område", "Insatser", "Beviljat, kr"}}
	sums, all := map[string]*Allocation{}, &Allocation{Area: "Alla områden"}
	var order []*Allocation
	for _, a := range r.Outcomes.Allocation {
		if sums[a.Area] == nil {
			sums[a.Area] = &Allocation{Area: a.Area}
			order = append(order, sums[a.Area])
		}
		for _, sum := range []*Allocation{sums[a.Area], all} {
			sum.add(a)
		}
	}
	for _, sum := range append(order, all) {
		t.Rows = append(t.Rows, []document.Cell{{Text: sum.Area}, numeric(strconv.Itoa(sum.Efforts)), numeric(kronor(sum.Granted))})
	}
	return t
}

func (a *Allocation) add(other Allocation) {
	a.Efforts += other.Efforts
	if other.Granted != nil {
		sum := *other.Granted
		if a.Granted != nil {
			sum += *a.Granted
		}
		a.Granted = &sum
	}
}

func kronor(v *float64) string {
	if v == nil {
		return "–"
	}
	return number.Swedish(*v, 0)
}

// questions are the evaluation questions with answers and lessons.
func (r Report) questions() []document.Block {
	blocks := []document.Block{heading(1, "utvardering", "Utvärderingsfrågorna")}
	for _, question := range r.Framework.Questions {
		blocks = append(blocks, heading(2, fmt.Sprintf("fraga-%d", question.Number), fmt.Sprintf("%d. %s", question.Number, question.Text)), note("Besvaras av: "+question.Who+"."))
		t := document.Table{Caption: fmt.Sprintf("Svar på fråga %d", question.Number), Header: []string{"Insats", "År", "Bedömning", "Motivering", "Lärdom"}}
		for _, a := range r.Outcomes.Answers {
			if a.Number == question.Number && a.Effort != "" && a.Year <= r.Year {
				t.Rows = append(t.Rows, []document.Cell{{Text: a.Effort}, {Text: strconv.Itoa(a.Year)}, {Text: r.Framework.Label("bedomning", a.Judgement)}, {Text: a.Reasons}, {Text: a.Lesson}})
			}
		}
		if len(t.Rows) == 0 {
			blocks = append(blocks, plain("Ingen har svarat."))
			continue
		}
		blocks = append(blocks, t)
	}
	return blocks
}

// owed is who has not reported, or was late.
func (r Report) owed() []document.Block {
	if len(r.Outcomes.Owed) == 0 {
		return []document.Block{plain("Ingen rapport från insatserna saknas eller är sen, av de insatser som är kända.")}
	}
	words := map[string]string{"missing": "saknas", "late": "kom sent"}
	t := document.Table{Caption: "Rapporter som saknas eller kom sent", Header: []string{"Omgång", "Enhet", "Insats", "Läge"}}
	for _, o := range r.Outcomes.Owed {
		t.Rows = append(t.Rows, []document.Cell{{Text: o.Round}, {Text: o.Unit}, {Text: o.Effort}, {Text: words[o.State]}})
	}
	return []document.Block{t}
}

// ReadEdition reads the figures of a frozen edition from its Parquet files.
func ReadEdition(ctx context.Context, folder string) (Figures, error) {
	file, err := warehouse.Parquet(ctx, folder)
	if err != nil {
		return Figures{}, err
	}
	return figuresOf(ctx, file)
}
