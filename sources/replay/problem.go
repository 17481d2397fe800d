package replay

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is a whole answer before faults and compression.
type answer struct {
	status int
	kind   string // Content-Type
	header http.Header
	body   []byte
	cells  int
}

// problem is a refusal by SCB. Its body's status may differ from the HTTP
// status: an unknown table on /data is 400 with 404 in the body, an unknown
// codelist the other way round.
type problem struct {
	http, status  int
	title, detail string
}

func badRequest(title string) *problem {
	return &problem{http: 400, status: 400, title: title}
}

func notFound(title string) *problem {
	return &problem{http: 404, status: 404, title: title}
}

// stumble is an exception nobody caught: 500 without a body.
func stumble() *problem { return &problem{http: 500} }

func (p *problem) answer() answer {
	a := answer{status: p.http, kind: "application/json; charset=UTF-8"}
	if p.title == "" {
		return answer{status: p.http}
	}
	b := append(a.body, `{"type":"Parameter error","title":`...)
	b = appendString(b, p.title)
	b = append(b, `,"status":`...)
	b = strconv.AppendInt(b, int64(p.status), 10)
	if p.detail != "" {
		b = append(b, `,"detail":`...)
		b = appendString(b, p.detail)
	}
	a.body = append(b, '}')
	return a
}

// invalid is the refusal of ASP.NET's own model binder, in its other shape.
func invalid(parameter, message string) answer {
	b := []byte(`{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","status":400,"errors":{`)
	b = appendString(b, parameter)
	b = append(b, `:[`...)
	b = appendString(b, message)
	b = append(b, `]},"traceId":"00-00000000000000000000000000000000-0000000000000000-00"}`...)
	return answer{status: 400, kind: "application/problem+json; charset=utf-8", body: b}
}

// appendString appends a JSON string, with letters outside ASCII as they are.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	out := escape{b}
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return append(b, `""`...)
	}
	return out.b[:len(out.b)-1] // Encode ends with a newline
}

type escape struct{ b []byte }

func (e *escape) Write(p []byte) (int, error) {
	e.b = append(e.b, p...)
	return len(p), nil
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}
