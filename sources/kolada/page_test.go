package kolada

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"effekt/sources/jsontext"

	"github.com/google/go-cmp/cmp"
)

func TestDecodePage(t *testing.T) {
	t.Parallel()
	body := ` {"count": 4, "previous_url": null, "next_url": "https://x/?page=2", "values": [
		{"values":[{"gender":"M","count":1,"status":"","value":15.756872,"isdeleted":false},
		           {"isdeleted":0,"value":-0.5e1,"status":null,"count":null,"gender":"T"}],
		 "kpi":"N21704","period":2023,"municipality":"2480"},
		{"kpi":"N21704","municipality":"0024","period":"2024","extra":{"a":[1,true,"x\"y"]},"values":[
			{"gender":"K","value":null,"count":0,"status":"Privacy \u00e5","isdeleted":true},
			{"gender":"F","value":9007199254740993,"is_deleted":1}]},
		{"kpi":"N21704","municipality":"0024","period":2025.0,"values":[{"gender":"T","value":0.1234567890123456789,"count":17.0}]},
		{"kpi":"N21704","municipality":"0000","period":2023,"values":[]}
	]}`
	got, err := DecodePage([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	want := Page{
		Values: []Value{
			{Key: Key{"N21704", "2480", 2023, "M"}, Value: 15.756872, HasValue: true, Count: 1, HasCount: true, HasStatus: true},
			{Key: Key{"N21704", "2480", 2023, "T"}, Value: -5, HasValue: true},
			{Key: Key{"N21704", "0024", 2024, "K"}, HasCount: true, Status: "Privacy å", HasStatus: true, Deleted: true},
			{Key: Key{"N21704", "0024", 2024, "F"}, Value: 9007199254740992, HasValue: true, Deleted: true},
			{Key: Key{"N21704", "0024", 2025, "T"}, Value: 0.12345678901234568, HasValue: true, Count: 17, HasCount: true},
		},
		envelope: envelope{next: "https://x/?page=2", count: 4, objects: 4},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Page{}, envelope{})); diff != "" {
		t.Error("(-want +got):\n", diff)
	}
}

func TestDecodePageRefuses(t *testing.T) {
	t.Parallel()
	inRecord := func(s string) string { return `{"values":[` + s + `]}` }
	inValue := func(s string) string {
		return inRecord(`{"kpi":"N1","municipality":"0000","period":2023,"values":[{"gender":"T",` + s + `}]}`)
	}
	// ^ stands where the fault is; it is taken out.
	tests := []struct{ name, body, text string }{
		{"nothing", "^", "the body ends"},
		{"html", "^<!DOCTYPE html>", "want an object"},
		{"an error object", `^{"detail":"Not Found"}`, `no "values": "{\"detail\":\"Not Found\"}"`},
		{"a list", "^[]", "want an object"},
		{"values null", `{"values":^null}`, "want an array"},
		{"values twice", `{"values":[],^"values":[]}`, "twice"},
		{"more after the end", `{"values":[]} ^{}`, "want the end"},
		{"cut in a list", `{"values":[^`, "the body ends"},
		{"cut in a string", `{"values":[{"kp^`, "ends inside a string"},
		{"cut after an escape", `{"values":[],"x":"a\^`, "ends inside a string"},
		{"a unit", inRecord(`^{"ou":"V15E","kpi":"N1","period":2023,"values":[]}`), "a unit's record"},
		{"no kpi", inRecord(`^{"municipality":"0000","period":2023,"values":[]}`), "without kpi"},
		{"no period", inRecord(`^{"kpi":"N1","municipality":"0000","values":[]}`), "without kpi"},
		{"a broken period", inRecord(`{"period":^2023.5}`), "want a year, have 2023.5"},
		{"a text period", inRecord(`{"period":^"2023-24"}`), `want a year, have "2023-24"`},
		{"a number as record", inRecord("^7"), "want a record"},
		{"values of a record null", inRecord(`{"kpi":"N1","values":^null}`), "want an array"},
		{"no gender", inRecord(`{"kpi":"N1","municipality":"0000","period":2023,"values":[^{"value":1}]}`), "without gender"},
		{"a value in quotes", inValue(`"value":^"1"`), "want a number"},
		{"a value out of range", inValue(`"value":^1e999`), "out of range"},
		{"a leading zero", inValue(`"value":^-01`), "leading zero"},
		{"no digit after the point", inValue(`"value":1.^`), "want a number"},
		{"not a number", inValue(`"value":^NaN`), "want a number"},
		{"half a member", inValue(`"count":^1.5`), "want a count"},
		{"a negative count", inValue(`"count":^-1`), "want a count"},
		{"a strange flag", inValue(`"isdeleted":^"no"`), "want true or false"},
		{"a control character", inValue("\"status\":\"a^\x01\""), "control character"},
		{"not UTF-8", inValue("\"status\":\"^\xff\""), "not UTF-8"},
		{"a bad escape", inValue(`"status":"^\q"`), "no escape"},
		{"a trailing comma", `{"values":[],^}`, "want a string"},
		{"no colon", `{"values"^[]}`, "want a colon"},
		{"no comma", `{"values":[] ^"count":1}`, "want a comma"},
		{"a strange word", `{"values":[],"x":^nil}`, "want a value"},
		{"too deep", `{"values":[],"x":` + strings.Repeat("[", 65) + "^" + strings.Repeat("[", 30), "nested deeper"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before, after, _ := strings.Cut(test.body, "^")
			page, err := DecodePage([]byte(before + after))
			var where *jsontext.PositionError
			if !errors.As(err, &where) || where.Offset != int64(len(before)) || !strings.Contains(where.Text, test.text) {
				t.Errorf("got %v, want byte %d: …%s…", err, len(before), test.text)
			}
			if page.Values != nil {
				t.Error("values beside an error")
			}
		})
	}
}

