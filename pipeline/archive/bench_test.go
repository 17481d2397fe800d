package archive

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"effekt/sources"
)

// Data sets of the size that SCB's limit allows: 24 answers of about 1 MB.
const (
	benchAnswers = 24
	benchBody    = 1 << 20
)

func benchBodies(round int) [][]byte {
	bodies := make([][]byte, benchAnswers)
	for n := range bodies {
		bodies[n] = bodyOf(fmt.Sprintf("/%d/%c", round, 'a'+n), "", benchBody)
	}
	return bodies
}

func BenchmarkPut(b *testing.B) {
	for _, name := range []string{"new", "held"} {
		b.Run(name, func(b *testing.B) {
			a := open(b, b.TempDir(), noon)
			body := bodyOf("/1", "", benchBody)
			b.SetBytes(int64(len(body)))
			if _, err := a.Put(body); err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				if n++; name == "new" {
					copy(body[9:], fmt.Sprintf("%010d", n))
				}
				if _, err := a.Put(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	a := open(b, b.TempDir(), noon)
	body := bodyOf("/1", "", benchBody)
	hash, err := a.Put(body)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := a.Get(hash); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFetch is Begin to Commit with answers that come at once, three side
// by side.
func BenchmarkFetch(b *testing.B) {
	for _, name := range []string{"new", "held"} {
		b.Run(name, func(b *testing.B) {
			a := open(b, b.TempDir(), noon)
			bodies := benchBodies(0)
			b.SetBytes(benchAnswers * benchBody)
			round := 0
			for b.Loop() {
				if round++; name == "new" {
					b.StopTimer()
					bodies = benchBodies(round)
					b.StartTimer()
				}
				fetchBodies(b, a, bodies)
			}
		})
	}
}

func fetchBodies(b *testing.B, a *Archive, bodies [][]byte) {
	f := begin(b, a, "key")
	done := make(chan error, 3)
	for worker := range 3 {
		go func() {
			var err error
			for n := worker; n < len(bodies) && err == nil; n += 3 {
				err = f.keep(asked(n), answer(bodies[n]), n)
			}
			done <- err
		}()
	}
	for range 3 {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	if _, err := f.Commit(Manifest{}); err != nil {
		b.Fatal(err)
	}
}

// manyVintages writes manifests of 24 requests, 312 regions and 60 years.
func manyVintages(b *testing.B, n int) *Archive {
	dir := b.TempDir()
	m := Manifest{Format: Format, Source: "scb", Dataset: "befolkning"}
	for k := range benchAnswers {
		m.Requests = append(m.Requests, Request{Role: "data", Method: "POST", URL: "https://publisher.example/api/v2/tables/TAB1/data?lang=sv", BodySHA256: Sum(nil), Status: 200, Bytes: k, Object: Sum(nil)})
	}
	for _, size := range []int{312, 60} {
		v := sources.Variable{Code: "Region", Label: "region", Column: "region"}
		for k := range size {
			v.Codes = append(v.Codes, sources.Code{Code: fmt.Sprintf("%04d", k), Label: fmt.Sprintf("Kommun %d", k), Position: k})
		}
		m.Variables = append(m.Variables, v)
	}
	folder := filepath.Join(dir, "scb", "befolkning")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		b.Fatal(err)
	}
	for day := range n {
		m.Fetched = noon().AddDate(0, 0, day)
		body, err := m.encode()
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, m.Fetched.Format(nameForm)+".json"), body, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return open(b, dir, noon)
}

func BenchmarkLatest(b *testing.B) {
	for _, n := range []int{1, 250} {
		b.Run(fmt.Sprint(n, "vintages"), func(b *testing.B) {
			a := manyVintages(b, n)
			for b.Loop() {
				if _, ok, err := a.Latest("scb", "befolkning"); !ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}

func BenchmarkAsOf(b *testing.B) {
	a := manyVintages(b, 250)
	for b.Loop() {
		if _, ok, err := asOf(a, noon().Add(time.Hour)); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
