package scb

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// metricAt is a data answer with the metric first, last or between two others.
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
		got := Counts{}
		err := got.Add(metricAt(test.order, test.size, test.value, test.status), places)
		of := func(content string) int { return got.sum(func(s Series) bool { return s.Content == content }) }
		if err != nil || of("A") != test.a || of("B") != test.b {
			t.Errorf("%s: %v, error %v; want %d and %d", name, got, err, test.a, test.b)
		}
	}
	if err := (Counts{}).Add([]byte("{"), places); err == nil {
		t.Error("half a body was counted")
	}
}

// places is a data set that asks for two regions of those that count.
var places = Dataset{RegionVariable: "region", Words: map[string][]string{"country": {"00"}, "counties": {"23", "24"}}, County: "24"}

// Cells are counted where they stand, whatever the order of the variables.
func TestCountsByPlace(t *testing.T) {
	t.Parallel()
	want := Counts{
		{"A", "00", "2023"}: 1, {"A", "00", "2024"}: 1, {"A", "24", "2023"}: 1, {"A", "24", "2024"}: 0,
		{"B", "00", "2023"}: 0, {"B", "00", "2024"}: 0, {"B", "24", "2023"}: 0, {"B", "24", "2024"}: 1,
	}
	for order, value := range map[string]string{
		`"ContentsCode","Region","Tid"`: "1,1,1,null,null,null,null,1",
		`"Region","ContentsCode","Tid"`: "1,1,null,null,1,null,null,1",
		`"Tid","ContentsCode","Region"`: "1,1,null,null,1,null,null,1",
		`"Region","Tid","ContentsCode"`: "1,null,1,null,1,null,null,1",
	} {
		got := Counts{}
		if err := got.Add(metricAt(order, "2,2,2", value, ""), places); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: %v, error %v", order, got, err)
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
		came := Counts{}
		err := came.Add(metricAt(`"Region","ContentsCode","Tid"`, "2,2,2", test.value, test.status), places)
		if got := strings.Join(came.Announced(), " "); err != nil || got != want {
			t.Errorf("%s: announced %q, error %v; want %q", test.value, got, err, want)
		}
	}
}

// A content is emptied when no answer holds it, not when one of them does not.
func TestEmptied(t *testing.T) {
	t.Parallel()
	table := Table{ID: "TAB1", Variables: []Variable{
		{Code: "Region", Codes: []Code{{Code: "00", Label: "Riket"}, {Code: "24", Label: "Västerbottens län"}}},
		{Code: "ContentsCode", Role: "metric", Codes: []Code{{Code: "A", Label: "antal"}, {Code: "B", Label: "andel"}}},
	}}
	full := Counts{{"A", "00", "2024"}: 1, {"A", "24", "2024"}: 2, {"A", others, "2024"}: 3, {"B", "00", "2024"}: 1, {"B", "24", "2024"}: 1, {"B", others, "2024"}: 9}
	without := func(gone ...Series) Counts {
		left := maps.Clone(full)
		for _, s := range gone {
			left[s] = 0
		}
		return left
	}
	for name, test := range map[string]struct {
		now, before Counts
		want        string
	}{
		"all there":                      {full, full, ""},
		"more than before":               {full, without(Series{"A", "24", "2024"}), ""},
		"no more than before":            {without(Series{"A", "24", "2024"}), without(Series{"A", "24", "2024"}), ""},
		"the first":                      {full, nil, ""},
		"a content":                      {without(Series{"B", "00", "2024"}, Series{"B", "24", "2024"}, Series{"B", others, "2024"}), full, `code "B" (andel) has not one value: every`},
		"the county in a content":        {without(Series{"B", "24", "2024"}), full, `code "B" (andel) has not one value any more for 24: `},
		"the country and municipalities": {without(Series{"A", "00", "2024"}, Series{"A", others, "2024"}), full, `code "A" (antal) has not one value any more for 00, all municipalities: `},
		"the first, one content without": {without(Series{"B", "24", "2024"}), nil, ""},
		"the first, without the county":  {without(Series{"A", "24", "2024"}, Series{"B", "24", "2024"}), nil, "region 24 (Västerbottens län) has not one value"},
		"the first, without the country": {without(Series{"A", "00", "2024"}, Series{"B", "00", "2024"}), nil, "region 00 (Riket) has not one value"},
	} {
		err := Emptied(table, places, test.now, test.before)
		if got := fmt.Sprint(err); (err == nil) != (test.want == "") || !strings.Contains(got, test.want) || strings.Count(got, "TAB1") > 1 {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}
