package build

import (
	"cmp"
	"context"
	"time"

	"effekt/config"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
)

// datasetRow is a row of ops.dataset. Standing, Reason and Due come from
// core.freshness when that has been made.
type datasetRow struct {
	Name          string   `json:"name"`
	Source        string   `json:"source"`
	Table         string   `json:"table_id,omitempty"`
	Title         string   `json:"title"`
	Frequency     string   `json:"frequency"`
	Successor     string   `json:"successor,omitempty"`
	Vintage       string   `json:"vintage,omitempty"`
	SourceUpdated string   `json:"source_updated,omitempty"`
	Fetched       string   `json:"fetched,omitempty" type:"TIMESTAMP"`
	LastPeriod    string   `json:"last_period,omitempty"`
	Requests      *int     `json:"requests"`
	Error         string   `json:"error,omitempty"`
	Official      *bool    `json:"official"`
	Notes         []string `json:"notes"`
	Discontinued  bool     `json:"discontinued"` // the publisher says so
	// UsualDays is how long after a period's end its figures have come at most;
	// NULL until two periods have been seen to come.
	UsualDays *int   `json:"usual_days"`
	Standing  string `json:"standing,omitempty"`
	Reason    string `json:"standing_reason,omitempty"`
	Due       string `json:"next_due,omitempty" type:"DATE"`
}

type codeRow struct {
	Dataset  string `json:"dataset"`
	Variable string `json:"variable"`
	Code     string `json:"code"`
	Label    string `json:"label"`
	Position int    `json:"position"`
	Unit     string `json:"unit,omitempty"`
	Decimals int    `json:"decimals"`
}

type requestRow struct {
	Dataset  string `json:"dataset"`
	Vintage  string `json:"vintage"`
	Position int    `json:"position"`
	Role     string `json:"role"`
	Method   string `json:"method"`
	URL      string `json:"url"`
	Sent     string `json:"body_sha256,omitempty"`
	Status   int    `json:"http_status"`
	Bytes    int64  `json:"bytes"`
	Received string `json:"received" type:"TIMESTAMP"`
	TookMS   int64  `json:"took_ms"`
	Attempts int    `json:"attempts"`
	Object   string `json:"object"`
}

// loadOps loads the ledger's view of the data sets, their codes and requests.
func (m *making) loadOps(ctx context.Context) error {
	var datasets []datasetRow
	var codes []codeRow
	var requests []requestRow
	for _, d := range m.Config.Datasets {
		datasets = append(datasets, m.datasetRow(d))
		v := m.newest(d.Name)
		for _, variable := range v.Variables {
			for _, c := range variable.Codes {
				codes = append(codes, codeRow{d.Name, variable.Code, c.Code, c.Label, c.Position, c.Unit, c.Decimals})
			}
		}
		for k, r := range v.Requests {
			requests = append(requests, requestRow{d.Name, v.Name, k, r.Role, r.Method, r.URL, r.BodySHA256, r.Status, int64(r.Bytes), stamp(r.Received), r.TookMS, r.Attempts, r.Object})
		}
	}
	return cmp.Or(load(ctx, m, "ops", "dataset", datasets), load(ctx, m, "scb", "code", codes), load(ctx, m, "ops", "request", requests), m.loadRuns(ctx))
}

func (m *making) datasetRow(d config.Dataset) datasetRow {
	held := m.Datasets[d.Name]
	r := datasetRow{Name: d.Name, Source: d.Source, Table: d.Table, Title: d.Title, Frequency: d.Frequency, Successor: d.Successor}
	if v := held.Latest(); v.Name != "" {
		if v.Table != "" {
			r.Table = v.Table // the config may name another by now
		}
		r.Vintage, r.SourceUpdated, r.Fetched, r.LastPeriod = v.Name, v.SourceUpdated, stamp(v.Fetched), v.LastPeriod()
		r.Official, r.Notes, r.Requests = v.Official, v.Notes[:min(v.Mandatory, len(v.Notes))], new(len(v.Requests))
		r.Discontinued = v.Discontinued || held.Checked.Discontinued
		if held.UsualDelay != nil {
			r.UsualDays = new(int(held.UsualDelay.Hours() / 24))
		}
	}
	if err := m.Trouble[d.Name]; err != nil {
		r.Error = err.Error()
	}
	return r
}

