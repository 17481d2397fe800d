package replay

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// config answers GET /config. Zeros say that no limit is announced.
func (c *scbCall) config() answer {
	o := c.s.options
	calls, window := o.Calls, int((o.Window+time.Second-1)/time.Second)
	if o.Window <= 0 || o.Calls <= 0 {
		calls, window = 0, 0
	}
	b := append([]byte(nil), `{"apiVersion":"2.3.2","appVersion":"1.0.0","languages":[{"id":"en","label":"English"},{"id":"sv","label":"Svenska"}],"defaultLanguage":"sv","maxDataCells":`...)
	b = strconv.AppendInt(b, int64(o.MaxCells), 10)
	b = strconv.AppendInt(append(b, `,"maxCallsPerTimeWindow":`...), int64(calls), 10)
	b = strconv.AppendInt(append(b, `,"timeWindow":`...), int64(window), 10)
	b = append(b, `,"license":"https://creativecommons.org/share-your-work/public-domain/cc0/","sourceReferences":[{"language":"en","text":"Source: Statistics Sweden"},{"language":"sv","text":"Källa: SCB"}],"defaultDataFormat":"json-stat2","dataFormats":["json-stat2","csv","px","xlsx","html","json-px"],"features":[{"id":"CORS","params":[{"key":"enabled","value":"True"}]}]}`...)
	return okJSON(b)
}

// metadata answers with every value of every variable, or of the codelists
// asked for.
func (c *scbCall) metadata(t *table) answer {
	d := dataset{t: t, label: t.label, language: c.language, stub: t.pxList("stub"), heading: t.pxList("heading"), dialect: c.s.options.Dialect}
	for _, v := range t.variables {
		a := &axis{v: v, values: t.ownValues(v)}
		for name, list := range c.q.of["codelist"] {
			if t.variable(t.unalias(name)) != v {
				continue
			}
			if p := c.lib.applyCodelist(t, a, list[0]); p != nil {
				return p.answer()
			}
		}
		d.shown = append(d.shown, c.described(a))
	}
	return okJSON(d.append(nil))
}

// described is a variable with what only metadata answers tell: whether it can
// be left out, and which codelists apply.
func (c *scbCall) described(a *axis) shown {
	e := maps.Clone(a.v.extension)
	if e == nil {
		e = map[string]json.RawMessage{}
	}
	e["elimination"] = json.RawMessage(strconv.FormatBool(!a.mandatory()))
	list := []byte{'['}
	for i, ref := range a.v.codelists {
		if i > 0 {
			list = append(list, ',')
		}
		list = appendString(append(list, `{"id":`...), ref.ID)
		list = appendString(append(list, `,"label":`...), ref.Label)
		list = appendString(append(list, `,"type":`...), ref.Type)
		list = append(list, `,"links":[`...)
		list = append(c.appendLink(list, "metadata", c.language, "/codeLists/"+ref.ID+"?lang="+c.language), "]}"...)
	}
	e["codelists"] = append(list, ']')
	return shown{a.v, a.values.codes, a.values.labels, e}
}

// appendLink appends a link object; path is below the API's base and is not
// encoded, as it is not at SCB.
func (c *scbCall) appendLink(b []byte, rel, language, path string) []byte {
	b = appendString(append(b, `{"rel":`...), rel)
	b = appendString(append(b, `,"hreflang":`...), language)
	b = appendString(append(b, `,"href":`...), c.base+path)
	return append(b, '}')
}

