package edition

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/build"
	"effekt/pipeline/datadir"
	"effekt/pipeline/held"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	effektsql "effekt/sql"
)

// Verdict is what became of an edition's files and figures.
type Verdict struct {
	Edition  Edition
	Files    []Finding    // files that are not as they were frozen
	Figures  []Difference // figures that do not come out the same
	Compared int64        // figures compared
	// Rebuilt says why the figures could not be calculated again and compared; nil
	// when they were.
	Rebuilt error
}

// Sound tells that every file and every figure is as it was frozen.
func (v Verdict) Sound() bool {
	return len(v.Files) == 0 && len(v.Figures) == 0 && v.Rebuilt == nil
}

// Finding is a file that is missing, changed or added.
type Finding struct {
	Path string `json:"path"`
	What string `json:"what"` // missing, changed, added, or no ordinary file
}

// Difference is a figure as it was frozen and as it comes out.
type Difference struct {
	Indicator string   `json:"indicator_id" column:"indicator_id"`
	Region    string   `json:"region" column:"region"`
	Year      int      `json:"year" column:"year"`
	Sex       string   `json:"sex" column:"sex"`
	Old       *float64 `json:"old" column:"old"`
	New       *float64 `json:"new" column:"new"`
	OldStatus string   `json:"old_status" column:"old_status"`
	NewStatus string   `json:"new_status" column:"new_status"`
	// Source is the figure's. The vintages of its data sets are the same when it
	// has changed here: by other SQL or config, or a correction.
	Source     string `json:"source,omitempty" column:"source"`
	OldVintage string `json:"old_vintage,omitempty" column:"old_vintage"`
	NewVintage string `json:"new_vintage,omitempty" column:"new_vintage"`
}

// Verify holds the edition in folder against its own list, and makes its
// figures once more from what it holds, in a temporary folder and offline. A
// wrong edition is a verdict, not an error. publishers reads the answers of the
// sources that a config names.
func Verify(ctx context.Context, folder string, log *slog.Logger, publishers func(*config.Config) []sources.Source) (v Verdict, err error) {
	if v.Edition, err = Read(folder); err != nil {
		return v, err
	}
	if v.Files, err = v.Edition.compare(folder); err != nil {
		return v, err
	}
	work, err := os.MkdirTemp("", "effekt-verify-*")
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if v.Rebuilt = v.ordinary(); v.Rebuilt == nil {
		v.Rebuilt = v.Edition.rebuild(ctx, folder, work, log, publishers)
	}
	if v.Rebuilt != nil {
		return v, ctx.Err()
	}
	fresh := datadir.Dir{Root: work}.Parquet()
	if v.Figures, v.Compared, err = figures(ctx, filepath.Join(folder, "parquet"), fresh, "true"); err != nil {
		v.Rebuilt = fmt.Errorf("the frozen figures: %w", err) // the files that are not as they were are told all the same
	}
	return v, ctx.Err()
}

// ordinary tells what must not be read, for it leads out of the edition or would
// be waited for without end.
func (v Verdict) ordinary() error {
	for _, f := range v.Files {
		if f.What == noFile {
			return fmt.Errorf("%s is %s", f.Path, noFile)
		}
	}
	return nil
}

// compare lists the files that are not as they were frozen.
func (e Edition) compare(folder string) ([]Finding, error) {
	present, err := measure(folder)
	if err != nil {
		return nil, err
	}
	now := map[string]File{}
	for _, f := range present {
		now[f.Path] = f
	}
	findings := e.unsealed(folder)
	for _, f := range e.Files {
		found, ok := now[f.Path]
		switch {
		case !ok:
			findings = append(findings, Finding{f.Path, "missing"})
		case found.SHA256 == noFile:
			findings = append(findings, Finding{f.Path, noFile})
		case found != f:
			findings = append(findings, Finding{f.Path, "changed"})
		}
		delete(now, f.Path)
	}
	for _, f := range present {
		switch _, extra := now[f.Path]; {
		case extra && f.SHA256 == noFile:
			findings = append(findings, Finding{f.Path, noFile})
		case extra:
			findings = append(findings, Finding{f.Path, "added"})
		}
	}
	return findings, nil
}

