package main

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/number"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources/replay"
	"effekt/testdata/demo"
	"errors"
	"fmt"
	"log/slog"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (a *app) demo() *cobra.Command {
	return &cobra.Command{
		Use: "demo", Short: "The main job on bundled synthetic data; needs no network", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runDemo(cmd.Context()) },
	}
}

func (a *app) runDemo(ctx context.Context) (err error) {
	a.say(slog.LevelWarn, "SYNTETISKA DEMODATA – the figures are invented, not statistics", "synthetic data: the figures are invented, not statistics")
	library, err := replay.Open(demo.Files)
	if err != nil {
		return err
	}
	running, err := replay.Start(replay.New(library, replay.Options{Now: a.now}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.Close()) }()
	o := a.overrides()
	o.SCBBaseURL, o.KoladaBaseURL = running.SCB(), running.Kolada()
	p, err := a.settings(o)
	if err != nil {
		return err
	}
	// The server is our own: waiting for SCB's and Kolada's sake spares nobody.
	p.Config.SCB.Calls, p.Config.Kolada.Calls = 1000, 1000
	if err := markSynthetic(a.data("data-demo")); err != nil {
		return err
	}
	if err := a.writing(p, a.data("data-demo")); err != nil {
		return err
	}
	if err := a.startOver(ctx, p); err != nil {
		return err
	}
	if err := a.handIn(p); err != nil {
		return err
	}
	result, err := p.Refresh(ctx, run.Want{})
	a.tellHanded(result)
	if err != nil {
		return err
	}
	a.summary(p, result)
	if err := degraded("published", result); err != nil {
		return err
	}
	if err := a.showIndicators(ctx, p); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout, "återrapport (SYNTETISKA DEMODATA):")
	return a.makeReport(ctx, p, reportWish{year: a.now().Year(), orLatest: true, formats: reportForms()})
}

// latest is each indicator's own latest year in the county, for women and men
// where no total exists.
const latest = `
select
    meta.label_sv || case figure.sex when 'women' then ', kvinnor' when 'men' then ', män' else '' end as label, figure.year, figure.value, meta.unit, meta.decimals,
    change.change_1y, change.change_1y_reason,
    compare.rank, compare.n, compare.gap, meta.indicator_id
from mart.indicator as meta
join config.setting as setting on true
left join mart.indicator_value as figure
    on figure.indicator_id = meta.indicator_id and figure.region = setting.county and figure.year = meta.last_year
    and (figure.sex = 'total' or not list_contains(meta.sexes, 'total'))
left join mart.indicator_change as change
    on change.indicator_id = figure.indicator_id and change.region = figure.region and change.year = figure.year and change.sex = figure.sex
left join mart.indicator_compare as compare
    on compare.indicator_id = figure.indicator_id and compare.region = figure.region and compare.year = figure.year and compare.sex = figure.sex
order by meta.indicator_id, figure.sex desc`

func (a *app) showIndicators(ctx context.Context, p *pipeline.Pipeline) error {
	r, err := warehouse.Open(ctx, p.Dir.Database())
	if err != nil {
		return err
	}
	answer, err := r.Query(ctx, latest, 0)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s (SYNTETISKA DEMODATA)\n\n", p.Config.County.Name)
	w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "indikator\tår\tvärde\tenhet\tändring 1 år\tplats bland länen\tmot riket")
	for _, row := range answer.Rows {
		decimals := 0
		if n, ok := row[4].(int32); ok {
			decimals = int(n)
		}
		rank := "–"
		if row[7] != nil {
			rank = fmt.Sprintf("%v av %v", row[7], row[8])
		}
		fmt.Fprintf(w, "%v\t%v\t%s\t%v\t%s\t%s\t%s\n", row[0], orDash(row[1]), shown(row[2], decimals, number.Swedish), row[3],
			shown(row[5], decimals, number.Signed), rank, shown(row[9], decimals, number.Signed))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\ndatabas: %s\n", p.Dir.Database())
	return nil
}

func orDash(v any) any {
	if v == nil {
		return "–"
	}
	return v
}

// shown prints a figure, or a dash where there is none.
func shown(v any, decimals int, write func(float64, int) string) string {
	f, ok := v.(float64)
	if !ok {
		return "–"
	}
	return write(f, decimals)
}
