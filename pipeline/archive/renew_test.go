package archive

import (
	"testing"
	"time"

	"effekt/sources"
)

// The same answer once more is no other vintage; another body, another
// description or a clock that has gone back makes one.
func TestRenew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		later time.Duration
		page  int
		title string
		list  string
		more  bool
	}{
		"the same":                 {24 * time.Hour, 1, "Folkmängd", "", false},
		"the list's stamp known":   {24 * time.Hour, 1, "Folkmängd", "2026-02-24T08:00:00Z", false},
		"the list's stamp is new":  {24 * time.Hour, 1, "Folkmängd", "2026-02-25T08:00:00Z", true},
		"another body":             {24 * time.Hour, 2, "Folkmängd", "", true},
		"another title":            {24 * time.Hour, 1, "Befolkning", "", true},
		"a clock that stands anew": {-time.Second, 1, "Folkmängd", "", false},
		"a clock that went back":   {-24 * time.Hour, 1, "Folkmängd", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := serve(t, 100, 0), t.TempDir()
			a := open(t, dir, noon)
			f := begin(t, a, "key")
			ask(t, f, get(p.URL, 1), get(p.URL, 9))
			first, err := f.Renew(Manifest{Description: sources.Description{Title: "Folkmängd", SourceUpdated: "2026-02-24T08:00:00Z"}}, Vintage{})
			if err != nil {
				t.Fatal(err)
			}
			at := noon().Add(test.later)
			a = open(t, dir, func() time.Time { return at })
			last, _, err := a.Latest("scb", "befolkning")
			if err != nil {
				t.Fatal(err)
			}
			f = begin(t, a, "key")
			ask(t, f, get(p.URL, 9), get(p.URL, test.page)) // in another order
			got, err := f.Renew(Manifest{Description: sources.Description{Title: test.title, SourceUpdated: "2026-02-24T08:00:00Z", ListedUpdated: test.list}}, last)
			if err != nil {
				t.Fatal(err)
			}
			all, err := a.Vintages("scb", "befolkning")
			if err != nil || (len(all) == 2) != test.more || (got.Name == first.Name) == test.more {
				t.Errorf("%d vintages, now %s: %v", len(all), got.Name, err)
			}
			if c := a.Checked("scb", "befolkning"); test.more != c.Whole.IsZero() || !test.more && (!c.Whole.Equal(at) || !c.At.Equal(at)) {
				t.Errorf("noted %+v at %s", c, at)
			}
			begin(t, a, "another key")
		})
	}
}
