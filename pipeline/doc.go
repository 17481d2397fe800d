// Package pipeline carries the figures from the agencies' bytes to the
// published database. This is the ten-minute tour; after it you should know
// where a change belongs.
//
// # The way of the data
//
//	bytes → archive → Arrow → DuckDB → SQL → published file → report
//
// A figure is fetched once, kept for ever as it was received, and everything
// after that can be done again from what was kept. Read the packages in this
// order:
//
//	config             what analysts edit: settings, data sets, indicators, regions.
//	                   A new meaning, label, unit, caveat or break belongs here.
//	sources            the vocabulary (Request, Answer, Caller) and the one polite
//	                   HTTP client. Time-outs, retries, rate limits: here, nowhere else.
//	sources/scb        SCB's PxWebApi v2: metadata, selection, request plan, JSON-stat2
//	                   to Arrow. A new quirk of SCB belongs here.
//	sources/kolada     Kolada's v3: lists of 25, pages, JSON to Arrow.
//	sources/replay     a loopback server that answers as both do, with faults on
//	                   demand; tests, the demonstration and benchmarks use it.
//	sources/outcomes   the reporting workbook: written, read back, every problem in one go.
//	pipeline/archive   objects by sha256, one manifest per vintage, append-only, and
//	                   the wrapper that resumes an interrupted fetch.
//	pipeline           this package. fetch*.go decides what to ask, build.go and
//	                   load.go turn the archive into a file, refresh.go ties them.
//	                   correct.go applies config/corrections.toml; handed.go, aside.go and
//	                   outcomes.go take in what the organisation reports; status.go,
//	                   news.go and successor.go say how fresh the tables are;
//	                   asof.go, figure.go and history.go go back in time,
//	                   pruned.go as far as nothing is gone; county.go keeps a
//	                   folder one county's.
//	pipeline/number    rounding and Swedish print: one rule for all that is shown.
//	pipeline/warehouse the only importer of DuckDB.
//	pipeline/models    the order of the SELECTs, read from the SQL itself.
//	pipeline/checks    what must hold before anything is published.
//	pipeline/publish   the rename that readers never notice.
//	pipeline/explain   one figure back to its cells, requests and bytes.
//	pipeline/edition   frozen report-backs that stand by themselves.
//	pipeline/report    the report-back: figures, sentences and charts as page, Word
//	                   file and workbook. A sentence or chart belongs here.
//	pipeline/datadir   the data folder: paths, the lock, free space.
//	pipeline/ledger    runs.ndjson, one line when a run begins and one when it ends.
//	pipeline/schedule  cron, each job a child process.
//	sql                the calculation, one SELECT a file. A formula belongs here.
//	cmd/effekt         flags, signals, error to text and exit code.
//
// Imports go one way: cmd → pipeline → {config, sources, sql}. A source never
// imports another source, the pipeline or DuckDB. TestImports holds this.
//
// # What must stay true
//
// The archive is all that figures are made of; Build is a pure function of
// archive, config and SQL. (Two tables carry history from file to file:
// mart.revision and ops.check. Editions, the inbox and the ledger cannot be
// rebuilt either; the README says what a backup holds.) Every manifest says
// which county the folder is of and whether its figures are invented. A published file is replaced whole or
// not at all. Missing is never zero. A source that fails is a value in the
// Result and exit code 3, never a reason to stop the other source, and never
// hidden.
//
// # Decisions
//
//   - DuckDB's main database is in memory and the file attached beside it: a
//     registered Arrow view is otherwise stored in the file with raw pointers.
//   - A data set that has never come gets an empty table, so that a series
//     joined over two tables keeps the half that exists.
//   - A failing Kolada KPI takes only itself with it: the others of its data
//     set are fetched, and its last good vintage stays in use.
//   - Years are asked of Kolada explicitly, in lists of 25, though its address
//     without years would do: forecast years then come only where wanted.
//   - One probe asks for all groups of KPIs, by regions or by years, whichever
//     takes fewer lists: a refresh with nothing new is three requests.
//   - A KPI that a vintage had to leave out is asked for until it comes; so is all
//     of a data set whose answer was refused.
//   - An answer that is older than what is held, or has lost without a word what the
//     country, a county or all municipalities had, is refused (kolada/lost.go,
//     scb/held.go): silence is no withdrawal. A null that Kolada gives no reason for
//     is a correction inside a series and a loss at its end.
//   - The table's stamp is compared in every data answer, so that a table that
//     is updated while it is fetched is never stored half old, half new.
package pipeline
