package replay

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// edit gives a copy of a table that may be changed, and puts it under its id
// when change has no error.
func (l *Library) edit(id string, change func(*table) error) error {
	t := l.tables[strings.ToUpper(id)]
	if t == nil {
		return fmt.Errorf("replay: no table %s", id)
	}
	c := *t
	c.Dimension = maps.Clone(t.Dimension)
	if err := change(&c); err != nil {
		return fmt.Errorf("replay: %s: %w", id, err)
	}
	l.tables[strings.ToUpper(c.id)] = &c
	return nil
}

// SetValue changes one cell and its status; at has a code for every variable
// of more than one value. NaN makes it missing. The table's updated stays as
// it is: SetUpdated is the announcement.
func (l *Library) SetValue(id string, at map[string]string, value float64, status string) error {
	return l.edit(id, func(t *table) error {
		cell := 0
		for _, variable := range t.ID {
			codes := t.Dimension[variable].Category.Index
			code, given := at[variable]
			i := slices.Index(codes, code)
			if !given && len(codes) == 1 {
				i = 0
			}
			if i < 0 {
				return fmt.Errorf("no value %q of %s", code, variable)
			}
			cell = cell*len(codes) + i
		}
		t.own()
		t.values[cell], t.status[cell] = value, status
		return nil
	})
}

// own makes the cells a copy of the table's own.
func (t *table) own() {
	status := map[int]string{}
	maps.Copy(status, t.status)
	t.values, t.status = slices.Clone(t.values), status
}

// span is how many values a variable has, and how many cells each of them has
// in a row.
func (t *table) span(variable string) (values, inner int) {
	i, inner := slices.Index(t.ID, variable), 1
	for _, n := range t.Size[i+1:] {
		inner *= n
	}
	return t.Size[i], inner
}

// Blank makes every cell of these values of a variable missing, with a status.
func (l *Library) Blank(id, variable, status string, codes ...string) error {
	return l.edit(id, func(t *table) error {
		v, ok := t.Dimension[variable]
		if !ok {
			return fmt.Errorf("no variable %s", variable)
		}
		t.own()
		n, inner := t.span(variable)
		for cell := range t.values {
			if slices.Contains(codes, v.Category.Index[cell/inner%n]) {
				t.values[cell], t.status[cell] = math.NaN(), status
			}
		}
		return nil
	})
}

// SetUpdated changes the table's time of update, as in "2026-06-08T06:00:00Z";
// "" moves it a day ahead.
func (l *Library) SetUpdated(id, updated string) error {
	return l.edit(id, func(t *table) error {
		if updated == "" {
			at, err := time.Parse(time.RFC3339, t.Updated)
			if err != nil {
				return err
			}
			updated = at.AddDate(0, 0, 1).UTC().Format(time.RFC3339)
		}
		t.Updated = updated
		return nil
	})
}

// Relabel changes the label of a value, or with code "" of the variable.
func (l *Library) Relabel(id, variable, code, label string) error {
	return l.edit(id, func(t *table) error {
		v, ok := t.Dimension[variable]
		switch {
		case !ok:
			return fmt.Errorf("no variable %s", variable)
		case code == "":
			v.Label = label
		case !slices.Contains(v.Category.Index, code):
			return fmt.Errorf("no value %q of %s", code, variable)
		default:
			v.Category = v.Category.of(v.Category.Index)
			v.Category.Label[code] = label
		}
		t.Dimension[variable] = v
		return nil
	})
}

// SetDiscontinued changes whether the catalogue calls the table ended.
func (l *Library) SetDiscontinued(id string, ended bool) error {
	return l.edit(id, func(t *table) error {
		t.discontinued = ended
		return nil
	})
}

// SetTable puts a whole table, in the folder's form, in the place of the one
// with that id, or beside the others where there is none.
func (l *Library) SetTable(id string, body []byte) error {
	t, err := decodeTable(id, body)
	if err != nil {
		return fmt.Errorf("replay: %s: %w", id, err)
	}
	l.tables[strings.ToUpper(id)] = t
	return nil
}

// CopyTable puts a copy of a table beside it, under another id.
func (l *Library) CopyTable(id, to string) error {
	return l.edit(id, func(t *table) error {
		t.id, t.Extension.PX = to, maps.Clone(t.Extension.PX)
		for _, keyword := range []string{"tableid", "matrix"} {
			if t.Extension.PX[keyword] != nil {
				t.Extension.PX[keyword] = encode(to)
			}
		}
		return nil
	})
}

// SetTitle changes the table's label.
func (l *Library) SetTitle(id, title string) error {
	return l.edit(id, func(t *table) error {
		t.Label = title
		return nil
	})
}

// RemoveTable makes the table unknown.
func (l *Library) RemoveTable(id string) error {
	if l.tables[strings.ToUpper(id)] == nil {
		return fmt.Errorf("replay: no table %s", id)
	}
	delete(l.tables, strings.ToUpper(id))
	return nil
}

// RemoveCodes takes values out of a variable, with their cells.
func (l *Library) RemoveCodes(id, variable string, codes ...string) error {
	return l.edit(id, func(t *table) error {
		var kept []int
		all := t.Dimension[variable].Category.Index
		for i, code := range all {
			if !slices.Contains(codes, code) {
				kept = append(kept, i)
			}
		}
		if len(kept) == len(all) || len(kept) == 0 {
			return fmt.Errorf("%d of %d values of %s would stay", len(kept), len(all), variable)
		}
		t.take(variable, kept)
		return nil
	})
}

// Freeze ends the table with a period: later ones go, as in a table that is
// continued under another id.
func (l *Library) Freeze(id, last string) error {
	return l.edit(id, func(t *table) error {
		end := slices.Index(t.Dimension[t.time()].Category.Index, last)
		if end < 0 {
			return fmt.Errorf("no period %q", last)
		}
		t.take(t.time(), positions(end+1))
		return nil
	})
}

// AddPeriod makes the table a period longer. Its cells are those of the last
// one, until SetValue changes them.
func (l *Library) AddPeriod(id, period string) error {
	return l.edit(id, func(t *table) error {
		n := len(t.Dimension[t.time()].Category.Index)
		if n == 0 {
			return errors.New("no time variable")
		}
		t.take(t.time(), append(positions(n), n-1))
		t.Dimension[t.time()].Category.Index[n] = period
		return nil
	})
}

// Announce makes the table a period longer of which every cell is missing, «..».
func (l *Library) Announce(id, period string) error {
	if err := l.AddPeriod(id, period); err != nil {
		return err
	}
	return l.Blank(id, l.tables[strings.ToUpper(id)].time(), "..", period)
}

// positions are 0 … n-1.
func positions(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// take rebuilds a variable of the values at these positions, with their cells.
// A position may come twice.
func (t *table) take(variable string, positions []int) {
	n, inner := t.span(variable)
	v := t.Dimension[variable]
	codes := make(index, len(positions))
	for i, at := range positions {
		codes[i] = v.Category.Index[at]
	}
	values, status := make([]float64, 0, len(t.values)/n*len(positions)), map[int]string{}
	for start := 0; start < len(t.values); start += n * inner {
		for _, at := range positions {
			for cell := start + at*inner; cell < start+(at+1)*inner; cell++ {
				if s := t.status[cell]; s != "" {
					status[len(values)] = s
				}
				values = append(values, t.values[cell])
			}
		}
	}
	v.Category.Index = codes
	t.Dimension[variable], t.values, t.status = v, values, status
	t.Size = slices.Clone(t.Size)
	t.Size[slices.Index(t.ID, variable)] = len(positions)
}
