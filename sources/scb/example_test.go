package scb_test

import (
	"context"
	"effekt/sources"
	"effekt/sources/replay"
	"effekt/sources/scb"
	"fmt"
	"io"
	"log"
	"strings"
	"testing/fstest"
)

// A table is described, asked for and read into Arrow records.
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

	ctx := context.Background()
	source := scb.Source{Caller: client, Base: running.SCB(), Language: "sv"}
	table, err := source.Describe(ctx, scb.Dataset{
		Table: "TAB1", RegionVariable: "Region", Words: map[string][]string{"county": {"24"}},
		Select: map[string][]string{"Region": {"county"}, "ContentsCode": {"label:Folkmängd"}, "Tid": {"2023.."}},
	})
	if err != nil {
		log.Fatal(err)
	}
	requests, err := source.Requests(table, 150_000)
	if err != nil {
		log.Fatal(err)
	}
	reader := scb.NewReader(table.Columns(), func() ([]byte, error) {
		if len(requests) == 0 {
			return nil, io.EOF
		}
		answer, err := client.Call(ctx, requests[0])
		requests = requests[1:]
		return answer.Body, err
	})
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
	// region=24 contents=C1 period=2023 year=2023 value=200 status=(null)
	// region=24 contents=C1 period=2024 year=2024 value=(null) status=..
	// <nil>
}

func ExampleDecode() {
	cube, err := scb.Decode([]byte(`{"id":["Kon"],"size":[2],"dimension":{"Kon":{"category":{"index":{"2":0,"1":1}}}},"value":{"0":12.5},"status":{"1":".."}}`))
	if err != nil {
		log.Fatal(err)
	}
	for i, code := range cube.Dimensions[0].Codes {
		fmt.Printf("%s %v %q\n", code, cube.Values[i], cube.StatusOf(i))
	}
	// Output:
	// 2 12.5 ""
	// 1 NaN ".."
}
