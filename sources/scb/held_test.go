package scb

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"effekt/config"
	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

// metricAt is a data answer with the metric first, last or between two municipalities.
func metricAt(order, size, value, status string) []byte {
	return []byte(`{"version":"2.0","class":"dataset","label":"x","id":[` + order + `],"size":[` + size + `],
		"role":{"metric":["ContentsCode"],"time":["Tid"]},"dimension":{
		"ContentsCode":{"label":"c","category":{"index":{"A":0,"B":1},"label":{"A":"antal","B":"andel"}}},
		"Region":{"label":"r","category":{"index":{"00":0,"24":1},"label":{"00":"Riket","24":"Västerbotten"}}},
		"Tid":{"label":"t","category":{"index":{"2023":0,"2024":1},"label":{"2023":"2023","2024":"2024"}}}},
		"value":[` + value + `],"status":{` + status + `}}`)
}

func TestHeldCountsByContent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		order, size, value, status string
		a, b                       int
	}{
		"first":     {`"ContentsCode","Region","Tid"`, "2,2,2", "1,2,3,null,null,null,null,null", `"3":".."`, 3, 0},
		"between":   {`"Region","ContentsCode","Tid"`, "2,2,2", "null,null,1,2,null,null,3,4", "", 0, 4},
		"last":      {`"Region","Tid","ContentsCode"`, "2,2,2", "null,1,null,2,0,null,null,null", "", 1, 2},
		"zeros":     {`"ContentsCode","Region","Tid"`, "2,2,2", "null,null,null,null,null,null,null,null", `"0":"-","1":"..","4":".","5":"–"`, 1, 1},
		"all gone":  {`"Region","ContentsCode","Tid"`, "2,2,2", "null,null,null,null,null,null,null,null", `"0":".."`, 0, 0},
		"all there": {`"Region","ContentsCode","Tid"`, "2,2,2", "1,1,1,1,1,1,1,1", "", 4, 4},
	} {
		got := countsOf(t, metricAt(test.order, test.size, test.value, test.status))
		of := func(content string) int { return got.sum(func(s series) bool { return s.content == content }) }
		if of("A") != test.a || of("B") != test.b {
			t.Errorf("%s: %v; want %d and %d", name, got, test.a, test.b)
		}
	}
}

// places is a data set that asks for two regions of those that count.
var places = sources.Task{
	Dataset: config.Dataset{RegionVariable: "region"}, Words: map[string][]string{"country": {"00"}, "counties": {"23", "24"}}, County: "24",
}

func countsOf(t *testing.T, body []byte) counts {
	t.Helper()
	cube, err := jsonstat.Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	all := counts{}
	all.add(cube, places)
	return all
}

// Cells are counted where they stand, whatever the order of the variables.
func TestCountsByPlace(t *testing.T) {
	t.Parallel()
	want := counts{
		{"A", "00", "2023"}: 1, {"A", "00", "2024"}: 1, {"A", "24", "2023"}: 1, {"A", "24", "2024"}: 0,
		{"B", "00", "2023"}: 0, {"B", "00", "2024"}: 0, {"B", "24", "2023"}: 0, {"B", "24", "2024"}: 1,
	}
	for order, value := range map[string]string{
		`"ContentsCode","Region","Tid"`: "1,1,1,null,null,null,null,1",
		`"Region","ContentsCode","Tid"`: "1,1,null,null,1,null,null,1",
		`"Tid","ContentsCode","Region"`: "1,1,null,null,1,null,null,1",
		`"Region","Tid","ContentsCode"`: "1,null,1,null,1,null,null,1",
	} {
		if got := countsOf(t, metricAt(order, "2,2,2", value, "")); !maps.Equal(got, want) {
			t.Errorf("%s: %v", order, got)
		}
	}
}

// A period is announced when no answer holds a value of it; «-» is one.
func TestAnnounced(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]struct{ value, status string }{
		"":          {"1,null,null,null,null,null,null,null", `"1":"-"`},
		"2024":      {"1,null,2,null,null,null,3,null", `"1":"..","3":"."`},
		"2023 2024": {"null,null,null,null,null,null,null,null", ""},
	} {
		came := countsOf(t, metricAt(`"Region","ContentsCode","Tid"`, "2,2,2", test.value, test.status))
		if got := strings.Join(came.announced(), " "); got != want {
			t.Errorf("%s: announced %q, want %q", test.value, got, want)
		}
	}
}

// A content is emptied when no answer holds it, not when one of them does not.
func TestEmptied(t *testing.T) {
	t.Parallel()
	table := sources.Description{Table: "TAB1", Variables: []sources.Variable{
		{Code: "Region", Codes: []sources.Code{{Code: "00", Label: "Riket"}, {Code: "24", Label: "Västerbottens län"}}},
		{Code: "ContentsCode", Role: "metric", Codes: []sources.Code{{Code: "A", Label: "antal"}, {Code: "B", Label: "andel"}}},
	}}
	full := counts{{"A", "00", "2024"}: 1, {"A", "24", "2024"}: 2, {"A", municipalities, "2024"}: 3, {"B", "00", "2024"}: 1, {"B", "24", "2024"}: 1, {"B", municipalities, "2024"}: 9}
	without := func(gone ...series) counts {
		left := maps.Clone(full)
		for _, s := range gone {
			left[s] = 0
		}
		return left
	}
	for name, test := range map[string]struct {
		now, before counts
		want        string
	}{
		"all there":                      {full, full, ""},
		"more than before":               {full, without(series{"A", "24", "2024"}), ""},
		"no more than before":            {without(series{"A", "24", "2024"}), without(series{"A", "24", "2024"}), ""},
		"the first":                      {full, nil, ""},
		"a content":                      {without(series{"B", "00", "2024"}, series{"B", "24", "2024"}, series{"B", municipalities, "2024"}), full, `code "B" (andel) has not one value: every`},
		"the county in a content":        {without(series{"B", "24", "2024"}), full, `code "B" (andel) has not one value any more for 24: `},
		"the country and municipalities": {without(series{"A", "00", "2024"}, series{"A", municipalities, "2024"}), full, `code "A" (antal) has not one value any more for 00, all municipalities: `},
		"the first, one content without": {without(series{"B", "24", "2024"}), nil, ""},
		"the first, without the county":  {without(series{"A", "24", "2024"}, series{"B", "24", "2024"}), nil, "region 24 (Västerbottens län) has not one value"},
		"the first, without the country": {without(series{"A", "00", "2024"}, series{"B", "00", "2024"}), nil, "region 00 (Riket) has not one value"},
	} {
		err := emptied(places, table, test.now, test.before)
		if got := fmt.Sprint(err); (err == nil) != (test.want == "") || !strings.Contains(got, test.want) || strings.Count(got, "TAB1") > 1 {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}
