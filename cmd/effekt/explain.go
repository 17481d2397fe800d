package main

import (
	"effekt/pipeline"
	"effekt/pipeline/datadir"
	"effekt/pipeline/explain"
	"effekt/pipeline/number"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (a *app) explain() *cobra.Command {
	q := explain.Question{Sex: "total"}
	var asJSON bool
	var since string
	cmd := &cobra.Command{
		Use: "explain INDICATOR", Short: "One published figure back to its inputs, requests and bytes",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("name one indicator: effekt explain population_total --year 2025")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			q.Indicator = args[0]
			p, m, err := a.material(&q)
			if err != nil {
				return err
			}
			if since != "" {
				return a.whyChanged(cmd.Context(), p, q, since, asJSON)
			}
			if err := asked(q, p.Config); err != nil {
				return usageError{err}
			}
			e, err := explain.Explain(cmd.Context(), m, q)
			if errors.Is(err, explain.ErrNoFigure) {
				return usageError{whyNone(cmd.Context(), p, q)}
			}
			if errors.Is(err, explain.ErrSuppressed) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			if asJSON {
				return a.encode(e)
			}
			return a.showExplanation(e)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&q.Region, "region", "", "region, SCB's code (default: the county)")
	flags.IntVar(&q.Year, "year", 0, "year of the figure")
	flags.StringVar(&q.Sex, "sex", "total", "total, women or men")
	flags.StringVar(&since, "why-changed", "", "split the difference since a day (2026-02-21) or an edition")
	flags.BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

// material is everything that a figure is explained from; nothing is written.
func (a *app) material(q *explain.Question) (*pipeline.Pipeline, explain.Material, error) {
	p, err := a.look()
	if err != nil {
		return nil, explain.Material{}, err
	}
	if q.Region == "" {
		q.Region = p.Config.County.Code
	}
	if q.Year == 0 {
		return nil, explain.Material{}, usageError{errors.New("--year is missing")}
	}
	database := datadir.Dir{Root: p.Dir.Root}.Database()
	if !exists(database) {
		return nil, explain.Material{}, fmt.Errorf("no published database: %s does not exist", database)
	}
	return p, explain.Material{SQL: p.SQL, Held: p.Held(), Sources: p.Sources, Database: database}, nil
}

func (a *app) showExplanation(e explain.Explanation) error {
	value := "missing"
	if e.Value != nil {
		value = fmt.Sprintf("%s %s (not rounded: %v)", number.Swedish(*e.Value, e.Decimals), e.Unit, *e.Value)
	}
	fmt.Fprintf(a.stdout, "%s (%s)\nregion %s, year %d, %s: %s\n", e.Label, e.Indicator, e.Region, e.Year, e.Sex, value)
	if e.Numerator != nil && e.Denominator != nil {
		fmt.Fprintf(a.stdout, "numerator %v, denominator %v\n", *e.Numerator, *e.Denominator)
	}
	fmt.Fprintf(a.stdout, "status %s, flags [%s]\nformula: %s\n%s\n", e.Status, strings.Join(e.Flags, ", "), e.Formula, e.Source)
	for _, caveat := range e.Caveats {
		fmt.Fprintf(a.stdout, "  obs: %s\n", caveat)
	}
	for _, c := range e.Corrections {
		fmt.Fprintf(a.stdout, "correction (%s) of %s: the agency's %s, here %s; %s; %s, %s, until %s\n",
			c.State, c.Corrects, plainly(c.Found), plainly(c.Value), c.Reason, c.Who, c.Reference, c.ValidUntil)
	}
	if e.Remark != "" {
		fmt.Fprintf(a.stdout, "\n%s\n", e.Remark)
	}
	if err := a.showSteps(e.Steps); err != nil {
		return err
	}
	a.showInputs(e)
	return nil
}

func (a *app) showSteps(steps []explain.Step) error {
	for _, step := range steps {
		fmt.Fprintf(a.stdout, "\n── %s  %s\n%s\n\n", step.Table, step.File, step.SQL)
		w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "  "+strings.Join(step.Columns, "\t"))
		for _, row := range step.Rows {
			fmt.Fprintln(w, "  "+strings.Join(texts(row), "\t"))
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// plainly is a value with every digit.
func plainly(v *float64) string {
	if v == nil {
		return "missing"
	}
	return fmt.Sprint(*v)
}

func (a *app) showInputs(e explain.Explanation) {
	fmt.Fprintf(a.stdout, "\n── inputs: %d cells\n", len(e.Inputs))
	var last explain.Origin
	for _, input := range e.Inputs {
		if o := input.Origin; o != nil && (o.Object != last.Object || o.URL != last.URL) {
			last = *o
			fmt.Fprintf(a.stdout, "\n%s, vintage %s\n  %s %s\n  HTTP %d, received %s, body %s\n", input.Table, o.Vintage, o.Method, o.URL, o.HTTP, o.At.Format("2006-01-02 15:04:05Z07:00"), o.Object)
			if o.Body != "" {
				fmt.Fprintf(a.stdout, "  sent %s\n  %s\n", o.Body, o.Sent)
			}
		}
		var codes []string
		for _, c := range input.Codes {
			text := c.Variable + "=" + c.Code
			if c.Label != "" && c.Label != c.Code {
				text += " (" + c.Label + ")"
			}
			codes = append(codes, text)
		}
		value := plainly(input.Value)
		place := input.Missing
		if input.Origin != nil {
			place = fmt.Sprintf("byte %d", input.Origin.Offset)
		}
		if input.Corrected {
			place += fmt.Sprintf(", where the agency's %q stands: corrected here", input.Origin.Raw)
		}
		fmt.Fprintf(a.stdout, "  %s %s  %s  [%s]\n", value, input.Status, strings.Join(codes, ", "), place)
	}
	for _, v := range e.Vintages {
		fmt.Fprintf(a.stdout, "\n%s: vintage %s, the agency's stamp %s\n", v.Dataset, v.Name, v.Stamp)
		for _, note := range v.Notes {
			fmt.Fprintf(a.stdout, "  not: %s\n", note)
		}
	}
}
