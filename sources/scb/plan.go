package scb

import (
	"fmt"
	"math/bits"
	"slices"
)

// Span is a half-open range of positions in one variable's selected codes.
type Span struct{ From, To int }

// Chunk is one request's part of the cube: a span per variable.
type Chunk []Span

// exactCells is the size of a cube up to which every way of cutting is tried.
const exactCells = 512

// Plan cuts a cube of the given sizes into the fewest chunks of at most
// maxCells cells. Chunks are disjoint and together the whole cube. A cube
// without cells needs no chunk.
func Plan(sizes []int, maxCells int64) ([]Chunk, error) {
	if maxCells < 1 {
		return nil, fmt.Errorf("scb: a limit of %d cells permits no request", maxCells)
	}
	cells, err := product(sizes)
	if err != nil || cells == 0 {
		return nil, err
	}
	p := planner{limit: maxCells, memo: map[string]cut{}}
	if cells <= exactCells {
		return p.carve(whole(sizes), p.exact), nil
	}
	return p.carve(whole(sizes), p.quick), nil
}

func product(sizes []int) (int64, error) {
	cells := uint64(1)
	for _, size := range sizes {
		if size < 0 {
			return 0, fmt.Errorf("scb: a size of %d", size)
		}
		high, low := bits.Mul64(cells, uint64(size))
		if high != 0 || low > 1<<62 {
			return 0, fmt.Errorf("scb: the selection of %v codes has more cells than can be counted", sizes)
		}
		cells = low
	}
	return int64(cells), nil
}

func whole(sizes []int) Chunk {
	c := make(Chunk, len(sizes))
	for i, size := range sizes {
		c[i] = Span{0, size}
	}
	return c
}

func (c Chunk) sizes() []int {
	sizes := make([]int, len(c))
	for i, span := range c {
		sizes[i] = span.To - span.From
	}
	return sizes
}

// cut says how a box is divided: into parts[i] near-equal spans per variable
// (a grid), or, with at > 0, first in two at position at of variable dim.
type cut struct {
	cost  int64
	parts []int
	dim   int
	at    int
}

type planner struct {
	limit int64
	memo  map[string]cut
}

// carve divides a chunk by what choose says for its sizes.
func (p *planner) carve(c Chunk, choose func([]int) cut) []Chunk {
	best := choose(c.sizes())
	if best.at == 0 {
		return grid(c, best.parts)
	}
	left, right := slices.Clone(c), slices.Clone(c)
	middle := c[best.dim].From + best.at
	left[best.dim].To, right[best.dim].From = middle, middle
	return append(p.carve(left, choose), p.carve(right, choose)...)
}

// grid lists the boxes of parts[i] near-equal spans per variable.
func grid(c Chunk, parts []int) []Chunk {
	chunks := []Chunk{slices.Clone(c)}
	for i, n := range parts {
		var finer []Chunk
		for _, chunk := range chunks {
			from, size := c[i].From, c[i].To-c[i].From
			for k := range n {
				part := slices.Clone(chunk)
				part[i] = Span{from + size*k/n, from + size*(k+1)/n}
				finer = append(finer, part)
			}
		}
		chunks = finer
	}
	return chunks
}

// fewest is the bound below which no cutting can go.
func (p *planner) fewest(sizes []int) int64 {
	cells := int64(1)
	for _, size := range sizes {
		cells *= int64(size)
	}
	return (cells + p.limit - 1) / p.limit
}

// gridCut finds the grid with the fewest boxes.
func (p *planner) gridCut(sizes []int) cut {
	best := cut{cost: 1 << 62}
	parts := make([]int, len(sizes))
	p.tryParts(sizes, parts, 0, 1, 1, &best)
	return best
}

// tryParts extends a grid by variable i; box is the cells of its largest box
// so far, cost its boxes. Numbers of parts with the same box size are skipped.
func (p *planner) tryParts(sizes, parts []int, i int, box, cost int64, best *cut) {
	if box > p.limit || cost >= best.cost {
		return
	}
	if i == len(sizes) {
		*best = cut{cost: cost, parts: slices.Clone(parts)}
		return
	}
	last := 0
	for n := 1; n <= sizes[i]; n++ {
		width := (sizes[i] + n - 1) / n
		if width == last {
			continue
		}
		last = width
		parts[i] = n
		p.tryParts(sizes, parts, i+1, box*int64(width), cost*int64(n), best)
	}
}

// exact tries every cut in two of every box: for small cubes.
func (p *planner) exact(sizes []int) cut {
	key := fmt.Sprint(sizes)
	if known, ok := p.memo[key]; ok {
		return known
	}
	best := p.gridCut(sizes)
	bound := p.fewest(sizes)
	for dim := 0; dim < len(sizes) && best.cost > bound; dim++ {
		for at := 1; at <= sizes[dim]/2 && best.cost > bound; at++ {
			left, right := halves(sizes, dim, at)
			if cost := p.exact(left).cost + p.exact(right).cost; cost < best.cost {
				best = cut{cost: cost, dim: dim, at: at}
			}
		}
	}
	p.memo[key] = best
	return best
}

// quick tries grids, and every cut in two whose halves are grids.
func (p *planner) quick(sizes []int) cut {
	best := p.known(sizes)
	bound := p.fewest(sizes)
	for dim := 0; dim < len(sizes) && best.cost > bound; dim++ {
		for at := 1; at <= sizes[dim]/2 && best.cost > bound; at++ {
			left, right := halves(sizes, dim, at)
			if p.fewest(left)+p.fewest(right) >= best.cost {
				continue
			}
			if cost := p.known(left).cost + p.known(right).cost; cost < best.cost {
				best = cut{cost: cost, dim: dim, at: at}
			}
		}
	}
	return best
}

func (p *planner) known(sizes []int) cut {
	key := fmt.Sprint(sizes)
	best, ok := p.memo[key]
	if !ok {
		best = p.gridCut(sizes)
		p.memo[key] = best
	}
	return best
}

func halves(sizes []int, dim, at int) (left, right []int) {
	left, right = slices.Clone(sizes), slices.Clone(sizes)
	left[dim], right[dim] = at, sizes[dim]-at
	return left, right
}
