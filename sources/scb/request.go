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

// selection is the body of a data request. Codes are never bracketed in it
// (scb-api.md §5.2).
type selection struct {
	Selection []selectionItem `json:"selection"`
}

type selectionItem struct {
	VariableCode string   `json:"variableCode"`
	Codelist     string   `json:"codelist,omitempty"`
	ValueCodes   []string `json:"valueCodes"`
}

// Requests are the fewest POSTs that bring the selection under the limit. Each
// names every variable and each code once, so that nothing is summed away and
// the server has no doubled code to fail on. Their Check refuses an answer that
// Verify does not accept.
func (s Source) Requests(t Table, maxCells int64) ([]sources.Request, error) {
	chunks, err := Plan(t.sizes(), maxCells)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.ID, err)
	}
	query := url.Values{"lang": {s.Language}, "outputFormat": {"json-stat2"}}
	address := s.Base + "/tables/" + url.PathEscape(t.ID) + "/data?" + query.Encode()
	requests := make([]sources.Request, 0, len(chunks))
	for _, chunk := range chunks {
		asked := t.items(chunk)
		body, err := asked.encode()
		if err != nil {
			return nil, fmt.Errorf("scb: %s: %w", t.ID, err)
		}
		requests = append(requests, sources.Request{
			Role: "data", Method: http.MethodPost, URL: address, Body: body,
			Check: func(answer []byte) error { return asked.verify(t.ID, answer) },
		})
	}
	return requests, nil
}

func (t Table) items(chunk Chunk) selection {
	items := make([]selectionItem, len(t.Variables))
	for i, v := range t.Variables {
		items[i] = selectionItem{VariableCode: v.Code, Codelist: v.Codelist}
		for _, code := range v.Codes[chunk[i].From:chunk[i].To] {
			items[i].ValueCodes = append(items[i].ValueCodes, code.Code)
		}
	}
	return selection{items}
}

func (a selection) encode() ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(a)
	return bytes.TrimSpace(body.Bytes()), err
}

// Verify holds the answer to a data request against what was asked for. An
// answer that is no data set, has no data part, or lacks or adds a variable or
// a code is an error that names it: a variable that is gone was summed away.
// Their order does not matter.
func Verify(table string, request, answer []byte) error {
	var asked selection
	if err := json.Unmarshal(request, &asked); err != nil {
		return fmt.Errorf("scb: %s: the request: %w", table, err)
	}
	return asked.verify(table, answer)
}

func (a selection) verify(table string, answer []byte) error {
	cube, err := Decode(answer)
	if err != nil {
		return err
	}
	if cube.Values == nil {
		return fmt.Errorf("scb: %s: the answer has no values", table)
	}
	problems := &Problems{Table: table}
	for _, item := range a.Selection {
		i := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Code == item.VariableCode })
		if i < 0 {
			problems.add("variable %s was asked for and is not in the answer, which has summed it away", item.VariableCode)
			continue
		}
		item.compare(cube.Dimensions[i].Codes, problems)
	}
	for _, d := range cube.Dimensions {
		if !slices.ContainsFunc(a.Selection, func(item selectionItem) bool { return item.VariableCode == d.Code }) {
			problems.add("variable %s (%s) is in the answer and was not asked for", d.Code, some(d.Codes))
		}
	}
	if len(problems.List) > 0 {
		return problems
	}
	return nil
}

func (item selectionItem) compare(got []string, problems *Problems) {
	if gone := without(item.ValueCodes, got); len(gone) > 0 {
		problems.add("variable %s: %s asked for, not in the answer", item.VariableCode, quoted(gone))
	}
	if more := without(got, item.ValueCodes); len(more) > 0 {
		problems.add("variable %s: %s in the answer, not asked for", item.VariableCode, quoted(more))
	}
}

// without are the codes that are not among others.
func without(codes, others []string) []string {
	has := make(map[string]bool, len(others))
	for _, code := range others {
		has[code] = true
	}
	return slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return has[code] })
}

// Stamp is the «updated» of an answer, read without its values; "" where there
// is none.
func Stamp(body []byte) string {
	found := ""
	s, err := newScanner(body)
	if err != nil {
		return ""
	}
	err = s.members(func(key string) error {
		switch key {
		case "updated":
			text, err := s.textOrNull()
			found = text
			return errors.Join(err, io.EOF)
		case "value":
			return s.skipNumbers()
		}
		return s.skip(0)
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	return found
}
