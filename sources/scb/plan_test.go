package scb

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// covers counts how often each cell lies in a chunk.
func covers(sizes []int, chunks []Chunk) map[string]int {
	seen := map[string]int{}
	for _, c := range chunks {
		var walk func(i int, at string)
		walk = func(i int, at string) {
			if i == len(sizes) {
				seen[at]++
				return
			}
			for k := c[i].From; k < c[i].To; k++ {
				walk(i+1, fmt.Sprint(at, " ", k))
			}
		}
		walk(0, "")
	}
	return seen
}

// fewestBoxes is brute force: the first free cell is covered by every box that
// fits there, and the rest is covered in the same way. Cells are bits.
func fewestBoxes(sizes []int, limit int64, taken uint32, best int, used int) int {
	total := 1
	for _, s := range sizes {
		total *= s
	}
	first := 0
	for first < total && taken&(1<<first) != 0 {
		first++
	}
	if first == total {
		return used
	}
	if used+1 >= best {
		return best
	}
	for _, box := range boxesFrom(sizes, first, limit) {
		if box&taken == 0 {
			best = min(best, fewestBoxes(sizes, limit, taken|box, best, used+1))
		}
	}
	return best
}

func boxesFrom(sizes []int, first int, limit int64) []uint32 {
	corner := make([]int, len(sizes))
	rest := first
	for i := len(sizes) - 1; i >= 0; i-- {
		corner[i] = rest % sizes[i]
		rest /= sizes[i]
	}
	var boxes []uint32
	var walk func(i int, cells []int)
	walk = func(i int, cells []int) {
		if int64(len(cells)) > limit {
			return
		}
		if i == len(sizes) {
			mask := uint32(0)
			for _, c := range cells {
				mask |= 1 << c
			}
			boxes = append(boxes, mask)
			return
		}
		for to := corner[i] + 1; to <= sizes[i]; to++ {
			var wider []int
			for _, c := range cells {
				for k := corner[i]; k < to; k++ {
					wider = append(wider, c*sizes[i]+k)
				}
			}
			walk(i+1, wider)
		}
	}
	walk(0, []int{0})
	return boxes
}

func TestPlanIsTheFewestRequests(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 3).Draw(t, "sizes")
		total := 1
		for _, s := range sizes {
			total *= s
		}
		if total > 16 {
			return
		}
		limit := int64(rapid.IntRange(1, 16).Draw(t, "limit"))
		chunks, err := Plan(sizes, limit)
		if err != nil {
			t.Fatal(err)
		}
		seen := covers(sizes, chunks)
		if len(seen) != total {
			t.Fatalf("%d of %d cells are covered", len(seen), total)
		}
		for cell, times := range seen {
			if times != 1 {
				t.Fatalf("cell %s lies in %d chunks", cell, times)
			}
		}
		for _, c := range chunks {
			if cells, _ := product(c.sizes()); cells > limit {
				t.Fatalf("chunk %v has %d cells, limit %d", c, cells, limit)
			}
		}
		if want := fewestBoxes(sizes, limit, 0, total+1, 0); len(chunks) != want {
			t.Fatalf("%d chunks, brute force needs %d", len(chunks), want)
		}
	})
}

func TestPlanOfRealTables(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sizes []int
		want  int
	}{
		{[]int{37, 4, 102, 2, 1, 57}, 12}, // population, one county's selection; 11.5 pages
		{[]int{312, 4, 102, 2, 1, 57}, 97},
		{[]int{1, 1, 1}, 1},
		{[]int{0, 5}, 0},
		{[]int{1_000_000}, 7},
	} {
		chunks, err := Plan(test.sizes, 150_000)
		if err != nil || len(chunks) != test.want {
			t.Errorf("%v: %d chunks (%v), want %d", test.sizes, len(chunks), err, test.want)
		}
	}
	if _, err := Plan([]int{2}, 0); err == nil {
		t.Error("a limit of 0 was accepted")
	}
	if _, err := Plan([]int{1 << 40, 1 << 40}, 150_000); err == nil {
		t.Error("an overflowing product was accepted")
	}
}
