package archive

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// maxChecked bounds the note of a check in bytes.
const maxChecked = 1 << 16

// Checked is when a data set was last asked for without getting a new vintage.
type Checked struct {
	At            time.Time `json:"at"`
	ListedUpdated string    `json:"listed_updated,omitempty"`
	// Discontinued is what the list of tables has said.
	Discontinued bool `json:"discontinued,omitempty"`
}

// Checked reads the latest check; the zero value when there was none that can
// be believed: a damaged note, or one from a clock that was ahead, costs a
// question more, never a change that is missed.
func (a *Archive) Checked(source, dataset string) Checked {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return Checked{}
	}
	body, err := readBounded(filepath.Join(folder, "checked.json"), maxChecked)
	var c Checked
	if err != nil || json.Unmarshal(body, &c) != nil || c.At.After(a.now()) {
		return Checked{}
	}
	return c
}

// SetChecked notes a check.
func (a *Archive) SetChecked(source, dataset string, c Checked) error {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return wrap(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return wrap(err)
	}
	temporary, err := create(filepath.Join(folder, ".checked"))
	if err == nil {
		err = replace(filepath.Join(folder, "checked.json"), temporary, body, false)
	}
	return wrap(err)
}
