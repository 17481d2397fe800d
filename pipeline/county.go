package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"effekt/pipeline/archive"
	"effekt/pipeline/warehouse"
)

// CountyError refuses a run for another county than the data folder's: the two
// have no history in common, and the folder's would be lost.
type CountyError struct{ Root, Held, Wanted string }

// Error names the folder and both counties.
func (e *CountyError) Error() string {
	return fmt.Sprintf("the data folder %s is county %s's: figures of county %s there would end the history of its revisions", e.Root, e.Held, e.Wanted)
}

// ownCounty refuses what would make a folder of one county another's.
func (p *Pipeline) ownCounty(ctx context.Context) error {
	held, err := p.HeldCounty(ctx)
	if err == nil && held != "" && held != p.Config.County.Code {
		err = &CountyError{Root: p.Dir.Root, Held: held, Wanted: p.Config.County.Code}
	}
	return err
}

// HeldCounty is the county that the data folder is of, "" while it is new. The
// vintages say it; where they are older than that, what is published does.
func (p *Pipeline) HeldCounty(ctx context.Context) (string, error) {
	if o := archive.OriginOf(p.Dir.Archive()); o.County != "" {
		return o.County, nil
	}
	path := filepath.Join(p.Dir.Parquet(), "config", "setting.parquet")
	if _, err := os.Stat(path); err != nil {
		return "", nil //nolint:nilerr // nothing is published yet
	}
	b, err := warehouse.Scratch(ctx)
	if err != nil {
		return "", err
	}
	type row struct {
		County string `column:"county"`
	}
	found, err := warehouse.Select[row](ctx, b, "select county from read_parquet("+warehouse.Text(path)+")")
	if err := errors.Join(err, b.Abandon()); err != nil {
		return "", fmt.Errorf("what is published cannot be read: %w", err)
	}
	if len(found) == 0 {
		return "", nil
	}
	return found[0].County, nil
}
