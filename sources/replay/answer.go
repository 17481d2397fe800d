package replay

import "net/http"

// answer is a whole answer before faults and compression.
type answer struct {
	status int
	kind   string // Content-Type
	header http.Header
	body   []byte
}

// problem is a refusal's body at SCB. Its status may differ from the HTTP
// status: an unknown table on /data is 400 with 404 in the body, an unknown
// codelist the other way round.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

func refuse(status int, p problem) *answer {
	p.Type = "Parameter error"
	return &answer{status: status, kind: "application/json; charset=UTF-8", body: encode(p)}
}

func badRequest(title string) *answer { return refuse(400, problem{Title: title, Status: 400}) }

// badRequestTwice is for the refusals whose detail repeats the title.
func badRequestTwice(title string) *answer {
	return refuse(400, problem{Title: title, Status: 400, Detail: title})
}

// stumble is an exception nobody caught: 500 without a body.
func stumble() *answer { return &answer{status: 500} }

// unserved is for what SCB answers and effekt never asks for.
func unserved(what string) *answer {
	return &answer{status: 501, kind: "text/plain", body: []byte("replay does not serve " + what)}
}

func okJSON(body []byte) answer {
	return answer{status: 200, kind: "application/json; charset=UTF-8", body: body}
}
