package budget

import (
	"strings"
	"testing"
	"time"
)

func TestExceeded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		took   time.Duration
		factor float64
		fails  bool
	}{{time.Second, 1, false}, {1001 * time.Millisecond, 1, true}, {2 * time.Second, 3, false}, {4 * time.Second, 3, true}, {time.Hour, 0, false}} {
		if err := exceeded(test.took, time.Second, test.factor); (err != nil) != test.fails {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

// A row is replaced where it stands, and a new one comes after the last.
func TestTable(t *testing.T) {
	t.Parallel()
	before := "# Speed\n\n| what | median |\n|---|---|\n| a | 1s |\n| ab | 2s |\n\nafter\n"
	if got := table(before, "| a | 9s |"); got != strings.Replace(before, "| a | 1s |", "| a | 9s |", 1) {
		t.Error(got)
	}
	if got := table(before, "| c | 3s |"); got != strings.Replace(before, "2s |\n", "2s |\n| c | 3s |\n", 1) {
		t.Error(got)
	}
	times := Times{What: "a", Budget: time.Second, all: []time.Duration{time.Millisecond, 2 * time.Millisecond, 1234567 * time.Microsecond}}
	if row := times.row(time.Date(2026, 2, 21, 0, 0, 0, 0, time.UTC)); !strings.HasPrefix(row, "| a | 2ms | 1ms–1.23s | 3 | 1s | 2026-02-21 | ") {
		t.Error(row)
	}
}
