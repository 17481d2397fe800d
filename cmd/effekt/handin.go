package main

import (
	"effekt/pipeline"
	"effekt/sources/outcomes"
	"effekt/testdata/demo"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// handIn lays the invented reports of the rounds that have opened in the
// demonstration's inbox, as workbooks, unless some of the round have been handed
// in before.
func (a *app) handIn(p *pipeline.Pipeline) error {
	before, err := p.Intake().Reported()
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for _, h := range before.Rows {
		done[h.Round] = true
	}
	var municipalities []string
	for _, r := range p.Config.Regions {
		if r.Level == "municipality" && r.County == p.Config.County.Code {
			municipalities = append(municipalities, r.Code)
		}
	}
	reports, err := demo.Reports(p.Config.County.Code, p.Config.County.Name, municipalities)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.Dir.Inbox(), 0o755); err != nil {
		return err
	}
	for _, r := range reports {
		if done[r.Round] {
			continue
		}
		if err := handInOne(p, r); err != nil {
			return err
		}
	}
	return nil
}

func handInOne(p *pipeline.Pipeline, r demo.Report) error {
	b, err := p.Intake().Book(r.Round, r.Unit)
	if err != nil || p.Now().Before(b.Round.Opens) {
		return err
	}
	f, err := os.Create(filepath.Join(p.Dir.Inbox(), templateName(r.Round, r.Unit)))
	if err != nil {
		return err
	}
	if err := errors.Join(outcomes.Filled(f, b, r.Rows), f.Close()); err != nil {
		return err
	}
	// What has just been written might be half a file: it must look settled.
	written := time.Now().Add(-time.Minute)
	return os.Chtimes(f.Name(), written, written)
}
