package chart

import (
	"math"
	"slices"
)

// axis maps values to pixels, with ticks at round numbers.
type axis struct {
	low, high     float64 // of the scale, in the values' unit
	from, to      float64 // pixels
	step          float64
	tickDecimals  int
	withoutValues bool
}

// newAxis spans the values with some four ticks.
func newAxis(values []float64, from, to float64) axis {
	a := axis{from: from, to: to}
	if len(values) == 0 {
		a.high, a.step, a.withoutValues = 1, 1, true
		return a
	}
	low, high := slices.Min(values), slices.Max(values)
	if low == high { // one value, or a flat series: some room around it
		room := math.Max(math.Abs(high)*0.1, 1)
		low, high = low-room, high+room
	}
	a.step = roundStep((high - low) / 4)
	a.low, a.high = math.Floor(low/a.step+1e-9)*a.step, math.Ceil(high/a.step-1e-9)*a.step
	a.tickDecimals = max(0, int(-math.Floor(math.Log10(a.step)+1e-9)))
	return a
}

// roundStep is the 1, 2 or 5 times a power of ten at or above a step.
func roundStep(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, n := range []float64{1, 2, 5} {
		if n*power >= step*(1-1e-9) {
			return n * power
		}
	}
	return 10 * power
}

func (a axis) at(v float64) float64 {
	return a.from + (v-a.low)/(a.high-a.low)*(a.to-a.from)
}

func (a axis) ticks() []float64 {
	var ticks []float64
	for i := 0; ; i++ {
		v := a.low + float64(i)*a.step
		if v > a.high+a.step*1e-6 {
			return ticks
		}
		if math.Abs(v) < a.step*1e-9 {
			v = 0
		}
		ticks = append(ticks, v)
	}
}
