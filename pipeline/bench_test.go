package pipeline_test

import (
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"effekt/pipeline/run"
	"effekt/sources/replay"
	"effekt/testdata/budget"
)

// How these measure: the replay server lives in the benchmark's own process,
// uncompressed and with its answers encoded beforehand, and effekt in a process
// of its own (child_test.go). ms/job is that process's time from an open data
// folder to the published file, cpu-ms/job what it had of the processors
// meanwhile, peak-MB its largest resident set. Both cores are shared with the
// server, whose part is little more than writing to a socket. The first turn,
// in which the server encodes its answers, is not counted.

// BenchmarkRefreshCube fetches 3.6 million cells in 24 answers of 150 000 and
// publishes them with Parquet. Budget: 2 700 ms on two cores, and 400 MB.
func BenchmarkRefreshCube(b *testing.B) {
	const regions = 240
	server := replayed(b, fstest.MapFS{"scb/TAB1.json": {Data: benchCube(regions)}}, replay.Options{})
	j := job{Config: benchSettings(b, cubeConfig()), SCB: server.SCB(), Kolada: server.Kolada(), Want: run.Want{Source: "scb"}}
	measure(b, "3.6 M cells in 24 answers → published file and Parquet", 2700*time.Millisecond, regions*cellsPerRegion, func() report {
		j.Data = b.TempDir()
		return j.run(b)
	})
}

// BenchmarkRefreshKolada fetches 351 000 values in 25 pages and publishes them
// with Parquet. Budget: 1 s on two cores.
func BenchmarkRefreshKolada(b *testing.B) {
	server := replayed(b, koladaLibrary(b), replay.Options{})
	j := job{Config: benchSettings(b, koladaConfig()), SCB: server.SCB(), Kolada: server.Kolada(), Want: run.Want{Source: "kolada"}}
	measure(b, "Kolada, 351 000 values in 25 pages → published file and Parquet", time.Second, 351_000, func() report {
		j.Data = b.TempDir()
		return j.run(b)
	})
}

// BenchmarkBuildCube goes from archive to published file. Budget for the
// largest: 10 s and 1 GB on two cores; ns/cell and peak-MB should be the same
// for all three.
func BenchmarkBuildCube(b *testing.B) {
	for _, regions := range []int{170, 335, 670} {
		cells := regions * cellsPerRegion
		b.Run(fmt.Sprintf("%.1fM", float64(cells)/1e6), func(b *testing.B) {
			server := replayed(b, fstest.MapFS{"scb/TAB1.json": {Data: benchCube(regions)}}, replay.Options{})
			j := job{Config: benchSettings(b, cubeConfig()), SCB: server.SCB(), Kolada: server.Kolada(), Want: run.Want{Source: "scb"}, Data: b.TempDir()}
			j.run(b)
			j.Build = true
			measure(b, fmt.Sprintf("archive → published file, %.1f M cells", float64(cells)/1e6), 10*time.Second, cells, func() report { return j.run(b) })
		})
	}
}

// BenchmarkRefreshUnchanged is a refresh of the shipped config when the sources
// have nothing new. Budget: 1 000 ms and 3 requests.
func BenchmarkRefreshUnchanged(b *testing.B) {
	j, server := shipped(b)
	j.run(b)
	before := len(server.Requests())
	measure(b, "a refresh with nothing new", time.Second, 0, func() report { return j.run(b) })
	b.ReportMetric(float64(len(server.Requests())-before)/float64(b.N+2), "requests")
}

// BenchmarkBuildShipped goes from archive to published file with the shipped
// config, all its models, checks and marts. Budget: 3 000 ms for one county,
// 10 000 ms for all municipalities.
func BenchmarkBuildShipped(b *testing.B) {
	b.Run("county", func(b *testing.B) {
		j, _ := shipped(b)
		j.run(b)
		j.Build = true
		measure(b, "archive → published file, the whole catalogue for a county", 3*time.Second, 0, func() report { return j.run(b) })
	})
	b.Run("municipalities", func(b *testing.B) {
		j, _ := shipped(b)
		j.Config = allMunicipalities(b)
		j.run(b)
		j.Build = true
		measure(b, "archive → published file, the whole catalogue for all municipalities", 10*time.Second, 0, func() report { return j.run(b) })
	})
}

// BenchmarkRefreshLimited fetches 100 answers under SCB's limit, 30 calls in
// any 10 s with 200 ms latency. times-limit is the whole refresh divided by
// what the limit alone demands of its last call. Budget: 1.05.
func BenchmarkRefreshLimited(b *testing.B) {
	const regions, perAnswer = 100, 1
	lib := fstest.MapFS{"scb/TAB1.json": {Data: benchCube(regions)}}
	for _, sliding := range []bool{false, true} {
		b.Run(fmt.Sprintf("sliding=%t", sliding), func(b *testing.B) {
			const calls, window, latency = 30, 10 * time.Second, 200 * time.Millisecond
			server := replayed(b, lib, replay.Options{
				MaxCells: perAnswer * cellsPerRegion, Calls: calls, Window: window, Sliding: sliding, Latency: latency,
			})
			j := job{Config: benchSettings(b, cubeConfig()), SCB: server.SCB(), Kolada: server.Kolada(), Want: run.Want{Source: "scb"}, Paced: true}
			times := budget.Times{What: fmt.Sprintf("105 calls at 30 in 10 s and 200 ms each (sliding window: %t)", sliding), Budget: 31710 * time.Millisecond} // 1.05 times what the limit demands
			var took time.Duration
			var n int
			for b.Loop() {
				before := len(server.Requests())
				j.Data = b.TempDir()
				took = j.run(b).Took
				times.Add(took)
				n = len(server.Requests()) - before
			}
			demanded := time.Duration((n-1)/calls)*window + latency
			times.Judge(b)
			b.ReportMetric(float64(n), "requests")
			b.ReportMetric(took.Seconds(), "s/job")
			b.ReportMetric(took.Seconds()/demanded.Seconds(), "times-limit")
		})
	}
}

// measure runs job once for the server's sake and then as often as asked. The
// metrics are the least time, for whatever else runs can only add to it, and
// the most memory.
func measure(b *testing.B, what string, limit time.Duration, cells int, run func() report) {
	b.Helper()
	run()
	best := run()
	times := budget.Times{What: what, Budget: limit}
	times.Add(best.Took)
	for b.Loop() {
		r := run()
		times.Add(r.Took)
		best.Took, best.CPU, best.Peak = min(best.Took, r.Took), min(best.CPU, r.CPU), max(best.Peak, r.Peak)
	}
	times.Judge(b)
	b.ReportMetric(float64(best.Took.Milliseconds()), "ms/job")
	b.ReportMetric(float64(best.CPU.Milliseconds()), "cpu-ms/job")
	b.ReportMetric(float64(best.Peak)/1e3, "peak-MB")
	if cells > 0 {
		b.ReportMetric(float64(best.CPU.Nanoseconds())/float64(cells), "cpu-ns/cell")
	}
}

// origin is a running server and what it has answered.
type origin struct {
	*replay.Running
	*replay.Server
}

func replayed(b *testing.B, files fs.FS, o replay.Options) origin {
	b.Helper()
	library, err := replay.Open(files)
	if err != nil {
		b.Fatal(err)
	}
	o.Plain, o.CacheBytes = true, 1<<30
	server := replay.New(library, o)
	running, err := replay.Start(server)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = running.Close() })
	return origin{running, server}
}
