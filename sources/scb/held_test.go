package scb

import (
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
		got, err := Held(metricAt(test.order, test.size, test.value, test.status))
		if err != nil || got["A"] != test.a || got["B"] != test.b {
			t.Errorf("%s: %v, error %v; want %d and %d", name, got, err, test.a, test.b)
		}
	}
	if _, err := Held([]byte("{")); err == nil {
		t.Error("half a body was counted")
	}
}

// A period is announced when no answer holds a value of it; «-» is one.
func TestAnnounced(t *testing.T) {
	t.Parallel()
	table := Table{Variables: []Variable{{Code: "ContentsCode", Role: "metric", Codes: []Code{{Code: "A"}}}, {Code: "Tid", Role: "time", Codes: []Code{{Code: "2023"}, {Code: "2024"}}}}}
	for want, test := range map[string]struct{ value, status string }{
		"":          {"1,null,null,null,null,null,null,null", `"1":"-"`},
		"2024":      {"1,null,2,null,null,null,3,null", `"1":"..","3":"."`},
		"2023 2024": {"null,null,null,null,null,null,null,null", ""},
	} {
		held, err := Held(metricAt(`"Region","ContentsCode","Tid"`, "2,2,2", test.value, test.status))
		if got := strings.Join(Announced(table, []map[string]int{held, {}}), " "); err != nil || got != want {
			t.Errorf("%s: announced %q, error %v; want %q", test.value, got, err, want)
		}
	}
}

// A content is emptied when no answer holds it, not when one of them does not.
func TestEmptied(t *testing.T) {
	t.Parallel()
	table := Table{ID: "TAB1", Variables: []Variable{
		{Code: "Region", Codes: []Code{{Code: "24"}}},
		{Code: "ContentsCode", Role: "metric", Codes: []Code{{Code: "A", Label: "antal"}, {Code: "B", Label: "andel"}}},
	}}
	if err := Emptied(table, []map[string]int{{"A": 1}, {"B": 2}, {}}); err != nil {
		t.Error(err)
	}
	for want, held := range map[string]map[string]int{
		`code "B" (andel) has not one value`: {"A": 1},
		`code "A" (antal) has not one value`: {"B": 1},
	} {
		err := Emptied(table, []map[string]int{maps.Clone(held), {}})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "TAB1") != 1 {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