// TestEveryCutIsRefused cuts a page everywhere.
func TestEveryCutIsRefused(t *testing.T) {
	t.Parallel()
	body := []byte(`{"values":[{"kpi":"N1","municipality":"0000","period":2023,"values":[{"gender":"T","count":1,"status":"a\"","value":-1.25e3,"isdeleted":false}]}],"count":1,"next_url":null}`)
	for n := range body {
		var where *jsontext.PositionError
		if _, err := DecodePage(body[:n]); !errors.As(err, &where) || where.Offset > int64(n) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

// FuzzDecodePage: no panic, nothing accepted that is not JSON, and the same
// rows in Arrow, less the deleted and the repeated.
func FuzzDecodePage(f *testing.F) {
	f.Add([]byte(`{"values":[{"kpi":"N1","municipality":"0000","period":2023,"values":[{"gender":"T","count":1,"status":"","value":1.5,"isdeleted":false}]}],"count":1,"next_url":null}`))
	f.Add([]byte(`{"values":[{"values":[{"gender":"K","value":null},{"gender":"F","isdeleted":1}],"period":"1999","kpi":"U1","municipality":"2480"},{"values":[{"gender":"K","value":null}],"period":1999.0,"kpi":"U1","municipality":"2480"}]}`))
	f.Add([]byte(`{"detail":[{"loc":["path"],"msg":"x","type":"y"}]}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := DecodePage(body)
		if err == nil && !json.Valid(body) {
			t.Fatalf("accepted, but not JSON: %q", body)
		}
		r := NewReader(from(body))
		defer r.Release()
		n := int64(0)
		for r.Next() {
			for _, c := range r.RecordBatch().Columns() {
				if int64(c.Len()) != r.RecordBatch().NumRows() {
					t.Fatal("columns of different length")
				}
			}
			n += r.RecordBatch().NumRows()
		}
		if err != nil && r.Err() == nil {
			t.Fatalf("DecodePage says %v, the reader nothing", err)
		}
		if n > int64(len(page.Values)) {
			t.Fatalf("%d rows of %d values", n, len(page.Values))
		}
		_, _, _ = decodeList(body, columns(kpiColumns))
		_, _, _ = decodeList(body, columns(municipalityColumns))
	})
}
