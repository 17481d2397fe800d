package scb

import (
	"fmt"
	"slices"

	"effekt/sources/scb/jsonstat"
)

// Span is a half-open range of positions in one variable's selected codes.
type Span struct{ From, To int }

// Chunk is one request's part of the cube: a span per variable.
type Chunk []Span

// exactCells is the size of a cube up to which every way of cutting is tried.
const exactCells = 512

// maxRequests bounds a plan: as many requests take nine hours at SCB's pace.
const maxRequests = 100_000

// Plan cuts a cube of the given sizes into the fewest chunks of at most
// maxCells cells. Chunks are disjoint and together the whole cube; each is as
// even as it can be. A cube without cells needs no chunk.
//
// The least possible is cells divided by maxCells, rounded up. Where a grid does
// not reach it, cubes are also cut in two and the parts planned by themselves: to
// the end for small cubes, one cut deep for large ones, which then are at most
// one request above the least possible in all tables that were tried.
func Plan(sizes []int, maxCells int64) ([]Chunk, error) {
	if maxCells < 1 {
		return nil, fmt.Errorf("scb: a limit of %d cells permits no request", maxCells)
	}
	cells, err := jsonstat.Product(sizes)
	if err != nil || cells == 0 {
		return nil, err
	}
	p := planner{limit: maxCells, deep: cells <= exactCells, memo: map[string]cut{}}
	if p.fewest(sizes) > maxRequests {
		return nil, fmt.Errorf("scb: %d cells take more than %d requests of %d cells", cells, maxRequests, maxCells)
	}
	return p.carve(whole(sizes)), nil
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
	deep  bool // every way of cutting is tried
	memo  map[string]cut
}

// carve divides a chunk by the best cut of its sizes.
func (p *planner) carve(c Chunk) []Chunk {
	best := p.best(c.sizes())
	if best.at == 0 {
		return boxes(c, best.parts)
	}
	left, right := slices.Clone(c), slices.Clone(c)
	middle := c[best.dim].From + best.at
	left[best.dim].To, right[best.dim].From = middle, middle
	return append(p.carve(left), p.carve(right)...)
}

// boxes lists the boxes of parts[i] near-equal spans per variable.
func boxes(c Chunk, parts []int) []Chunk {
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
	return up(cells, p.limit)
}

// grid finds the grid with the fewest boxes.
func (p *planner) grid(sizes []int) cut {
	return p.once(fmt.Sprint("grid", sizes), func() cut {
		best := cut{cost: 1 << 62}
		p.tryParts(sizes, make([]int, len(sizes)), 0, 1, 1, &best)
		return best
	})
}

// once remembers a cut, for the same sizes come again and again.
func (p *planner) once(key string, find func() cut) cut {
	known, ok := p.memo[key]
	if !ok {
		known = find()
		p.memo[key] = known
	}
	return known
}

// tryParts extends a grid by variable i; box is the cells of its largest box
// so far, cost its boxes. Of the numbers of parts that give the same box only
// the least is tried.
func (p *planner) tryParts(sizes, parts []int, i int, box, cost int64, best *cut) {
	if box > p.limit || cost >= best.cost {
		return
	}
	if i == len(sizes) {
		*best = cut{cost: cost, parts: slices.Clone(parts)}
		return
	}
	size := int64(sizes[i])
	for n := up(size, p.limit/box); n <= size && cost*n < best.cost; {
		width := up(size, n)
		parts[i] = int(n)
		p.tryParts(sizes, parts, i+1, box*width, cost*n, best)
		if i == len(sizes)-1 || width == 1 {
			return
		}
		n = up(size, width-1)
	}
}

// up divides a, at least 1, rounding up; a+b-1 could overflow.
func up(a, b int64) int64 { return (a-1)/b + 1 }

// best tries grids, and every cut in two whose parts are planned by themselves:
// to the end for small cubes, else by grids alone.
func (p *planner) best(sizes []int) cut {
	part := p.grid
	if p.deep {
		part = p.best
	}
	return p.once(fmt.Sprint(sizes), func() cut {
		best, bound := p.grid(sizes), p.fewest(sizes)
		for dim := 0; dim < len(sizes) && best.cost > bound; dim++ {
			for at := 1; at <= sizes[dim]/2 && best.cost > bound; at++ {
				left, right := halves(sizes, dim, at)
				if p.fewest(left)+p.fewest(right) >= best.cost {
					continue
				}
				if cost := part(left).cost + part(right).cost; cost < best.cost {
					best = cut{cost: cost, dim: dim, at: at}
				}
			}
		}
		return best
	})
}

func halves(sizes []int, dim, at int) (left, right []int) {
	left, right = slices.Clone(sizes), slices.Clone(sizes)
	left[dim], right[dim] = at, sizes[dim]-at
	return left, right
}
