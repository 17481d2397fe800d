package sources

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// idleReader lets timer run only while a read is under way, so that the time
// spent on decompression is not held against the publisher.
type idleReader struct {
	from  io.Reader
	timer *time.Timer
	limit time.Duration
}

func (r *idleReader) Read(p []byte) (int, error) {
	r.timer.Reset(r.limit)
	defer r.timer.Stop()
	return r.from.Read(p)
}

// readBody reads at most limit bytes of raw after undoing its encoding. The
// bytes that came before an error are returned with it.
func readBody(header http.Header, raw io.Reader, declared, limit int64) ([]byte, error) {
	plain, err := decoded(header, raw)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	// What is declared is only a hint, and not one to spend much memory on.
	body.Grow(int(min(max(declared, 0), limit, 4<<20)) + bytes.MinRead)
	_, err = body.ReadFrom(io.LimitReader(plain, limit+1))
	if int64(body.Len()) > limit {
		body.Truncate(int(limit))
		return body.Bytes(), finalError{"the body is larger than the cap of " + bytesText(limit) + " (max_body_mb)"}
	}
	return body.Bytes(), err
}

// decoded undoes the content-encoding. An empty body is empty in any encoding:
// servers label an empty 500 as gzip too.
func decoded(header http.Header, raw io.Reader) (io.Reader, error) {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(header.Values("Content-Encoding"), ",")))
	switch encoding {
	case "", "identity":
		return raw, nil
	case "gzip", "x-gzip":
	default:
		return nil, fmt.Errorf("content-encoding %q, which was not asked for", encoding)
	}
	plain, err := gzip.NewReader(raw)
	if errors.Is(err, io.EOF) {
		return raw, nil
	}
	return plain, err
}

func bytesText(n int64) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}

// isHTML recognises the error pages that proxies and servers send with 200.
func isHTML(contentType string, body []byte) bool {
	start := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if bytes.HasPrefix(start, []byte("<")) {
		return true
	}
	labelled := mediaType(contentType) == "text/html"
	return labelled && !bytes.HasPrefix(start, []byte("{")) && !bytes.HasPrefix(start, []byte("["))
}

func isJSON(contentType string) bool {
	media := mediaType(contentType)
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

func mediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return media
}
