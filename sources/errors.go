package sources

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

const (
	maxErrorBody = 64 << 10 // bytes kept of a refusal
	maxLine      = 200      // runes shown of a body
)

// StatusError is the publisher's own refusal: an answer whose status is not
// 200. Attempt is the attempt that got it, of Attempts allowed.
type StatusError struct {
	Method, URL               string
	Attempt, Attempts, Status int
	Line                      string // first line of Body with something on it, at most 200 runes, printable
	Body                      []byte // at most the first 64 KiB
}

// Error says the method, URL, attempt, status and first line of the body.
func (e *StatusError) Error() string {
	line := e.Line
	if line == "" {
		line = "no body"
	}
	return fmt.Sprintf("%s %s: attempt %d of %d: %s: %s", e.Method, e.URL, e.Attempt, e.Attempts, statusText(e.Status), line)
}

// callError is any other end of a call: transport, time-out, a body refused.
type callError struct {
	method, url               string
	attempt, attempts, status int // status 0: no answer came
	line                      string
	err                       error
}

func (e *callError) Error() string {
	text := fmt.Sprintf("%s %s: attempt %d of %d: ", e.method, e.url, e.attempt, e.attempts)
	if e.status != 0 {
		text += statusText(e.status) + ": "
	}
	text += e.err.Error()
	if e.line != "" {
		text += "; the body begins " + e.line
	}
	return text
}

func (e *callError) Unwrap() error { return e.err }

// finalError is a failure that another attempt would only repeat.
type finalError struct{ text string }

func (e finalError) Error() string { return e.text }

// mayPass tells whether another attempt may end better than err.
func mayPass(err error) bool {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, final := errors.AsType[finalError](err)
	return !untrusted && !final
}

// bare takes off net/http's own "Get URL:", which callError says better.
func bare(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// firstLine is the first line of body with something on it, fit for a terminal
// and a log: printable runes only, single spaces, at most maxLine runes.
func firstLine(body []byte) string {
	body = bytes.TrimPrefix(body[:min(len(body), maxErrorBody)], []byte("\ufeff"))
	for line := range bytes.FieldsFuncSeq(body, isLineBreak) {
		if text := printable(string(line)); text != "" {
			return shorten(text)
		}
	}
	return ""
}

func isLineBreak(r rune) bool { return r == '\n' || r == '\r' }

func printable(line string) string {
	line = strings.ToValidUTF8(line, "\ufffd")
	line = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, line)
	return strings.Join(strings.Fields(line), " ")
}

func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= maxLine {
		return text
	}
	return string(runes[:maxLine-1]) + "…"
}
