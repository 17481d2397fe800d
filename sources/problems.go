package sources

import (
	"fmt"
	"strings"
)

// Problem is what a person has to look at: Of names the table or the series, and
// is empty where all that a data set asks for is meant.
type Problem struct{ Of, Text string }

// Problems are all that does not fit in what a publisher sent, told at once.
type Problems []Problem //nolint:recvcheck // a list is added to, and then read

// Add adds a problem.
func (p *Problems) Add(of, format string, args ...any) {
	*p = append(*p, Problem{of, fmt.Sprintf(format, args...)})
}

// Error is a line for each problem, which begins with what it is of.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = strings.TrimPrefix(one.Of+": "+one.Text, ": ")
	}
	return strings.Join(lines, "\n")
}

// Err is the problems as an error, nil when there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}