// codelist answers GET /codelists/{id}. The id is case-sensitive.
func (c *scbCall) codelist(id string) answer {
	list := c.lib.codelists[id]
	if list == nil {
		p := badRequest("Non-existent codelist")
		p.http = 404
		return p.answer()
	}
	languages := list.Languages
	if len(languages) == 0 {
		languages = []string{"sv", "en"}
	}
	b := appendString([]byte(`{"id":`), list.ID)
	b = appendString(append(b, `,"label":`...), list.Label)
	b = appendString(append(b, `,"language":`...), c.language)
	b = appendStrings(append(b, `,"languages":`...), languages)
	b = strconv.AppendBool(append(b, `,"elimination":`...), list.Elimination)
	if list.EliminationValueCode != "" {
		b = appendString(append(b, `,"eliminationValueCode":`...), list.EliminationValueCode)
	}
	b = appendString(append(b, `,"type":`...), list.Type)
	b = append(b, `,"values":[`...)
	for i, v := range list.Values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"code":`...), v.Code)
		b = appendString(append(b, `,"label":`...), v.Label)
		b = append(appendStrings(append(b, `,"valueMap":`...), v.ValueMap), '}')
	}
	b = append(b, `],"links":[`...)
	b = c.appendLink(b, "self", c.language, "/codeLists/"+id+"?lang="+c.language)
	other := map[string]string{"sv": "en", "en": "sv"}[c.language]
	b = c.appendLink(append(b, ','), "alternate", other, "/codeLists/"+id+"?lang="+other)
	return okJSON(append(b, "]}"...))
}

// defaultSelection is what an empty selection gets, after the algorithm the
// server falls back on: the first contents and the latest period (or the
// latest 13 where there is room), one or two classifications, the rest
// eliminated or reduced to one value. A variable with codelists is shown
// through its first.
func (l *Library) defaultSelection(t *table) wanted {
	var w wanted
	var classes []*variable
	item := func(v *variable, codes []string) {
		w.items = append(w.items, wantedItem{variable: v.code, codes: codes})
	}
	for _, v := range t.variables {
		if v.code != t.metricCode && v.code != t.timeCode {
			classes = append(classes, v)
		}
	}
	metric, period := t.variable(t.metricCode), t.variable(t.timeCode)
	periods := 1
	if len(classes) == 0 || len(classes) == 1 && metric != nil && len(metric.codes) == 1 {
		periods = 13
	}
	l.addClasses(t, classes, &w)
	if metric != nil {
		codes := metric.codes[:min(1, len(metric.codes))]
		if len(classes) < 2 {
			codes = metric.codes
		}
		item(metric, codes)
	}
	if period != nil {
		item(period, period.codes[max(0, len(period.codes)-periods):])
	}
	return w
}

// addClasses picks two classifications to show: mandatory ones first.
func (l *Library) addClasses(t *table, classes []*variable, w *wanted) {
	var must, may []*variable
	for _, v := range classes {
		if v.elimination {
			may = append(may, v)
		} else {
			must = append(must, v)
		}
	}
	var full []*variable
	switch {
	case len(classes) < 3:
		full = classes
	case len(must) > 1:
		full = []*variable{must[0], must[len(must)-1]}
	case len(must) == 1:
		full = []*variable{must[0], may[len(may)-1]}
	default:
		full = []*variable{may[0], may[len(may)-1]}
	}
	for _, v := range classes {
		item := wantedItem{variable: v.code}
		a := &axis{v: v, values: t.ownValues(v)}
		if len(v.codelists) > 0 && l.applyCodelist(t, a, v.codelists[0].ID) == nil && a.values.parts != nil {
			item.codelist = v.codelists[0].ID
		}
		switch {
		case slices.Contains(full, v):
			item.codes = a.values.codes[:min(1500, len(a.values.codes))]
		case !v.elimination:
			item.codes = a.values.codes[:min(1, len(a.values.codes))]
		default:
			item.codelist = ""
		}
		w.items = append(w.items, item)
	}
}

// defaultSelection answers GET /tables/{id}/defaultselection.
func (c *scbCall) defaultSelection(t *table) answer {
	b := append([]byte(nil), `{"language":"`+c.language+`","selection":[`...)
	for i, item := range c.lib.defaultSelection(t).items {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"variableCode":`...), item.variable)
		b = appendString(append(b, `,"codelist":`...), item.codelist)
		b = append(appendStrings(append(b, `,"valueCodes":`...), item.codes), '}')
	}
	b = appendStrings(append(b, `],"placement":{"heading":`...), t.pxList("heading"))
	b = appendStrings(append(b, `,"stub":`...), t.pxList("stub"))
	b = append(b, `},"links":[`...)
	b = c.appendLink(b, "self", c.language, "/tables/"+t.id+"/defaultselection?lang="+c.language)
	return okJSON(append(b, "]}"...))
}
