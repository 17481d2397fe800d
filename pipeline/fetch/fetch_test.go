package fetch

import (
	"strings"
	"testing"
	"time"

	"effekt/config"
	"effekt/pipeline/held"
	"effekt/pipeline/run"
)

func TestSeconds(t *testing.T) {
	t.Parallel()
	api := config.API{Calls: 30, Window: config.Duration(10 * time.Second)}
	for calls, want := range map[int]float64{0: 0, 1: 0, 30: 0, 31: 10, 60: 10, 61: 20} {
		if got := Seconds(calls, api); got != want {
			t.Errorf("%d calls take %v seconds, want %v", calls, got, want)
		}
	}
	if got := Seconds(100, config.API{}); got != 0 {
		t.Errorf("without a limit 100 calls take %v seconds", got)
	}
}

func TestWanted(t *testing.T) {
	t.Parallel()
	f := Fetcher{Store: held.Store{Config: &config.Config{Datasets: []config.Dataset{
		{Name: "grp", Source: "scb"}, {Name: "income", Source: "scb"}, {Name: "jobs", Source: "scb", Off: "no id"}, {Name: "health", Source: "kolada"},
	}}}}
	for _, test := range []struct {
		want run.Want
		n    int
		err  string
	}{
		{run.Want{}, 3, ""},
		{run.Want{Source: "scb"}, 2, ""},
		{run.Want{Dataset: "grp"}, 1, ""},
		{run.Want{Dataset: "jobs"}, 0, "the data set jobs is off: no id"},
		{run.Want{Dataset: "incom"}, 0, `no data set matches "incom"`},
		{run.Want{Source: "sbc"}, 0, `no data set matches source "sbc"`},
		{run.Want{Source: "kolada", Dataset: "grp"}, 0, `"grp" is of another source than "kolada"`},
	} {
		bySource, err := f.Wanted(test.want)
		n := 0
		for _, sets := range bySource {
			n += len(sets)
		}
		if n != test.n || err == nil != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%+v: %d data sets, error %v; want %d, %q", test.want, n, err, test.n, test.err)
		}
	}
}
