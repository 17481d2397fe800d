package pipeline

import (
	"cmp"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources/kolada"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Standing is whether a data set is as fresh as it should be.
type Standing string

// The standings of a data set. sql/checks has the same rule without the history,
// which SQL cannot see. The next figures are due when the next period has ended
// and lag_months of the indicators that read the data set have passed, 24 months
// where none is known, or what the table itself has taken when two periods have
// been seen to come; every, or the data set's frequency, says how long a period
// is.
const (
	Never   Standing = "never fetched"
	Unread  Standing = "unreadable" // what the archive holds of it is damaged, or of a newer program
	Fresh   Standing = "ok"
	Overdue Standing = "overdue"      // three months after they were due
	Stopped Standing = "discontinued" // SCB itself says so
	Frozen  Standing = "frozen"       // a year after they were due: the table has probably ended
	Ended   Standing = "ended"        // the series has gone on in its successor
	Off     Standing = "off"          // the config says not to fetch it, and why
)

// How long after they were due figures may be missing.
const (
	overdueMonths = 3
	frozenMonths  = 12
)

// StatusLine is one data set's state, as the archive and the ledger know it.
type StatusLine struct {
	Name, Source string
	Fetched      time.Time // the last vintage; zero when there is none
	Checked      time.Time // when the source last answered, with or without news
	Updated      string    // the source's own stamp, verbatim; Kolada has none
	LastPeriod   string    // "2025"; "2023–2025" where KPIs of one group differ
	Standing     Standing
	Reason       string // of another standing than ok
	// News is what has changed in the table's description since the vintage
	// before, and Proposal a table that may carry it on.
	News     []string
	Proposal archive.Proposal
	// Resolved says of each label what it was resolved to, or that it resolves at
	// fetch; empty where the config has codes.
	Resolved []string
	// Error is why the last fetch failed, "" when it did not, and FailedAt when.
	Error    string
	FailedAt time.Time
}

// Status reads the archive and the ledger; it asks no source and writes
// nothing. A data set whose vintage cannot be read is told of as Unread, and
// hides none of the others.
func (p *Pipeline) Status() ([]StatusLine, error) {
	troubles, err := p.troubles()
	if err != nil {
		return nil, err
	}
	var lines []StatusLine
	latest := map[string]string{}
	for _, d := range p.Config.Datasets {
		l, err := p.standing(d)
		if err != nil {
			l.Standing, l.Reason = Unread, err.Error()
		}
		if trouble, ok := troubles[d.Name]; ok && d.Off == "" {
			l.Error, l.FailedAt = trouble.Error, trouble.run.End
		}
		latest[d.Name] = l.LastPeriod
		lines = append(lines, l)
	}
	for i := range lines {
		p.succeeded(&lines[i], latest)
	}
	return lines, nil
}

func (p *Pipeline) standing(d config.Dataset) (StatusLine, error) {
	t := p.task(d)
	l := StatusLine{Name: d.Name, Source: d.Source, Standing: Never, Resolved: t.resolutions()}
	if d.Off != "" {
		l.Standing, l.Reason = Off, d.Off
		return l, nil
	}
	if t.err != nil || !t.has {
		return l, t.err
	}
	l.Fetched, l.Checked, l.Updated = t.latest.Fetched, t.lastAsked(), t.latest.SourceUpdated
	periods, err := p.periods(t)
	if err != nil {
		return l, err
	}
	if len(periods) == 0 {
		l.Standing = Fresh
		return l, nil
	}
	last := slices.Sorted(maps.Values(periods))
	l.LastPeriod = last[len(last)-1]
	if last[0] != l.LastPeriod {
		l.LastPeriod = last[0] + "–" + l.LastPeriod
	}
	l.Standing, l.Reason = p.worst(d, periods)
	if t.latest.Discontinued || t.checked.Discontinued {
		l.Standing, l.Reason = Stopped, "SCB says that the table is not continued"
	}
	if l.Standing != Fresh && d.Successor == "" {
		l.Proposal = p.Archive.Proposal(d.Source, d.Name)
	}
	if l.News, err = p.news(t); err != nil { // its figures may be whole
		l.News = append(l.News, "cannot be compared with what it was: "+err.Error())
	}
	return l, nil
}

// periods is the latest period by KPI, or by "" of a table.
func (p *Pipeline) periods(t task) (map[string]string, error) {
	if t.Source != "kolada" {
		if last := lastPeriod(t.latest.Manifest); last != "" {
			return map[string]string{"": last}, nil
		}
		return nil, nil
	}
	// Kolada was asked for years to come too: only the answers tell which have
	// values. A forecast is no figure that has come.
	years, ended, usual := map[string]string{}, map[string]int{}, config.Indicator{}.EndedYear(p.today())
	for _, i := range p.Config.Indicators {
		ended[i.KPI] = max(ended[i.KPI], i.EndedYear(p.today()))
	}
	err := p.inUse(t.Dataset, func(values []kolada.Value) {
		for _, value := range values {
			ahead := value.Year > cmp.Or(ended[value.KPI], usual)
			if year := strconv.Itoa(value.Year); value.HasValue && !value.Deleted && !ahead && year > years[value.KPI] {
				years[value.KPI] = year
			}
		}
	})
	return years, err
}

// worst is the standing of the KPI, or the table, that is latest behind.
func (p *Pipeline) worst(d config.Dataset, periods map[string]string) (Standing, string) {
	standing := Fresh
	var reasons []string
	for _, kpi := range slices.Sorted(maps.Keys(periods)) {
		due, ok := p.due(d, kpi, periods[kpi])
		if !ok || !p.Now().After(due.AddDate(0, overdueMonths, 0)) {
			continue
		}
		reasons = append(reasons, strings.TrimSpace(fmt.Sprintf("%s nothing after %s", kpi, periods[kpi])))
		if p.Now().After(due.AddDate(0, frozenMonths, 0)) {
			standing = Frozen
		} else if standing == Fresh {
			standing = Overdue
		}
	}
	return standing, strings.Join(reasons, ", ")
}

// due is when the figures after a period were to be expected; not known of a
// period that is not written as SCB writes years, quarters and months.
func (p *Pipeline) due(d config.Dataset, kpi, last string) (time.Time, bool) {
	end, ok := endOf(last)
	every, lag := 1, -1
	for _, i := range p.Config.Indicators {
		if i.KPI == kpi && slices.Contains(i.Datasets, d.Name) {
			every = max(every, i.Every)
			if i.LagMonths != nil {
				lag = max(lag, *i.LagMonths)
			}
		}
	}
	if lag < 0 {
		lag = 24
	}
	months := cmp.Or(map[string]int{"month": 1, "quarter": 3}[d.Frequency], 12*every)
	if usual, known := p.usualDelay(d); known {
		return end.AddDate(0, months, 0).Add(usual), ok
	}
	return end.AddDate(0, months+lag, 0), ok
}

// seenOften is how many periods must have been seen to come before a table's own
// history says how long they take.
const seenOften = 2

// lookBack is how many of the newest vintages tell a table's rhythm: several years
// of any table, and no more to read when there are many.
const lookBack = 60

// usualDelay is the longest time from the end of a period to the stamp under
// which it came, of the periods that have come since the first vintage: the
// rhythm that the table has shown, whatever the config expects.
func (p *Pipeline) usualDelay(d config.Dataset) (longest time.Duration, known bool) {
	if p.Archive == nil || d.Source != "scb" {
		return 0, false
	}
	came, first, seen := map[string]time.Time{}, "", 0
	for v, err := range p.Archive.Newest(d.Source, d.Name) {
		if err != nil {
			return 0, false // who reads the latest vintage tells of it
		}
		first = lastPeriod(v.Manifest)
		if at, err := time.Parse(time.RFC3339, v.SourceUpdated); err == nil {
			came[first] = at
		}
		if seen++; seen == lookBack {
			break
		}
	}
	delete(came, first) // it had come before the first that was looked at
	for period, at := range came {
		if end, ok := endOf(period); ok {
			longest = max(longest, at.Sub(end))
		}
	}
	return longest, len(came) >= seenOften
}

// endOf is the first moment after a period: "2025", "2025K3", "2025M07" or
// "2021-2025".
func endOf(period string) (time.Time, bool) {
	if at := strings.LastIndexByte(period, '-'); at > 0 {
		period = period[at+1:] // «2021-2025» is the mean of those years
	}
	if len(period) < 4 {
		return time.Time{}, false
	}
	year, err := strconv.Atoi(period[:4])
	if err != nil {
		return time.Time{}, false
	}
	month := 12
	if rest := period[4:]; rest != "" {
		n, err := strconv.Atoi(rest[1:])
		width := map[byte]int{'K': 3, 'M': 1}[rest[0]]
		if err != nil || width == 0 || n < 1 || n*width > 12 {
			return time.Time{}, false
		}
		month = n * width
	}
	return time.Date(year, time.Month(month+1), 1, 0, 0, 0, 0, time.UTC), true
}

// succeeded tells a table whose series has gone on in its successor.
func (p *Pipeline) succeeded(l *StatusLine, latest map[string]string) {
	d, _ := p.Config.Dataset(l.Name)
	if l.Standing != Unread && latest[d.Successor] > l.LastPeriod && l.LastPeriod != "" {
		l.Standing, l.Reason = Ended, "continued in "+d.Successor
	}
}

// resolutions says what the data set's open terms stand for, in their order.
func (t task) resolutions() []string {
	pins := t.pins()
	var lines []string
	for _, open := range t.Open() {
		lines = append(lines, open.String()+": "+cmp.Or(pins.Of(open.Variable, open.Term, open.Codelist), "resolves at fetch"))
	}
	return lines
}
