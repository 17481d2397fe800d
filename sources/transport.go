package sources

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const maxRedirects = 3

func newTransport(s Settings) (*http.Transport, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.CAFile != "" {
		pool, err := trusted(s.CAFile)
		if err != nil {
			return nil, err
		}
		config.RootCAs = pool
	}
	dialer := &net.Dialer{Timeout: s.Connect}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    s.TLS,
		ResponseHeaderTimeout:  s.Header,
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    s.InFlight,
		IdleConnTimeout:        time.Minute,
		ForceAttemptHTTP2:      true,
		// The client undoes gzip itself: the transport would hide the
		// declared length and pass on encodings nobody asked for.
		DisableCompression: true,
	}, nil
}

// trusted is the system's certificates and those in file.
func trusted(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the system's certificates: %w", err)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file: %s holds no PEM certificate (-----BEGIN CERTIFICATE-----)", file)
	}
	return pool, nil
}

// checkRedirect follows a few redirects within the host, as long as the
// question stays the same and TLS is kept.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	var reason string
	switch {
	case !strings.EqualFold(next.URL.Host, first.URL.Host):
		reason = "another host"
	case next.URL.Scheme != first.URL.Scheme && next.URL.Scheme != "https":
		reason = "out of TLS"
	case next.Method != first.Method:
		reason = "would turn " + first.Method + " into " + next.Method
	case len(via) > maxRedirects:
		reason = fmt.Sprintf("more than %d in a row", maxRedirects)
	default:
		return nil
	}
	return finalError{fmt.Sprintf("redirect to %s refused: %s", next.URL.Redacted(), reason)}
}
