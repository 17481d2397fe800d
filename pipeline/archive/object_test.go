package archive

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func put(t testing.TB, a *Archive, body string) (hash, path string) {
	t.Helper()
	hash, err := a.Put([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return hash, a.objectPath(hash)
}

func TestObjectLiesWhereTheContractSays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, open(t, dir, noon), "abc")
	const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if all := files(t, dir); len(all) != 1 || all[0] != "objects/ba/"+sum+".zst" {
		t.Errorf("%v", all)
	}
}

func TestPutGet(t *testing.T) {
	t.Parallel()
	a := open(t, t.TempDir(), noon)
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Custom(func(t *rapid.T) []byte {
			return bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 9).Draw(t, "part"), rapid.IntRange(1, 50_000).Draw(t, "times"))
		})).Draw(t, "body")
		for range 2 {
			hash, err := a.Put(body)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := a.Get(hash); err != nil || !bytes.Equal(got, body) {
				t.Fatalf("%d bytes came back as %d: %v", len(body), len(got), err)
			}
		}
	})
}

func TestDamagedObject(t *testing.T) {
	t.Parallel()
	body := string(bodyOf("/1", "", 10_000))
	other, err := os.ReadFile(func() string { _, path := put(t, open(t, t.TempDir(), noon), "another body"); return path }())
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"first byte flipped":  func(b []byte) []byte { b[0] ^= 1; return b },
		"middle byte flipped": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"last byte flipped":   func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"truncated":           func(b []byte) []byte { return b[:len(b)-1] },
		"empty":               func([]byte) []byte { return nil },
		"zeros":               func(b []byte) []byte { return make([]byte, len(b)) },
		"another body":        func([]byte) []byte { return other },
		"huge by its header": func([]byte) []byte {
			return append([]byte("\x28\xb5\x2f\xfd\xe0"), "\x00\x00\x00\x00\x00\x01\x00\x00rest"...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := open(t, t.TempDir(), noon)
			hash, path := put(t, a, body)
			sound, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(bytes.Clone(sound)), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = a.Get(hash)
			wantError(t, err, path, "is damaged")
			put(t, a, body)
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, sound) {
				t.Errorf("Put did not mend the object: %v", err)
			}
		})
	}
}

func TestObjectTooLarge(t *testing.T) {
	t.Parallel()
	a := open(t, t.TempDir(), noon)
	hash, path := put(t, a, "x")
	if err := os.Truncate(path, maxPacked+1); err != nil { // a hole, not a gigabyte
		t.Skip(err)
	}
	_, err := a.Get(hash)
	wantError(t, err, path, "more than")
}

func TestGetRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := open(t, dir, noon)
	for _, hash := range []string{"", "ab", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("a", 63), strings.Repeat("a", 65)} {
		_, err := a.Get(hash)
		wantError(t, err, "is not a sha256")
	}
	_, err := a.Get(strings.Repeat("a", 64))
	wantError(t, err, filepath.Join(dir, "objects", "aa"), "no such file")
}

func TestSameBodyIsWrittenOnce(t *testing.T) {
	t.Parallel()
	a := open(t, t.TempDir(), noon)
	_, path := put(t, a, "body")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, a, "body")
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Errorf("the object was written again: %v", err)
	}
}

func TestPutsSideBySide(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := open(t, dir, noon)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for n := range 20 {
				body := bodyOf("/"+string(rune('a'+(n+worker)%10)), "", 20_000)
				hash, err := a.Put(body)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := a.Get(hash); err != nil || !bytes.Equal(got, body) {
					t.Errorf("another body came back: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if all := files(t, dir); len(all) != 10 {
		t.Errorf("want 10 objects and nothing else: %v", all)
	}
}
