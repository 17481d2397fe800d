package archive

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// right is the largest set of readings that agree, of several the one that keeps
// the earliest.
func right(times []time.Time) []bool {
	var best []bool
	most := -1
	for set := range 1 << len(times) {
		in, last, n, sound := make([]bool, len(times)), time.Time{}, 0, true
		for i, t := range times {
			if in[i] = set>>(len(times)-1-i)&1 == 1; in[i] {
				sound, last, n = sound && !t.Before(last), t, n+1
			}
		}
		if sound && n >= most { // later sets keep earlier readings
			best, most = in, n
		}
	}
	return best
}

// placed puts the wrong readings between their right neighbours.
func placed(times []time.Time, in []bool) []time.Time {
	all := slices.Clone(times)
	for i := range times {
		for j := i + 1; !in[i] && j < len(times); j++ {
			if in[j] {
				if all[i].After(times[j]) {
					all[i] = times[j]
				}
				break
			}
		}
		if i > 0 && all[i].Before(all[i-1]) {
			all[i] = all[i-1]
		}
	}
	return all
}

// A clock that stood wrong for a while does not change what had come by a day.
func TestAsOfUnderAWrongClock(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return noon().AddDate(0, 0, n) }
	for name, test := range map[string]struct {
		days []int
		now  int
		want map[int]string // day to the vintage by then, by its number
	}{
		"right":                          {[]int{1, 3, 5}, 6, map[int]string{0: "", 2: "0", 4: "1", 9: "2"}},
		"went back":                      {[]int{1, 3, 5, 2}, 2, map[int]string{2: "0", 4: "1", 5: "3", 9: "3"}},
		"went back and is right again":   {[]int{1, 3, 5, 2, 7}, 8, map[int]string{2: "0", 4: "1", 6: "3", 7: "4"}},
		"was ahead":                      {[]int{1, 3, 400, 5}, 5, map[int]string{2: "0", 4: "1", 5: "3", 9: "3", 500: "3"}},
		"was ahead and is right again":   {[]int{1, 3, 400, 5, 7}, 8, map[int]string{4: "1", 5: "3", 6: "3", 8: "4", 500: "4"}},
		"stands anew at the same moment": {[]int{1, 1, 1}, 1, map[int]string{0: "", 1: "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			var times []time.Time
			for _, n := range test.days {
				times = append(times, day(n))
			}
			manifests(t, dir, times...)
			a := open(t, dir, func() time.Time { return day(test.now) })
			for on, want := range test.want {
				if v, ok, err := asOf(a, day(on)); err != nil || v.Title != want || ok != (want != "") {
					t.Errorf("as of day %d: vintage %q, want %q (%v)", on, v.Title, want, err)
				}
			}
		})
	}
}

// The newest that had come by then, found by trying every set of readings of the
// clock that could be right.
func TestAsOf(t *testing.T) {
	t.Parallel()
	dir, round := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		moment := rapid.Custom(func(r *rapid.T) time.Time {
			return noon().Add(time.Duration(rapid.IntRange(-8, 8).Draw(r, "halves")) * time.Second / 2)
		})
		times := rapid.SliceOfN(moment, 0, 5).Draw(r, "fetched")
		folder := filepath.Join(dir, fmt.Sprint(round))
		manifests(t, folder, times...)
		now := moment.Draw(r, "now")
		a := open(t, folder, func() time.Time { return now })
		at := moment.Draw(r, "as of")
		want := ""
		for n, came := range placed(times, right(append(slices.Clone(times), now))) {
			if !came.After(at) {
				want = fmt.Sprint(n)
			}
		}
		v, ok, err := asOf(a, at)
		if err != nil || v.Title != want || ok != (want != "") {
			r.Errorf("fetched at %v: vintage %q as of %s, want %q (%v, %v)", times, v.Title, at, want, ok, err)
		}
	})
}
