package main

import (
	"fmt"
	"time"
)

// clock is the program's: the machine's own, or one that was set to another time
// when the program started and has gone on from there. Pacing, time-outs and
// what is due in the schedule follow the machine's.
func clock(set string, started time.Time) (func() time.Time, error) {
	if set == "" {
		return time.Now, nil
	}
	at, err := time.Parse(time.RFC3339, set)
	if err != nil {
		at, err = time.Parse(time.DateOnly, set)
	}
	if err != nil {
		return time.Now, fmt.Errorf("EFFEKT_NOW %q: want a day as in 2026-02-21, or a time as in 2026-02-21T15:00:00Z", set)
	}
	return func() time.Time { return at.Add(time.Since(started)) }, nil
}
