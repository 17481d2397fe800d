package build

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	effektsql "effekt/sql"
)

// The rows of a group reach an aggregate in the order that the threads happen
// to have, and a product or a variance of decimals has another last digit in
// another order. A figure must come out the same every time, so those say theirs.
func TestAggregatesSayTheirOrder(t *testing.T) {
	t.Parallel()
	library, err := effektsql.Read(effektsql.Files)
	if err != nil {
		t.Fatal(err)
	}
	sensitive := regexp.MustCompile(`\b(product|avg|mean|regr_\w+|stddev\w*|var_\w+|corr|covar\w*)\(([^()]*)\)`)
	for _, file := range slices.Concat(library.Core, library.Indicators, library.Marts) {
		for _, call := range sensitive.FindAllString(file.Query, -1) {
			if !strings.Contains(call, " order by ") {
				t.Errorf("%s: %s does not say in which order", file.Path, call)
			}
		}
	}
}
