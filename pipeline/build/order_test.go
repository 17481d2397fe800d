package build

import (
	"cmp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

func tables(models []Model) []string {
	var names []string
	for _, m := range models {
		names = append(names, m.Table)
	}
	return names
}

func TestOrderFollowsTheReferences(t *testing.T) {
	t.Parallel()
	got, broken, err := inOrder([]Model{
		{Table: "mart.a", Reads: []string{"indicator.a", "core.b"}},
		{Table: "indicator.a", Reads: []string{"core.a"}},
		{Table: "core.a", Reads: []string{"core.b"}},
		{Table: "core.b", Reads: []string{"scb.x"}},
	}, func(table string) bool { return table == "scb.x" })
	if err != nil || len(broken) > 0 {
		t.Fatal(err, broken)
	}
	if diff := gocmp.Diff([]string{"core.b", "core.a", "indicator.a", "mart.a"}, tables(got)); diff != "" {
		t.Error(diff)
	}
	if diff := gocmp.Diff([]string{"scb.x"}, Plan{Models: got}.Rests("mart.a")); diff != "" {
		t.Error(diff)
	}
}

func TestOrderRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string][]Model{
		"which nothing makes": {{Table: "core.a", Path: "core/a.sql", Reads: []string{"scb.gone"}}},
		"comes later":         {{Table: "core.a", Reads: []string{"mart.a"}}, {Table: "mart.a"}},
		"in a circle: core.a": {{Table: "core.a", Reads: []string{"core.b"}}, {Table: "core.b", Reads: []string{"core.a"}}},
	}
	for want, models := range tests {
		_, broken, err := inOrder(models, func(string) bool { return false })
		if err = cmp.Or(err, broken["core.a"]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %q", tables(models), err, want)
		}
	}
}
