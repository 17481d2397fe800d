package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, test := range []struct {
		args string
		want int
	}{
		{"", exitDone},
		{"--help", exitDone},
		{"refresh --help", exitDone},
		{"status --data " + dir + "/none", exitDone},
		{"check --config-only", exitDone},
		{"nonsense", exitUsage},
		{"--nonsense", exitUsage},
		{"refresh --nonsense", exitUsage},
		{"refresh extra", exitUsage},
		{"refresh --county 99", exitUsage},
		{"refresh --county x --data " + dir + "/none", exitUsage},
		{"refresh --config " + dir + "/none", exitUsage},
		{"refresh --config " + dir, exitUsage},
		{"refresh --source nowhere", exitUsage},
		{"fetch --dataset nowhere", exitUsage},
		{"status --log-format xml", exitUsage},
		{"build --as-of 2026-02-21", exitUsage},
		{"build --as-of 21/2 --out x", exitUsage},
		{"sql", exitUsage},
		{"sql a b", exitUsage},
		{"sql x --format xml", exitUsage},
		{"sql x --data " + dir + "/none", exitFailed},
		{"check --data " + dir + "/none", exitFailed},
		{"build --data " + dir + "/new", exitFailed},
	} {
		var out, log bytes.Buffer
		if got := execute(context.Background(), strings.Fields(test.args), &out, &log); got != test.want {
			t.Errorf("effekt %s: exit %d, want %d: %s", test.args, got, test.want, &log)
		}
		if test.want != exitDone && (out.Len() > 0 || !strings.HasPrefix(log.String(), "effekt: ")) {
			t.Errorf("effekt %s: stdout %q, stderr %q", test.args, &out, &log)
		}
	}
}

// On a terminal the bar steps aside for lines, and is gone at the end.
func TestBar(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff("[#####---------------] 1/4 grp, build", bar(1, 4, []string{"grp", "build"})); diff != "" {
		t.Error(diff)
	}
	if got := bar(9, 3, slices.Repeat([]string{"a_long_name"}, 20)); len(got) > 79 || !strings.Contains(got, "9/9") {
		t.Errorf("%d characters: %s", len(got), got)
	}
	var out bytes.Buffer
	s := &screen{to: &out}
	s.show("[#---]")
	if _, err := s.Write([]byte("a line\n")); err != nil {
		t.Fatal(err)
	}
	s.show("[##--]")
	s.show("")
	want := clearLine + "[#---]" + clearLine + "a line\n[#---]" + clearLine + "[##--]" + clearLine
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	if s.terminal() {
		t.Error("a buffer is no terminal")
	}
}

func TestAdviceForADisk(t *testing.T) {
	t.Parallel()
	if advice(os.ErrPermission) == "" || advice(errors.New("anything")) != "" {
		t.Error("advice where it is known, and only there")
	}
}

// A day is the whole day as it was in Sweden, winter and summer.
func TestMomentOfADay(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-02-21":           "2026-02-21T22:59:59.999999999Z",
		"2026-06-21":           "2026-06-21T21:59:59.999999999Z",
		"2026-03-29":           "2026-03-29T21:59:59.999999999Z",
		"2026-02-21T15:00:00Z": "2026-02-21T15:00:00Z",
	} {
		got, err := moment(in)
		if text := got.UTC().Format("2006-01-02T15:04:05.999999999Z"); err != nil || text != want {
			t.Errorf("%s: %s, %v, want %s", in, text, err, want)
		}
	}
}

// Every help text is whole: sentences that end, no placeholder, and examples
// that a shell takes as they are written.
func TestHelpIsWhole(t *testing.T) {
	t.Parallel()
	seen := 0
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		seen++
		if c.Short == "" || c.Runnable() && c.Long != "" && !strings.HasSuffix(c.Long, ".") {
			t.Errorf("%s: %q, %q", c.CommandPath(), c.Short, c.Long)
		}
		if !c.Runnable() && !c.HasSubCommands() {
			return // a topic of the manual
		}
		help := c.Short + c.Long + c.Example + c.UsageString()
		for _, left := range []string{"XX", "TODO", "FIXME", "{{", "}}", "%!", "''", "<nil>"} {
			if strings.Contains(help, left) {
				t.Errorf("%s: %q is left in its help", c.CommandPath(), left)
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	if walk((&app{}).root()); seen < 25 {
		t.Errorf("%d commands", seen)
	}
}

// A statement is stopped by Ctrl-C too.
func TestSQLIsInterrupted(t *testing.T) {
	t.Parallel()
	dir := demoFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	var out, log strings.Builder
	if code := execute(ctx, []string{"sql", "--timeout", "0", "--data", dir, "select count(*) from range(100000) a, range(100000) b, range(1000)"}, &out, &log); code != exitInterrupted {
		t.Errorf("exit %d: %s", code, log.String())
	}
}
