package main

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
