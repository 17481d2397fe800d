package config

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

const settingsName = "effekt.toml"

func (l *loader) settings(c *Config, o Overrides) {
	if _, err := time.LoadLocation(c.Schedule.Timezone); err != nil || c.Schedule.Timezone == "" {
		l.find(settingsName, "timezone", "unknown time zone %q", c.Schedule.Timezone)
	}
	l.jobs(c.Schedule.Jobs)
	if c.Figures.SmallDenominator != 0 {
		l.oneOf(settingsName, "small_action", c.Figures.SmallAction, "flag", "suppress")
	}
	if small := c.Figures.SmallDenominator; !(small >= 0 && small <= 1_000_000) {
		l.find(settingsName, "small_denominator", "small_denominator %v: want 0 to 1000000", small)
	}
	l.oneOf(settingsName, "language", c.SCB.Language, "sv", "en")
	for i, p := range c.publishers() {
		l.api(p.name, p.api, []string{o.SCBBaseURL, o.KoladaBaseURL}[i])
	}
	l.within(settingsName, "attempts", c.HTTP.Attempts, 1, 20, "")
	l.within(settingsName, "in_flight", c.HTTP.InFlight, 1, 32, "")
	l.within(settingsName, "max_body_mb", int(c.HTTP.MaxBodyMB), 1, 4096, "")
	l.within(settingsName, "threads", c.Build.Threads, 0, 1024, "")
	if strings.ContainsFunc(c.HTTP.UserAgent, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		l.find(settingsName, "user_agent", "user_agent holds a control character")
	}
	if ok, _ := regexp.MatchString(`^([0-9]+(\.[0-9]+)? ?([KMGT]i?B|%))?$`, c.Build.MemoryLimit); !ok {
		l.find(settingsName, "memory_limit", "memory_limit %q: want as in 1GB or 50%%", c.Build.MemoryLimit)
	}
}

func (l *loader) jobs(jobs []Job) {
	seen := map[string]bool{}
	for _, job := range jobs {
		if strings.Contains(job.Cron, "TZ=") {
			l.find(settingsName, strconv.Quote(job.Cron), "the time zone of a job is [schedule] timezone")
		} else if _, err := cron.ParseStandard(job.Cron); err != nil {
			l.find(settingsName, strconv.Quote(job.Cron), "%v", err)
		}
		l.refuse(job.Name == "" || len(job.Command) == 0, settingsName, strconv.Quote(job.Cron), "a job needs name and command")
		l.refuse(seen[job.Name], settingsName, strconv.Quote(job.Cron), "the job %q twice", job.Name)
		seen[job.Name] = true
	}
}

// longestWindow bounds a limit's window: beyond it a run would stand still.
const longestWindow = time.Hour

// api checks one publisher's section; override is the address that stands
// instead of the file's, from the environment.
func (l *loader) api(name string, api API, override string) {
	if api.Calls < 1 || api.Calls > 10_000 {
		l.findKey(settingsName, "["+name+"]", 0, "calls", fmt.Sprintf("calls %d: want 1 to 10000", api.Calls))
	}
	if window := time.Duration(api.Window); window <= 0 || window > longestWindow {
		l.findKey(settingsName, "["+name+"]", 0, "window", fmt.Sprintf("window %v: want more than 0 and at most %v", window, longestWindow))
	}
	address, err := url.Parse(api.BaseURL)
	switch {
	case err == nil && address.Host != "" && (address.Scheme == "http" || address.Scheme == "https"):
	case override != "":
		l.add(Problem{File: "$EFFEKT_" + strings.ToUpper(name) + "_BASE_URL", Message: fmt.Sprintf("%q: want an address that begins with https://", override)})
	default:
		l.findKey(settingsName, "["+name+"]", 0, "base_url", fmt.Sprintf("base_url %q: want an address that begins with https://", api.BaseURL))
	}
}

func (l *loader) within(file, key string, got, least, most int, unit string) {
	l.refuse(got < least || got > most, file, key, "%s %d: want %d to %d%s", key, got, least, most, unit)
}
