package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// table is one whole SCB table: every value of every variable, missing cells
// as NaN. The fields are never written to once a Library holds the table.
type table struct {
	id, label, source, updated string
	notes                      []string
	timeCode, metricCode       string
	variables                  []*variable
	extension, px              map[string]json.RawMessage
	values                     []float64
	status                     map[int]string
	listing                    listing
}

// variable is one dimension of a table. Everything in fields and unit is kept
// as JSON, since the server only ever passes it on.
type variable struct {
	code, label     string
	codes, labels   []string
	position        map[string]int // by lower-case code
	elimination     bool
	eliminationCode string
	codelists       []codelistRef
	units, notes    map[string]json.RawMessage // by value code
	note, link      json.RawMessage
	extension       map[string]json.RawMessage // without what has a field here
}

type codelistRef struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Type  string `json:"type"`
}

// listing is what the catalogue says of a table beside the table itself.
type listing struct {
	TimeUnit     string          `json:"timeUnit"`
	Discontinued bool            `json:"discontinued"`
	Languages    []string        `json:"languages"`
	Updated      string          `json:"updated"`
	FirstPeriod  string          `json:"firstPeriod"`
	LastPeriod   string          `json:"lastPeriod"`
	SubjectCode  string          `json:"subjectCode"`
	SortCode     string          `json:"sortCode"`
	Category     string          `json:"category"`
	Description  string          `json:"description"`
	Paths        json.RawMessage `json:"paths"`
}

type datasetJSON struct {
	Label     string                     `json:"label"`
	Source    string                     `json:"source"`
	Updated   string                     `json:"updated"`
	Note      []string                   `json:"note"`
	Role      map[string][]string        `json:"role"`
	ID        []string                   `json:"id"`
	Size      []int                      `json:"size"`
	Dimension map[string]dimensionJSON   `json:"dimension"`
	Extension map[string]json.RawMessage `json:"extension"`
	Value     json.RawMessage            `json:"value"`
	Status    json.RawMessage            `json:"status"`
}

type dimensionJSON struct {
	Label    string          `json:"label"`
	Note     json.RawMessage `json:"note"`
	Link     json.RawMessage `json:"link"`
	Category struct {
		Index json.RawMessage            `json:"index"`
		Label map[string]string          `json:"label"`
		Unit  map[string]json.RawMessage `json:"unit"`
		Note  map[string]json.RawMessage `json:"note"`
	} `json:"category"`
	Extension map[string]json.RawMessage `json:"extension"`
}

func decodeTable(id string, body []byte) (*table, error) {
	var d datasetJSON
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, err
	}
	t := &table{
		id: id, label: d.Label, source: d.Source, updated: d.Updated, notes: d.Note,
		timeCode: roleOr(d, "time", "Tid"), metricCode: roleOr(d, "metric", "ContentsCode"),
		extension: d.Extension,
	}
	if err := json.Unmarshal(rawOr(d.Extension["px"], "{}"), &t.px); err != nil {
		return nil, fmt.Errorf("extension.px: %w", err)
	}
	if err := t.decodeVariables(d); err != nil {
		return nil, err
	}
	return t, t.decodeCells(d)
}

func (t *table) decodeVariables(d datasetJSON) error {
	for i, code := range d.ID {
		dim, ok := d.Dimension[code]
		if !ok {
			return fmt.Errorf("no dimension %s", code)
		}
		v, err := decodeVariable(code, dim)
		if err != nil {
			return fmt.Errorf("dimension %s: %w", code, err)
		}
		if i >= len(d.Size) || d.Size[i] != len(v.codes) {
			return fmt.Errorf("dimension %s has %d values, and size says otherwise", code, len(v.codes))
		}
		t.variables = append(t.variables, v)
	}
	return nil
}

func (t *table) decodeCells(d datasetJSON) error {
	cells := 1
	for _, v := range t.variables {
		cells *= len(v.codes)
	}
	var err error
	if t.values, err = parseValues(d.Value, cells); err != nil {
		return fmt.Errorf("value: %w", err)
	}
	if t.status, err = parseStatus(d.Status, cells); err != nil {
		return fmt.Errorf("status: %w", err)
	}
	return nil
}

func decodeVariable(code string, d dimensionJSON) (*variable, error) {
	codes, err := parseIndex(d.Category.Index, d.Category.Label)
	if err != nil {
		return nil, err
	}
	v := &variable{
		code: code, label: d.Label, note: d.Note, link: d.Link,
		units: d.Category.Unit, notes: d.Category.Note, extension: maps.Clone(d.Extension),
	}
	labels := make([]string, len(codes))
	for i, c := range codes {
		labels[i] = c
		if l, ok := d.Category.Label[c]; ok {
			labels[i] = l
		}
	}
	v.setCodes(codes, labels)
	return v, v.takeExtension()
}

func (v *variable) setCodes(codes, labels []string) {
	v.codes, v.labels = codes, labels
	v.position = make(map[string]int, len(codes))
	for i, c := range slices.Backward(codes) {
		v.position[strings.ToLower(c)] = i
	}
	for i, c := range codes {
		v.position[c] = i
	}
}

// find is the position of a code: as written, else in any case.
func (v *variable) find(code string) (int, bool) {
	if i, ok := v.position[code]; ok {
		return i, true
	}
	i, ok := v.position[strings.ToLower(code)]
	return i, ok
}

// takeExtension moves the keys the server computes itself out of extension.
// Older builds of PxWebApi spelled codelists with a capital L.
func (v *variable) takeExtension() error {
	take := func(key string, to any) error {
		raw, ok := v.extension[key]
		delete(v.extension, key)
		if !ok {
			return nil
		}
		if err := json.Unmarshal(raw, to); err != nil {
			return fmt.Errorf("extension.%s: %w", key, err)
		}
		return nil
	}
	return errors.Join(
		take("elimination", &v.elimination),
		take("eliminationValueCode", &v.eliminationCode),
		take("codeLists", &v.codelists),
		take("codelists", &v.codelists),
	)
}

// clone copies the table one level deep: slices and maps are still shared.
func (t *table) clone() *table {
	c := *t
	c.variables = slices.Clone(t.variables)
	return &c
}

func (t *table) variable(code string) *variable {
	for _, v := range t.variables {
		if strings.EqualFold(v.code, code) {
			return v
		}
	}
	return nil
}

func roleOr(d datasetJSON, role, fallback string) string {
	if codes := d.Role[role]; len(codes) > 0 {
		return codes[0]
	}
	return fallback
}

func rawOr(raw json.RawMessage, fallback string) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage(fallback)
	}
	return raw
}
