package replay

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// send writes an answer the way the fault wants it.
func (c *call) send(w http.ResponseWriter, a answer) {
	kind := c.fault.Kind
	plain := c.server.options.Plain || slices.Contains([]string{"content-length-long", "content-length-short", "reset", "large-body"}, kind)
	body := c.head(w, a, kind == "gzip-truncated" || !plain && strings.Contains(c.r.Header.Get("Accept-Encoding"), "gzip"))
	more, part := 0, max(1, len(body))
	switch kind {
	case "timeout":
		<-c.r.Context().Done()
		return
	case "content-length-short", "reset":
		breakOff(w, a, body, kind == "reset")
		return
	case "slow-first-byte":
		pause(c.r, cmp.Or(c.fault.Delay, 2*time.Second))
	case "slow-body":
		part = max(1, (len(body)+9)/10)
	case "gzip-truncated":
		body = body[:len(body)/2]
	case "content-length-long":
		more = 100
	}
	if kind != "large-body" {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+more))
	}
	w.WriteHeader(a.status)
	for piece := range slices.Chunk(body, part) {
		if _, err := w.Write(piece); err != nil {
			return
		}
		if kind == "slow-body" && (http.NewResponseController(w).Flush() != nil || !pause(c.r, cmp.Or(c.fault.Delay, 200*time.Millisecond))) {
			return
		}
	}
	if kind == "large-body" {
		blanks := bytes.Repeat([]byte{' '}, 1<<20)
		for left := cmp.Or(c.fault.Size, 300<<20); left > 0; left -= 1 << 20 {
			_, _ = w.Write(blanks[:min(left, 1<<20)])
		}
	}
}

// head sets the headers and returns the body in the encoding they announce.
func (c *call) head(w http.ResponseWriter, a answer, compress bool) []byte {
	h := w.Header()
	maps.Copy(h, a.header)
	maps.Copy(h, c.limits)
	h["Content-Type"] = nil // else net/http would guess one
	if a.kind != "" {
		h.Set("Content-Type", a.kind)
	}
	if !compress || len(a.body) == 0 {
		return a.body
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return a.body
	}
	_, _ = z.Write(a.body) // a bytes.Buffer takes everything
	_ = z.Close()
	h.Set("Content-Encoding", "gzip")
	h.Set("Vary", "Accept-Encoding")
	return packed.Bytes()
}

// breakOff writes on the bare connection, which net/http would not: a
// Content-Length of half the body that follows, or half the body and a reset.
func breakOff(w http.ResponseWriter, a answer, body []byte, reset bool) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	length, sent := len(body)/2, body
	if reset {
		length, sent = len(body), body[:length]
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	_, _ = fmt.Fprintf(rw, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	_ = w.Header().Write(rw)
	_, _ = fmt.Fprintf(rw, "\r\n%s", sent)
	_ = rw.Flush()
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
}
