package number

import "math"

// Grid is a power of two of which numbers are taken as whole multiples, so few
// that neither their differences nor the sums of those are rounded again: binary
// fractions added one by one may else miss the whole by a last digit.
type Grid float64

// kept is how much of the largest number is kept, in bits: thirteen decimal digits.
const kept = 44

// GridOf is the grid for numbers that are to be compared with one another.
func GridOf(numbers []float64) Grid {
	largest := 0.0
	for _, n := range numbers {
		largest = max(largest, math.Abs(n))
	}
	_, exponent := math.Frexp(largest)
	return Grid(math.Ldexp(1, max(exponent-kept, -1022)))
}

// Less is a less b on the grid.
func (g Grid) Less(a, b float64) float64 {
	return (math.Round(a/float64(g)) - math.Round(b/float64(g))) * float64(g)
}
