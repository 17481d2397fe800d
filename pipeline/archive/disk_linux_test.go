package archive

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"effekt/sources"
)

// tiny mounts a file system of its own.
func tiny(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a file system of its own cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func noise(t *testing.T, size int) []byte {
	t.Helper()
	body := make([]byte, size)
	if _, err := rand.Read(body); err != nil {
		t.Fatal(err)
	}
	return body
}

// fill leaves no room on the disk of dir, until the file goes.
func fill(t *testing.T, dir string) (file string) {
	t.Helper()
	file = filepath.Join(dir, "full")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 20; size > 0; size /= 2 {
		for err == nil {
			_, err = f.Write(make([]byte, size))
		}
		err = nil
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDiskFullWhileAnswersCome(t *testing.T) {
	t.Parallel()
	dir := tiny(t, "size=1m")
	a := open(t, dir, noon)
	f := begin(t, a, "key")
	var err error
	kept := 0
	for err == nil {
		body := noise(t, 100_000)
		if err = f.keep(asked(kept), answer(body), kept); err == nil {
			kept++
		}
	}
	wantError(t, err, dir, "no space left on device")
	if kept < 5 {
		t.Fatalf("only %d answers had room", kept)
	}
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	if left := unfinished(t, dir); len(left) != 1 {
		t.Errorf("want the journal, and no half of an object: %v", left)
	}
	f = begin(t, a, "key")
	if len(f.known) != kept {
		t.Errorf("%d answers can be resumed of %d", len(f.known), kept)
	}
}

func TestDiskFullInCommit(t *testing.T) {
	t.Parallel()
	p := serve(t, 10_000, 0)
	dir := tiny(t, "size=1m")
	a := open(t, dir, noon)
	first := vintage(t, a, p.URL, 1)
	f := begin(t, a, "key")
	ask(t, f, get(p.URL, 0), get(p.URL, 1))
	full := fill(t, dir)
	// Notes so large that the manifest has no room, though the journal may.
	_, err := f.Commit(Manifest{Description: sources.Description{Notes: []string{string(make([]byte, 8192))}}})
	wantError(t, err, filepath.Join(dir, "objects"), "no space left on device")
	if v, _, err := a.Latest("scb", "befolkning"); err != nil || v.Name != first.Name {
		t.Errorf("the latest is %s: %v", v.Name, err)
	}
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	p.taken()
	whole(t, a, vintage(t, a, p.URL, 2))
	if n := p.taken(); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

// A journal line that had no room must not hide those that come after.
func TestJournalLineWithoutRoom(t *testing.T) {
	t.Parallel()
	dir := tiny(t, "size=1m")
	a := open(t, dir, noon)
	f := begin(t, a, "key")
	r := Request{Method: "GET", URL: string(make([]byte, 6000)), Status: 200, Object: Sum(nil)}
	full := fill(t, dir)
	wantError(t, f.note(entry{Request: &r}), journalName, "no space left on device")
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	r.URL = "http://publisher/2"
	if err := f.note(entry{Request: &r}); err != nil {
		t.Fatal(err)
	}
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	if f = begin(t, a, "key"); len(f.known) != 1 {
		t.Errorf("%d answers can be resumed, want 1", len(f.known))
	}
}

// another runs the rest of the test, and it only, as a user who may not write
// what this one has made.
func another(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		return // modes hold
	}
	runtime.LockOSThread() // and never back: the thread goes with the test
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SETFSUID, 65534, 0, 0); errno != 0 {
		t.Skip(errno)
	}
}

func TestReadOnlyArchive(t *testing.T) {
	t.Parallel()
	p := serve(t, 1000, 0)
	dir := shared(t)
	v := vintage(t, open(t, dir, noon), p.URL, 2)
	var folders []string
	for _, folder := range []string{"scb/befolkning", "scb", "objects", "."} {
		path := filepath.Join(dir, folder)
		folders = append(folders, path)
		if err := os.Chmod(path, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, folder := range folders {
			_ = os.Chmod(folder, 0o755)
		}
	})
	before := files(t, dir)
	t.Run("as another user", func(t *testing.T) {
		another(t)
		a := open(t, dir, noon)
		got, ok, err := a.Latest("scb", "befolkning")
		if err != nil || !ok || got.Name != v.Name {
			t.Error(got.Name, ok, err)
		}
		if _, ok, err := asOf(a, noon()); err != nil || !ok {
			t.Error(ok, err)
		}
		whole(t, a, got)
		_ = a.Checked("scb", "befolkning")
		_, err = a.Begin("scb", "befolkning", "key")
		wantError(t, err, filepath.Join(dir, "scb/befolkning"), "permission denied")
		_, err = a.Begin("scb", "ny", "key")
		wantError(t, err, filepath.Join(dir, "scb/ny"), "permission denied")
		wantError(t, a.SetChecked("scb", "befolkning", Checked{}), filepath.Join(dir, "objects"), "permission denied")
		_, err = a.Put([]byte("something new"))
		wantError(t, err, filepath.Join(dir, "objects"), "permission denied")
		if _, err := a.Put(bodyOf("/1", "", 1000)); err != nil {
			t.Errorf("what is there needs no writing: %v", err)
		}
	})
	if after := files(t, dir); len(after) != len(before) {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestUnreadableArchive(t *testing.T) {
	t.Parallel()
	p := serve(t, 1000, 0)
	dir := shared(t)
	v := vintage(t, open(t, dir, noon), p.URL, 1)
	a := open(t, dir, noon)
	object := a.objectPath(v.Requests[0].Object)
	manifest := filepath.Join(dir, "scb/befolkning", v.Name+".json")
	for _, path := range []string{object, manifest} {
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("as another user", func(t *testing.T) {
		another(t)
		_, err := a.Get(v.Requests[0].Object)
		wantError(t, err, object, "permission denied")
		_, _, err = a.Latest("scb", "befolkning")
		wantError(t, err, manifest, "permission denied")
		_, _, err = asOf(a, noon())
		wantError(t, err, manifest, "permission denied")
	})
}

// shared is a folder that another user may look into.
func shared(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, folder := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
