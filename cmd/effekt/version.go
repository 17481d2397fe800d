package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"strings"

	"effekt/pipeline/warehouse"
)

// showVersion says which program this is: its version, what it was built from,
// as far as the build notes it, and what it was built with.
func (a *app) showVersion(ctx context.Context) error {
	database, err := warehouse.Version(ctx)
	if err != nil {
		return err
	}
	from := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		from["module"] = strings.TrimPrefix(info.Main.Version, "(devel)")
		for _, s := range info.Settings {
			from[strings.TrimPrefix(s.Key, "vcs.")] = s.Value
		}
	}
	return a.print("version", map[string]any{
		"Version": version, "From": from, "DuckDB": strings.TrimPrefix(database, "v"),
		"Go": runtime.Version(), "System": runtime.GOOS + "/" + runtime.GOARCH,
	})
}
