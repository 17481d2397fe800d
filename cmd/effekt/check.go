package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/build"

	"github.com/spf13/cobra"
)

// errOffences is a published file that an error-level check points at.
var errOffences = errors.New("the published database breaks checks of level error")

func (a *app) check() *cobra.Command {
	var configOnly bool
	cmd := &cobra.Command{
		Use: "check", Short: "Check the config, and the published database anew",
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.settings(a.overrides(), "")
			if err != nil {
				return err
			}
			if configOnly {
				return a.showConfig(p)
			}
			return a.recheck(cmd.Context(), p)
		},
	}
	cmd.Flags().BoolVar(&configOnly, "config-only", false, "only read the config and list the indicators")
	return cmd
}

// showConfig lists the indicators by what they lack to be calculated.
func (a *app) showConfig(p *pipeline.Pipeline) error {
	type line struct {
		ID, Off string
		Open    []string // what is looked up at the first fetch
	}
	written := map[string]bool{}
	for _, file := range p.SQL.Indicators {
		written[file.Name] = true
	}
	var lines []line
	var without []error
	for _, i := range p.Config.Indicators {
		if i.Off == "" && i.KPI == "" && !written[i.ID] {
			without = append(without, fmt.Errorf("%s: the indicator has neither a kpi nor sql/indicators/%s.sql", i.File, i.ID))
		}
		lines = append(lines, line{i.ID, i.Off, open(p.Config, i)})
	}
	if err := a.print("check_config", lines); err != nil {
		return err
	}
	if len(without) > 0 {
		return usageError{errors.Join(without...)}
	}
	return nil
}

// open is what an indicator names that is looked up at the first fetch.
func open(c *config.Config, i config.Indicator) (all []string) {
	for _, term := range c.Open(i) {
		all = append(all, term.String())
	}
	for _, name := range i.Datasets {
		d, _ := c.Dataset(name)
		at := slices.IndexFunc(d.KPIs, func(k config.KPI) bool { return k.ID == i.KPI })
		if at >= 0 && d.KPIs[at].Title == "" {
			all = append(all, fmt.Sprintf("%s: %s", name, i.KPI))
		}
	}
	return all
}

func (a *app) recheck(ctx context.Context, p *pipeline.Pipeline) error {
	if err := a.read(p, a.folder()); err != nil {
		return err
	}
	database, err := published(p)
	if err != nil {
		return err
	}
	found, err := build.Recheck(ctx, p.Config, p.SQL, database)
	if err := errors.Join(a.print("check", found), err); err != nil {
		return err
	}
	broken := 0
	for _, r := range found {
		if r.Severity == "error" && r.Rows > 0 {
			broken++
		}
	}
	if broken > 0 {
		return fmt.Errorf("%w: %d of %d", errOffences, broken, len(found))
	}
	return nil
}

// published is the published file, when there is one.
func published(p *pipeline.Pipeline) (string, error) {
	path := p.Dir.Database()
	if !exists(path) {
		return "", fmt.Errorf("nothing has been published yet at %s: run «effekt refresh», or «effekt demo» without network", path)
	}
	return path, nil
}
