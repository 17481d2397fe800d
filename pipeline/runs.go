package pipeline

import (
	"context"
	"effekt/pipeline/ledger"
	"fmt"
)

// runsShown is how many of the ledger's runs a file carries; the ledger itself
// keeps them all.
const runsShown = 1000

// loadRuns loads the runs so far and the one that makes this file, which has
// not ended yet and is the only one with the hashes of its inputs.
func (m *making) loadRuns(ctx context.Context) error {
	runs, _, err := ledger.Read(m.pipeline.Dir.Runs(), runsShown)
	if err != nil {
		return err
	}
	rows := []row{}
	for _, r := range runs {
		rows = append(rows, m.runRow(r))
	}
	if len(runs) == 0 || runs[0].Outcome != ledger.Running {
		p := m.pipeline
		now := ledger.Run{ID: p.Now().UTC().Format("20060102T150405Z"), Command: p.Command, County: p.Config.County.Code, Version: p.Version, Start: p.Now(), Outcome: ledger.Running}
		rows = append([]row{m.runRow(now)}, rows...)
	}
	own := rows[0]
	m.runID = fmt.Sprint(own["run_id"])
	own["build_id"], own["config_hash"], own["sql_hash"] = m.in.id, m.pipeline.Config.Hash, m.pipeline.SQL.Hash
	own["as_of"], own["with_edition"] = stamp(m.pipeline.AsOf), empty(m.pipeline.WithEdition)
	return m.table(ctx, "ops", "run", "run_id VARCHAR, command VARCHAR, county VARCHAR, started TIMESTAMP, ended TIMESTAMP, outcome VARCHAR, exit INTEGER, published BOOLEAN, "+
		"datasets INTEGER, fetched INTEGER, failed INTEGER, requests INTEGER, bytes BIGINT, error VARCHAR, version VARCHAR, build_id VARCHAR, as_of TIMESTAMP, "+
		"config_hash VARCHAR, sql_hash VARCHAR, synthetic BOOLEAN, with_edition VARCHAR", rows)
}

func (m *making) runRow(r ledger.Run) row {
	it := row{
		"run_id": r.ID, "command": r.Command, "county": r.County, "started": stamp(r.Start), "ended": stamp(r.End), "outcome": r.Outcome,
		"error": empty(r.Error), "version": r.Version, "build_id": empty(r.BuildID), "synthetic": m.pipeline.Synthetic,
	}
	if r.Exit != nil {
		it["exit"] = *r.Exit
	}
	if r.Outcome != ledger.Running {
		it["published"], it["datasets"], it["fetched"], it["failed"] = r.Published, r.Counts.Datasets, r.Counts.Fetched, r.Counts.Failed
		it["requests"], it["bytes"] = r.Counts.Requests, r.Counts.Bytes
	}
	return it
}
