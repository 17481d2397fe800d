package replay

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Running is a handler listening on a port of its own on loopback.
type Running struct {
	server *http.Server
	served chan error
	addr   string
}

// Start listens on 127.0.0.1, on a port the system picks. The caller closes
// what it returns.
func Start(h http.Handler) (*Running, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	r := &Running{
		server: &http.Server{Handler: h, ReadHeaderTimeout: 30 * time.Second},
		served: make(chan error, 1),
		addr:   listener.Addr().String(),
	}
	go func() { r.served <- r.server.Serve(listener) }() // ends with Close, which awaits it
	return r, nil
}

// SCB is the base address to configure for SCB.
func (r *Running) SCB() string { return "http://" + r.addr + "/api/v2" }

// Kolada is the base address to configure for Kolada.
func (r *Running) Kolada() string { return "http://" + r.addr + "/v3" }

// Close stops listening. Answers under way get a second to end, and are then
// broken off.
func (r *Running) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := r.server.Shutdown(ctx)
	if err != nil {
		err = r.server.Close()
	}
	if ended := <-r.served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
