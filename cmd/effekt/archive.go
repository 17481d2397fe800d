package main

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/build"
	"effekt/pipeline/edition"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) archive() *cobra.Command {
	cmd := &cobra.Command{Use: "archive", Short: "Look after what was received: verify, prune", Args: subcommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(a.archiveVerify(), a.archivePrune())
	return cmd
}

func (a *app) archiveVerify() *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Recompute every hash; find missing, damaged and dangling objects", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := archive.Open(filepath.Join(a.folder(), "archive"), a.now)
			if err != nil {
				return err
			}
			found, err := store.Verify(cmd.Context())
			if err != nil {
				return err
			}
			lost := 0
			for _, t := range found.Troubles {
				line := t.What + " " + t.Path
				if t.Used != "" {
					line += ", named by " + t.Used
				}
				if t.Err != nil {
					line += ": " + t.Err.Error()
				}
				fmt.Fprintln(a.stdout, line)
				if t.What != "dangling" {
					lost++
				}
			}
			fmt.Fprintf(a.stdout, "%d manifests, %d objects, %d bytes\n", found.Manifests, found.Objects, found.Bytes)
			if lost > 0 {
				return fmt.Errorf("%d objects or manifests are missing or damaged: restore them from a backup, or fetch again with «effekt refresh --full»", lost)
			}
			return nil
		},
	}
}

func (a *app) archivePrune() *cobra.Command {
	keep := archive.Keep{}
	var since string
	var really bool
	cmd := &cobra.Command{
		Use: "prune --keep N", Short: "Remove old vintages; only shows what it would do without --really", Args: noArgs,
		Long: `prune removes old vintages, and the bodies that then belong to none. What the
published file, the next build or an edition is made of stays, and all that the
organisation has handed in. What is removed is noted in the archive first: «build
--as-of» and «explain --why-changed» then refuse a day whose figures are gone, and
«build --history» refuses, for the history that is published is the only one left.`,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if keep.Latest < 1 {
				return usageError{errors.New("--keep is missing: how many vintages of each data set stay, at least 1")}
			}
			if since != "" {
				if keep.Since, err = time.Parse(time.DateOnly, since); err != nil {
					return usageError{fmt.Errorf("--since %q: want a day, as in 2026-01-31", since)}
				}
			}
			p, err := a.open(a.overrides(), a.folder())
			if err != nil {
				return err
			}
			return a.prune(cmd.Context(), p, keep, really)
		},
	}
	cmd.Flags().IntVar(&keep.Latest, "keep", 0, "vintages of each data set that stay")
	cmd.Flags().StringVar(&since, "since", "", "vintages fetched on this day or later stay too")
	cmd.Flags().BoolVar(&really, "really", false, "remove; without it nothing is touched")
	return cmd
}

// prune keeps what the published file and the editions were made of, whatever
// else is said. It holds the lock, for a fetch must not resume on objects that
// are being removed.
func (a *app) prune(ctx context.Context, p *pipeline.Pipeline, keep archive.Keep, really bool) (err error) {
	lock, err := p.Dir.Lock(ctx, p.Command, 0, a.now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if keep.Also, err = needed(ctx, p); err != nil {
		return err
	}
	pruned, err := p.Archive.Prune(ctx, keep, really)
	if err != nil {
		return err
	}
	verb := "would remove"
	if really {
		verb = "removed"
	}
	for _, v := range pruned.Vintages {
		fmt.Fprintln(a.stdout, verb, v)
	}
	fmt.Fprintf(a.stdout, "%s %d vintages, %d objects, %d bytes\n", verb, len(pruned.Vintages), pruned.Objects, pruned.Bytes)
	return nil
}

// needed names the vintages that the published file, the next build and the
// editions rest on, and all that the organisation has handed in.
func needed(ctx context.Context, p *pipeline.Pipeline) (map[string]bool, error) {
	all := map[string]bool{}
	in, err := p.Inputs()
	if err != nil {
		return nil, err
	}
	for _, submission := range in.Reported.Vintages {
		all[submission] = true
	}
	published, err := build.Vintages(ctx, p.Dir.Database())
	if err != nil {
		return nil, err
	}
	for _, d := range p.Config.Datasets {
		was, err := p.Held().Published(d, published[d.Name])
		if err != nil {
			return nil, err
		}
		for _, v := range slices.Concat(in.Datasets[d.Name].Used(), was.Used()) {
			all[path.Join(v.Source, v.Dataset, v.Name)] = true
		}
	}
	editions, err := edition.List(p.Dir.Editions())
	for _, e := range editions {
		for _, f := range e.Files {
			if name, ok := strings.CutPrefix(f.Path, "archive/"); ok && !strings.HasPrefix(name, "objects/") {
				all[strings.TrimSuffix(name, ".json")] = true
			}
		}
	}
	return all, err
}
