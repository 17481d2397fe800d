package replay

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// send writes an answer the way the fault wants it.
func send(w http.ResponseWriter, r *http.Request, a answer, limits http.Header, f *Fault, compress bool) {
	kind := ""
	if f != nil {
		kind = f.Kind
	}
	switch kind {
	case "timeout":
		<-r.Context().Done()
		return
	case "slow-first-byte":
		pause(r, orElse(f.Delay, 2*time.Second))
	case "gzip-truncated":
		compress = true
	case "content-length-long", "content-length-short", "reset", "large-body":
		compress = false
	}
	body := head(w, r, a, limits, compress, kind == "gzip-truncated")
	switch kind {
	case "slow-body":
		drip(w, r, a.status, body, orElse(f.Delay, 200*time.Millisecond))
	case "content-length-long":
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+100))
		w.WriteHeader(a.status)
		_, _ = w.Write(body)
	case "content-length-short", "reset":
		breakOff(w, a, body, kind == "reset")
	case "large-body":
		size := f.Size
		if size == 0 {
			size = 300 << 20
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(body)
		_, _ = io.CopyN(w, blanks{}, size)
	default:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(a.status)
		_, _ = w.Write(body)
	}
}

func orElse(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// head sets the headers and returns the body in the encoding they announce.
func head(w http.ResponseWriter, r *http.Request, a answer, limits http.Header, compress, cut bool) []byte {
	h := w.Header()
	for _, more := range []http.Header{a.header, limits} {
		maps.Copy(h, more)
	}
	if a.kind != "" {
		h.Set("Content-Type", a.kind)
	} else {
		h["Content-Type"] = nil // else net/http would guess one
	}
	if !compress || len(a.body) == 0 || !cut && !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
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
	if cut {
		return packed.Bytes()[:packed.Len()/2]
	}
	return packed.Bytes()
}

// drip sends tenths of the body with pauses between.
func drip(w http.ResponseWriter, r *http.Request, status int, body []byte, wait time.Duration) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	step := max(1, (len(body)+9)/10)
	for len(body) > 0 {
		n := min(step, len(body))
		if _, err := w.Write(body[:n]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		if body = body[n:]; len(body) > 0 && !pause(r, wait) {
			return
		}
	}
}

// breakOff writes on the bare connection, which net/http would not: a
// Content-Length of half the body that follows, or half the body and a reset.
func breakOff(w http.ResponseWriter, a answer, body []byte, reset bool) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	length := len(body) / 2
	if reset {
		length = len(body)
		body = body[:len(body)/2]
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	_, _ = rw.WriteString("HTTP/1.1 " + strconv.Itoa(a.status) + " " + http.StatusText(a.status) + "\r\n")
	_ = w.Header().Write(rw)
	_, _ = rw.WriteString("\r\n")
	_, _ = rw.Write(body)
	_ = rw.Flush()
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
}

// blanks reads as white space without end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
