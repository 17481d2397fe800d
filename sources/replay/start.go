package replay

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Running is a handler listening on a port of its own on loopback.
type Running struct {
	server *http.Server
	addr   string
}

// Start listens on 127.0.0.1, on a port the system picks. The caller closes
// what it returns.
func Start(h http.Handler) (*Running, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	r := &Running{&http.Server{Handler: h, ReadHeaderTimeout: 30 * time.Second}, listener.Addr().String()}
	go func() { _ = r.server.Serve(listener) }() // ends with Close
	return r, nil
}

// SCB is the base address to configure for SCB.
func (r *Running) SCB() string { return "http://" + r.addr + "/api/v2" }

// Kolada is the base address to configure for Kolada.
func (r *Running) Kolada() string { return "http://" + r.addr + "/v3" }

// Close stops listening and breaks off the answers under way.
func (r *Running) Close() error { return r.server.Close() }
