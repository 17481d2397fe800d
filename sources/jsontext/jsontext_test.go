package jsontext

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestRefusals names the byte of every fault; ^ marks it.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, body, text string }{
		{"nothing", "^", "the body ends"},
		{"not UTF-8", "{\"a\":\"^\xff\"}", "not UTF-8"},
		{"a member twice", `{"a":1,^"a":2}`, `member "a" twice`},
		{"a member twice, one escaped", `{"a":1,^"\u0061":2}`, `member "a" twice`},
		{"half a pair", `{"a":"^\ud83d"}`, "surrogate"},
		{"the other half alone", `{"a":"^\ude00"}`, "surrogate"},
		{"half a pair and a letter", `{"a":"^\ud83d\u0061"}`, "surrogate"},
		{"a control character", "{\"a\":\"b^\x01\"}", "control character"},
		{"a control character after an escape", "{\"a\":\"\\n^\x01\"}", "control character"},
		{"a strange escape", `{"a":"^\q"}`, "no escape"},
		{"cut in an escape", `{"a":"\^`, "ends inside a string"},
		{"cut in a \\u", `{"a":"\u00^`, "ends inside a string"},
		{"cut in a string", `{"a":"b^`, "ends inside a string"},
		{"no colon", `{"a"^1}`, "want a colon"},
		{"no comma", `{"a":1^"b":2}`, "want a comma or '}'"},
		{"a trailing comma", `{"a":1,^}`, "want a string"},
		{"a leading zero", `{"a":^012}`, "leading zero"},
		{"no digit after the point", `{"a":1.^}`, "want a number"},
		{"no exponent", `{"a":1e^}`, "want a number"},
		{"out of range", `{"a":^1e999}`, "out of range"},
		{"a strange word", `{"a":^nul}`, "want a value"},
		{"something follows", `{} ^{}`, "want the end"},
		{"too deep", strings.Repeat("[", maxDepth+1) + "^" + strings.Repeat("[", 30), "nested deeper"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before, after, _ := strings.Cut(test.body, "^")
			s := New([]byte(before + after))
			s.pass(0, true)
			s.End()
			var where *PositionError
			if !errors.As(s.Err(), &where) || int(where.Offset) != len(before) || !strings.Contains(where.Text, test.text) {
				t.Errorf("got %v, want byte %d: …%s…", s.Err(), len(before), test.text)
			}
		})
	}
}

