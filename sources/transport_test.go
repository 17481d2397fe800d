package sources

import (
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

func TestRedirects(t *testing.T) {
	t.Parallel()
	var other atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { other.Add(1) }))
	t.Cleanup(elsewhere.Close)
	mux := http.NewServeMux()
	redirect := func(path, to string, status int) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, status) })
	}
	redirect("/moved", "/here", 301)
	redirect("/kept", "/here", 308)
	redirect("/loop", "/loop", 302)
	redirect("/away", elsewhere.URL, 302)
	mux.HandleFunc("/bare", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) })
	mux.HandleFunc("/here", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"method":%q,"length":%d}`, r.Method, r.ContentLength)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	tests := []struct{ method, path, body, want string }{
		{"GET", "/moved", `{"method":"GET","length":0}`, ""},
		{"POST", "/kept", `{"method":"POST","length":2}`, ""},
		{"POST", "/moved", "", "301 Moved Permanently: redirect to " + server.URL + "/here refused: would turn POST into GET"},
		{"GET", "/loop", "", "refused: more than 3 in a row"},
		{"GET", "/away", "", "302 Found: redirect to " + elsewhere.URL + " refused: another host"},
		{"GET", "/bare", "", "302 Found: no body"},
	}
	c := newClient(t, quick())
	for _, test := range tests {
		t.Run(test.method+test.path, func(t *testing.T) {
			t.Parallel()
			r := get(server.URL + test.path)
			r.Method = test.method
			if test.method == "POST" {
				r.Body = []byte("{}")
			}
			a, err := c.Call(t.Context(), r)
			if string(a.Body) != test.body {
				t.Errorf("body %q", a.Body)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), "attempt 1 of 4: ") || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if other.Load() != 0 {
				t.Error("the other host was called")
			}
		})
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(answer(200, good))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	s := quick()
	_, err := newClient(t, s).Call(t.Context(), get(server.URL))
	if err == nil || !strings.Contains(err.Error(), "attempt 1 of 4: tls: failed to verify certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
	s.CAFile = file
	if _, err := newClient(t, s).Call(t.Context(), get(server.URL)); err != nil {
		t.Errorf("with the CA file: %v", err)
	}
}

func TestCAFileThatIsNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text, der := filepath.Join(dir, "text"), filepath.Join(dir, "der")
	for file, content := range map[string]string{text: "hello", der: "\x30\x82\x01\x00"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]string{
		filepath.Join(dir, "gone"): "no such file", dir: "ca_file: ", text: text + " holds no PEM certificate", der: "no PEM",
	} {
		_, err := NewClient(Settings{CAFile: file})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", file, err, want)
		}
	}
}

// The environment is read once a process, and loopback is never proxied: so
// another process calls a name that only the proxy can know.
func TestProxyFromTheEnvironment(t *testing.T) {
	t.Parallel()
	var got atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.Store(r.RequestURI)
		answer(200, good)(w, r)
	}))
	t.Cleanup(proxy.Close)
	cmd := child(t, "http://publisher.invalid/data", "", 1, "HTTP_PROXY="+proxy.URL, "http_proxy="+proxy.URL, "NO_PROXY=", "no_proxy=", "REQUEST_METHOD=")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if got.Load() != "http://publisher.invalid/data" {
		t.Errorf("the proxy was asked for %v", got.Load())
	}
}
