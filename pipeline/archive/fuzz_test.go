package archive

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A manifest that is taken is taken again, the same, as it would be written.
func FuzzManifest(f *testing.F) {
	hash := strings.Repeat("0a", 32)
	f.Add([]byte(`{"format":1,"source":"scb","fetched":"2026-02-24T12:00:00Z","requests":[{"method":"GET","url":"u","status":200,"object":"` + hash + `"}]}`))
	f.Add([]byte(`{"format":1,"synthetic":true,"county":"24","fetched":"2026-02-24T12:00:00Z"}`))
	f.Add([]byte(`{"format":2,"fetched":1}`))
	f.Add([]byte(`{"fetched":"2026-02-24T12:00:00.5+01:00","format":1,"official":false,"variables":[{"codes":[{}]}]}`))
	f.Add([]byte("\x00\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := parseManifest(body)
		if err != nil {
			wantError(t, err)
			return
		}
		written, err := m.encode()
		if err != nil {
			t.Skip(err) // a time of a year or zone that JSON cannot write
		}
		again, err := parseManifest(written)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		first, _ := json.Marshal(m)
		second, _ := json.Marshal(again)
		if diff := cmp.Diff(string(first), string(second)); diff != "" {
			t.Error(diff)
		}
		var b beginning
		if err := json.Unmarshal(written, &b); err != nil || !b.Fetched.Equal(m.Fetched) || b.Origin != m.Origin {
			t.Errorf("%+v, want %s, %+v: %v", b, m.Fetched, m.Origin, err)
		}
	})
}

// What a journal holds up to its first damage is what is read, and lines added
// there are read too.
func FuzzJournal(f *testing.F) {
	head := `{"key":"k","started":"2026-02-24T12:00:00Z"}` + "\n"
	line := `{"method":"GET","url":"u","status":200,"object":"` + strings.Repeat("0a", 32) + `"}` + "\n"
	f.Add([]byte(head + line + line))
	f.Add([]byte(head + line + line[:20]))
	f.Add([]byte(head + `{"committing":"20260224T120000Z"}` + "\n" + line + "null\n"))
	f.Add([]byte(line + head))
	f.Fuzz(func(t *testing.T, body []byte) {
		j := readJournal(bytes.NewReader(body))
		if j.size > int64(len(body)) || j.size > 0 && body[j.size-1] != '\n' {
			t.Fatalf("%d bytes of %d are said to be whole lines", j.size, len(body))
		}
		if j.size == 0 {
			return
		}
		more := readJournal(strings.NewReader(string(body[:j.size]) + line))
		if len(more.answers) != len(j.answers)+1 || more.key != j.key || more.size != j.size+int64(len(line)) {
			t.Errorf("a line more: %d answers of %d bytes, before it %d of %d", len(more.answers), more.size, len(j.answers), j.size)
		}
		for _, r := range j.answers {
			if err := r.check(); err != nil {
				t.Error(err)
			}
		}
	})
}

// Whatever lies under a hash: the body of that hash, or a clear error.
func FuzzObject(f *testing.F) {
	body := []byte("a body, a body, a body, a body")
	a := open(f, f.TempDir(), noon)
	hash, err := a.Put(body)
	if err != nil {
		f.Fatal(err)
	}
	path := a.objectPath(hash)
	sound, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sound)
	f.Add(sound[:len(sound)-4])
	f.Add([]byte{})
	f.Add(append(bytes.Clone(sound), sound...))
	f.Add([]byte("\x28\xb5\x2f\xfd\xe0\x00\x00\x00\x00\x00\x01\x00\x00rest"))
	f.Fuzz(func(t *testing.T, found []byte) {
		a := open(t, t.TempDir(), noon)
		path := a.objectPath(hash)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, found, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := a.Get(hash); err != nil {
			wantError(t, err, path, "damaged")
		} else if !bytes.Equal(got, body) {
			t.Errorf("another body came back: %q", got)
		}
		if _, err := a.Put(body); err != nil {
			t.Fatal(err)
		}
		if got, err := a.Get(hash); err != nil || !bytes.Equal(got, body) {
			t.Errorf("not mended: %v", err)
		}
	})
}
