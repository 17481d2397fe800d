package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/explain"
	"effekt/pipeline/warehouse"
	"effekt/sources"
	"errors"
	"fmt"
	"slices"
)

// asked refuses a question about what does not exist, and names what is near it.
// No text from outside goes further before that.
func asked(q explain.Question, c *config.Config) error {
	i := slices.IndexFunc(c.Indicators, func(i config.Indicator) bool { return i.ID == q.Indicator })
	region := slices.IndexFunc(c.Regions, func(r config.Region) bool { return r.Code == q.Region })
	sexes := []string{"total", "women", "men"}
	switch {
	case i < 0:
		var ids []string
		for _, i := range c.Indicators {
			ids = append(ids, i.ID)
		}
		return fmt.Errorf("%w; «effekt check --config-only» lists all", sources.NoSuch("indicator", q.Indicator, ids))
	case region < 0:
		var regions []string
		for _, r := range c.Regions {
			regions = append(regions, r.Code+" "+r.Name)
		}
		return fmt.Errorf("%w; --region takes SCB's code, as in 24 or 2480", sources.NoSuch("region", q.Region, regions))
	case !slices.Contains(sexes, q.Sex):
		return sources.NoSuch("sex", q.Sex, sexes)
	case c.Indicators[i].Off != "":
		return fmt.Errorf("the indicator %s is off: %s", q.Indicator, c.Indicators[i].Off)
	}
	return nil
}

// whyNone says which figures of an indicator are published, where the one that
// is asked for is not.
func whyNone(ctx context.Context, p *pipeline.Pipeline, q explain.Question) error {
	r, err := warehouse.Open(ctx, p.Dir.Database())
	if err != nil {
		return err
	}
	why := noneOf(ctx, r, q)
	return errors.Join(why, r.Close())
}

func noneOf(ctx context.Context, r *warehouse.Reader, q explain.Question) error {
	of := "select distinct %s from mart.indicator_value where indicator_id = " + warehouse.Text(q.Indicator)
	for _, part := range []struct{ column, kind, wanted string }{
		{"region", "figure of " + q.Indicator + " for region", q.Region}, {"sex", "figure of " + q.Indicator + " for sex", q.Sex}, {"year", "", ""},
	} {
		found, err := r.Query(ctx, fmt.Sprintf(of, part.column)+" order by 1", 0)
		if err != nil {
			return err
		}
		var known []string
		for _, row := range found.Rows {
			known = append(known, fmt.Sprint(row[0]))
		}
		switch {
		case len(known) == 0:
			return fmt.Errorf("no figure of %s is published; «effekt status» says why", q.Indicator)
		case part.column == "year":
			return fmt.Errorf("%w: %s, region %s, %s, has the years %s to %s, and not %d", explain.ErrNoFigure, q.Indicator, q.Region, q.Sex, known[0], known[len(known)-1], q.Year)
		case !slices.Contains(known, part.wanted):
			return sources.NoSuch(part.kind, part.wanted, known)
		}
		of += fmt.Sprintf(" and %s = %s", part.column, warehouse.Text(part.wanted))
	}
	return nil
}
