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

// edit gives a copy of a table that f may change, and puts it in place.
func (l *Library) edit(id string, f func(*table) error) error {
	t := l.tables[strings.ToUpper(id)]
	if t == nil {
		return fmt.Errorf("replay: no table %s", id)
	}
	c := t.clone()
	if err := f(c); err != nil {
		return fmt.Errorf("replay: %s: %w", id, err)
	}
	l.tables[strings.ToUpper(id)] = c
	return nil
}

// SetValue changes one cell and its status; at has a code for every variable
// of more than one value. NaN makes it missing. The table's updated stays as
// it is: SetUpdated is the announcement.
func (l *Library) SetValue(id string, at map[string]string, value float64, status string) error {
	return l.edit(id, func(t *table) error {
		cell, err := t.cell(at)
		if err != nil {
			return err
		}
		t.values, t.status = slices.Clone(t.values), maps.Clone(t.status)
		t.values[cell] = value
		delete(t.status, cell)
		if status != "" {
			if t.status == nil {
				t.status = map[int]string{}
			}
			t.status[cell] = status
		}
		return nil
	})
}

// Blank makes every cell of these values of a variable missing, with a status.
func (l *Library) Blank(id, variable, status string, codes ...string) error {
	return l.edit(id, func(t *table) error {
		v := t.variable(variable)
		if v == nil {
			return fmt.Errorf("no variable %s", variable)
		}
		inner := 1
		for _, w := range t.variables[slices.Index(t.variables, v)+1:] {
			inner *= len(w.codes)
		}
		t.values, t.status = slices.Clone(t.values), maps.Clone(t.status)
		if t.status == nil {
			t.status = map[int]string{}
		}
		for cell := range t.values {
			if slices.Contains(codes, v.codes[cell/inner%len(v.codes)]) {
				t.values[cell], t.status[cell] = math.NaN(), status
			}
		}
		return nil
	})
}

// Value is what SetValue changes: one cell and its status, NaN when missing.
func (l *Library) Value(id string, at map[string]string) (float64, string, error) {
	t := l.tables[strings.ToUpper(id)]
	if t == nil {
		return math.NaN(), "", fmt.Errorf("replay: no table %s", id)
	}
	cell, err := t.cell(at)
	if err != nil {
		return math.NaN(), "", fmt.Errorf("replay: %s: %w", id, err)
	}
	return t.values[cell], t.status[cell], nil
}

func (t *table) cell(at map[string]string) (int, error) {
	cell := 0
	for _, v := range t.variables {
		code, given := at[v.code]
		i, ok := v.find(code)
		if !given && len(v.codes) == 1 {
			i, ok = 0, true
		}
		if !ok {
			return 0, fmt.Errorf("no value %q of %s", code, v.code)
		}
		cell = cell*len(v.codes) + i
	}
	return cell, nil
}

// SetUpdated changes the table's time of update, as in "2026-06-08T06:00:00Z";
// "" moves it a day ahead.
func (l *Library) SetUpdated(id, updated string) error {
	return l.edit(id, func(t *table) error {
		if updated == "" {
			at, err := time.Parse(time.RFC3339, t.listedUpdate())
			if err != nil {
				return err
			}
			updated = at.AddDate(0, 0, 1).UTC().Format(time.RFC3339)
		}
		t.updated, t.listing.Updated = updated, ""
		return nil
	})
}

// Relabel changes the label of a value, or with code "" of the variable.
func (l *Library) Relabel(id, of, code, label string) error {
	return l.editVariable(id, of, func(v *variable) error {
		if code == "" {
			v.label = label
			return nil
		}
		i, ok := v.find(code)
		if !ok {
			return fmt.Errorf("no value %q of %s", code, of)
		}
		v.labels = slices.Clone(v.labels)
		v.labels[i] = label
		return nil
	})
}

