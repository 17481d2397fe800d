package schedule

import (
	"context"
	"effekt/config"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The clock jumps from 02:00 to 03:00 on 2027-03-28, and back on 2027-10-31.
func TestNextAroundClockChanges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ cron, after, want string }{
		{"30 8 * * *", "2027-02-24T07:00:00Z", "2027-02-24T07:30:00Z"},
		{"30 2 * * *", "2027-03-27T12:00:00Z", "2027-03-28T01:30:00Z"}, // 02:30 is not; 03:30 stands in
		{"30 2 * * *", "2027-03-28T01:30:00Z", "2027-03-29T00:30:00Z"}, // and only once
		{"30 2 * * *", "2027-10-30T12:00:00Z", "2027-10-31T00:30:00Z"}, // the first 02:30
		{"0 12 * * *", "2027-03-27T12:00:00Z", "2027-03-28T10:00:00Z"},
	} {
		after, err := time.Parse(time.RFC3339, test.after)
		if err != nil {
			t.Fatal(err)
		}
		due, err := Next([]config.Job{{Name: "x", Cron: test.cron}}, "Europe/Stockholm", after)
		if err != nil {
			t.Fatal(err)
		}
		if got := due[0].At.UTC().Format(time.RFC3339); got != test.want {
			t.Errorf("%s after %s: %s, want %s", test.cron, test.after, got, test.want)
		}
	}
}

func TestMissedRunIsCaughtUpOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	now := time.Date(2027, 2, 24, 12, 0, 0, 0, time.UTC)
	s := Settings{
		Jobs: []config.Job{{Name: "x", Cron: "30 8 * * *", Command: []string{"refresh"}}}, Timezone: "Europe/Stockholm",
		Exe: "/bin/echo", Dir: dir, Poll: time.Millisecond, Grace: time.Second, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return now }, Stdout: out, Stderr: out,
	}
	if err := s.keep(map[string]time.Time{"x": now.AddDate(0, 0, -9)}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := Run(ctx, s); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(out.Name())
	if err != nil || strings.Count(string(body), "refresh\n") != 1 {
		t.Errorf("ran %q (%v), want once", body, err)
	}
}
