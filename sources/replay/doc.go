// Package replay answers on loopback as SCB's PxWebApi v2 and Kolada's API v3
// do, from a folder of data sets: the same selection expressions, limits,
// paging and odd error bodies, and faults on demand. Tests, the demonstration
// and the benchmarks run against it instead of the publishers.
//
// # The folder
//
//	scb/<TABID>.json            one whole table as a JSON-stat 2.0 data set
//	scb/listing.json            optional, what a data set cannot say
//	scb/codelists/<id>.json     a codelist in the form of GET /codelists/{id}
//	kolada/kpi.json             KPIs, as an array or as {"values":[…]}
//	kolada/municipality.json    regions, likewise
//	kolada/municipality_groups.json, kolada/kpi_groups.json   optional
//	kolada/data/*.json          {"values":[records as in v3], "changed":"2026-03-23"}
//	kolada/folder.json          optional, {"changed":"2026-03-23"}
//
// Every file may be zstd-compressed, with .zst after .json.
//
// A table has label, source, updated, note, role, id, size, dimension, value,
// status and extension as SCB sends them, over all its values. In each
// dimension's extension, elimination says whether a request may leave the
// variable out; eliminationValueCode then names the value that stands for all
// of them, and without it the values are summed. codelists in the same place
// lists {id, label, type} of the lists that apply. Listing, metadata, default
// selection and data answers are all derived from this.
//
// listing.json is {"TAB638":{"timeUnit":"Annual","discontinued":true,
// "languages":["sv"],"updated":"…","firstPeriod":"…","lastPeriod":"…",
// "subjectCode":"BE","sortCode":"01","category":"public","paths":[[…]]}}; every
// key is optional and the rest is worked out from the table. A table with
// languages is unknown in all others.
//
// A search finds words in id, label and variables.
//
// A Kolada record may carry "changed" (a date); else it has its file's, else
// the folder's, else 2026-01-01. Only from_date reads it: a from_date after it
// leaves the record out.
//
// # Use
//
//	lib, err := replay.Open(os.DirFS("testdata/demo"))
//	running, err := replay.Start(replay.New(lib, replay.Options{Calls: 30, Window: 10 * time.Second}))
//	defer running.Close()
//	// running.SCB() and running.Kolada() are the base addresses to configure
//
// Go's HTTP client accepts gzip unasked, and compressing costs the server more
// than encoding: a benchmark of a client sets Plain and CacheBytes, and asks
// once before it measures.
package replay
