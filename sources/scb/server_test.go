package scb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/sources"
	"effekt/sources/replay"
	"effekt/sources/scb/jsonstat"
)

// fixture is a table whose cells count from 0. A variable is written
// "Kon kön 1=män 2=kvinnor", with + before the code where it can be left out.
// An underscore in a label is a space.
type fixture struct {
	id        string
	variables []string
}

func (f fixture) body(t testing.TB) []byte {
	t.Helper()
	ids, sizes, dimensions, cells := []string{}, []int{}, map[string]any{}, 1
	for _, text := range f.variables {
		fields := strings.Fields(text)
		code, eliminable := strings.CutPrefix(fields[0], "+")
		index, labels := []string{}, map[string]string{}
		for _, value := range fields[2:] {
			code, label, _ := strings.Cut(value, "=")
			index = append(index, code)
			labels[code] = strings.ReplaceAll(label, "_", " ")
		}
		ids, sizes, cells = append(ids, code), append(sizes, len(index)), cells*len(index)
		dimensions[code] = map[string]any{
			"label": fields[1], "category": map[string]any{"index": index, "label": labels},
			"extension": map[string]any{"elimination": eliminable, "codelists": []any{
				map[string]string{"id": "vs_" + code, "label": "Alla av " + fields[1], "type": "Valueset"},
			}},
		}
	}
	values := make([]int, cells)
	for i := range values {
		values[i] = i
	}
	body, err := json.Marshal(map[string]any{
		"class": "dataset", "label": "Tabell " + f.id, "source": "SCB", "updated": "2026-06-08T06:00:00Z", "id": ids, "size": sizes,
		"role": map[string]any{"time": []string{"Tid"}, "metric": []string{"ContentsCode"}}, "dimension": dimensions, "value": values,
		"extension": map[string]any{"px": map[string]any{"tableid": f.id}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// jobs are the tables most tests describe.
func jobs() []fixture {
	variables := []string{
		"+Region region 00=Riket 23=Jämtlands_län 24=Västerbottens_län", "+Kon kön 1=män 2=kvinnor",
		"BakgrVar bakgrund A1=vistelsetid_0-1_år A2=vistelsetid_2-3_år A3=inrikes_födda A4=inrikes_födda",
		"ContentsCode tabellinnehåll C1=Andel_sysselsatta C2=Antal", "Tid år 2022=2022 2023=2023",
	}
	return []fixture{
		{"TAB7", variables},
		{"TAB8", variables},
		{"TAB9", append([]string{"Typ typ x=hus y=lägenhet"}, variables...)},
	}
}

// serve starts a server of the tables, and a client to ask it by.
func serve(t testing.TB, tables []fixture, o replay.Options) (*replay.Server, *Source, sources.Caller) {
	t.Helper()
	folder := fstest.MapFS{
		"scb/codelists/vs_BakgrVar.json": {Data: []byte(`{"id":"vs_BakgrVar","label":"Alla av bakgrund","type":"Valueset","values":[
			{"code":"A1","label":"nya","valueMap":["A1"]},{"code":"A2","label":"vistelsetid 2-3 år","valueMap":["A2"]}]}`)},
	}
	for _, f := range tables {
		folder["scb/"+f.id+".json"] = &fstest.MapFile{Data: f.body(t)}
	}
	library, err := replay.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	server := replay.New(library, o)
	running, err := replay.Start(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Close(); err != nil {
			t.Error(err)
		}
	})
	client, err := sources.NewClient(sources.Settings{
		Attempts: 2, WaitMin: time.Millisecond, WaitMax: time.Millisecond,
		Limits: map[string]sources.Limit{running.SCB(): {Calls: 1000, Window: time.Second}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return server, &Source{Base: running.SCB(), Language: "sv", Recheck: time.Millisecond, InFlight: 2}, client
}

// newcomers is a data set of the tables of jobs.
func newcomers(table string) sources.Task {
	d := config.Dataset{
		Name: "newcomers", File: "datasets/newcomers.toml", Source: "scb", Table: table, Title: "Nyanlända", RegionVariable: "Region", RegionCoding: "scb", Frequency: "year",
		Select: map[string][]string{
			"Region": {"counties"}, "Kon": {"1", "2"}, "BakgrVar": {"label:vistelsetid 2-3 år"}, "ContentsCode": {"label: Andel sysselsatta "}, "Tid": {"all"},
		},
	}
	return sources.Task{
		Dataset: d, Words: map[string][]string{"country": {"00"}, "counties": {"23", "24"}}, County: "24",
		Now: time.Date(2026, 6, 10, 8, 0, 0, 0, time.UTC), Held: sources.Set{Dataset: d}, Log: slog.New(slog.DiscardHandler),
	}
}

// told are the problems of describing a data set, "" when there are none.
func told(t testing.TB, s *Source, ask sources.Caller, d sources.Task) string {
	t.Helper()
	_, err := s.describe(context.Background(), ask, d)
	var problems *Problems
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &problems):
		return fmt.Sprintf("no Problems: %v", err)
	}
	return err.Error()
}

// codesAt divides repeatedly, the way the specification of JSON-stat tells it.
func codesAt(c *jsonstat.Cube, cell int) []string {
	codes := make([]string, len(c.Dimensions))
	for i := len(codes) - 1; i >= 0; i-- {
		all := c.Dimensions[i].Codes
		codes[i] = all[cell%len(all)]
		cell /= len(all)
	}
	return codes
}
