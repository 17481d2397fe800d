package build

import (
	"errors"
	"fmt"
)

// sound parts the models that can be made from those that read what nothing
// makes, or read backwards, and those that rest on such a one. broken says why,
// by table.
func sound(models []Model, known func(table string) bool) (whole []Model, broken map[string]error) {
	broken = map[string]error{}
	whole = models
	for {
		byTable := map[string]Model{}
		for _, m := range whole {
			byTable[m.Table] = m
		}
		var kept []Model
		for _, m := range whole {
			err := restsOn(m, broken)
			if err == nil {
				err = errors.Join(lint(m, byTable, known)...)
			}
			if err != nil {
				broken[m.Table] = err
				continue
			}
			kept = append(kept, m)
		}
		if len(kept) == len(whole) {
			return whole, broken
		}
		whole = kept
	}
}

// restsOn says which of the tables that m reads could not be made, nil when none.
func restsOn(m Model, broken map[string]error) error {
	for _, read := range m.Reads {
		if err, ok := broken[read]; ok {
			return fmt.Errorf("rests on %s: %w", read, err)
		}
	}
	return nil
}
