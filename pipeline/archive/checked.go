package archive

import (
	"cmp"
	"encoding/json"
	"path/filepath"
	"time"

	"effekt/sources"
)

// maxNote bounds a note about a data set in bytes.
const maxNote = 1 << 20

// Skew is how far ahead a time may lie without the clock being in doubt. A clock
// fixed by EFFEKT_NOW restarts in every process and machines sharing a folder
// differ slightly, so one hour is tolerated. It is far less than what a question
// to a source goes back for safety, so no change is missed by it.
const Skew = time.Hour

// Checked is when a data set was last asked for without getting a new vintage.
type Checked struct {
	At            time.Time `json:"at"`
	ListedUpdated string    `json:"listed_updated,omitempty"`
	// Discontinued is what the list of tables has said.
	Discontinued bool `json:"discontinued,omitempty"`
	// Whole is when all of it was last fetched anew and was the same.
	Whole time.Time `json:"whole,omitzero"`
	// Kept is the vintage that stays in use because what has come since was
	// refused: all of it is asked for until a vintage is written or renewed.
	Kept string `json:"kept,omitempty"`
}

// Checked reads the latest check; the zero value when there was none that can
// be believed: a damaged note, or one from a clock that was ahead, costs a
// question more, never a change that is missed.
func (a *Archive) Checked(source, dataset string) Checked {
	c := readNote[Checked](a, source, dataset, "checked")
	if c.At.After(a.now().Add(Skew)) {
		return Checked{}
	}
	return c
}

// SetChecked notes a check.
func (a *Archive) SetChecked(source, dataset string, c Checked) error {
	return a.setNote(source, dataset, "checked", c)
}

// Proposal reads what was found last; the zero value when nothing was looked
// for, or the note cannot be read: then it is looked for again.
func (a *Archive) Proposal(source, dataset string) sources.Proposal {
	return readNote[sources.Proposal](a, source, dataset, "proposal")
}

// SetProposal notes what was found.
func (a *Archive) SetProposal(source, dataset string, p sources.Proposal) error {
	return a.setNote(source, dataset, "proposal", p)
}

// readNote reads a note that lies beside a data set's vintages, the zero value
// when there is none, or none that can be read: no figure depends on it.
func readNote[T any](a *Archive, source, dataset, name string) T {
	var note, none T
	folder, wrong := a.folder(source, dataset)
	body, err := readBounded(filepath.Join(folder, name+".json"), maxNote)
	if cmp.Or(wrong, err) != nil || json.Unmarshal(body, &note) != nil {
		return none
	}
	return note
}

func (a *Archive) setNote(source, dataset, name string, note any) error {
	folder, wrong := a.folder(source, dataset)
	body, err := json.Marshal(note)
	if err = cmp.Or(wrong, err); err != nil {
		return err
	}
	return a.replace(filepath.Join(folder, name+".json"), body, false)
}
