package sources

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkCall is what the client itself costs for an answer of 2 MB from
// loopback, with and without gzip.
func BenchmarkCall(b *testing.B) {
	body := `{"value":[` + strings.Repeat("12345,", 340_000) + `0]}`
	for name, h := range map[string][]string{"plain": nil, "gzip": {"Content-Encoding", "gzip"}} {
		b.Run(name, func(b *testing.B) {
			sent := body
			if h != nil {
				sent = zipped(body)
			}
			server := httptest.NewServer(answer(200, sent, h...))
			defer server.Close()
			c, err := NewClient(Settings{})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := c.Call(b.Context(), Request{Method: "GET", URL: server.URL}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
