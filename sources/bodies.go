package sources

import "io"

// Bodies yields the bodies of stored answers one after another, then io.EOF.
func Bodies(stored []Stored) func() ([]byte, error) {
	return func() ([]byte, error) {
		if len(stored) == 0 {
			return nil, io.EOF
		}
		next := stored[0]
		stored = stored[1:]
		return next.Body()
	}
}
