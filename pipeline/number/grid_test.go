package number_test

import (
	"testing"

	"effekt/pipeline/number"

	"pgregory.net/rapid"
)

// Whatever the numbers are, the steps between them add up to the whole to the
// last bit, and are as good as plain differences.
func TestStepsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Float64Range(-1e12, 1e12), 2, 7).Draw(t, "numbers")
		g, sum := number.GridOf(numbers), 0.0
		for i := range numbers[1:] {
			sum += g.Less(numbers[i+1], numbers[i])
		}
		first, last := numbers[0], numbers[len(numbers)-1]
		whole, plain := g.Less(last, first), last-first
		if sum != whole || whole-plain > float64(g) || plain-whole > float64(g) {
			t.Fatalf("the steps give %v, the whole is %v, plainly %v", sum, whole, plain)
		}
	})
}
