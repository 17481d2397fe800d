package archive_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"effekt/pipeline/archive"
	"effekt/sources"
)

// A fetch is broken off after its first answer. The next one gets that answer
// from the archive, asks for the rest, and makes the vintage.
func ExampleFetch_Caller() {
	publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("the publisher is asked for", r.URL.Path)
		fmt.Fprintf(w, `{"page":%q}`, r.URL.Path)
	}))
	defer publisher.Close()
	dir, err := os.MkdirTemp("", "archive-*")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	noon := func() time.Time { return time.Date(2026, 2, 24, 12, 0, 0, 0, time.UTC) }
	client, err := sources.NewClient(sources.Settings{UserAgent: "effekt (statistik@region.example)", Now: noon})
	if err != nil {
		fmt.Println(err)
		return
	}

	for _, pages := range [][]string{{"/1"}, {"/1", "/2"}} {
		store, err := archive.Open(dir, noon)
		if err != nil {
			fmt.Println(err)
			return
		}
		fetch, err := store.Begin("kolada", "sjuktal", "a hash of what is asked for")
		if err != nil {
			fmt.Println(err)
			return
		}
		caller := fetch.Caller(client)
		for _, page := range pages {
			answer, err := caller.Call(context.Background(), sources.Request{Role: "data", Method: http.MethodGet, URL: publisher.URL + page})
			fmt.Println(string(answer.Body), err)
		}
		if len(pages) == 1 {
			fmt.Println("broken off:", fetch.Abort())
			continue
		}
		vintage, err := fetch.Commit(archive.Manifest{Description: sources.Description{KPIs: []string{"N00000"}}})
		fmt.Println(vintage.Name, len(vintage.Data("data")), "answers", err)
	}
	// Output:
	// the publisher is asked for /1
	// {"page":"/1"} <nil>
	// broken off: <nil>
	// {"page":"/1"} <nil>
	// the publisher is asked for /2
	// {"page":"/2"} <nil>
	// 20260224T120000Z 2 answers <nil>
}
