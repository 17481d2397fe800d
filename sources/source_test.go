package sources

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"effekt/config"
)

// An answer that cannot be read does not end the bodies: those after it follow.
func TestBodies(t *testing.T) {
	t.Parallel()
	gone := errors.New("disk gone")
	asked := ""
	part := Part{Stored: func(role string) []Stored {
		asked = role
		return []Stored{
			{Body: func() ([]byte, error) { return []byte("a"), nil }},
			{Body: func() ([]byte, error) { return nil, gone }},
			{Body: func() ([]byte, error) { return []byte("b"), nil }},
		}
	}}
	next := part.Bodies("data")
	for i, want := range []struct {
		body string
		err  error
	}{{"a", nil}, {"", gone}, {"b", nil}, {"", io.EOF}, {"", io.EOF}} {
		if body, err := next(); string(body) != want.body || !errors.Is(err, want.err) {
			t.Errorf("%d: %q, %v; want %q, %v", i, body, err, want.body, want.err)
		}
	}
	if asked != "data" {
		t.Errorf("asked for %q", asked)
	}
	if _, err := Bodies(nil)(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

// A body is read when it is its turn and not before.
func TestBodiesAreReadInTurn(t *testing.T) {
	t.Parallel()
	read := 0
	one := Stored{Body: func() ([]byte, error) { read++; return nil, nil }}
	next := Bodies([]Stored{one, one})
	for i := range 2 {
		if read != i {
			t.Errorf("%d bodies are read before number %d is asked for", read, i)
		}
		if _, err := next(); err != nil {
			t.Error(err)
		}
	}
}

func TestLastPeriod(t *testing.T) {
	t.Parallel()
	codes := func(texts ...string) (all []Code) {
		for _, text := range texts {
			all = append(all, Code{Code: text})
		}
		return all
	}
	region := Variable{Code: "Region", Codes: codes("00", "24")}
	for name, test := range map[string]struct {
		variables []Variable
		announced []string
		want      string
	}{
		"nothing held":          {nil, nil, ""},
		"no time":               {[]Variable{region}, nil, ""},
		"the last":              {[]Variable{region, {Role: "time", Codes: codes("2022", "2023", "2024")}}, nil, "2024"},
		"the last is announced": {[]Variable{{Role: "time", Codes: codes("2022", "2023", "2024")}, region}, []string{"2024"}, "2023"},
		"two are":               {[]Variable{{Role: "time", Codes: codes("2022", "2023", "2024")}}, []string{"2023", "2024"}, "2022"},
		"one in between is":     {[]Variable{{Role: "time", Codes: codes("2022", "2023", "2024")}}, []string{"2023"}, "2024"},
		"all are":               {[]Variable{{Role: "time", Codes: codes("2022", "2023")}}, []string{"2022", "2023"}, ""},
		"a region of that name": {[]Variable{region, {Role: "time", Codes: codes("24")}}, nil, "24"},
		"no codes":              {[]Variable{{Role: "time"}}, nil, ""},
	} {
		d := Description{Variables: test.variables, Announced: test.announced}
		if got := d.LastPeriod(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestSameTable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		config string
		held   []string // newest first
		want   bool
	}{
		{"TAB1", nil, false},
		{"", nil, false},
		{"TAB1", []string{"TAB1"}, true},
		{"tab1", []string{"TAB1"}, true},
		{"TAB1", []string{"TAB2", "TAB1"}, false},
		{"TAB1", []string{"TAB1", "TAB2"}, true},
		{"TAB1", []string{""}, false},
	} {
		set := Set{Dataset: config.Dataset{Table: test.config}}
		for _, table := range test.held {
			set.Parts = append(set.Parts, Part{Description: Description{Table: table}})
		}
		if got := set.SameTable(); got != test.want || len(test.held) > 0 && set.Newest().Table != test.held[0] {
			t.Errorf("%+v: %v, newest %+v", test, got, set.Newest())
		}
	}
	if d := (Set{}).Newest(); !slices.Equal(d.KPIs, nil) || d.Table != "" {
		t.Errorf("of nothing: %+v", d)
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	if err := Refuse(nil); err != nil {
		t.Errorf("nothing is refused: %v", err)
	}
	reason := errors.New("figures are lost")
	for _, err := range []error{Refuse(reason), fmt.Errorf("health: %w", Refuse(reason)), errors.Join(errors.New("other"), Refuse(fmt.Errorf("N1: %w", reason)))} {
		var refusal *Refusal
		if !errors.As(err, &refusal) || !errors.Is(err, reason) {
			t.Errorf("%v is no refusal of %v", err, reason)
		}
	}
	if got := Refuse(reason).Error(); got != reason.Error() {
		t.Error(got)
	}
	var refusal *Refusal
	if errors.As(ErrMoved, &refusal) || errors.As(reason, &refusal) {
		t.Error("what may pass is a refusal")
	}
}

// A cell's variable may be named as the publisher does, in any case, or as the
// table's column is.
func TestColumnOf(t *testing.T) {
	t.Parallel()
	table := Table{Columns: []Column{{Name: "period", Variable: "Tid"}, {Name: "kon_2", Variable: "Kön"}, {Name: "value"}}}
	for variable, want := range map[string]string{"Tid": "period", "TID": "period", "Kön": "kon_2", "kon_2": "kon_2", "value": "value", "": "", "Nix": "Nix"} {
		if got := table.ColumnOf(variable); got != want {
			t.Errorf("%q: %q, want %q", variable, got, want)
		}
	}
}
