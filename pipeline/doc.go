// Package pipeline carries figures from the agencies' bytes to the published
// database and the report. This is the ten-minute tour: after it you know where a
// change belongs.
//
// # The way of the data
//
//	bytes → archive → Arrow → DuckDB → SQL → published file → report
//
// A figure is fetched once and kept as it was received. Everything after that is
// made again, at any time, from what was kept.
//
// # Where a change belongs
//
//	a new indicator, label, unit, caveat or break   config/indicators/*.toml
//	a new table of SCB or KPI of Kolada             config/datasets/*.toml
//	a formula                                       sql/indicators/*.sql, one SELECT a file
//	a new table for analysts (mart)                 sql/marts/*.sql; its columns in sql/columns.toml
//	a new check                                     sql/checks/*.sql: the rows that are wrong
//	a rule of freshness                             sql/macros/freshness.sql and sql/core/freshness.sql, only there
//	what is hidden                                  sql/macros/status.sql (small_rate) and build/making.go (hide), below all that is published
//	a new source                                    a package under sources/ with a sources.Source, and one line in Sources (pipeline.go)
//	a sentence, a chart, a section of the report    pipeline/report; shapes in report/chart, the Word file in report/document
//	a new export of the published tables            warehouse.Build.Export, called by pipeline/build (finish)
//	a form of a query's answer (table, CSV, JSON)   pipeline/answer
//	a column, sheet or rule of the workbook         sources/outcomes
//	a command or flag                               cmd/effekt, one file a command; its text in cmd/effekt/help
//	a time-out, retry or rate limit                 sources/client.go
//
// # The packages, in the order of the data
//
//	config              settings, data sets, indicators, regions, framework: read and checked.
//	sources             the Source interface, its vocabulary, and the one HTTP client.
//	sources/jsontext    the JSON scanner of both agencies, with byte offsets.
//	sources/records     rows as Arrow.
//	sources/scb         SCB's PxWebApi v2: metadata, selection, requests;
//	                    scb/jsonstat decodes JSON-stat 2.0.
//	sources/kolada      Kolada's v3: lists of 25, pages, decoding.
//	sources/outcomes    the reporting workbook: written, read back, every problem at once.
//	sources/replay      a loopback server that answers as both agencies do, with faults on demand.
//	pipeline/datadir    the data folder: paths, the lock, free space.
//	pipeline/archive    bodies by sha256, one manifest per vintage, append-only; an interrupted fetch is resumed.
//	pipeline/run        what a run reports, and runs.ndjson: one line when it begins, one when it ends.
//	pipeline/held       what the archive holds of a data set: vintages in use, series of each, usual delay.
//	pipeline/fetch      what is due → ask → compare with what is held → keep; and the plan of requests.
//	pipeline/warehouse  the only importer of DuckDB: tables, Arrow, strict scanning, quoting.
//	pipeline/build      load → order → run → correct → check → publish, of inputs that do not change under way.
//	pipeline/checks     the checks before publication, as SELECTs.
//	pipeline/freshness  how each data set stands, by core.freshness; news about a table; its successor.
//	pipeline/intake     workbooks in: inbox, rounds, deadlines, who has reported.
//	pipeline/number     rounding and Swedish print: one rule for all that is shown.
//	pipeline/explain    one figure back to its cells, requests and bytes.
//	pipeline/edition    frozen report-backs that stand by themselves.
//	pipeline/report     the report-back as page, Word file and workbook.
//	pipeline/answer     the forms of a query's answer: table, CSV, JSON, Markdown.
//	pipeline/schedule   cron; each job is a child process.
//	pipeline            this package: the jobs (refresh, build, import) under lock and ledger.
//	pipeline/recompute  tests only: every figure computed once more from the bodies, apart from the SQL.
//	sql                 the calculation: macros → core → indicators → marts, and the checks.
//	cmd/effekt          flags, signals, error to text and exit code.
//
// Imports go one way, from the last of these to the first; a source imports
// neither another source, nor the pipeline, nor DuckDB. TestImports in cmd/effekt
// holds it, package by package.
//
// # What must stay true
//
// The archive is all that figures are made of: a build is a pure function of
// build.Inputs, which are archive, config, SQL and the day. Two tables carry history
// from file to file (mart.revision, ops.check); editions, inbox and ledger cannot be
// rebuilt. `effekt help operation` says what a backup holds. Every manifest says which
// county the folder is of and whether its figures are invented. A published file is
// replaced whole or not at all. Missing is never zero. A source that fails is a
// value in the Result and exit code 3: it stops no other source and is not hidden.
//
// # Decisions
//
//   - DuckDB's main database is in memory and the file is attached beside it: a
//     registered Arrow view would otherwise be stored in the file with raw pointers.
//   - A data set that has never come gets an empty table, so that a series joined
//     over two tables keeps the half that exists.
//   - A failing KPI of Kolada takes only itself with it: the others of its data set
//     are fetched, and its last good vintage stays in use.
//   - Years are asked of Kolada explicitly, in lists of 25, though its address
//     without years would do: forecast years then come only where they are wanted.
//   - One probe asks for all groups of KPIs, by regions or by years, whichever takes
//     fewer lists: a refresh with nothing new is three requests.
//   - A KPI that a vintage had to leave out is asked for until it comes; so is all of
//     a data set whose answer was refused.
//   - An answer that is older than what is held, or lacks without a word what the
//     country, a county or all municipalities had, is refused: silence is no
//     withdrawal. A null that Kolada gives no reason for is a correction inside a
//     series and a loss at its end.
//   - The table's stamp is compared in every data answer, so that a table updated
//     while it is fetched is never stored half old, half new.
//   - Freshness depends on the day. A published file notes the last day on which it
//     says what a new build would, and is built anew after it.
package pipeline
