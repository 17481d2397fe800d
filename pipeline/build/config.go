package build

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"effekt/config"
	"effekt/pipeline/run"
	"effekt/sources/outcomes"
)

// definitions is a hash of config and SQL: figures may differ when it does.
func (in Inputs) definitions() string { return run.Fingerprint(form, in.Config.Hash, in.SQL.Hash) }

// settingRow is the one row of config.setting.
type settingRow struct {
	County           string  `json:"county"`
	Synthetic        bool    `json:"synthetic"`
	SmallDenominator float64 `json:"small_denominator"`
	SmallAction      string  `json:"small_action"`
}

// buildRow is the one row of config.build: Day is the Swedish day that it is of,
// Received when the archive last received anything.
type buildRow struct {
	ID          string `json:"build_id"`
	Definitions string `json:"definitions"`
	Built       string `json:"built" type:"TIMESTAMP"`
	Day         string `json:"day" type:"DATE"`
	Received    string `json:"received,omitempty" type:"TIMESTAMP"`
}

// pinRow is a label or title that the config says a code must have.
type pinRow struct {
	Dataset  string `json:"dataset"`
	Variable string `json:"variable"`
	Code     string `json:"code"`
	Label    string `json:"label"`
}

// kpiRow is a KPI with the data set that asks for it.
type kpiRow struct {
	Dataset string `json:"dataset"`
	KPI     string `json:"kpi"`
}

// loadConfig loads what the config says, so that SQL can read it.
func (m *making) loadConfig(ctx context.Context) error {
	c := m.Config
	var kpis []kpiRow
	for _, d := range c.Datasets {
		for _, k := range d.KPIs {
			kpis = append(kpis, kpiRow{d.Name, k.ID})
		}
	}
	return cmp.Or(
		load(ctx, m, "config", "region", c.Regions),
		load(ctx, m, "config", "setting", []settingRow{{c.County.Code, m.Synthetic, c.Figures.SmallDenominator, c.Figures.SmallAction}}),
		load(ctx, m, "config", "build", []buildRow{{m.ID(), m.definitions(), stamp(m.Now), m.Today().Format(time.DateOnly), stamp(m.received())}}),
		load(ctx, m, "config", "pin", pins(c.Datasets)),
		load(ctx, m, "config", "dataset_kpi", kpis),
		m.loadFramework(ctx),
	)
}

func pins(datasets []config.Dataset) []pinRow {
	var rows []pinRow
	for _, d := range datasets {
		for variable, labels := range d.Labels {
			for code, label := range labels {
				rows = append(rows, pinRow{d.Name, variable, code, label})
			}
		}
		for _, k := range d.KPIs {
			if k.Title != "" {
				rows = append(rows, pinRow{d.Name, "kpi", k.ID, k.Title})
			}
		}
	}
	slices.SortFunc(rows, func(a, b pinRow) int {
		return cmp.Or(strings.Compare(a.Dataset, b.Dataset), strings.Compare(a.Variable, b.Variable), strings.Compare(a.Code, b.Code))
	})
	return rows
}

// indicatorRow is a row of config.indicator.
type indicatorRow struct {
	ID               string   `json:"indicator_id"`
	LabelSV          string   `json:"label_sv"`
	LabelEN          string   `json:"label_en,omitempty"`
	Description      string   `json:"description_sv,omitempty"`
	Areas            []string `json:"areas"`
	Goals            []string `json:"goals"`
	Kind             string   `json:"kind"` // computed or direct
	Unit             string   `json:"unit"`
	UnitEN           string   `json:"unit_en,omitempty"`
	Decimals         int      `json:"decimals"`
	Polarity         string   `json:"polarity"`
	Change           string   `json:"change"`
	Balance          *float64 `json:"balance"`
	BalanceAbove     string   `json:"balance_above,omitempty"`
	BalanceBelow     string   `json:"balance_below,omitempty"`
	BalanceSideAbove string   `json:"balance_side_above,omitempty"`
	BalanceSideBelow string   `json:"balance_side_below,omitempty"`
	Sexes            []string `json:"sexes"`
	Minimum          *float64 `json:"minimum"`
	Maximum          *float64 `json:"maximum"`
	Formula          string   `json:"formula"`
	Source           string   `json:"source"`
	Official         *bool    `json:"official"`
	Caveats          []string `json:"caveats"`
	Off              string   `json:"off_reason,omitempty"`
	KPI              string   `json:"kpi,omitempty"`
	LagMonths        *int     `json:"lag_months"`
	Every            int      `json:"every"`
	EndedYear        int      `json:"ended_year"`
	Counts           string   `json:"denominator_counts,omitempty"`
	Additive         bool     `json:"additive"`
	TargetValue      *float64 `json:"target_value"`
	TargetYear       *int     `json:"target_year"`
	TargetSource     string   `json:"target_source,omitempty"`
	TargetOwner      string   `json:"target_owner,omitempty"`
}

