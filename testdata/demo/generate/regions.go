package main

import (
	"cmp"
	"effekt/config"
	"slices"
)

// A place is a region with the municipalities it consists of, as positions in
// world.towns. A municipality consists of itself.
type place struct {
	config.Region
	at    int
	towns []int
}

// places joins each region with its municipalities, in the order of their codes,
// which is the order of SCB's tables.
func places(all []config.Region) []place {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b config.Region) int { return cmp.Compare(a.Code, b.Code) })
	out := make([]place, len(all))
	for i, r := range all {
		out[i] = place{Region: r, at: i}
		n := 0
		for _, m := range all {
			if m.Level != "municipality" {
				continue
			}
			if r.Level == "country" || r.Code == m.Code || r.Level == "county" && r.Code == m.County {
				out[i].towns = append(out[i].towns, n)
			}
			n++
		}
	}
	return out
}

// kind is the places of a kind of tables: all of them, those of one level, or all
// and groups of them.
func (w *world) kind(kind string) []place {
	var out []place
	for _, p := range w.places {
		if slices.Contains([]string{"all", "nuts", "metropolitan", p.Level}, kind) || kind == "accounts" && p.Level != "municipality" {
			out = append(out, p)
		}
	}
	for _, g := range w.spec.Groups[kind] {
		p := place{Region: config.Region{Code: g.Code, Name: g.Name}}
		for n, t := range w.towns {
			if slices.Contains(g.Members, t.Code) {
				p.towns = append(p.towns, n)
			}
		}
		out = append(out, p)
	}
	return out
}
