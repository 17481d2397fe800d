package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"effekt/pipeline"
	"effekt/pipeline/archive"

	"github.com/spf13/cobra"
)

func (a *app) archive() *cobra.Command {
	return group("archive", "Look after what was received: verify, prune", a.archiveVerify(), a.archivePrune())
}

func (a *app) archiveVerify() *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Recompute every hash; find missing, damaged and dangling objects",
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
				if t.What != "dangling" {
					lost++
				}
			}
			if err := a.print("archive_verify", found); err != nil || lost == 0 {
				return err
			}
			return fmt.Errorf("%d objects or manifests are missing or damaged: restore them from a backup, or fetch again with «effekt refresh --full»", lost)
		},
	}
}

func (a *app) archivePrune() *cobra.Command {
	keep := archive.Keep{}
	var since string
	var really bool
	cmd := &cobra.Command{
		Use: "prune --keep N", Short: "Remove old vintages; only shows what it would do without --really",
		PreRunE: func(*cobra.Command, []string) (err error) {
			if keep.Latest < 1 {
				return usage("--keep is missing: how many vintages of each data set stay, at least 1")
			}
			if since == "" {
				return nil
			}
			if keep.Since, err = time.Parse(time.DateOnly, since); err != nil {
				return usage("--since %q: want a day, as in 2026-01-31", since)
			}
			return nil
		},
		RunE: a.writes(a.folder, func(ctx context.Context, p *pipeline.Pipeline, _ []string) error {
			return a.prune(ctx, p, keep, really)
		}),
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
	if keep.Also, err = p.Needed(ctx); err != nil {
		return err
	}
	pruned, err := p.Archive.Prune(ctx, keep, really)
	if err != nil {
		return err
	}
	return a.print("archive_prune", map[string]any{"Pruned": pruned, "Really": really})
}
