package archive

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// maxProposal bounds the note of a proposal in bytes.
const maxProposal = 1 << 20

// Proposal is a table that may carry on the series of a data set's table, and
// when it was looked for; Table is empty when none was found.
type Proposal struct {
	At          time.Time `json:"at"`
	Table       string    `json:"table,omitempty"`
	Title       string    `json:"title,omitempty"`
	FirstPeriod string    `json:"first_period,omitempty"`
	LastPeriod  string    `json:"last_period,omitempty"`
	Score       float64   `json:"score,omitempty"` // 0–1
	TOML        string    `json:"toml,omitempty"`  // a data set's file, to be looked through
}

// Proposal reads what was found last; the zero value when nothing was looked
// for, or the note cannot be read: then it is looked for again.
func (a *Archive) Proposal(source, dataset string) Proposal {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return Proposal{}
	}
	body, err := readBounded(filepath.Join(folder, "proposal.json"), maxProposal)
	var p Proposal
	if err != nil || json.Unmarshal(body, &p) != nil {
		return Proposal{}
	}
	return p
}

// SetProposal notes what was found.
func (a *Archive) SetProposal(source, dataset string, p Proposal) error {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return wrap(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return wrap(err)
	}
	temporary, err := create(filepath.Join(folder, ".proposal"))
	if err == nil {
		err = replace(filepath.Join(folder, "proposal.json"), temporary, body, false)
	}
	return wrap(err)
}
