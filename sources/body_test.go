package sources

import (
	"bytes"
	"net/http"
	"testing"
)

// Whatever comes, no more than the cap is kept, and a plain body is kept as it
// is.
func FuzzReadBody(f *testing.F) {
	f.Add([]byte(zipped(good)), true, int64(5))
	f.Add([]byte(good), false, int64(-1))
	f.Fuzz(func(t *testing.T, sent []byte, zip bool, declared int64) {
		header := http.Header{}
		if zip {
			header.Set("Content-Encoding", "gzip")
		}
		const limit = 1000
		body, err := readBody(header, bytes.NewReader(sent), declared, limit)
		if len(body) > limit {
			t.Errorf("%d bytes were kept", len(body))
		}
		if !zip && (err == nil) != (len(sent) <= limit) {
			t.Errorf("%d bytes: %v", len(sent), err)
		}
		if !zip && err == nil && !bytes.Equal(body, sent) {
			t.Errorf("%q was read as %q", sent, body)
		}
	})
}
