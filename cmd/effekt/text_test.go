package main

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"effekt/pipeline/archive"
	"effekt/pipeline/checks"
	"effekt/pipeline/edition"
	"effekt/pipeline/explain"
	"effekt/pipeline/fetch"
	"effekt/pipeline/run"
)

// Every text renders what it may be given: nothing, and all of it.
func TestTextsRender(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]any{
		"archive_verify": &archive.Checkup{},
		"check":          &[]checks.Result{}, "explain": &explain.Explanation{}, "why_changed": &explain.Why{},
		"edition_list": &[]edition.Edition{}, "edition_verify": &edition.Verdict{}, "edition_diff": &edition.Diff{},
		"handed": &[]run.Handed{}, "status": &statusJSON{},
		"plan": &struct {
			Lines []fetch.PlanLine
			All   fetch.PlanLine
		}{},
	} {
		for range 2 {
			var out strings.Builder
			a := &app{stdout: &out}
			if err := a.print(name, reflect.ValueOf(data).Elem().Interface()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if strings.Contains(out.String(), "<nil>") || strings.Contains(out.String(), "%!") {
				t.Errorf("%s:\n%s", name, out.String())
			}
			fill(reflect.ValueOf(data).Elem())
		}
	}
}

// fill puts something in every exported field, and one item in every list.
func fill(v reflect.Value) {
	switch {
	case !v.CanSet():
	case v.Type() == reflect.TypeFor[error]():
		v.Set(reflect.ValueOf(errors.New("x")))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case v.Kind() == reflect.Struct:
		for _, field := range v.Fields() {
			fill(field)
		}
	case v.Kind() == reflect.String:
		v.SetString("x")
	}
}
