package pipeline_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"effekt/pipeline/run"
	"effekt/sources/replay"
)

// wrong is a way for an answer to be wrong: whether a single one is overcome
// within the run, and what the error says when it never ends.
type wrong struct {
	kind   string
	delay  time.Duration
	passes bool
	tells  string
}

// everywhere can be wrong with any request.
func everywhere() []wrong {
	return []wrong{
		{"429", 0, true, "429"},
		{"429-retry-after", 0, true, "429"},
		{"429-retry-after-date", 0, true, "429"},
		{"429-retry-after", time.Hour, false, "retry_after_max"},
		{"500-empty", 0, true, "500 Internal Server Error: no body"},
		{"500-html", 0, false, "500"},
		{"503-html", 0, true, "503"},
		{"200-html", 0, true, "HTML page"},
		{"truncated-json", 0, true, "attempt 3 of 3"},
		{"gzip-truncated", 0, true, "attempt 3 of 3"},
		{"content-length-long", 0, true, "attempt 3 of 3"},
		{"content-length-short", 0, true, "attempt 3 of 3"},
		{"reset", 0, true, "attempt 3 of 3"},
		{"large-body", 0, false, "max_body_mb"},
	}
}

// question is one kind of request, and the data sets that cannot do without
// its answer.
type question struct {
	source, role, path string
	full               bool
	struck             []string
	tells              string // what of its address the error names
}

func questions() []question {
	return []question{
		{"scb", "config", "", true, []string{"grp", "income"}, "/config"},
		{"scb", "listing", "", false, []string{"grp", "income"}, "/tables?"},
		{"scb", "metadata", "TAB3554", true, []string{"income"}, "TAB3554/metadata"},
		{"scb", "data", "TAB3554", true, []string{"income"}, "TAB3554/data"},
		{"kolada", "kpi", "", true, []string{"health"}, "/v3/kpi/N00957,N00999"},
		{"kolada", "municipality", "", true, []string{"health"}, "/v3/municipality"},
		{"kolada", "data", "", true, []string{"health"}, "/v3/data/kpi/N00957,N00999"},
		{"kolada", "probe", "", false, []string{"health"}, "from_date"},
	}
}

// all runs a test for each of the questions side by side: they mostly wait.
func all(t *testing.T, test func(*testing.T, question)) {
	t.Helper()
	var running sync.WaitGroup
	for _, q := range questions() {
		running.Go(func() {
			t.Run(q.source+" "+q.role, func(t *testing.T) { test(t, q) })
		})
	}
	running.Wait()
}

func (q question) fault(f wrong, times int) replay.Options {
	return replay.Options{Faults: []replay.Fault{{Source: q.source, Role: q.role, Path: q.path, Kind: f.kind, Delay: f.delay, Size: 5 << 20, Times: times}}}
}

// fetch brings the questioned source's figures into the archive and gives its
// data sets by name.
func (w *world) fetch(q question) map[string]run.Dataset {
	w.t.Helper()
	w.later(time.Minute)
	results, err := w.open().Fetcher().Fetch(w.t.Context(), run.Want{Source: q.source, Full: q.full})
	if err != nil {
		w.t.Fatal(err)
	}
	byName := map[string]run.Dataset{}
	for _, r := range results {
		byName[r.Name] = r
	}
	return byName
}

// allWell demands that every data set came.
func (w *world) allWell(when string, results map[string]run.Dataset) {
	w.t.Helper()
	for name, r := range results {
		if r.Err != nil || r.State == run.Failed {
			w.t.Errorf("%s: %s is %s: %v", when, name, r.State, r.Err)
		}
	}
}

// failed demands that the struck data sets failed with these words, left no
// vintage, and that the others came.
func (w *world) failed(q question, when string, results map[string]run.Dataset, words ...string) {
	w.t.Helper()
	struck := " " + strings.Join(q.struck, " ") + " "
	for name, r := range results {
		if !strings.Contains(struck, " "+name+" ") {
			w.allWell(when, map[string]run.Dataset{name: r})
			continue
		}
		if r.Err == nil || r.State != run.Failed {
			w.t.Errorf("%s: %s is %s: %v", when, name, r.State, r.Err)
			continue
		}
		for _, word := range words {
			if !strings.Contains(r.Err.Error(), word) {
				w.t.Errorf("%s: no %q in %v", when, word, r.Err)
			}
		}
	}
}

// held counts the vintages of the struck data sets.
func (w *world) held(q question) int {
	w.t.Helper()
	n := 0
	for _, name := range q.struck {
		n += w.vintages(q.source, name)
	}
	return n
}

// outlive lets a question be answered wrongly for ever, then once and rightly
// from there on: the first fails, the second is overcome, or the third is well.
func (w *world) outlive(q question, f wrong) {
	w.t.Helper()
	before := w.held(q)
	w.serve(q.fault(f, 0))
	w.failed(q, f.kind, w.fetch(q), q.tells, f.tells)
	if after := w.held(q); after != before {
		w.t.Errorf("%s: a half vintage: %d, then %d", f.kind, before, after)
	}
	w.serve(q.fault(f, 1))
	results := w.fetch(q)
	if !f.passes {
		w.failed(q, f.kind+" once", results, q.tells)
		results = w.fetch(q)
	}
	w.allWell("after "+f.kind, results)
	for _, name := range q.struck {
		if r := results[name]; q.full && (r.State != run.Fetched || r.Requests == 0 || r.Vintage == "") {
			w.t.Errorf("after %s: nothing was fetched: %+v", f.kind, r)
		}
	}
}

func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	all(t, func(t *testing.T, q question) {
		w := newWorld(t)
		w.at(time.Now())                        // what a Retry-After date is compared with
		w.set("in_flight = 2", "in_flight = 1") // nothing is under way when a fetch has failed
		w.allWell("first", w.fetch(question{}))
		for _, f := range everywhere() {
			w.outlive(q, f)
		}
		if q.source == "kolada" {
			w.outlive(q, wrong{"looping-next-url", 0, q.role != "probe", "the pages do not follow one another"})
		}
		if q.role == "metadata" {
			w.outlive(q, wrong{"404-table", 0, true, "Non-existent table"})
		}
	})
}

func TestSilence(t *testing.T) {
	t.Parallel()
	all(t, func(t *testing.T, q question) {
		w := newWorld(t)
		w.allWell("first", w.fetch(question{}))
		w.serve(q.fault(wrong{kind: "slow-body", delay: 5 * time.Millisecond}, 0))
		w.allWell("slow", w.fetch(q))
		w.set("20s", "700ms") // of silence
		w.set("attempts = 3", "attempts = 2")
		w.outlive(q, wrong{"timeout", 0, true, "attempt 2 of 2"})
		w.outlive(q, wrong{"slow-body", 2 * time.Second, true, "nothing more of the body came for 700ms"})
	})
}
