package sources

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// The test binary is also its own second process: with effektChild set it
// makes calls instead of running tests.
const (
	effektChild = "EFFEKT_TEST_CHILD"    // address to call
	effektState = "EFFEKT_TEST_STATE"    // folder of shared call times
	effektCalls = "EFFEKT_TEST_CALLS"    // how many calls
	sharedLimit = 6                      // calls
	sharedSpan  = 200 * time.Millisecond // window
)

func TestMain(m *testing.M) {
	if url := os.Getenv(effektChild); url != "" {
		if err := callAsChild(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func callAsChild(url string) error {
	calls, err := strconv.Atoi(os.Getenv(effektCalls))
	if err != nil {
		return err
	}
	c, err := NewClient(Settings{
		StateDir: os.Getenv(effektState), Attempts: 1,
		Limits: map[string]Limit{url: {sharedLimit, sharedSpan}},
	})
	if err != nil {
		return err
	}
	for range calls {
		if _, err := c.Call(context.Background(), Request{Method: "GET", URL: url}); err != nil {
			return err
		}
	}
	return nil
}

// child is the command of another process that makes calls.
func child(t *testing.T, url, state string, calls int, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), effektChild+"="+url, effektState+"="+state, effektCalls+"="+strconv.Itoa(calls))
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = os.Stderr
	return cmd
}
