package replay

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

const config = `{"apiVersion":"2.3.2","appVersion":"1.0.0","languages":[{"id":"en","label":"English"},{"id":"sv","label":"Svenska"}],` +
	`"defaultLanguage":"sv","maxDataCells":%d,"maxCallsPerTimeWindow":%d,"timeWindow":%d,` +
	`"license":"https://creativecommons.org/share-your-work/public-domain/cc0/",` +
	`"sourceReferences":[{"language":"en","text":"Source: Statistics Sweden"},{"language":"sv","text":"Källa: SCB"}],` +
	`"defaultDataFormat":"json-stat2","dataFormats":["json-stat2","csv","px","xlsx","html","json-px"],` +
	`"features":[{"id":"CORS","params":[{"key":"enabled","value":"True"}]}]}`

// config answers GET /config. Zeros say that no limit is announced.
func (c *call) config() answer {
	o := c.server.options
	calls, window := o.Calls, (o.Window+time.Second-1)/time.Second
	if o.Window <= 0 || o.Calls <= 0 {
		calls, window = 0, 0
	}
	return okJSON(fmt.Appendf(nil, config, o.MaxCells, calls, window))
}

// codelistRef is a list that a variable offers.
type codelistRef struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Type  string `json:"type"`
	Links []link `json:"links"`
}

func (d dimension) codelists() (refs []codelistRef) {
	_ = json.Unmarshal(d.Extension["codelists"], &refs) // absent: none
	return refs
}

// metadata answers GET /tables/{id}/metadata: every value of every variable,
// and what only metadata tells, which codelists apply.
func (c *call) metadata() answer {
	t := c.lib.tables[strings.ToUpper(c.r.PathValue("id"))]
	if t == nil {
		return noTable()
	}
	d := t.dataset
	d.Extension.Discontinued = nil
	d.Dimension = map[string]dimension{}
	for _, variable := range t.ID {
		v := t.Dimension[variable]
		refs := v.codelists()
		for i, ref := range refs {
			refs[i].Links = []link{c.link("metadata", "/codeLists/"+ref.ID)}
		}
		e := map[string]json.RawMessage{}
		maps.Copy(e, v.Extension)
		delete(e, "eliminationValueCode")
		e["elimination"], e["codelists"] = encode(v.eliminable()), encode(append([]codelistRef{}, refs...))
		v.Extension, v.Category = e, v.Category.of(v.Category.Index)
		d.Dimension[variable] = v
	}
	body := encode(d)
	return okJSON(append(body[:len(body)-1], `,"value":[]}`...))
}

// codelist answers GET /codelists/{id}.
func (c *call) codelist() answer {
	list, ok := c.lib.codelists[c.r.PathValue("id")]
	if !ok {
		return *refuse(404, problem{Title: "Non-existent codelist", Status: 400})
	}
	list.Language, list.Links = "sv", []link{c.link("self", "/codeLists/"+list.ID)}
	return okJSON(encode(list))
}

func noTable() answer { return *refuse(404, problem{Title: "Non-existent table", Status: 404}) }
