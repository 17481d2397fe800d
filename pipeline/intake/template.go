package intake

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"effekt/sources"
	"effekt/sources/outcomes"
)

// Template writes the workbook of a round for a unit, or for all, in a folder and
// returns its path. One that is there already is never replaced: somebody may
// have begun to fill it in.
func (s Store) Template(round, unit, folder string) (path string, err error) {
	b, err := s.Book(round, unit)
	if err != nil {
		return "", err
	}
	reported, err := s.Reported()
	if err != nil {
		return "", err
	}
	known := reported.Known()
	if b.Unit, err = unitOf(b, known); err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	path = filepath.Join(folder, TemplateName(b.Round.Name, b.Unit))
	f, err := os.CreateTemp(folder, ".mall-*")
	if err != nil {
		return "", err
	}
	err = errors.Join(outcomes.Template(f, b, known), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Link(f.Name(), path)
	}
	if errors.Is(err, os.ErrExist) {
		err = sources.AskedError{Err: fmt.Errorf("%s exists: move it away or choose another --out", path)}
	}
	return path, errors.Join(err, os.Remove(f.Name()))
}

// unitOf is the unit that a workbook is for, by the units in framework.toml or,
// where it has none, those that have reported. Before any has, every name is one.
func unitOf(b outcomes.Book, known *outcomes.Known) (string, error) {
	units := b.Units
	if len(units) == 0 {
		for _, effort := range known.Rows(outcomes.Efforts) {
			units = append(units, effort.Values["enhet"])
		}
		slices.Sort(units)
		units = slices.Compact(units)
	}
	i := slices.IndexFunc(units, func(u string) bool { return strings.EqualFold(u, b.Unit) })
	switch {
	case b.Unit == "" || len(units) == 0:
		return b.Unit, nil
	case i >= 0:
		return units[i], nil
	case len(b.Units) > 0:
		return "", sources.NoSuch("unit", b.Unit, units)
	}
	return "", fmt.Errorf("%w; for one that has not reported before leave --unit out, or name all units in reporting.units of framework.toml", sources.NoSuch("unit", b.Unit, units))
}

// TemplateName is the workbook's file name, which every system can bear.
func TemplateName(round, unit string) string {
	name := "rapport-" + round
	if unit != "" {
		name += "-" + regexp.MustCompile(`[\\/:*?"<>|\s]+`).ReplaceAllString(unit, "_")
	}
	return name + ".xlsx"
}
