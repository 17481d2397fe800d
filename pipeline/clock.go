package pipeline

import (
	"fmt"
	"time"

	"effekt/pipeline/archive"
)

// doubtClock is an error when the clock has gone back since the last fetch. It is
// asked before anything new comes, which would bear the doubtful time itself.
// Vintages keep the order in which they came, so no figure depends on it.
func (p *Pipeline) doubtClock() error {
	for _, d := range p.Config.Datasets {
		last, ok, err := p.Archive.Latest(d.Source, d.Name)
		if err != nil || !ok { // who uses the vintage tells of it
			continue
		}
		if last.Fetched.After(p.Now().Add(archive.Skew)) {
			return fmt.Errorf("the clock shows %s, which is before %s was fetched at %s: it is wrong now, or was then; figures are not affected, but what is due and overdue is",
				p.Now().UTC().Format(time.RFC3339), d.Name, last.Fetched.Format(time.RFC3339))
		}
	}
	return nil
}
