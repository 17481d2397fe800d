// Package sql holds the calculation: SELECTs an analyst can read, one a file.
// The path is the table: core/population.sql becomes core.population. The
// first comment line is the table's Swedish description, "-- grain:" its key.
package sql

import "embed"

// Files holds macros/, core/, indicators/, marts/ and checks/ as shipped, and
// columns.toml with the Swedish description of every column.
//
//go:embed macros/*.sql core/*.sql indicators/*.sql marts/*.sql checks/*.sql columns.toml
var Files embed.FS
