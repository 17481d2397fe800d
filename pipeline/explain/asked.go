package explain

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"effekt/config"
	"effekt/pipeline/warehouse"
	"effekt/sources"
)

// Asked refuses a question about what does not exist, and names what is near it.
// No text from outside goes further before that.
func Asked(q Question, c *config.Config) error {
	var ids, regions, codes []string
	for _, i := range c.Indicators {
		ids = append(ids, i.ID)
	}
	for _, r := range c.Regions {
		regions, codes = append(regions, r.Code+" "+r.Name), append(codes, r.Code)
	}
	at, sexes := slices.Index(ids, q.Indicator), []string{"total", "women", "men"}
	switch {
	case at < 0:
		return fmt.Errorf("%w; «effekt check --config-only» lists all", sources.NoSuch("indicator", q.Indicator, ids))
	case !slices.Contains(codes, q.Region):
		return fmt.Errorf("%w; --region takes SCB's code, as in 24 or 2480", sources.NoSuch("region", q.Region, regions))
	case !slices.Contains(sexes, q.Sex):
		return sources.NoSuch("sex", q.Sex, sexes)
	case c.Indicators[at].Off != "":
		return fmt.Errorf("the indicator %s is off: %s", q.Indicator, c.Indicators[at].Off)
	}
	return nil
}

// WhyNone says which figures of an indicator are published, where the one that
// is asked for is not.
func WhyNone(ctx context.Context, database string, q Question) error {
	r, err := warehouse.Open(ctx, database)
	if err != nil {
		return err
	}
	return errors.Join(noneOf(ctx, r, q), r.Close())
}

func noneOf(ctx context.Context, r *warehouse.Reader, q Question) error {
	where := "indicator_id = " + warehouse.Text(q.Indicator)
	known := func(column string) (all []string, err error) {
		rows, err := warehouse.Select[struct {
			Known string `column:"known"`
		}](ctx, r, fmt.Sprintf("select distinct %s::varchar as known from mart.indicator_value where %s order by 1", column, where))
		for _, row := range rows {
			all = append(all, row.Known)
		}
		return all, err
	}
	for _, part := range []struct{ column, wanted string }{{"region", q.Region}, {"sex", q.Sex}} {
		found, err := known(part.column)
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return fmt.Errorf("no figure of %s is published; «effekt status» says why", q.Indicator)
		case !slices.Contains(found, part.wanted):
			return sources.NoSuch("figure of "+q.Indicator+" for "+part.column, part.wanted, found)
		}
		where += fmt.Sprintf(" and %s = %s", part.column, warehouse.Text(part.wanted))
	}
	years, err := known("year")
	if err != nil || len(years) == 0 {
		return errors.Join(err, ErrNoFigure)
	}
	return fmt.Errorf("%w: %s, region %s, %s, has the years %s to %s, and not %d", ErrNoFigure, q.Indicator, q.Region, q.Sex, years[0], years[len(years)-1], q.Year)
}