// describe loads the indicators' meaning and what each rests on, which only the
// order of the models tells.
func (m *making) describe(ctx context.Context) error {
	type breakRow struct {
		Indicator string `json:"indicator_id"`
		Year      int    `json:"year"`
		Reason    string `json:"reason"`
	}
	type datasetLink struct {
		Indicator string `json:"indicator_id"`
		Dataset   string `json:"dataset"`
	}
	type kpiLink struct {
		Indicator string `json:"indicator_id"`
		KPI       string `json:"kpi"`
	}
	var indicators []indicatorRow
	var breaks []breakRow
	var datasets []datasetLink
	var kpis []kpiLink
	for _, i := range m.Config.Indicators {
		indicators = append(indicators, m.indicatorRow(i))
		for _, b := range i.Breaks {
			breaks = append(breaks, breakRow{i.ID, b.Year, b.Reason})
		}
		for _, name := range m.plan.datasetsOf(i, m.datasets) {
			datasets = append(datasets, datasetLink{i.ID, name})
		}
		for _, kpi := range m.plan.kpisOf(m.Config, i, m.datasets) {
			kpis = append(kpis, kpiLink{i.ID, kpi})
		}
	}
	return cmp.Or(
		load(ctx, m, "config", "indicator", indicators), load(ctx, m, "config", "break", breaks),
		load(ctx, m, "config", "indicator_kpi", kpis), load(ctx, m, "config", "indicator_dataset", datasets),
	)
}

func (m *making) indicatorRow(i config.Indicator) indicatorRow {
	r := indicatorRow{
		ID: i.ID, LabelSV: i.Label.SV, LabelEN: i.Label.EN, Description: i.Description, Areas: i.Areas, Goals: i.Goals, Kind: "computed", Unit: i.Unit.SV, UnitEN: i.Unit.EN,
		Decimals: i.Decimals, Polarity: i.Polarity, Change: i.Change, Sexes: i.Sex, Minimum: i.Minimum, Maximum: i.Maximum, Formula: i.Formula, Source: i.Source,
		Official: i.Official, Caveats: i.Caveats, Off: i.Off, KPI: i.KPI, LagMonths: i.LagMonths, Every: i.Every, EndedYear: i.EndedYear(m.Today()),
		Counts: i.Denominator, Additive: i.Additive,
	}
	if i.KPI != "" {
		r.Kind = "direct"
	}
	if m.Synthetic {
		r.Source = "SYNTETISKA DEMODATA (" + r.Source + ")"
	}
	if b := i.Balance; b != nil {
		r.Balance, r.BalanceAbove, r.BalanceBelow, r.BalanceSideAbove, r.BalanceSideBelow = &b.At, b.Above, b.Below, b.SideAbove, b.SideBelow
	}
	if t := i.Target; t != nil {
		r.TargetValue, r.TargetYear, r.TargetSource, r.TargetOwner = &t.Value, &t.Year, t.Source, t.Owner
	}
	return r
}

// loadFramework loads the framework, so that SQL can read it.
func (m *making) loadFramework(ctx context.Context) error {
	type goalRow struct {
		Code       string `json:"goal"`
		ReportedAs string `json:"reported_as"`
		Kind       string `json:"kind"`
		Name       string `json:"name"`
	}
	type roundRow struct {
		Name  string `json:"round"`
		Opens string `json:"opens" type:"DATE"`
		Due   string `json:"due" type:"DATE"`
		First string `json:"first_day" type:"DATE"`
		Last  string `json:"last_day" type:"DATE"`
	}
	type stepRow struct {
		Step    int    `json:"step"`
		Domain  string `json:"domain"`
		What    string `json:"what"`
		How     string `json:"how"`
		Who     string `json:"who"`
		Timing  string `json:"timing"`
		Reports string `json:"reports"`
	}
	f := m.Config.Framework
	var goals []goalRow
	for _, g := range f.Goals {
		goals = append(goals, goalRow{g.Code, g.Reported(), g.Kind, g.Name})
	}
	var rounds []roundRow
	for _, r := range f.Rounds {
		first, last := outcomes.HalfYear(r.Name)
		rounds = append(rounds, roundRow{r.Name, r.Opens.Format(time.DateOnly), r.Due.Format(time.DateOnly), first, last})
	}
	var cycle []stepRow
	for i, s := range f.Cycle {
		cycle = append(cycle, stepRow{i + 1, s.Domain, s.What, s.How, s.Who, s.When, s.Reports})
	}
	return cmp.Or(
		load(ctx, m, "config", "activity", f.Activities), load(ctx, m, "config", "goal", goals), load(ctx, m, "config", "question", f.Questions),
		load(ctx, m, "config", "round", rounds), load(ctx, m, "config", "cycle", cycle),
	)
}

// stamp is a time in UTC, to the second; "" of none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
