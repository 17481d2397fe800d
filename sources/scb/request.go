package scb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

// cells is how many cells the selection has.
func cells(d sources.Description) (int64, error) { return jsonstat.Product(sizes(d)) }

func sizes(d sources.Description) []int {
	sizes := make([]int, len(d.Variables))
	for i, v := range d.Variables {
		sizes[i] = len(v.Codes)
	}
	return sizes
}

// selection is the body of a data request. Codes are never bracketed in it
// (scb-api.md section 5.2).
type selection struct {
	Selection []selectionItem `json:"selection"`
}

type selectionItem struct {
	VariableCode string   `json:"variableCode"`
	Codelist     string   `json:"codelist,omitempty"`
	ValueCodes   []string `json:"valueCodes"`
}

// requests are the fewest POSTs that bring the selection under the limit. Each
// names every variable and each code once, so that nothing is summed away and
// the server has no doubled code to fail on. Their Check refuses an answer to
// anything else; learn gets the number and the cube of each that is let in.
func (s *Source) requests(d sources.Description, maxCells int64, learn func(int, *jsonstat.Cube)) ([]sources.Request, error) {
	chunks, err := Plan(sizes(d), maxCells)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.Table, err)
	}
	query := url.Values{"lang": {s.Language}, "outputFormat": {"json-stat2"}}
	address := s.Base + "/tables/" + url.PathEscape(d.Table) + "/data?" + query.Encode()
	requests := make([]sources.Request, 0, len(chunks))
	for n, chunk := range chunks {
		asked := itemsOf(d, chunk)
		body, err := asked.encode()
		if err != nil {
			return nil, fmt.Errorf("scb: %s: %w", d.Table, err)
		}
		requests = append(requests, sources.Request{Role: "data", Method: http.MethodPost, URL: address, Body: body, Check: func(answer []byte) error {
			cube, err := asked.verify(d.Table, answer)
			if err == nil {
				learn(n, cube)
			}
			return err
		}})
	}
	return requests, nil
}

func itemsOf(d sources.Description, chunk Chunk) selection {
	items := make([]selectionItem, len(d.Variables))
	for i, v := range d.Variables {
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

// verify decodes the answer to a data request and holds it against what was
// asked for. An answer that is no data set, has no data part, or lacks or adds a
// variable or a code is an error that names it: a variable that is gone was
// summed away. Their order does not matter.
func (a selection) verify(table string, answer []byte) (*jsonstat.Cube, error) {
	cube, err := jsonstat.Decode(answer)
	if err != nil {
		return nil, err
	}
	if cube.Values == nil {
		return nil, fmt.Errorf("scb: %s: the answer has no values", table)
	}
	problems := &Problems{Table: table}
	for _, item := range a.Selection {
		i := slices.IndexFunc(cube.Dimensions, func(d jsonstat.Dimension) bool { return d.Code == item.VariableCode })
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
	return cube, problems.orNil()
}

func (item selectionItem) compare(got []string, problems *Problems) {
	if gone := sources.Without(item.ValueCodes, got); len(gone) > 0 {
		problems.add("variable %s: %s asked for, not in the answer", item.VariableCode, quoted(gone))
	}
	if more := sources.Without(got, item.ValueCodes); len(more) > 0 {
		problems.add("variable %s: %s in the answer, not asked for", item.VariableCode, quoted(more))
	}
}
