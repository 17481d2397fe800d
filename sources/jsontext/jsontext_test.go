package jsontext

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

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