// unsealed finds a list that is not the one that was sealed. Where both look
// well, which of them has been changed cannot be told: both are named.
func (e Edition) unsealed(folder string) []Finding {
	path, want := filepath.Join(folder, sealed), e.ID+"  "+file+"\n"
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && e.Format < Format:
		return nil
	case errors.Is(err, os.ErrNotExist):
		return []Finding{{sealed, "missing"}}
	case err == nil && !info.Mode().IsRegular():
		return []Finding{{sealed, noFile}}
	case err != nil || info.Size() != int64(len(want)):
		return []Finding{{sealed, "changed"}}
	}
	if body, err := os.ReadFile(path); err != nil || string(body) != want {
		return []Finding{{file + " or its seal " + sealed, "changed"}}
	}
	return nil
}

// rebuild makes the database of the edition's own archive, config and SQL.
func (e Edition) rebuild(ctx context.Context, folder, work string, log *slog.Logger, publishers func(*config.Config) []sources.Source) error {
	c, err := config.Load(os.DirFS(filepath.Join(folder, "config")), config.Overrides{County: e.County, Frozen: true})
	if err != nil {
		return err
	}
	library, err := effektsql.Read(os.DirFS(filepath.Join(folder, "sql")))
	if err != nil {
		return err
	}
	dir, err := datadir.Open(work)
	if err != nil {
		return err
	}
	frozen := func() time.Time { return e.Frozen }
	store, err := archive.Open(filepath.Join(folder, "archive"), frozen)
	if err != nil {
		return err
	}
	in := build.Inputs{Config: c, SQL: library, Sources: publishers(c), Synthetic: e.Synthetic, Now: e.Frozen, Warn: log.Warn}
	in.Own = run.Run{ID: e.Name, Command: "edition verify", County: e.County, Version: e.Version, Start: e.Frozen, Outcome: run.Running}
	if in.Datasets, err = (held.Store{Config: c, Archive: store, Now: frozen, Log: log}).All(); err != nil {
		return err
	}
	_, err = build.Publish(ctx, dir, in, true, nil)
	return err
}

// figures compares the indicator values of two sets of Parquet files. The
// order of additions may move the last digits of a binary fraction; what
// differs by more than a part in 10⁹ differs.
func figures(ctx context.Context, old, fresh, which string) (differences []Difference, compared int64, err error) {
	b, err := warehouse.Scratch(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, b.Abandon()) }()
	table := func(folder string) string {
		return "(from read_parquet(" + warehouse.Text(filepath.Join(folder, "mart", "indicator_value.parquet")) + ") where " + which + ")"
	}
	differences, err = warehouse.Select[Difference](ctx, b, `
		select indicator_id, region, year, sex, old.value as old, new.value as new, old.status as old_status, new.status as new_status,
			coalesce(new.source, old.source) as source, old.vintage as old_vintage, new.vintage as new_vintage
		from `+table(old)+` as old full join `+table(fresh)+` as new using (indicator_id, region, year, sex)
		where old.status is distinct from new.status or list_filter(old.flags, lambda f: f <> 'revised') is distinct from list_filter(new.flags, lambda f: f <> 'revised')
			or (old.value is null) <> (new.value is null)
			or abs(old.value - new.value) > 1e-9 * greatest(abs(old.value), abs(new.value))
		order by all`)
	if err != nil {
		return nil, 0, err
	}
	type row struct {
		N int64 `column:"n"`
	}
	count, err := warehouse.Select[row](ctx, b, "select count(*) as n from "+table(old))
	if err != nil {
		return nil, 0, err
	}
	return differences, count[0].N, nil
}
