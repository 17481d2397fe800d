//go:build !duckdb_arrow

package warehouse

// Arrow support in duckdb-go is opt-in. Without the tag nothing here can work,
// so the build stops with a name that says what to do.
var _ = add_the_build_tag__go_build_tags_duckdb_arrow
