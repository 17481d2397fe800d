package pipeline

import (
	"context"
	"effekt/sources"
)

// Progress is how far one step of a run has come, for whoever watches.
type Progress struct {
	Step  string // the data set's name, or "build"
	Done  int    // so many more answers, or parts of the build, are there
	Total int    // so many there will be, said once; 0 in every other call
	// Result is how the data set fared, when it is done; nil before that.
	Result *DatasetResult
}

// tell passes on to Watch, which may be called from several goroutines.
func (p *Pipeline) tell(progress Progress) {
	if p.Watch != nil {
		p.Watch(progress)
	}
}

// told tells that a data set is done.
func (p *Pipeline) told(r DatasetResult) DatasetResult {
	p.tell(Progress{Step: r.Name, Result: &r})
	return r
}

// watched tells of every answer.
func (p *Pipeline) watched(caller sources.Caller, step string) sources.Caller {
	return watching{caller, p, step}
}

type watching struct {
	sources.Caller
	pipeline *Pipeline
	step     string
}

// Call asks and tells that one more answer with data has come.
func (w watching) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	answer, err := w.Caller.Call(ctx, r)
	if err == nil && r.Role == "data" {
		w.pipeline.tell(Progress{Step: w.step, Done: 1})
	}
	return answer, err
}
