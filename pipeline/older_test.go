package pipeline_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"effekt/pipeline/build"
)

// A file that older SQL made is checked by today's checks: those that ask for
// what it does not hold only warn, and say so.
func TestAnOlderFileIsChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	w.sql["marts/later.sql"] = &fstest.MapFile{Data: []byte("-- Titel.\n-- grain: region\nselect region from core.region")}
	w.sql["checks/later.sql"] = &fstest.MapFile{Data: []byte("-- Titel.\n-- severity: error\nselect * from mart.later")}
	w.sql["checks/renamed.sql"] = &fstest.MapFile{Data: []byte("-- Titel.\n-- severity: error\nselect later from mart.indicator")}
	p := w.open()
	results, err := build.Recheck(t.Context(), p.Config, p.SQL, p.Dir.Database())
	if err != nil {
		t.Fatal(err)
	}
	var lacking []string
	for _, r := range results {
		if r.Severity == "warn" && r.Rows == 1 && slices.Equal(r.Columns, []string{"lacks"}) {
			lacking = append(lacking, r.Name+": "+r.Sample[0][0])
		} else if r.Rows > 0 {
			t.Errorf("%s found %v", r.Name, r.Sample)
		}
	}
	if !slices.Equal(lacking, []string{"later: mart.later", "renamed: a column that a build by today's config and SQL has"}) {
		t.Errorf("%v say what the file lacks", lacking)
	}
}
