package replay

import (
	"bytes"
	"cmp"
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
func (c *call) send(w http.ResponseWriter, a answer) {
	fault := Fault{}
	if c.fault != nil {
		fault = *c.fault
	}
	compress := !c.server.options.Plain && strings.Contains(c.r.Header.Get("Accept-Encoding"), "gzip")
	switch fault.Kind {
	case "timeout":
		<-c.r.Context().Done()
		return
	case "slow-first-byte":
		pause(c.r, cmp.Or(fault.Delay, 2*time.Second))
	case "gzip-truncated":
		compress = true
	case "content-length-long", "content-length-short", "reset", "large-body":
		compress = false
	}
	body := c.head(w, a, compress)
	length := len(body)
	switch fault.Kind {
	case "gzip-truncated":
		body = body[:length/2]
		length = len(body)
	case "content-length-long":
		length += 100
	case "slow-body":
		drip(w, c.r, a.status, body, cmp.Or(fault.Delay, 200*time.Millisecond))
		return
	case "content-length-short", "reset":
		breakOff(w, a, body, fault.Kind == "reset")
		return
	case "large-body":
		w.WriteHeader(a.status)
		_, _ = w.Write(body)
		_, _ = io.CopyN(w, blanks{}, cmp.Or(fault.Size, 300<<20))
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
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