// TestNumbers compares every number with what encoding/json makes of it.
func TestNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,21}|[0-9]{1,3})?(\.[0-9]{0,22})?([eE][+-]?[0-9]{0,3})?`).Draw(t, "number")
		var want float64
		wantErr := json.Unmarshal([]byte(text), &want)
		s := New([]byte(text))
		got := s.Number()
		s.End()
		if (s.Err() == nil) != (wantErr == nil) || s.Err() == nil && got != want {
			t.Fatalf("%q is %v, %v; want %v, %v", text, got, s.Err(), want, wantErr)
		}
	})
}

// TestNumbersAreCorrectlyRounded compares the bits of any float64, and of many
// digits, with what strconv makes of them; -0 is 0.
func TestNumbersAreCorrectlyRounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		literal := rapid.OneOf(
			rapid.StringMatching(`-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,19})?([eE][+-]?[0-9]{1,2})?`),
			rapid.Custom(func(t *rapid.T) string {
				v := rapid.Float64().Draw(t, "v")
				return strconv.FormatFloat(v, byte(rapid.SampledFrom([]rune("eg")).Draw(t, "form")), -1, 64)
			}),
		).Draw(t, "literal")
		want, err := strconv.ParseFloat(literal, 64)
		if err != nil || math.IsInf(want, 0) || math.IsNaN(want) {
			t.Skip("no JSON number")
		}
		s := New([]byte(literal))
		got := s.Number()
		if s.Err() != nil || len(s.Rest()) != 0 || math.Float64bits(got) != math.Float64bits(want+0) {
			t.Fatalf("%s: %v (%v), want %v", literal, got, s.Err(), want)
		}
	})
}

// TestAfterAFault shows that nothing is read and nothing panics after a fault.
func TestAfterAFault(t *testing.T) {
	t.Parallel()
	s := New([]byte(`{"a":?}`))
	s.Skip()
	first := s.Err()
	s.Seek(1)
	s.Members(func(string) { t.Error("a member after a fault") })
	if s.Number() != 0 || s.Text() != "" || s.Bool() || s.Null() || len(s.Texts()) != 0 || s.Raw() != nil || s.Index(3) != 0 {
		t.Error("a value after a fault")
	}
	if !errors.Is(s.Err(), first) {
		t.Errorf("the fault %v has become %v", first, s.Err())
	}
}

// TestWalk reads one text by every method and stands where it says.
func TestWalk(t *testing.T) {
	t.Parallel()
	const body = "\ufeff" + ` {"text":"å\u00e5", "null":null,"list":["a","b"],"flags":[true,false,1,0,null],"whole":2023.0,"cells":{"0":1,"17":2},"raw":{"x":[1, 2]},` +
		`"known":{"a":1,"b":"c"},"skipped":{"x":1,"x":2},"empty":[],"none":{}}` + "\n"
	s := New([]byte(body))
	var got []string
	say := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	s.Members(func(name string) {
		at := s.Offset()
		if !strings.HasSuffix(strings.TrimRight(body[:at], " "), `"`+name+`":`) {
			t.Errorf("the value of %s does not begin at byte %d", name, at)
		}
		switch name {
		case "text":
			say("%s", s.Text())
		case "null":
			say("%q", s.TextOrNull())
		case "list":
			say("%q", s.Texts())
		case "flags":
			s.Elements(func() { say("%v", s.Bool()) })
		case "whole":
			say("%d", s.Whole("a year", 1000, 9999))
		case "cells":
			for ok := s.Open('{'); ok; ok = s.More('{') {
				say("%d: %v", s.Index(18), s.Number())
			}
		case "raw":
			raw := string(s.Raw())
			s.Seek(at)
			offsets := s.Offsets(nil)
			say("%s, its x at %.6s", raw, body[offsets["x"]:])
		case "known":
			var known struct {
				A int
				B string
			}
			s.Unmarshal(&known)
			say("%+v", known)
		default:
			before := len(s.Rest())
			s.Skip()
			say("%s: %d bytes", name, before-len(s.Rest()))
		}
	})
	s.End()
	want := []string{
		"åå", `""`, `["a" "b"]`, "true", "false", "true", "false", "false", "2023", "0: 1", "17: 2", `{"x":[1, 2]}, its x at [1, 2]`, "{A:1 B:c}", "skipped: 13 bytes", "empty: 2 bytes", "none: 2 bytes",
	}
	if diff := cmp.Diff(want, got); diff != "" || s.Err() != nil {
		t.Error(s.Err(), diff)
	}
}

// TestMethodsRefuse names the byte of what a method does not take; ^ marks it.
func TestMethodsRefuse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		read func(*Scanner)
		text string
	}{
		"an object":       {`^[]`, func(s *Scanner) { s.Members(func(string) {}) }, "want an object"},
		"an array":        {` ^{}`, func(s *Scanner) { s.Elements(func() {}) }, "want an array"},
		"texts":           {`["a",^1]`, func(s *Scanner) { s.Texts() }, "want a string"},
		"a flag":          {`^2`, func(s *Scanner) { s.Bool() }, "want true or false"},
		"a word":          {`^trye`, func(s *Scanner) { s.Bool() }, "want true or false"},
		"whole":           {`^1.5`, func(s *Scanner) { s.Whole("a count", 0, 9) }, "want a count, have 1.5"},
		"too much":        {`^10`, func(s *Scanner) { s.Whole("a count", 0, 9) }, "want a count, have 10"},
		"an index":        {`^"18":1`, func(s *Scanner) { s.Index(18) }, `is no place among 18`},
		"a padded index":  {`^"01":1`, func(s *Scanner) { s.Index(18) }, "is no place"},
		"an empty index":  {`^"":1`, func(s *Scanner) { s.Index(18) }, "is no place"},
		"a bare index":    {`^1:1`, func(s *Scanner) { s.Index(18) }, "is no place"},
		"an endless one":  {`^"99999999999999999999":1`, func(s *Scanner) { s.Index(18) }, "is no place"},
		"no colon":        {`"1"^,`, func(s *Scanner) { s.Index(18) }, "want a colon"},
		"another kind":    {`^{"a":"x"}`, func(s *Scanner) { s.Unmarshal(new(struct{ A int })) }, "cannot unmarshal"},
		"twice, by name":  {`{"a":1,^"a":2}`, func(s *Scanner) { s.Unmarshal(new(struct{ A int })) }, "twice"},
		"twice, deeper":   {`{"a":{"b":1,^"b":1}}`, func(s *Scanner) { s.Unmarshal(new(any)) }, "twice"},
		"an offset twice": {`{"a":{"b":1,"b":1},^"a":1}`, func(s *Scanner) { s.Offsets(nil) }, "twice"},
	} {
		before, after, _ := strings.Cut(test.body, "^")
		s := New([]byte(before + after))
		test.read(s)
		var where *PositionError
		if !errors.As(s.Err(), &where) || int(where.Offset) != len(before) || !strings.Contains(where.Text, test.text) {
			t.Errorf("%s: got %v, want byte %d: …%s…", name, s.Err(), len(before), test.text)
		}
	}
}

// FuzzScanner: what is accepted is JSON and means what encoding/json reads.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,null,true,"å\u00e5\ud83d\ude00"],"b":{}}`, `[]`, "\xef\xbb\xbf{}", `{"a":1,"a":2}`, `"\ud800"`, `1e400`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := New(body)
		s.pass(0, true)
		s.End()
		plain := body[min(len(body), len(body)-len(strings.TrimPrefix(string(body), "\ufeff"))):]
		if s.Err() == nil && !json.Valid(plain) {
			t.Fatalf("accepted, but not JSON: %q", body)
		}
		var want string
		text := New(body)
		got := text.Text()
		text.End()
		if text.Err() == nil && (json.Unmarshal(plain, &want) != nil || got != want) {
			t.Fatalf("%q is read as %q, want %q", body, got, want)
		}
	})
}