// noteFreshness writes in ops.dataset how fresh each data set is, by the rule of
// core.freshness.
func (m *making) noteFreshness(ctx context.Context) error {
	if !m.made["core.freshness"] {
		return nil
	}
	return m.db.Exec(ctx, `update ops.dataset as data set standing = fresh.standing, standing_reason = fresh.reason, next_due = fresh.due,
			last_period = coalesce(data.last_period, fresh.last_period)
		from (
			select dataset, max_by(standing, standing_rank(standing)) as standing, min(due) as due,
				string_agg(reason, ', ' order by series) as reason,
				case when min(last_period) = max(last_period) then max(last_period) else min(last_period) || '–' || max(last_period) end as last_period
			from core.freshness group by dataset
		) as fresh
		where fresh.dataset = data.name`)
}

// runsShown is how many of the ledger's runs a file carries; the ledger itself
// keeps them all.
const runsShown = 1000

type runRow struct {
	ID          string `json:"run_id"`
	Command     string `json:"command"`
	County      string `json:"county"`
	Started     string `json:"started,omitempty" type:"TIMESTAMP"`
	Ended       string `json:"ended,omitempty" type:"TIMESTAMP"`
	Outcome     string `json:"outcome"`
	Exit        *int   `json:"exit"`
	Published   *bool  `json:"published"`
	Datasets    *int   `json:"datasets"`
	Fetched     *int   `json:"fetched"`
	Failed      *int   `json:"failed"`
	Requests    *int   `json:"requests"`
	Bytes       *int64 `json:"bytes"`
	Error       string `json:"error,omitempty"`
	Version     string `json:"version"`
	BuildID     string `json:"build_id,omitempty"`
	AsOf        string `json:"as_of,omitempty" type:"TIMESTAMP"`
	ConfigHash  string `json:"config_hash,omitempty"`
	SQLHash     string `json:"sql_hash,omitempty"`
	Synthetic   bool   `json:"synthetic"`
	WithEdition string `json:"with_edition,omitempty"`
}

// loadRuns loads the runs so far, newest first. The first is the one that makes
// this file, which has not ended yet and is the only one with the hashes of its
// inputs.
func (m *making) loadRuns(ctx context.Context) error {
	own := m.runRow(m.Own)
	own.BuildID, own.ConfigHash, own.SQLHash, own.AsOf, own.WithEdition = m.ID(), m.Config.Hash, m.SQL.Hash, stamp(m.AsOf), m.WithEdition
	rows := []runRow{own}
	for _, r := range m.Runs[:min(len(m.Runs), runsShown)] {
		if r.ID != m.Own.ID {
			rows = append(rows, m.runRow(r))
		}
	}
	return load(ctx, m, "ops", "run", rows)
}

func (m *making) runRow(r run.Run) runRow {
	it := runRow{
		ID: r.ID, Command: r.Command, County: r.County, Started: stamp(r.Start), Ended: stamp(r.End), Outcome: r.Outcome, Exit: r.Exit,
		Error: r.Error, Version: r.Version, BuildID: r.BuildID, Synthetic: m.Synthetic,
	}
	if r.Outcome != run.Running {
		c := r.Counts
		it.Published, it.Datasets, it.Fetched, it.Failed, it.Requests, it.Bytes = &r.Published, &c.Datasets, &c.Fetched, &c.Failed, &c.Requests, &c.Bytes
	}
	return it
}

// turns is the first day after the build's on which core.freshness says something
// else of unchanged data: a published file is built anew from then on. SQL of an
// older program has no such table.
func (m *making) turns(ctx context.Context) (time.Time, error) {
	if !m.made["core.freshness"] {
		return time.Time{}, nil
	}
	type row struct {
		Day time.Time `column:"day"`
	}
	found, err := warehouse.Select[row](ctx, m.db, `select min(day) as day from (
		select unnest([overdue_on, frozen_on]) as day from core.freshness) where day > (select day from config.build)`)
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0].Day, nil
}
