// Package replay answers on loopback as SCB's PxWebApi v2 and Kolada's API v3
// do, from a folder of data sets, to what effekt asks of them: the same limits,
// paging and odd error bodies, and faults on demand. Tests, the demonstration
// and the benchmarks run against it instead of the publishers.
//
// What SCB would answer but effekt never asks for gets 501 and a text that says
// so: data without one of the table's variables (SCB sums it away), data by an
// aggregation, a table's default selection. Selection expressions (*, TOP(1))
// are codes like others here and unknown as such. Data is by POST only. Any
// language gets the folder's texts.
//
// # The folder
//
//	scb/<TABID>.json            one whole table as a JSON-stat 2.0 data set
//	scb/codelists/<id>.json     a codelist in the form of GET /codelists/{id}
//	kolada/kpi.json             KPIs, as an array or as {"values":[…]}
//	kolada/municipality.json    regions, likewise
//	kolada/data/*.json          {"values":[records as in v3]}
//
// Every file may be zstd-compressed, with .zst after .json.
//
// A table has label, source, updated, note, role, id, size, dimension, value,
// status and extension as SCB sends them, over all its values; value is an
// array, status an object. In each dimension's extension, elimination says
// whether SCB lets a request leave the variable out, eliminationValueCode names
// the value that then stands for all of them, and codelists lists {id, label,
// type} of the lists that apply. Listing, metadata and data answers are all
// derived from this.
//
// A search (/tables?query=) finds words in id, label and variables.
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
