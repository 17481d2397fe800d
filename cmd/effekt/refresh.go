package main

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/ledger"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) refresh() *cobra.Command {
	var want pipeline.Want
	cmd := &cobra.Command{
		Use: "refresh", Short: "The main job: fetch what changed, build, check, publish", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseSynthetic(a.data("data")); err != nil {
				return err
			}
			p, err := a.open(a.overrides(), a.data("data"))
			if err != nil {
				return err
			}
			result, err := a.recorded(cmd.Context(), p, want)
			if err != nil {
				return err
			}
			a.summary(p, result)
			if result.Degraded() {
				return fmt.Errorf("%w:\n%w", errDegraded, result.Err())
			}
			return nil
		},
	}
	a.wantFlags(cmd, &want)
	return cmd
}

func (a *app) wantFlags(cmd *cobra.Command, want *pipeline.Want) {
	cmd.Flags().StringVar(&want.Source, "source", "", "only this source: scb or kolada")
	cmd.Flags().StringVar(&want.Dataset, "dataset", "", "only this data set")
	cmd.Flags().BoolVar(&want.Full, "full", false, "fetch even what the source says is unchanged")
}

// recorded refreshes with a line in the ledger before and after.
func (a *app) recorded(ctx context.Context, p *pipeline.Pipeline, want pipeline.Want) (pipeline.Result, error) {
	started := a.now()
	id, err := ledger.Begin(p.Dir.Runs(), ledger.Run{Command: p.Command, County: p.Config.County.Code, Version: version, Start: started})
	if err != nil {
		return pipeline.Result{}, err
	}
	result, err := p.Refresh(ctx, want)
	end := ledger.Run{ID: id, Command: p.Command, County: p.Config.County.Code, Version: version, Start: started, End: a.now(), Published: result.Published}
	for _, d := range result.Datasets {
		line := ledger.Dataset{Name: d.Name, Source: d.Source, State: string(d.State), Requests: d.Requests, Bytes: d.Bytes, TookMS: d.Took.Milliseconds()}
		if d.Err != nil {
			line.Error = d.Err.Error()
		}
		end.Datasets = append(end.Datasets, line)
	}
	switch {
	case ctx.Err() != nil:
		end.Outcome = "interrupted"
	case err != nil:
		end.Outcome, end.Error = "failed", err.Error()
	case result.Degraded():
		end.Outcome = "degraded"
		for _, left := range result.LeftOut {
			end.Error += left.Error() + "; "
		}
	default:
		end.Outcome = "ok"
	}
	if noted := ledger.End(p.Dir.Runs(), end); err == nil {
		err = noted
	}
	return result, err
}

// summary is a line per data set and where the database lies.
func (a *app) summary(p *pipeline.Pipeline, result pipeline.Result) {
	for _, d := range result.Datasets {
		fmt.Fprintf(a.stderr, "%-24s %-10s %3d requests %9d bytes %7s\n", d.Name, d.State, d.Requests, d.Bytes, d.Took.Round(time.Millisecond))
	}
	for _, c := range result.Checks {
		if c.Rows > 0 {
			fmt.Fprintf(a.stderr, "check %s (%s): %s %d rows\n", c.Name, c.Severity, c.Title, c.Rows)
		}
	}
	for _, left := range result.LeftOut {
		fmt.Fprintf(a.stderr, "left out: %v\n", left)
	}
	verb := "unchanged"
	if result.Published {
		verb = "published"
	}
	fmt.Fprintf(a.stderr, "%s: %s\n", verb, p.Dir.Database())
}

func (a *app) fetch() *cobra.Command {
	var want pipeline.Want
	cmd := &cobra.Command{
		Use: "fetch", Short: "Only fetch what changed into the archive", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseSynthetic(a.data("data")); err != nil {
				return err
			}
			p, err := a.open(a.overrides(), a.data("data"))
			if err != nil {
				return err
			}
			lock, err := p.Dir.Lock(cmd.Context(), p.Command, 0, a.now())
			if err != nil {
				return err
			}
			defer lock.Unlock() //nolint:errcheck // the process ends here
			results, err := p.Fetch(cmd.Context(), want)
			result := pipeline.Result{Datasets: results}
			if err == nil && result.Degraded() {
				err = fmt.Errorf("%w:\n%w", errDegraded, result.Err())
			}
			return err
		},
	}
	a.wantFlags(cmd, &want)
	return cmd
}

func (a *app) build() *cobra.Command {
	return &cobra.Command{
		Use: "build", Short: "Only build, check and publish what the archive holds", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.open(a.overrides(), a.data("data"))
			if err != nil {
				return err
			}
			lock, err := p.Dir.Lock(cmd.Context(), p.Command, 0, a.now())
			if err != nil {
				return err
			}
			defer lock.Unlock() //nolint:errcheck // the process ends here
			result, err := p.Build(cmd.Context(), nil, false)
			if err != nil {
				return err
			}
			a.summary(p, result)
			if result.Degraded() {
				return fmt.Errorf("%w:\n%w", errDegraded, result.Err())
			}
			return nil
		},
	}
}
