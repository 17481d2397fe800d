package main

import (
	"context"
	"effekt/pipeline"
	"effekt/pipeline/freshness"
	"effekt/pipeline/run"
	"effekt/pipeline/schedule"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// runsListed is how many of the last runs status shows.
const runsListed = 10

func (a *app) status() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "status", Short: "What is held of each data set, the last runs and the next", Args: noArgs,
		Long: `status reads the archive, the ledger and the published file, asks no source and
writes nothing. Indicators are listed when they are not current, with the reason.

The next figures of a data set are due when the next period has ended and the
lag_months of the indicators that read it have passed (24 where none is known).
Three months later it is overdue, a year later frozen; ended is one whose series
has gone on in its successor. One that is unreadable is damaged in the archive, or
of a newer effekt: the rest is shown, and the exit code is 1.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.showStatus(cmd.Context(), asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

func (a *app) showStatus(ctx context.Context, asJSON bool) error {
	p, err := a.look()
	if err != nil {
		return err
	}
	var lines []freshness.Line
	if p.Archive != nil {
		if lines, err = p.Status(ctx); err != nil {
			return err
		}
	}
	show := a.statusText
	if asJSON {
		show = a.statusJSON
	}
	return errors.Join(show(ctx, p, lines), unread(lines))
}

// unread is an error when the archive holds what cannot be read.
func unread(lines []freshness.Line) error {
	var names []string
	for _, l := range lines {
		if l.Standing == freshness.Unread {
			names = append(names, l.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("the archive cannot be read for %s: see «effekt archive verify»", strings.Join(names, ", "))
}

func (a *app) statusText(ctx context.Context, p *pipeline.Pipeline, lines []freshness.Line) error {
	w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	showDatasets(w, p, lines)
	if err := showStates(ctx, w, p); err != nil {
		return err
	}
	if err := a.showRuns(w, p); err != nil {
		return err
	}
	if err := a.showNext(w, p); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	return a.showDeadlines(ctx, p)
}

// showDatasets shows what is held, and after the table what went wrong last.
func showDatasets(w io.Writer, p *pipeline.Pipeline, lines []freshness.Line) {
	if p.Archive == nil {
		fmt.Fprintf(w, "nothing has been fetched yet into %s: run «effekt refresh»\n", p.Dir.Root)
		return
	}
	var reasons []string
	fmt.Fprintln(w, "dataset\tsource\tfetched\tchecked\tsource's stamp\tlatest period\tstanding")
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.Name, l.Source, day(l.Fetched), day(l.Checked), dash(l.Updated), dash(l.LastPeriod), l.Standing)
		if l.Reason != "" {
			reasons = append(reasons, fmt.Sprintf("%s is %s: %s", l.Name, l.Standing, l.Reason))
		}
		if l.Error != "" {
			reasons = append(reasons, fmt.Sprintf("%s failed %s: %s", l.Name, day(l.FailedAt), firstLine(l.Error)))
		}
	}
	for _, l := range lines {
		for _, text := range l.News {
			reasons = append(reasons, l.Name+" "+text)
		}
		for _, text := range l.Resolved {
			reasons = append(reasons, l.Name+" "+text)
		}
	}
	if len(reasons) > 0 {
		fmt.Fprintln(w, "\n"+strings.Join(reasons, "\n"))
	}
	for _, l := range lines {
		if s := l.Proposal; s.Table != "" {
			fmt.Fprintf(w, "\n%s may go on in %s (%s, %s–%s), score %.2f; as a data set, to be looked through:\n\n%s", l.Name, s.Table, s.Title, s.FirstPeriod, s.LastPeriod, s.Score, s.TOML)
		}
	}
}

// showStates shows the indicators of the published file that are not current.
func showStates(ctx context.Context, w io.Writer, p *pipeline.Pipeline) error {
	found, err := states(ctx, p)
	if len(found) > 0 {
		fmt.Fprintln(w, "\nindicator\tstate\treason")
	}
	for _, i := range found {
		fmt.Fprintf(w, "%s\t%s\t%s\n", i.ID, i.State, firstLine(i.Reason))
	}
	return err
}

func states(ctx context.Context, p *pipeline.Pipeline) ([]indicatorJSON, error) {
	all := []indicatorJSON{}
	if !exists(p.Dir.Database()) {
		return all, nil
	}
	r, err := warehouse.Open(ctx, p.Dir.Database())
	if err != nil {
		return all, err
	}
	found, err := r.Query(ctx, "select indicator_id, state, coalesce(state_reason, '') from mart.indicator where state <> 'current' order by indicator_id", 0)
	if err := errors.Join(err, r.Close()); err != nil {
		return all, err
	}
	for _, row := range found.Rows {
		all = append(all, indicatorJSON{fmt.Sprint(row[0]), fmt.Sprint(row[1]), fmt.Sprint(row[2])})
	}
	return all, nil
}

func (a *app) showRuns(w io.Writer, p *pipeline.Pipeline) error {
	runs, skipped, err := run.Read(p.Dir.Runs(), runsListed)
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		fmt.Fprintln(w, "\nno runs yet")
		return nil
	}
	fmt.Fprintln(w, "\nrun began\ttook\toutcome\tcommand\tfetched\tfailed\terror")
	for _, r := range runs {
		took := "–"
		if !r.End.IsZero() {
			took = r.End.Sub(r.Start).Round(100 * time.Millisecond).String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%s\n", day(r.Start), took, r.Outcome, firstLine(r.Command), r.Counts.Fetched, r.Counts.Failed, runError(r))
	}
	if skipped > 0 {
		fmt.Fprintf(w, "%d damaged lines in the ledger were passed over\n", skipped)
	}
	return nil
}

func runError(r run.Run) string {
	if r.Error == "" && len(r.Errors) > 0 {
		return firstLine(r.Errors[0])
	}
	return firstLine(r.Error)
}

func (a *app) showNext(w io.Writer, p *pipeline.Pipeline) error {
	due, err := schedule.Next(p.Config.Schedule.Jobs, p.Config.Schedule.Timezone, a.now())
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintln(w, "\njob\tnext, while «effekt schedule» runs")
	for _, d := range due {
		next := "never"
		if !d.At.IsZero() {
			next = d.At.Format("2006-01-02 15:04 MST")
		}
		fmt.Fprintf(w, "%s\t%s\n", d.Job, next)
	}
	return nil
}

// day is a time to the minute, by the clock of whoever looks.
func day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Local().Format("2006-01-02 15:04")
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// firstLine keeps a long message to one line of a table.
func firstLine(s string) string {
	line, _, more := strings.Cut(strings.TrimSpace(s), "\n")
	if runes := []rune(line); len(runes) > 160 {
		return string(runes[:160]) + "…"
	}
	if more {
		return line + " …"
	}
	return line
}
