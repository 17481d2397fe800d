package freshness

import (
	"testing"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/held"
	"effekt/sources"
)

func TestLagging(t *testing.T) {
	t.Parallel()
	for standing, want := range map[Standing]bool{
		Fresh: false, Ended: false, Never: false, Unread: false, Off: false, Overdue: true, Frozen: true, Stopped: true,
	} {
		if got := (Line{Standing: standing}).Lagging(); got != want {
			t.Errorf("%s is lagging: %v, want %v", standing, got, want)
		}
	}
}

// A line takes the standing of its row in ops.dataset unless more than that is
// wrong with it, and with it a successor where the config names none.
func TestLineTakesItsStanding(t *testing.T) {
	t.Parallel()
	a, err := archive.Open(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"old", "goes_on"} {
		if err := a.SetProposal("scb", name, sources.Proposal{Table: "TAB2"}); err != nil {
			t.Fatal(err)
		}
	}
	store := held.Store{Archive: a, Config: &config.Config{Datasets: []config.Dataset{{Name: "old", Source: "scb"}, {Name: "goes_on", Source: "scb", Successor: "new"}}}}
	for _, test := range []struct {
		line     Line
		row      standing
		standing Standing
		reason   string
		proposed string
	}{
		{Line{Name: "old", Standing: Fresh}, standing{Standing: "frozen", Reason: "nothing after 2020"}, Frozen, "nothing after 2020", "TAB2"},
		{Line{Name: "goes_on", Standing: Fresh}, standing{Standing: "overdue", Reason: "nothing after 2020"}, Overdue, "nothing after 2020", ""},
		{Line{Name: "old", Standing: Fresh}, standing{}, Fresh, "", ""},
		{Line{Name: "old", Standing: Off, Reason: "no id"}, standing{Standing: "frozen"}, Off, "no id", ""},
		{Line{Name: "goes_on", Standing: Fresh}, standing{Standing: "ok", Unread: "damaged"}, Unread, "damaged", ""},
	} {
		got := test.line.by(test.row, store)
		if got.Standing != test.standing || got.Reason != test.reason || got.Proposal.Table != test.proposed {
			t.Errorf("%+v with %+v: %s, %q, successor %q", test.line, test.row, got.Standing, got.Reason, got.Proposal.Table)
		}
	}
}
