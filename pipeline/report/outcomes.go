package report

import (
	"context"
	"fmt"
	"strings"

	"effekt/pipeline/number"
	"effekt/pipeline/report/document"
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
	of
	Effort       string   `column:"effort"`
	Period       string   `column:"period"`
	Performances []string `column:"performances"`
	Outcome      string   `column:"outcome"`
	Unit         string   `column:"outcome_unit"`
	Value        *float64 `column:"outcome_value"`
	Hidden       bool     `column:"outcome_hidden"` // core.effort_result.achieved_hidden
	Mechanism    string   `column:"mechanism"`
	Evidence     string   `column:"evidence"`
	Reference    string   `column:"evidence_reference"`
	VisibleFrom  *int     `column:"visible_from_year"`
}

// Allocation is efforts and money of one national area and activity; without an
// activity, of the area, and without an area too, of all.
type Allocation struct {
	Area     string   `column:"area"`
	Activity string   `column:"activity"`
	Efforts  int      `column:"efforts"`
	Granted  *float64 `column:"granted"` // kronor
	Over     string   `column:"over"`    // what it is of: activity, area or all
}

// Answer is one answer to an evaluation question; Effort is empty where nobody
// has answered.
type Answer struct {
	Number    int    `column:"question"`
	Year      int    `column:"year"`
	Effort    string `column:"effort"`
	Judgement string `column:"judgement"`
	Reasons   string `column:"reasons"`
	Lesson    string `column:"lesson"`
}

// Owed is a report that has not come, or came late.
type Owed struct {
	Round  string `column:"round"`
	Unit   string `column:"reporting_unit"`
	Effort string `column:"effort"`
	State  string `column:"report_state"`
}

// outcomes reads what is reported in the report's year or before.
func (r *reader) outcomes(ctx context.Context) Outcomes {
	return Outcomes{
		// An indicator that is told by sex has two rows for one link.
		Chain: rows[Chain](ctx, r, `select distinct on (effort_id, period, outcome_id, link_id) * from mart.effect_chain
			where outcome_id is not null order by national_area, effort_id, period, outcome_id, link_id, indicator_sex`,
			"national_area, effort_id, period, outcome_id, link_id, indicator_sex"),
		Allocation: rows[Allocation](ctx, r, `with effort as (
				select coalesce(area.name, effort.national_area) as area, activity.name as activity, effort.granted_sek
				from core.effort as effort left join config.goal as area on area.reported_as = effort.national_area
				left join config.activity as activity on activity.activity = effort.activity
			)
			select area, activity, count(*) as efforts, sum(granted_sek)::double as granted,
				case grouping(area, activity) when 0 then 'activity' when 1 then 'area' else 'all' end as over
			from effort group by grouping sets ((area, activity), (area), ()) having count(*) > 0`, "over = 'all', area, activity, efforts, granted"),
		Answers: rows[Answer](ctx, r, "from mart.evaluation where effort <> ''", "question, year desc, effort_id"),
		Owed:    rows[Owed](ctx, r, "from mart.reporting_status where report_state in ('missing', 'late')", "round, reporting_unit, effort_id"),
	}
}

// linked are the outcomes beside an indicator, under the standing sentence.
func (r Report) linked(i Indicator) []document.Block {
	t := r.words.table("Egna utfall som kopplats till "+i.Label, "Insats", "Prestation", "Utfall", "Period", "Mekanism", "Evidens")
	for _, c := range r.Outcomes.Chain {
		if c.Indicator == i.ID {
			t.Rows = append(t.Rows, row(c.Effort, strings.Join(c.Performances, "; "), c.outcome(), c.Period, c.mechanism(), r.evidence(c)))
		}
	}
	if len(t.Rows) == 0 {
		return []document.Block{note("Inga rapporterade utfall har kopplats till indikatorn.")}
	}
	return []document.Block{boxed(standing), t}
}

func (c Chain) outcome() string {
	if c.Hidden {
		return c.Outcome + ": dolt, litet antal"
	}
	if c.Value == nil {
		return c.Outcome
	}
	value, decimals, unit := *c.Value, 0, ""
	if value != float64(int64(value)) {
		decimals = 1
	}
	switch c.Unit {
	case "andel_procent":
		decimals, unit = 1, nbsp+"%"
	case "ja_nej":
		return c.Outcome + ": " + map[bool]string{true: "ja", false: "nej"}[value == 1]
	case "kr":
		unit = nbsp + "kr"
	}
	return c.Outcome + ": " + number.Swedish(value, decimals) + unit
}

func (c Chain) mechanism() string {
	if c.VisibleFrom == nil {
		return c.Mechanism
	}
	return fmt.Sprintf("%s (kan synas tidigast %d)", strings.TrimSuffix(strings.TrimSpace(c.Mechanism), "."), *c.VisibleFrom)
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
	areas := r.words.table("Insatser och beviljade medel efter nationellt område", "Nationellt område", "Insatser", "Beviljat, kr")
	activities := r.words.table("Insatser och beviljade medel efter område och aktivitet", "Nationellt område", "Generisk aktivitet", "Insatser", "Beviljat, kr")
	for _, a := range r.Outcomes.Allocation {
		sums := row(numeric(fmt.Sprint(a.Efforts), nil), numeric(swedish(a.Granted, 0), a.Granted))
		switch a.Over {
		case "activity":
			activities.Rows = append(activities.Rows, append(row(a.Area, a.Activity), sums...))
		case "all":
			areas.Rows = append(areas.Rows, append(row("Alla områden"), sums...))
		default:
			areas.Rows = append(areas.Rows, append(row(a.Area), sums...))
		}
	}
	return append(blocks, areas, activities)
}

// questions are the evaluation questions with answers and lessons.
func (r Report) questions() []document.Block {
	blocks := []document.Block{heading(1, "utvardering", "Utvärderingsfrågorna")}
	for _, question := range r.Framework.Questions {
		t := r.words.table(fmt.Sprintf("Svar på fråga %d", question.Number), "Insats", "År", "Bedömning", "Motivering", "Lärdom")
		for _, a := range r.Outcomes.Answers {
			if a.Number == question.Number && a.Year <= r.Year {
				t.Rows = append(t.Rows, row(a.Effort, a.Year, r.Framework.Label("bedomning", a.Judgement), a.Reasons, a.Lesson))
			}
		}
		blocks = append(blocks, heading(2, fmt.Sprintf("fraga-%d", question.Number), fmt.Sprintf("%d. %s", question.Number, question.Text)),
			note("Besvaras av: "+question.Who+"."), listed(t, "Ingen har svarat."))
	}
	return blocks
}

// owed is who has not reported, or was late.
func (r Report) owed() document.Block {
	t := r.words.table("Rapporter som saknas eller kom sent", "Omgång", "Enhet", "Insats", "Läge")
	for _, o := range r.Outcomes.Owed {
		t.Rows = append(t.Rows, row(o.Round, o.Unit, o.Effort, map[string]string{"missing": "saknas", "late": "kom sent"}[o.State]))
	}
	return listed(t, "Ingen rapport från insatserna saknas eller är sen, av de insatser som är kända.")
}
