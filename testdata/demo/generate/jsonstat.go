package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// notice stands in every body.
const notice = "Syntetiska uppgifter framtagna för demonstration; de är inte statistik."

// noiseNote is the gist of what the publisher notes on tables with noise.
const noiseNote = "Från och med 2025 bär varje cell en liten slumpmässig osäkerhet; totaler är inte alltid lika med summan av sina delar."

type dataset struct {
	Version   string               `json:"version"`
	Class     string               `json:"class"`
	Label     string               `json:"label"`
	Source    string               `json:"source"`
	Updated   string               `json:"updated"`
	Note      []string             `json:"note"`
	Role      map[string][]string  `json:"role"`
	ID        []string             `json:"id"`
	Size      []int                `json:"size"`
	Dimension map[string]dimension `json:"dimension"`
	Extension map[string]any       `json:"extension"`
	Value     json.RawMessage      `json:"value"`
	Status    map[string]string    `json:"status,omitempty"`
}

type dimension struct {
	Label     string         `json:"label"`
	Category  map[string]any `json:"category"`
	Extension map[string]any `json:"extension"`
}

// body writes the whole table as SCB would answer, notes and metadata included.
func (t *table) body() ([]byte, error) {
	notes := []string{notice}
	if t.Noise {
		notes = append(notes, noiseNote)
	}
	notes = append(notes, t.Notes...)
	d := dataset{
		Version: "2.0", Class: "dataset", Source: "effekt demo (syntetiska data)", Updated: t.Updated,
		Label: t.Title + ". " + t.span() + " (SYNTETISKA DEMODATA)", Note: notes,
		Role:      map[string][]string{"time": {"Tid"}, "metric": {"ContentsCode"}},
		Dimension: map[string]dimension{}, Extension: t.extension(len(notes)), Value: t.numbers(),
		Status: map[string]string{},
	}
	for _, v := range t.vars {
		d.ID = append(d.ID, v.Code)
		d.Size = append(d.Size, len(v.values))
		d.Dimension[v.Code] = v.dimension()
	}
	for i, symbol := range t.status {
		d.Status[strconv.Itoa(i)] = symbol
	}
	return encode(d)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// span is the period as titles have it.
func (t *table) span() string {
	years := t.vars[len(t.vars)-1].values
	first, last := years[0].Code, years[len(years)-1].Code
	if first == last {
		return "År " + first
	}
	return "År " + first + " - " + last
}

func (t *table) extension(notes int) map[string]any {
	stub := []string{}
	for _, v := range t.vars[:len(t.vars)-2] {
		stub = append(stub, v.Code)
	}
	mandatory := map[int]bool{}
	for i := range notes {
		mandatory[i] = true
	}
	return map[string]any{
		"noteMandatory": mandatory,
		"discontinued":  nil,
		"px": map[string]any{
			"infofile": t.Subject + "DEMO", "tableid": t.ID, "decimals": 0, "official-statistics": !t.Unofficial,
			"aggregallowed": !t.Noise, "copyright": false, "language": "sv", "contents": t.Title,
			"descriptiondefault": false, "heading": []string{"ContentsCode", "Tid"}, "stub": stub,
			"matrix": t.ID, "subject-code": t.Subject, "subject-area": t.Area,
		},
	}
}

func (v variable) dimension() dimension {
	index, label, unit := map[string]int{}, map[string]string{}, map[string]any{}
	for i, c := range v.values {
		index[c.Code], label[c.Code] = i, c.Label
		if c.Unit != "" {
			unit[c.Code] = map[string]any{"base": c.Unit, "decimals": c.Decimals}
		}
	}
	d := dimension{v.Label, map[string]any{"index": index, "label": label}, map[string]any{"elimination": v.Eliminable, "show": "value", "codelists": []any{}}}
	if len(unit) > 0 {
		d.Category["unit"] = unit
	}
	if v.Total != "" {
		d.Extension["eliminationValueCode"] = v.Total
	}
	return d
}

// numbers writes the values rounded to their content's decimals.
func (t *table) numbers() json.RawMessage {
	contents, years := len(t.vars)-2, len(t.vars[len(t.vars)-1].values)
	b := []byte{'['}
	for i, v := range t.values {
		if i > 0 {
			b = append(b, ',')
		}
		if math.IsNaN(v) {
			b = append(b, "null"...)
			continue
		}
		content := t.vars[contents].values[i/years%len(t.vars[contents].values)]
		b = strconv.AppendFloat(b, round(v, content.Decimals)+0, 'f', -1, 64)
	}
	return append(b, ']')
}
