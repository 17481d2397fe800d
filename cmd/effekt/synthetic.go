package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// syntheticMark is the file that tells a data folder of invented figures from
// a real one, for as long as the folder lives.
const syntheticMark = ".synthetic"

func synthetic(folder string) bool { return exists(filepath.Join(folder, syntheticMark)) }

// markSynthetic claims a data folder for the demonstration; one that already
// holds real figures is refused, for the two must never mix.
func markSynthetic(folder string) error {
	if synthetic(folder) {
		return nil
	}
	if exists(filepath.Join(folder, "archive")) {
		return usageError{fmt.Errorf("the data folder %s is not the demonstration's: invented figures would mix with real ones", folder)}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("the data folder cannot be used: %w", err)
	}
	return os.WriteFile(filepath.Join(folder, syntheticMark), []byte("SYNTETISKA DEMODATA\n"), 0o644)
}

// refuseSynthetic keeps real figures out of the demonstration's folder.
func refuseSynthetic(folder string) error {
	if synthetic(folder) {
		return usageError{fmt.Errorf("the data folder %s holds synthetic demonstration data: real figures would mix with invented ones; choose another with --data", folder)}
	}
	return nil
}
