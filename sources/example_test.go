package sources_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"effekt/sources"
)

// The publisher is busy at first; the caller of Client never notices.
func ExampleClient_Call() {
	busy := true
	publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case busy:
			busy = false
			w.Header().Set("Retry-After", "0")
			http.Error(w, "API calls quota exceeded! maximum admitted 30 per 10s.", http.StatusTooManyRequests)
		case r.URL.Path == "/v2/config":
			fmt.Fprint(w, `{"maxDataCells":150000}`)
		default:
			http.Error(w, `{"title":"Non-existent table"}`, http.StatusNotFound)
		}
	}))
	defer publisher.Close()

	base := publisher.URL + "/v2"
	client, err := sources.NewClient(sources.Settings{
		UserAgent: "effekt (statistik@region.example)",
		Limits:    map[string]sources.Limit{base: {Calls: 30, Window: 10 * time.Second}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	client.Tighten(base, sources.Limit{Calls: 3, Window: time.Second}) // as /config announces

	ctx := context.Background()
	whole := func(body []byte) error {
		var config struct{ MaxDataCells int }
		return json.Unmarshal(body, &config)
	}
	answer, err := client.Call(ctx, sources.Request{Role: "config", Method: "GET", URL: base + "/config", Check: whole})
	fmt.Println(string(answer.Body), answer.Attempts, err)

	_, err = client.Call(ctx, sources.Request{Role: "metadata", Method: "GET", URL: base + "/tables/TAB0/metadata"})
	var refused *sources.StatusError
	fmt.Println(errors.As(err, &refused), refused.Status, refused.Line)
	// Output:
	// {"maxDataCells":150000} 2 <nil>
	// true 404 {"title":"Non-existent table"}
}
