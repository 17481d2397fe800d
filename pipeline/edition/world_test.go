package edition_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/archive"
	"effekt/pipeline/datadir"
	"effekt/pipeline/edition"
	"effekt/pipeline/run"
	"effekt/sources"
	"effekt/sources/replay"
	"effekt/testdata/demo"

	effektsql "effekt/sql"
)

// world is a data folder refreshed from both publishers on loopback: a small table,
// one KPI and an indicator of each.
type world struct {
	*pipeline.Pipeline
	t          *testing.T
	server     *replay.Server
	files, sql fstest.MapFS
	now        time.Time
}

const meaning = "\nformula = \"x\"\nsource = \"Källa: x\"\ndecimals = 1\npolarity = \"neutral\"\nchange = \"points\"\nsex = [\"total\"]\nlabel = { sv = \"x\" }\nunit = { sv = \"x\" }\n"

const productSQL = `-- x
-- grain: region, year, sex
select region, year, period, 'total' as sex, value, null::double as numerator, null::double as denominator, cell_status(value, status) as status
from scb.grp
`

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 6, 10, 8, 0, 0, 0, time.UTC), files: fstest.MapFS{}, sql: fstest.MapFS{"indicators/product.sql": {Data: []byte(productSQL)}}}
	for name, text := range map[string]string{
		"datasets/grp.toml":       "title = \"x\"\nsource = \"scb\"\ntable = \"TAB3138\"\n[select]\nRegion = [\"country\", \"counties\"]\nContentsCode = [\"NR0105AH\"]\nTid = [\"2019..\"]\n",
		"datasets/health.toml":    "title = \"x\"\nsource = \"kolada\"\nregions = [\"country\", \"counties\"]\nyears = \"2019..2025\"\n[[kpi]]\nid = \"N00957\"\ntitle = \"Ohälsotal, dagar\"\n",
		"indicators/product.toml": "datasets = [\"grp\"]" + meaning,
		"indicators/sick.toml":    "kpi = \"N00957\"\ndatasets = [\"health\"]" + meaning,
	} {
		w.files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	copied(t, w.files, config.Embedded, "effekt.toml", "regions.toml", "framework.toml")
	settings := w.files["effekt.toml"]
	settings.Data = []byte(strings.NewReplacer("calls = 30", "calls = 10000", "calls = 4", "calls = 10000").Replace(string(settings.Data)))
	copied(t, w.sql, effektsql.Files, "columns.toml", "macros/*.sql", "core/region.sql", "core/freshness.sql", "core/kolada.sql", "core/indicator_value.sql",
		"marts/indicator.sql", "marts/indicator_value.sql", "marts/revision.sql", "checks/unknown_region.sql")
	folder := fstest.MapFS{}
	copied(t, folder, demo.Files, "scb/TAB3138.json.zst", "kolada/kpi.json", "kolada/municipality.json", "kolada/data/N00957.json.zst")
	library, err := replay.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	w.server = replay.New(library, replay.Options{Now: func() time.Time { return w.now }})
	w.Pipeline = &pipeline.Pipeline{Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return w.now }, Version: "test", Command: "test"}
	if w.Dir, err = datadir.Open(filepath.Join(t.TempDir(), "d")); err != nil {
		t.Fatal(err)
	}
	if w.Archive, err = archive.Open(w.Dir.Archive(), w.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { writable(t, w.Dir.Editions()) })
	w.connect()
	return w
}

// connect reads config and SQL, and starts the publishers.
func (w *world) connect() {
	w.t.Helper()
	running, err := replay.Start(w.server)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = running.Close() })
	if w.Config, err = config.Load(w.files, config.Overrides{SCBBaseURL: running.SCB(), KoladaBaseURL: running.Kolada()}); err != nil {
		w.t.Fatal(err)
	}
	if w.SQL, err = effektsql.Read(w.sql); err != nil {
		w.t.Fatal(err)
	}
	client, err := pipeline.NewClient(w.Config, w.Dir, w.Log, w.Now)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Client, w.Sources = client, pipeline.Sources(w.Config, client)
}

func copied(t *testing.T, to fstest.MapFS, from fs.FS, patterns ...string) {
	t.Helper()
	for _, pattern := range patterns {
		names, err := fs.Glob(from, pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			body, err := fs.ReadFile(from, name)
			if err != nil {
				t.Fatal(err)
			}
			to[name] = &fstest.MapFile{Data: body}
		}
	}
}

// refresh publishes what the servers have, a day later.
func (w *world) refresh() {
	w.t.Helper()
	w.now = w.now.Add(24 * time.Hour)
	result, err := w.Refresh(w.t.Context(), run.Want{})
	if err == nil {
		err = result.Err()
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) revise(value float64) {
	w.t.Helper()
	if err := w.server.Revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", map[string]string{"Region": "24", "ContentsCode": "NR0105AH", "Tid": "2023"}, value, ""),
			l.SetUpdated("TAB3138", w.now.Format(time.RFC3339)))
	}); err != nil {
		w.t.Fatal(err)
	}
}

// freeze makes an edition with a report of one file.
func (w *world) freeze(name string) (edition.Edition, error) {
	w.t.Helper()
	in, err := w.Inputs()
	if err != nil {
		w.t.Fatal(err)
	}
	report := w.t.TempDir()
	put(w.t, filepath.Join(report, "rapport.txt"), "Återrapport")
	return edition.Freeze(w.t.Context(), edition.Frozen{Inputs: in, Dir: w.Dir, Archive: w.Archive, Config: w.files, SQL: w.sql, Report: report, BuildID: in.ID()}, name)
}

// frozen is a refreshed world with an edition, and the edition's folder.
func frozen(t *testing.T) (w *world, folder string) {
	t.Helper()
	w = newWorld(t)
	w.refresh()
	if _, err := w.freeze("2026"); err != nil {
		t.Fatal(err)
	}
	return w, filepath.Join(w.Dir.Editions(), "2026")
}

func verify(t *testing.T, folder string) (edition.Verdict, error) {
	t.Helper()
	return edition.Verify(t.Context(), folder, slog.New(slog.DiscardHandler), func(c *config.Config) []sources.Source { return pipeline.Sources(c, nil) })
}

// copyOf copies an edition to where it may be changed, as to another machine.
func copyOf(t *testing.T, folder string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "2026")
	if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	writable(t, to)
	return to
}

func writable(t *testing.T, folder string) {
	t.Helper()
	if err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chmod(path, 0o755))
	}); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
