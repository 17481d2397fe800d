package models

import (
	"errors"
	"fmt"
)

// Sound parts the models that can be made from those that read what nothing
// makes, or read backwards, and those that rest on such a one. broken says why,
// by table.
func Sound(models []Model, sources map[string]bool) (sound []Model, broken map[string]error) {
	broken = map[string]error{}
	sound = models
	for {
		byTable := map[string]Model{}
		for _, m := range sound {
			byTable[m.Table] = m
		}
		var kept []Model
		for _, m := range sound {
			err := Rests(m, broken)
			if err == nil {
				err = errors.Join(lint(m, byTable, sources)...)
			}
			if err != nil {
				broken[m.Table] = err
				continue
			}
			kept = append(kept, m)
		}
		if len(kept) == len(sound) {
			return sound, broken
		}
		sound = kept
	}
}

// Rests says which of the tables that m reads could not be made, nil when none.
func Rests(m Model, broken map[string]error) error {
	for _, read := range m.Reads {
		if err, ok := broken[read]; ok {
			return fmt.Errorf("rests on %s: %w", read, err)
		}
	}
	return nil
}
