package scb

import (
	"bytes"
	"effekt/sources"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Cells is how many cells the selection has.
func (t Table) Cells() (int64, error) { return product(t.sizes()) }

func (t Table) sizes() []int {
	sizes := make([]int, len(t.Variables))
	for i, v := range t.Variables {
		sizes[i] = len(v.Codes)
	}
	return sizes
}

type selectionItem struct {
	VariableCode string   `json:"variableCode"`
	Codelist     string   `json:"codelist,omitempty"`
	ValueCodes   []string `json:"valueCodes"`
}

// Requests are the fewest POSTs that bring the selection under the limit. Each
// names every variable and each code once, so that nothing is summed away.
// Their Check refuses an answer that is not just what was asked for, or that
// carries another stamp than the metadata did.
func (s Source) Requests(t Table, maxCells int64) ([]sources.Request, error) {
	chunks, err := Plan(t.sizes(), maxCells)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.ID, err)
	}
	query := url.Values{"lang": {s.Language}, "outputFormat": {"json-stat2"}}
	address := s.Base + "/tables/" + url.PathEscape(t.ID) + "/data?" + query.Encode()
	requests := make([]sources.Request, 0, len(chunks))
	for _, chunk := range chunks {
		selection := t.items(chunk)
		var body bytes.Buffer
		encoder := json.NewEncoder(&body)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(map[string]any{"selection": selection}); err != nil {
			return nil, fmt.Errorf("scb: %s: %w", t.ID, err)
		}
		requests = append(requests, sources.Request{
			Role: "data", Method: http.MethodPost, URL: address, Body: bytes.TrimSpace(body.Bytes()),
			Check: func(answer []byte) error { return t.whole(answer, selection) },
		})
	}
	return requests, nil
}

func (t Table) items(chunk Chunk) []selectionItem {
	items := make([]selectionItem, len(t.Variables))
	for i, v := range t.Variables {
		items[i] = selectionItem{VariableCode: v.Code, Codelist: v.Codelist}
		for _, code := range v.Codes[chunk[i].From:chunk[i].To] {
			items[i].ValueCodes = append(items[i].ValueCodes, code.Code)
		}
	}
	return items
}

// whole refuses an answer that lacks a variable or a code asked for, or has
// others.
func (t Table) whole(answer []byte, selection []selectionItem) error {
	cube, err := Decode(answer)
	if err != nil {
		return err
	}
	if cube.Values == nil && cube.Cells() > 0 {
		return fmt.Errorf("the answer has no values")
	}
	if len(cube.Dimensions) != len(selection) {
		return fmt.Errorf("the answer has %d variables, %d were asked for", len(cube.Dimensions), len(selection))
	}
	for _, item := range selection {
		i := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Code == item.VariableCode })
		if i < 0 {
			return fmt.Errorf("variable %s has vanished from the answer", item.VariableCode)
		}
		if err := sameCodes(item, cube.Dimensions[i].Codes); err != nil {
			return err
		}
	}
	return nil
}

func sameCodes(asked selectionItem, got []string) error {
	has := make(map[string]bool, len(got))
	for _, code := range got {
		has[code] = true
	}
	var gone []string
	for _, code := range asked.ValueCodes {
		if !has[code] {
			gone = append(gone, code)
		}
	}
	if len(gone) > 0 {
		return fmt.Errorf("variable %s: %s vanished from the answer", asked.VariableCode, strings.Join(gone, ", "))
	}
	if len(got) != len(asked.ValueCodes) {
		return fmt.Errorf("variable %s: %d codes came, %d were asked for", asked.VariableCode, len(got), len(asked.ValueCodes))
	}
	return nil
}

// Stamp is the «updated» of an answer, read without its values.
func Stamp(body []byte) string {
	found := ""
	s := &scanner{body: body}
	err := s.members(func(key string) error {
		if key == "updated" {
			text, err := s.text()
			found = text
			return errors.Join(err, io.EOF)
		}
		_, err := s.raw()
		return err
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	return found
}
