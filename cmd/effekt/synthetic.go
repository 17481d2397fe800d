package main

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
)

// syntheticMark is the file that tells a data folder of invented figures from
// a real one, for as long as the folder lives. Every vintage says it too, so that
// it is known of an archive that has been restored alone.
const syntheticMark = ".synthetic"

func synthetic(folder string) bool {
	return exists(filepath.Join(folder, syntheticMark)) || archive.OriginOf(datadir.Dir{Root: folder}.Archive()).Synthetic
}

// markSynthetic claims a data folder for the demonstration; one that already
// holds real figures is refused, for the two must never mix.
func markSynthetic(folder string) error {
	mark := filepath.Join(folder, syntheticMark)
	if exists(mark) {
		return nil
	}
	if !synthetic(folder) && exists(filepath.Join(folder, "archive")) {
		return usageError{fmt.Errorf("the data folder %s is not the demonstration's: invented figures would mix with real ones", folder)}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("the data folder cannot be used: %w", err)
	}
	return os.WriteFile(mark, []byte("SYNTETISKA DEMODATA\n"), 0o644)
}

// startOver clears the demonstration of another county away, but for editions:
// it can be made anew at any time.
func (a *app) startOver(ctx context.Context, p *pipeline.Pipeline) error {
	held, err := p.HeldCounty(ctx)
	if err != nil || held == "" || held == p.Config.County.Code {
		return err
	}
	a.say(slog.LevelWarn, "the demonstration in "+p.Dir.Root+" was county "+held+"'s: it starts over", "the demonstration starts over", "data", p.Dir.Root, "was", held)
	lock, err := p.Dir.Lock(ctx, p.Command, 0, a.now())
	if err != nil {
		return err
	}
	err = errors.Join(datadir.Remove(p.Dir.Published()), datadir.Remove(p.Dir.Archive()), lock.Unlock())
	if err != nil {
		return err
	}
	return a.writing(p, p.Dir.Root)
}

// refuseSynthetic keeps real figures out of the demonstration's folder.
func refuseSynthetic(folder string) error {
	if synthetic(folder) {
		return usageError{fmt.Errorf("the data folder %s holds synthetic demonstration data: real figures would mix with invented ones; choose another with --data", folder)}
	}
	return nil
}