// SetDiscontinued changes whether the catalogue calls the table ended.
func (l *Library) SetDiscontinued(id string, ended bool) error {
	return l.edit(id, func(t *table) error {
		t.listing.Discontinued = ended
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
	t := l.tables[strings.ToUpper(id)]
	if t == nil {
		return fmt.Errorf("replay: no table %s", id)
	}
	c := t.clone()
	c.id, c.px = to, maps.Clone(t.px)
	if c.px != nil {
		c.px["tableid"] = fmt.Appendf(nil, "%q", to)
	}
	l.tables[strings.ToUpper(to)] = c
	return nil
}

// SetTitle changes the table's label.
func (l *Library) SetTitle(id, title string) error {
	return l.edit(id, func(t *table) error {
		t.label = title
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
	return l.keep(id, variable, func(code string) bool { return !slices.Contains(codes, code) })
}

// Freeze ends the table with a period: later ones go, as in a table that is
// continued under another id.
func (l *Library) Freeze(id, last string) error {
	t := l.tables[strings.ToUpper(id)]
	if t == nil {
		return fmt.Errorf("replay: no table %s", id)
	}
	v := t.variable(t.timeCode)
	if v == nil {
		return fmt.Errorf("replay: %s has no time variable", id)
	}
	end, ok := v.find(last)
	if !ok {
		return fmt.Errorf("replay: %s: no period %q", id, last)
	}
	return l.keep(id, v.code, func(code string) bool { i, _ := v.find(code); return i <= end })
}

// keep leaves only the values that pass, with their cells.
func (l *Library) keep(id, variable string, pass func(code string) bool) error {
	return l.edit(id, func(t *table) error {
		v := t.variable(variable)
		if v == nil {
			return fmt.Errorf("no variable %s", variable)
		}
		var kept []int
		var codes, labels []string
		for i, code := range v.codes {
			if pass(code) {
				kept, codes, labels = append(kept, i), append(codes, code), append(labels, v.labels[i])
			}
		}
		if len(kept) == len(v.codes) || len(kept) == 0 {
			return fmt.Errorf("%d of %d values of %s would stay", len(kept), len(v.codes), variable)
		}
		t.takeOut(v, kept)
		c := *v
		c.setCodes(codes, labels)
		t.variables[slices.Index(t.variables, v)] = &c
		return nil
	})
}

// takeOut rebuilds the cells with only the kept positions of one variable.
func (t *table) takeOut(v *variable, kept []int) {
	inner := 1
	for _, w := range t.variables[slices.Index(t.variables, v)+1:] {
		inner *= len(w.codes)
	}
	row := inner * len(v.codes)
	values := make([]float64, 0, len(t.values)/len(v.codes)*len(kept))
	status := map[int]string{}
	for start := 0; start < len(t.values); start += row {
		for _, k := range kept {
			from := start + k*inner
			for cell := range inner {
				if s := t.status[from+cell]; s != "" {
					status[len(values)+cell] = s
				}
			}
			values = append(values, t.values[from:from+inner]...)
		}
	}
	t.values, t.status = values, status
}

func (l *Library) editVariable(id, code string, f func(*variable) error) error {
	return l.edit(id, func(t *table) error {
		v := t.variable(code)
		if v == nil {
			return fmt.Errorf("no variable %s", code)
		}
		c := *v
		if err := f(&c); err != nil {
			return err
		}
		t.variables[slices.Index(t.variables, v)] = &c
		return nil
	})
}

// AddPeriod makes the table a period longer. Its cells are those of the last
// one, until SetValue changes them.
func (l *Library) AddPeriod(id, period string) error {
	return l.edit(id, func(t *table) error {
		v := t.variable(t.timeCode)
		if v == nil || len(v.codes) == 0 {
			return errors.New("no time variable")
		}
		n := len(v.codes)
		t.takeOut(v, append(span(0, n), n-1))
		c := *v
		c.setCodes(append(v.codes[:n:n], period), append(v.labels[:n:n], period))
		t.variables[slices.Index(t.variables, v)] = &c
		return nil
	})
}

// Announce makes the table a period longer of which every cell is missing, «..».
func (l *Library) Announce(id, period string) error {
	if err := l.AddPeriod(id, period); err != nil {
		return err
	}
	return l.edit(id, func(t *table) error {
		v := t.variable(t.timeCode)
		inner := 1
		for _, w := range t.variables[slices.Index(t.variables, v)+1:] {
			inner *= len(w.codes)
		}
		t.values, t.status = slices.Clone(t.values), maps.Clone(t.status)
		for cell := range t.values {
			if cell/inner%len(v.codes) == len(v.codes)-1 {
				t.values[cell], t.status[cell] = math.NaN(), ".."
			}
		}
		return nil
	})
}
