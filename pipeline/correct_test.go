package pipeline_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"effekt/sources/replay"
)

// about is the part of a correction that is the same in every test.
const about = `reason = "fel hos källan"
who = "Analysfunktionen"
reference = "dnr 1"
valid_until = "2026-07-31"
`

const correctedFigure = `[[correction]]
indicator = "grp"
region = "24"
year = 2023
expect = 100.0
value = 110.0
` + about

const correctedCell = `[[correction]]
dataset = "income"
cell = { Region = "24", Kon = "1", Alder = "tot16+", Inkomstklass = "TOT", ContentsCode = "HE0110J8", Tid = "2023" }
expect = 300.0
value = 310.0
` + about

func (w *world) known() {
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), 100, ""),
			l.SetValue("TAB3554", map[string]string{"Region": "24", "Kon": "1", "Alder": "tot16+", "Inkomstklass": "TOT", "ContentsCode": "HE0110J8", "Tid": "2023"}, 300, ""))
	})
}

const (
	flagged   = "select string_agg(indicator_id || ' ' || region || ' ' || year || ' ' || sex || ' ' || value, ', ' order by indicator_id) from mart.indicator_value where list_contains(flags, 'corrected')"
	corrected = "select string_agg(number || ' ' || state, ', ' order by number) from ops.correction"
)

// A figure and a cell are corrected, flagged wherever they show, and noted as
// our own doing; when the agency changes what was expected, that stops with a
// message and the others hold.
func TestCorrections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.known()
	w.sound()
	w.one(figure("grp", 2023), "100 A")
	w.configure("corrections.toml", correctedFigure+correctedCell)
	w.later(time.Hour)
	w.sound()
	w.one(figure("grp", 2023), "110 A")
	w.one(flagged, "grp 24 2023 total 110.0, income 24 2023 men 310.0")
	w.one(corrected, "1 applied, 2 applied")
	w.one("select string_agg(indicator_id || ' ' || kind || ' ' || cause || ' ' || old_value || ' ' || new_value, ', ' order by indicator_id) from mart.revision where cause = 'correction'",
		"grp recalculated correction 100.0 110.0, income recalculated correction 300.0 310.0")
	w.one("select count(*) from mart.revision where cause <> 'correction'", "0")

	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), 105, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	w.later(24 * time.Hour)
	result := w.refresh()
	if err := result.Err(); !result.Degraded() || err == nil || !strings.Contains(err.Error(), "the agency's value is 105 now, it was 100") {
		t.Errorf("a guard that does not hold: %v", err)
	}
	w.one(figure("grp", 2023), "105 A")
	w.one(corrected, "1 stopped, 2 applied")
	if again := w.refresh(); again.Published || !again.Degraded() {
		t.Errorf("nothing new: %+v", again)
	}
}

// The last day counts; after it the agency's figure is back, with a message.
func TestCorrectionExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.known()
	w.configure("corrections.toml", correctedFigure)
	w.at(time.Date(2026, 7, 31, 23, 0, 0, 0, time.UTC))
	w.sound()
	w.one(figure("grp", 2023), "110 A")
	w.at(time.Date(2026, 8, 1, 1, 0, 0, 0, time.UTC))
	result := w.refresh()
	if err := result.Err(); !result.Published || err == nil || !strings.Contains(err.Error(), "its last day was 2026-07-31") {
		t.Errorf("an expired correction: %v", err)
	}
	w.one(figure("grp", 2023), "100 A")
	w.one(corrected, "1 expired")
}

// A correction can withdraw a figure, or give one that the agency lacks.
func TestCorrectionOfWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.known()
	w.revise(func(l *replay.Library) error { return l.SetValue("TAB3138", grp("23", "2023"), math.NaN(), "..") })
	w.configure("corrections.toml", strings.Replace(correctedFigure, "value = 110.0", "missing = true", 1)+
		strings.NewReplacer(`"24"`, `"23"`, "expect = 100.0", "expect_missing = true", "value = 110.0", "value = 7.0").Replace(correctedFigure)+
		strings.NewReplacer("2023", "1950").Replace(correctedFigure))
	result := w.refresh()
	if err := result.Err(); err == nil || !strings.Contains(err.Error(), "correction.3") || !strings.Contains(err.Error(), "no such value") {
		t.Errorf("a figure that does not exist: %v", err)
	}
	w.one(flagged, "grp 23 2023 total 7.0")
	w.one("select status || ' ' || flags[1] from mart.indicator_value where indicator_id = 'grp' and region = '24' and year = 2023", "O corrected")
	w.one(corrected, "1 applied, 2 applied, 3 stopped")
}
