package scb

import (
	"fmt"
	"math/bits"
	"testing"

	"effekt/sources/scb/jsonstat"

	"pgregory.net/rapid"
)

// checkCover fails unless every cell lies in exactly one chunk and no chunk is
// above the limit.
func checkCover(t rapid.TB, sizes []int, limit int64, chunks []Chunk) {
	t.Helper()
	cells, err := jsonstat.Product(sizes)
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]bool, cells)
	for _, c := range chunks {
		if cells, err := jsonstat.Product(c.sizes()); err != nil || cells > limit || cells == 0 {
			t.Fatalf("%v under %d: chunk %v has %d cells (%v)", sizes, limit, c, cells, err)
		}
		for _, cell := range cellsOf(sizes, c) {
			if seen[cell] {
				t.Fatalf("%v under %d: cell %d lies in two chunks of %v", sizes, limit, cell, chunks)
			}
			seen[cell] = true
		}
	}
	for cell, ok := range seen {
		if !ok {
			t.Fatalf("%v under %d: cell %d lies in no chunk of %v", sizes, limit, cell, chunks)
		}
	}
}

func cellsOf(sizes []int, c Chunk) []int {
	cells := []int{0}
	for i, span := range c {
		var finer []int
		for _, cell := range cells {
			for k := span.From; k < span.To; k++ {
				finer = append(finer, cell*sizes[i]+k)
			}
		}
		cells = finer
	}
	return cells
}

// A bruteForce looks for a partition of a cube of at most 16 cells (bits) into
// boxes, each the product of any subsets of the codes, contiguous or not.
type bruteForce struct {
	all   uint32
	limit int
	boxes [][]uint32 // by the lowest cell
}

func newBruteForce(sizes []int, limit int) *bruteForce {
	total := 1
	for _, size := range sizes {
		total *= size
	}
	b := &bruteForce{all: 1<<total - 1, limit: limit, boxes: make([][]uint32, total)}
	b.products(sizes, []int{0})
	return b
}

// products lists every box: cells are those of the dimensions chosen so far.
func (b *bruteForce) products(sizes, cells []int) {
	if len(sizes) == 0 {
		mask := uint32(0)
		for _, cell := range cells {
			mask |= 1 << cell
		}
		if len(cells) <= b.limit {
			lowest := bits.TrailingZeros32(mask)
			b.boxes[lowest] = append(b.boxes[lowest], mask)
		}
		return
	}
	for subset := 1; subset < 1<<sizes[0]; subset++ {
		var wider []int
		for _, cell := range cells {
			for k := range sizes[0] {
				if subset&(1<<k) != 0 {
					wider = append(wider, cell*sizes[0]+k)
				}
			}
		}
		b.products(sizes[1:], wider)
	}
}

// possible says whether the cells not taken can be cut in at most n boxes.
func (b *bruteForce) possible(taken uint32, n int) bool {
	left := bits.OnesCount32(b.all &^ taken)
	if left == 0 {
		return true
	}
	if n*b.limit < left {
		return false
	}
	for _, box := range b.boxes[bits.TrailingZeros32(^taken)] {
		if box&taken == 0 && b.possible(taken|box, n-1) {
			return true
		}
	}
	return false
}

// Every cube of one to three variables with at most 16 cells, under every
// limit: the plan is whole, and nobody can do with one request fewer.
func TestPlanIsTheFewestRequests(t *testing.T) {
	t.Parallel()
	for a := 1; a <= 16; a++ {
		for b := 1; a*b <= 16; b++ {
			for c := 1; a*b*c <= 16; c++ {
				sizes := []int{a, b, c}
				for limit := 1; limit <= a*b*c; limit++ {
					checkFewest(t, sizes, limit)
				}
			}
		}
	}
}

func checkFewest(t *testing.T, sizes []int, limit int) {
	t.Helper()
	chunks, err := Plan(sizes, int64(limit))
	if err != nil {
		t.Fatal(err)
	}
	checkCover(t, sizes, int64(limit), chunks)
	cells, err := jsonstat.Product(sizes)
	if err != nil || int64(len(chunks)) == up(cells, int64(limit)) {
		return
	}
	if newBruteForce(sizes, limit).possible(0, len(chunks)-1) {
		t.Errorf("%v under %d: %d chunks, brute force needs fewer", sizes, limit, len(chunks))
	}
}

func TestPlanIsWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 12), 0, 5).Draw(t, "sizes")
		limit := rapid.Int64Range(1, 2000).Draw(t, "limit")
		chunks, err := Plan(sizes, limit)
		if err != nil {
			t.Skip("more requests than a plan may have")
		}
		checkCover(t, sizes, limit, chunks)
	})
}

func TestPlanOfRealTables(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sizes []int
		want  int // the least possible: cells by 150 000, rounded up
	}{
		{[]int{37, 4, 102, 2, 1, 57}, 12}, // population, one county's selection
		{[]int{312, 4, 102, 2, 1, 57}, 97},
		{[]int{312, 102, 4, 2, 57}, 97},
		{[]int{37, 8, 40, 2, 1, 41}, 7}, // education
		{[]int{1, 1, 1}, 1},
		{nil, 1},
		{[]int{0, 5}, 0},
		{[]int{5, 0, 1 << 62, 1 << 62}, 0},
		{[]int{1_000_000}, 7},
		{[]int{1_000_000_000}, 6667},
		{[]int{999_983, 3, 5}, 100},
	} {
		chunks, err := Plan(test.sizes, 150_000)
		if err != nil || len(chunks) != test.want {
			t.Errorf("%v: %d chunks (%v), want %d", test.sizes, len(chunks), err, test.want)
		}
	}
}

func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sizes []int
		limit int64
	}{
		{[]int{2}, 0},
		{[]int{2}, -5},
		{[]int{-1}, 10},
		{[]int{1 << 40, 1 << 40}, 150_000},
		{[]int{1 << 31, 1 << 31, 1 << 2}, 1 << 62}, // 2^64, which is 0 in 64 bits
		{[]int{1_000_000}, 1},
	} {
		if chunks, err := Plan(test.sizes, test.limit); err == nil {
			t.Errorf("%v under %d: %d chunks", test.sizes, test.limit, len(chunks))
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	for _, sizes := range [][]int{{37, 4, 102, 2, 1, 57}, {312, 102, 4, 2, 57}, {1_000_000_000}, {76, 38, 113, 8, 1, 8}} {
		b.Run(fmt.Sprint(sizes), func(b *testing.B) {
			for b.Loop() {
				if _, err := Plan(sizes, 150_000); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestPlanUnderNoLimitAtAll(t *testing.T) {
	t.Parallel()
	chunks, err := Plan([]int{3, 1 << 40}, 1<<63-1)
	if err != nil || len(chunks) != 1 {
		t.Errorf("%d chunks (%v)", len(chunks), err)
	}
}
