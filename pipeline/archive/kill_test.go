package archive

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	killRequests = 24
	killInFlight = 3
	killPoints   = 40
)

// TestMain lets the test binary play the process that is killed.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "fetch" {
		os.Stdout.WriteString("ready\n")
		if err := fetchAll(context.Background(), os.Args[2], os.Args[3], dying); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fetchAll makes a vintage as a source does, some requests side by side.
func fetchAll(ctx context.Context, dir, base, agent string) error {
	a, err := Open(dir, noon)
	if err != nil {
		return err
	}
	f, err := a.Begin("scb", "befolkning", "key")
	if err != nil {
		return err
	}
	caller := f.Caller(plain{agent})
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(killInFlight)
	for n := range killRequests {
		g.Go(func() error {
			_, err := caller.Call(ctx, post(base, n, "same"))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	_, err = f.Commit(Manifest{})
	return err
}

// child runs fetchAll in a process of its own and kills it some time after it
// is ready; never when after is 0. It tells how long the process lived.
func child(t *testing.T, dir, base string, after time.Duration) time.Duration {
	t.Helper()
	c := exec.Command(os.Args[0], "fetch", dir, base)
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // or a raced child lives a second longer
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Fatal(err, stderr.String())
	}
	began := time.Now()
	if after > 0 {
		time.Sleep(after)
		_ = c.Process.Kill() // it may have come to its end
	}
	_ = c.Wait()
	if stderr.Len() > 0 {
		t.Fatal(stderr.String())
	}
	return time.Since(began)
}

// Whenever the kill comes: what is there is whole, and the next run completes
// and asks only for what the journal does not hold.
func TestKilledAtAnyMoment(t *testing.T) {
	p := serve(t, 20_000, time.Millisecond)
	whole := child(t, t.TempDir(), p.URL, 0)
	whole = min(whole, child(t, t.TempDir(), p.URL, 0)) // the first one warms up
	stages := map[string]int{}
	for point := range killPoints {
		dir := t.TempDir()
		child(t, dir, p.URL, whole*time.Duration(point+1)/(killPoints-4))
		stages[afterKill(t, p, dir, fmt.Sprintf("kill %d", point))]++
		if t.Failed() {
			t.Fatalf("left by kill %d: %v", point, files(t, dir))
		}
	}
	t.Logf("a whole run takes %s; killed: %v", whole, stages)
}

// afterKill looks at what a kill left, runs once more and looks again. It says
// how far the killed run had come.
func afterKill(t *testing.T, p *publisher, dir, when string) string {
	t.Helper()
	a := open(t, dir, noon)
	before := vintages(t, a)
	path := filepath.Join(dir, "scb", "befolkning", journalName)
	journal, err := os.ReadFile(path)
	if err != nil && !missing(err) {
		t.Fatal(err)
	}
	held, stage := 0, "before the end"
	switch {
	case len(before) > 0: // a journal beside its manifest is of no use
		stage = "after the end"
	case len(journal) == 0:
		stage = "before the first answer"
	default:
		held = bytes.Count(journal, []byte(`"object":"`)) - bytes.Count(lastLine(journal), []byte(`"object":"`))
		if bytes.Contains(journal, []byte("committing")) {
			stage = "in Commit"
		}
	}
	p.taken()
	if err := fetchAll(t.Context(), dir, p.URL, "alive"); err != nil {
		t.Fatalf("%s: the next run: %v", when, err)
	}
	if n := p.taken(); n != killRequests-held {
		t.Errorf("%s: the journal held %d answers, and %d were asked for", when, held, n)
	}
	if after := vintages(t, a); len(after) != len(before)+1 {
		t.Errorf("%s: %d vintages before and %d after", when, len(before), len(after))
	}
	if left := unfinished(t, dir); left != nil {
		t.Errorf("%s: left behind: %v", when, left)
	}
	return stage
}

// lastLine is what stands after the last newline: a line that is torn.
func lastLine(journal []byte) []byte { return journal[bytes.LastIndexByte(journal, '\n')+1:] }

// vintages reads all of them with all their objects.
func vintages(t *testing.T, a *Archive) []Vintage {
	t.Helper()
	all, err := a.Vintages("scb", "befolkning")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if len(v.Requests) != killRequests {
			t.Errorf("%s: %d requests", v.Name, len(v.Requests))
		}
		whole(t, a, v)
	}
	return all
}
