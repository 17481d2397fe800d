package main

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed tables.toml kpis.toml places.toml
var specs embed.FS

// A spec is what the TOML files say.
type spec struct {
	Variable map[string]variable
	Table    []*table
	KPI      []kpi

	County map[string]struct {
		Organisation string
		Size         float64
	}
	Weight, University map[string]float64
	Groups             map[string][]struct {
		Code, Name string
		Members    []string
	}
}

// A variable is one dimension of a table.
type variable struct {
	Code, Label string
	Eliminable  bool
	Total       string // the code that elimination takes, if there is one
	Places      string // the kind of places that its values are, instead of Codes
	Codes       []string
	values      []value
}

// A value is one code of a variable with what it stands for.
type value struct {
	Code, Label string
	Unit        string // of contents
	Decimals    int
	year, sex   int
	from, to    int // ages
}

func readSpec() (*spec, error) {
	s := &spec{}
	for _, name := range []string{"tables.toml", "kpis.toml", "places.toml"} {
		text, err := specs.ReadFile(name)
		if err != nil {
			return s, err
		}
		if err := toml.Unmarshal(text, s); err != nil {
			return s, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, nil
}

// tables adds SCB's files to files, by name.
func (w *world) tables(files map[string][]byte) (err error) {
	formulas := w.formulas()
	for _, t := range w.spec.Table {
		for _, name := range t.Variables {
			v, ok := w.spec.Variable[name]
			if !ok {
				return fmt.Errorf("%s: no variable %s", t.ID, name)
			}
			if v.Places != "" {
				t.places = w.kind(v.Places)
			}
			t.vars = append(t.vars, v.expanded(t.places))
		}
		t.vars = append(t.vars, variable{Code: "ContentsCode", Label: "tabellinnehåll", values: t.Contents}, t.time())
		formula, ok := formulas[t.ID]
		if !ok {
			return fmt.Errorf("%s: no formula", t.ID)
		}
		t.fill(w, formula)
		if files["scb/"+t.ID+".json.zst"], err = t.body(); err != nil {
			return err
		}
	}
	return nil
}

// expanded is the variable with its values.
func (v variable) expanded(places []place) variable {
	for _, p := range places {
		c := value{Code: p.Code, Label: p.Name}
		if v.Places == "nuts" && p.NUTS3 != "" {
			c.Code = p.NUTS3
		}
		if v.Places != "" {
			v.values = append(v.values, c)
		}
	}
	for _, text := range v.Codes {
		var first, last int
		if n, _ := fmt.Sscanf(text, "%d..%d", &first, &last); n == 2 {
			for age := first; age <= last; age++ {
				v.values = append(v.values, meaning(strconv.Itoa(age), strconv.Itoa(age)+" år"))
			}
			continue
		}
		code, label, _ := strings.Cut(text, " ")
		v.values = append(v.values, meaning(code, label))
	}
	return v
}

// meaning reads a code as a sex and a label as ages: those that it names, or all.
func meaning(code, label string) value {
	v := value{Code: code, Label: label, to: ages - 1}
	switch n, _ := fmt.Sscanf(label, "%d-%d", &v.from, &v.to); n {
	case 0:
		v.from, v.to = 0, ages-1
	case 1:
		v.to = v.from
	}
	switch v.sex = total; code {
	case "1":
		v.sex = men
	case "2":
		v.sex = women
	}
	return v
}

// time is the table's years, or the windows of several that end with them.
func (t *table) time() variable {
	v := variable{Code: "Tid", Label: "år"}
	if t.Window > 0 {
		v.Label = "period"
	}
	for year := t.Years[0]; year <= t.Years[1]; year++ {
		code := strconv.Itoa(year)
		if t.Window > 0 {
			code = strconv.Itoa(year-t.Window+1) + "-" + code
		}
		v.values = append(v.values, value{Code: code, Label: code, year: year})
	}
	return v
}
