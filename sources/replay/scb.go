package replay

import (
	"net/http"
	"slices"
	"strings"
)

// longestURL is where SCB's web server stops reading a GET; measured between
// 2 092 and 2 142 characters.
const longestURL = 2100

// scbCall is one request to the SCB half.
type scbCall struct {
	s        *Server
	lib      *Library
	r        *http.Request
	body     []byte
	q        query
	language string
	base     string // ".../api/v2" as the client reached it
	fault    *Fault
}

// scb answers a path below /api/v2, already split.
func (s *Server) scb(c call) answer {
	if c.r.Method == http.MethodGet && len(c.origin())+len(c.r.RequestURI) > longestURL {
		return answer{status: 404, kind: "text/html", body: []byte(iisNotFound)}
	}
	q := readQuery(c.r.URL.Query())
	sc := &scbCall{s: s, lib: c.lib, r: c.r, body: c.body, q: q, base: c.origin() + "/api/v2", fault: c.fault, language: "sv"}
	if l := q.plain["lang"]; l != "" {
		sc.language = strings.ToLower(l)
	}
	if sc.language != "sv" && sc.language != "en" {
		return badRequest("Unsupported language").answer()
	}
	if c.r.Method != http.MethodGet && (c.r.Method != http.MethodPost || c.role != "data") {
		return answer{status: 405}
	}
	switch c.role {
	case "config":
		return sc.config()
	case "listing":
		return sc.listing()
	case "codelist":
		return sc.codelist(c.parts[1])
	case "table", "metadata", "defaultselection", "data":
		return sc.table(c.role, c.parts[1])
	}
	return answer{status: 404}
}

// scbRole is what a path below /api/v2 asks for; "" is an unknown route.
func scbRole(parts []string) string {
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	first, last := strings.ToLower(parts[0]), strings.ToLower(parts[len(parts)-1])
	switch {
	case len(parts) == 1 && first == "config":
		return "config"
	case len(parts) == 1 && first == "tables":
		return "listing"
	case len(parts) == 2 && first == "tables":
		return "table"
	case len(parts) == 2 && first == "codelists":
		return "codelist"
	case len(parts) == 3 && first == "tables" && slices.Contains([]string{"metadata", "defaultselection", "data"}, last):
		return last
	}
	return ""
}

func (c *scbCall) table(role, id string) answer {
	t := c.lib.find(id, c.language)
	if t == nil {
		p := notFound("Non-existent table")
		if role == "data" {
			p.http = 400
		}
		return p.answer()
	}
	switch role {
	case "table":
		return okJSON(c.tableObject([]byte(`{"language":"`+c.language+`",`), t))
	case "metadata":
		return c.metadata(t)
	case "defaultselection":
		return c.defaultSelection(t)
	}
	return c.data(t)
}

// find is a table by id in any case; a table that is not in the language asked
// for does not exist.
func (l *Library) find(id, language string) *table {
	t := l.tables[strings.ToUpper(id)]
	if t == nil || len(t.listing.Languages) > 0 && !slices.Contains(t.listing.Languages, language) {
		return nil
	}
	return t
}

func (c *scbCall) data(t *table) answer {
	if refusal := c.checkFormat(); refusal != nil {
		return *refusal
	}
	w := c.q.selection(t)
	if c.q.bare {
		return invalid("valueCodes", "The input was not valid.")
	}
	if c.r.Method == http.MethodPost {
		if !strings.Contains(c.r.Header.Get("Content-Type"), "json") {
			return answer{status: 415}
		}
		var err error
		if w, err = readBody(c.body); err != nil {
			return invalid("variablesSelection", err.Error())
		}
	}
	if len(w.items) == 0 {
		w = c.lib.defaultSelection(t)
	}
	s, p := c.lib.resolve(t, w, c.s.options.MaxCells)
	if p != nil {
		return p.answer()
	}
	a := okJSON(t.data(s, c.language, c.s.options.Dialect))
	a.header = http.Header{"Content-Disposition": {`inline; filename="` + t.id + `.json"`}}
	a.cells = s.cells
	return a
}

// checkFormat refuses all but JSON-stat 2.0: formats SCB does not know in the
// binder's words, the others and their parameters in the server's own.
func (c *scbCall) checkFormat() *answer {
	format := strings.ToLower(c.q.plain["outputformat"])
	known := []string{"", "json-stat2", "csv", "px", "xlsx", "html", "json-px"}
	if !slices.Contains(known, format) {
		a := invalid("outputFormat", "The input was not valid.")
		return &a
	}
	if format != "" && format != "json-stat2" || c.q.plain["outputformatparams"] != "" {
		p := badRequest("Unsupported output format")
		p.detail = p.title
		a := p.answer()
		return &a
	}
	return nil
}

func okJSON(body []byte) answer {
	return answer{status: 200, kind: "application/json; charset=UTF-8", body: body}
}

const iisNotFound = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head><title>404 - File or directory not found.</title></head>
<body><h1>Server Error</h1><h2>404 - File or directory not found.</h2></body>
</html>
`
