package schedule

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// spec tells when a job is due.
type spec struct {
	cron cron.Schedule
	zone *time.Location
	// steady specs (every hour, @every) follow the time that passes; all others
	// the clock on the wall, which is put forward and back.
	steady bool
}

// parse reads a cron expression of five fields, or @daily and its like.
// Robfig's parser panics on "TZ=" without more (robfig/cron issue 554), and the
// zone is one for all jobs, so an expression with a zone never comes to it.
func parse(expression string, zone *time.Location, now time.Time) (spec, error) {
	if strings.Contains(expression, "TZ=") {
		return spec{}, fmt.Errorf("%q: the time zone is set once for all jobs, not in a cron expression", expression)
	}
	schedule, err := cron.ParseStandard(expression)
	if err != nil {
		return spec{}, fmt.Errorf("%q: %w", expression, err)
	}
	s := spec{cron: schedule, zone: zone}
	switch of := schedule.(type) {
	case *cron.SpecSchedule:
		const everyHour = 1<<24 - 1
		s.steady = of.Hour&everyHour == everyHour
	case cron.ConstantDelaySchedule:
		s.steady = true
		if of.Delay < time.Minute {
			return spec{}, fmt.Errorf("%q: more often than once a minute", expression)
		}
	}
	if s.next(now).IsZero() {
		return spec{}, fmt.Errorf("%q: never comes in the next five years", expression)
	}
	return s, nil
}

// next is the first due time after t, zero when there is none in five years.
//
// The wall clock is read as if it never jumped, and each reading taken to the
// moment when the clock first shows it. So a reading that the change to summer
// time leaves out is due at the change, and one that the change back repeats
// is due once; robfig/cron by itself skips the one (pull request 541) and
// doubles the other.
func (s spec) next(t time.Time) time.Time {
	if s.steady {
		return s.cron.Next(t.In(s.zone))
	}
	for wall := s.cron.Next(reading(t, s.zone)); !wall.IsZero(); wall = s.cron.Next(wall) {
		if at := moment(wall, s.zone); at.After(t) {
			return at
		}
	}
	return time.Time{}
}

// reading is what a clock in zone shows at t, written as a time in UTC.
func reading(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// moment is when a clock in zone first shows the reading wall; when it never
// does, the moment at which it jumps past it.
func moment(wall time.Time, zone *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	begins, ends := t.ZoneBounds()
	shown := reading(t, zone)
	switch {
	case shown.After(wall):
		return begins
	case shown.Before(wall):
		return ends
	case begins.IsZero():
		return t
	}
	_, before := begins.Add(-1).Zone()
	_, after := t.Zone()
	if earlier := t.Add(time.Duration(after-before) * time.Second); earlier.Before(begins) && before > after {
		return earlier
	}
	return t
}

// zoneOf loads a time zone; without a name it is Sweden's.
func zoneOf(name string) (*time.Location, error) {
	if name == "" {
		name = "Europe/Stockholm"
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("schedule: unknown time zone %q", name)
	}
	return zone, nil
}
