package scb_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"testing/fstest"

	"effekt/config"
	"effekt/sources"
	"effekt/sources/replay"
	"effekt/sources/scb"
)

// kept keeps the answers with data, as the archive does.
type kept struct {
	sources.Caller
	data []sources.Stored
}

func (k *kept) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	answer, err := k.Caller.Call(ctx, r)
	if err == nil && r.Role == "data" {
		k.data = append(k.data, sources.Stored{Body: func() ([]byte, error) { return answer.Body, nil }})
	}
	return answer, err
}

// A table is fetched, and read from the stored answers into Arrow records.
func ExampleSource() {
	library, err := replay.Open(fstest.MapFS{"scb/TAB1.json": {Data: []byte(`{"class":"dataset","label":"Folkmängd","updated":"2026-02-24T07:00:00Z",
		"id":["Region","ContentsCode","Tid"],"size":[2,1,2],"dimension":{
		"Region":{"label":"region","category":{"index":["23","24"],"label":{"23":"Jämtlands län","24":"Västerbottens län"}}},
		"ContentsCode":{"label":"innehåll","category":{"index":["C1"],"label":{"C1":"Folkmängd"}}},
		"Tid":{"label":"år","category":{"index":["2023","2024"]}}},
		"value":[100,101,200,null],"status":{"3":".."}}`)}})
	if err != nil {
		log.Fatal(err)
	}
	running, err := replay.Start(replay.New(library, replay.Options{}))
	if err != nil {
		log.Fatal(err)
	}
	defer running.Close()
	client, err := sources.NewClient(sources.Settings{Limits: map[string]sources.Limit{running.SCB(): {Calls: 30, Window: 10e9}}})
	if err != nil {
		log.Fatal(err)
	}

	dataset := config.Dataset{
		Name: "population", Source: "scb", Table: "TAB1", RegionVariable: "Region",
		Select: map[string][]string{"Region": {"county"}, "ContentsCode": {"label:Folkmängd"}, "Tid": {"2023.."}},
	}
	source, archive := &scb.Source{Base: running.SCB(), Language: "sv"}, &kept{Caller: client}
	task := sources.Task{Dataset: dataset, Words: map[string][]string{"county": {"24"}}, County: "24"}
	fetched, err := source.Fetch(context.Background(), archive, task, sources.Verdict{Due: true})
	if err != nil {
		log.Fatal(err)
	}
	stored := func(string) []sources.Stored { return archive.data }
	set := sources.Set{Dataset: dataset, Parts: []sources.Part{{Description: fetched.Description, Vintage: "20260610T080000Z", Stored: stored}}}
	table := source.Tables([]sources.Set{set})[0]
	fmt.Println(table.Schema+"."+table.Name, table.Key)
	reader := table.Fill[0].Read()
	defer reader.Release()
	for reader.Next() {
		record := reader.RecordBatch()
		for i := range int(record.NumRows()) {
			var row []string
			for j, column := range record.Columns() {
				row = append(row, record.ColumnName(j)+"="+column.ValueStr(i))
			}
			fmt.Println(strings.Join(row, " "))
		}
	}
	fmt.Println(reader.Err())
	// Output:
	// scb.population [region contents period]
	// region=24 contents=C1 period=2023 year=2023 value=200 status=(null)
	// region=24 contents=C1 period=2024 year=2024 value=(null) status=..
	// <nil>
}
