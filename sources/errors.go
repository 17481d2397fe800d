package sources

import (
	"bytes"
	"cmp"
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
	return fmt.Sprintf("%s: %s: %s", e.at(), statusText(e.Status), cmp.Or(e.Line, "no body"))
}

func (e *StatusError) at() string {
	return fmt.Sprintf("%s %s: attempt %d of %d", e.Method, e.URL, e.Attempt, e.Attempts)
}

// callError is any other end of a call: transport, time-out, a body refused.
type callError struct {
	seen StatusError // its Status is 0 where no answer came
	err  error
}

func (e *callError) Error() string {
	text := e.seen.at() + ": "
	if e.seen.Status != 0 {
		text += statusText(e.seen.Status) + ": "
	}
	text += e.err.Error()
	if e.seen.Line != "" {
		text += "; the body begins " + e.seen.Line
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
