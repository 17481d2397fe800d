package main

import "math"

// unit draws a number in [0, 1) that depends on the key alone: the same for
// every run, machine and order of calls, so that adding a table changes no
// other table's figures.
func unit(kind string, at ...int) float64 {
	h := uint64(14695981039346656037)
	for i := range len(kind) {
		h = (h ^ uint64(kind[i])) * 1099511628211
	}
	for _, n := range at {
		h = mix(h ^ uint64(int64(n)))
	}
	return float64(mix(h)>>11) / (1 << 53)
}

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// swing draws a number in (-1, 1), most often near 0.
func swing(kind string, at ...int) float64 {
	key := append([]int{0}, at...)
	sum := 0.0
	for i := range 3 {
		key[0] = i
		sum += unit(kind, key...)
	}
	return sum/1.5 - 1
}

// wave is a smooth swing over the years, in [-1, 1], of its own phase per key.
func wave(kind string, year int, at ...int) float64 {
	period := 7 + 6*unit(kind+" period", at...)
	return math.Sin(2 * math.Pi * (float64(year)/period + unit(kind+" phase", at...)))
}

// rise goes smoothly from 0 to 1 around middle, most of it within ±2 widths.
func rise(x, middle, width float64) float64 {
	return 1 / (1 + math.Exp((middle-x)/width))
}

// bump is a bell with top 1 at middle.
func bump(x, middle, width float64) float64 {
	d := (x - middle) / width
	return math.Exp(-d * d / 2)
}

func clamp(x, low, high float64) float64 {
	return min(max(x, low), high)
}

// round rounds half away from zero to so many decimals.
func round(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Round(x*p) / p
}

// divide shares n into whole parts that add up to n; the last of out is the
// rest that parts, shares of 1, leave over.
func divide(n int, draw float64, parts []float64, out []int) {
	sum, before := 0.0, 0
	for i, p := range parts {
		sum += p
		upto := min(n, int(float64(n)*sum+draw))
		out[i], before = upto-before, upto
	}
	out[len(parts)] = n - before
}
