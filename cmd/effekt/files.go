package main

import (
	"effekt/config"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	effektsql "effekt/sql"
)

// files finds the config and the SQL. A config folder is whole and takes the
// place of the shipped one, so that what is taken out of it stays out; SQL files
// of the analyst's own lie in the folder sql beside it or inside it and are laid
// over the shipped ones.
func (a *app) files() (configFS, sqlFS fs.FS, err error) {
	folder := a.configDir
	if folder == "" {
		if !exists("config/effekt.toml") {
			return config.Embedded, effektsql.Files, nil
		}
		folder = "config"
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, nil, usageError{fmt.Errorf("--config %s: no such folder", folder)}
	}
	sqlFS = effektsql.Files
	for _, own := range []string{filepath.Join(filepath.Dir(filepath.Clean(folder)), "sql"), filepath.Join(folder, "sql")} {
		if info, err := os.Stat(own); err == nil && info.IsDir() {
			sqlFS = effektsql.Overlay{Own: os.DirFS(own), Shipped: sqlFS}
		}
	}
	return os.DirFS(folder), sqlFS, nil
}
