package main

import (
	"context"
	"effekt/pipeline/warehouse"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// showVersion says which program this is: its version, what it was built from,
// and what it was built with.
func (a *app) showVersion(ctx context.Context) error {
	database, err := warehouse.Version(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "effekt %s%s\n", version, builtFrom())
	fmt.Fprintf(a.stdout, "DuckDB %s, %s, %s/%s\n", strings.TrimPrefix(database, "v"), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// builtFrom is the module's version and the commit, as far as the build notes
// them.
func builtFrom() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	var parts []string
	if v := info.Main.Version; v != "" && v != "(devel)" {
		parts = append(parts, "module "+v)
	}
	if revision := set["vcs.revision"]; revision != "" {
		parts = append(parts, "commit "+revision+" of "+set["vcs.time"])
	}
	if set["vcs.modified"] == "true" {
		parts = append(parts, "changed since")
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
