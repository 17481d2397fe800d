package replay

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// query is a request's parameters with names in lower case, since ASP.NET
// does not tell them apart by case.
type query struct {
	plain map[string]string
	of    map[string]map[string][]string // "valuecodes", "codelist" → variable → raw values
	bare  bool                           // valuecodes or codelist came without [variable]
}

func readQuery(v url.Values) query {
	q := query{plain: map[string]string{}, of: map[string]map[string][]string{}}
	for key, list := range v {
		name, rest, indexed := strings.Cut(key, "[")
		name = strings.ToLower(name)
		variable, closed := strings.CutSuffix(rest, "]")
		switch {
		case indexed && closed:
			if q.of[name] == nil {
				q.of[name] = map[string][]string{}
			}
			q.of[name][variable] = append(q.of[name][variable], list...)
		case name == "valuecodes" || name == "codelist":
			q.bare = true
		default:
			q.plain[name] = strings.Join(list, ",")
		}
	}
	return q
}

// selection is the selection of a GET. codelist[X] has no effect without
// valuecodes[X]. Variables come in the table's order, for a URL's parameters
// have none once parsed.
func (q query) selection(t *table) wanted {
	w := wanted{stub: splitCodes(q.plain["stub"]), heading: splitCodes(q.plain["heading"])}
	asked := q.of["valuecodes"]
	add := func(variable string) {
		item := wantedItem{variable: variable}
		for _, raw := range asked[variable] {
			item.codes = append(item.codes, splitCodes(raw)...)
		}
		for name, list := range q.of["codelist"] {
			if strings.EqualFold(name, variable) && len(list) > 0 {
				item.codelist = list[0]
			}
		}
		w.items = append(w.items, item)
	}
	var unknown []string
	byVariable := map[string][]string{}
	for name := range asked {
		if v := t.variable(t.unalias(name)); v != nil {
			byVariable[v.code] = append(byVariable[v.code], name)
		} else {
			unknown = append(unknown, name)
		}
	}
	for _, v := range t.variables {
		for _, name := range byVariable[v.code] {
			add(name)
		}
	}
	for _, name := range unknown {
		add(name)
	}
	return w
}

// splitCodes splits at commas, except inside square brackets, which are then
// taken off: [TOP(5,1)],2015 is two codes.
func splitCodes(raw string) []string {
	var codes []string
	for raw != "" {
		var code string
		if inner, rest, ok := strings.Cut(raw, "]"); ok && strings.HasPrefix(raw, "[") {
			code, raw = inner[1:], strings.TrimPrefix(rest, ",")
		} else {
			code, raw, _ = strings.Cut(raw, ",")
		}
		if code = strings.TrimSpace(code); code != "" {
			codes = append(codes, code)
		}
	}
	return codes
}

// readBody is the selection of a POST; an empty body is an empty selection.
func readBody(body []byte) (wanted, error) {
	var w wanted
	if len(bytes.TrimSpace(body)) == 0 {
		return w, nil
	}
	var posted struct {
		Selection []struct {
			VariableCode string
			Codelist     string
			ValueCodes   *[]string
		}
		Placement struct{ Heading, Stub []string }
	}
	if err := json.Unmarshal(body, &posted); err != nil {
		return w, err
	}
	for _, s := range posted.Selection {
		item := wantedItem{variable: s.VariableCode, codelist: s.Codelist, null: s.ValueCodes == nil}
		if s.ValueCodes != nil {
			item.codes = *s.ValueCodes
		}
		w.items = append(w.items, item)
	}
	w.stub, w.heading = posted.Placement.Stub, posted.Placement.Heading
	return w, nil
}
