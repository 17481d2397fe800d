package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// A region is one entry of config/regions.toml.
type region struct {
	Code   string `toml:"code"`
	Name   string `toml:"name"`
	Level  string `toml:"level"` // country, county or municipality
	County string `toml:"county"`
	NUTS3  string `toml:"nuts3"`
	Kolada string `toml:"kolada"`
}

// A place is a region with the municipalities it consists of, as positions in
// world.towns. A municipality consists of itself.
type place struct {
	region
	at    int
	towns []int
}

// readRegions returns the country, the counties and the municipalities, in
// the order of their codes, which is the order of SCB's tables.
func readRegions(text []byte) ([]region, error) {
	var file struct {
		Region []region `toml:"region"`
	}
	if err := toml.NewDecoder(bytes.NewReader(text)).Decode(&file); err != nil {
		return nil, fmt.Errorf("regions: %w", err)
	}
	if len(file.Region) == 0 {
		return nil, errors.New("regions: no [[region]] in the file")
	}
	slices.SortFunc(file.Region, func(a, b region) int { return cmp.Compare(a.Code, b.Code) })
	for i := range file.Region {
		complete(&file.Region[i])
	}
	return file.Region, nil
}

// complete fills in what follows from the code where the file leaves it out.
func complete(r *region) {
	if r.Level == "" {
		r.Level = map[bool]string{true: "municipality", false: "county"}[len(r.Code) == 4]
		if r.Code == "00" {
			r.Level = "country"
		}
	}
	if r.Level == "municipality" && r.County == "" {
		r.County = r.Code[:2]
	}
	if r.Kolada == "" {
		r.Kolada = ("00" + r.Code)[len(r.Code)-2:]
	}
}

// places joins each region with its municipalities.
func places(all []region) []place {
	out := make([]place, len(all))
	for i, r := range all {
		out[i] = place{region: r, at: i, towns: within(r, all)}
	}
	return out
}

func within(r region, all []region) []int {
	var towns []int
	n := 0
	for _, m := range all {
		if m.Level != "municipality" {
			continue
		}
		if r.Level == "country" || r.Code == m.Code || r.Level == "county" && r.Code == m.County {
			towns = append(towns, n)
		}
		n++
	}
	return towns
}
