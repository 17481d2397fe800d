package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// parseIndex reads category.index in its three forms: an object from code to
// position, an array of codes, or nothing for the only value, which is then
// the only key of label.
func parseIndex(raw json.RawMessage, label map[string]string) ([]string, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		if len(label) != 1 {
			return nil, errors.New("no category.index")
		}
		return slices.Collect(maps.Keys(label)), nil
	}
	var codes []string
	if raw[0] == '[' {
		return codes, json.Unmarshal(raw, &codes)
	}
	var at map[string]int
	if err := json.Unmarshal(raw, &at); err != nil {
		return nil, err
	}
	codes = make([]string, len(at))
	seen := make([]bool, len(at))
	for code, i := range at {
		if i < 0 || i >= len(at) || seen[i] {
			return nil, fmt.Errorf("category.index: position %d of %s is not in a permutation", i, code)
		}
		codes[i], seen[i] = code, true
	}
	return codes, nil
}

// parseValues reads value: an array of as many numbers or nulls as there are
// cells, or an object of those that are known. An empty array stands for a
// table without data.
func parseValues(raw json.RawMessage, cells int) ([]float64, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '{' {
		return parseSparse(raw, cells)
	}
	values := make([]float64, 0, cells)
	if len(raw) < 2 || raw[0] != '[' {
		return nil, errors.New("neither an array nor an object")
	}
	for rest := raw[1 : len(raw)-1]; len(bytes.TrimSpace(rest)) > 0; {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte{','})
		v, err := parseNumber(bytes.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("number %d: %w", len(values), err)
		}
		values = append(values, v)
	}
	if len(values) == 0 {
		return missing(cells), nil
	}
	if len(values) != cells {
		return nil, fmt.Errorf("%d numbers for %d cells", len(values), cells)
	}
	return values, nil
}

// parseNumber has a way of its own for short whole numbers, which most cells are.
func parseNumber(word []byte) (float64, error) {
	if n := len(word); n > 0 && n < 16 {
		whole, digits := int64(0), 0
		for ; digits < n && word[digits] >= '0' && word[digits] <= '9'; digits++ {
			whole = whole*10 + int64(word[digits]-'0')
		}
		if digits == n {
			return float64(whole), nil
		}
	}
	if string(word) == "null" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(string(word), 64)
}

func parseSparse(raw json.RawMessage, cells int) ([]float64, error) {
	var known map[int]*float64
	if err := json.Unmarshal(raw, &known); err != nil {
		return nil, err
	}
	values := missing(cells)
	for i, v := range known {
		if i < 0 || i >= cells {
			return nil, fmt.Errorf("cell %d of %d", i, cells)
		}
		if v != nil {
			values[i] = *v
		}
	}
	return values, nil
}

func missing(cells int) []float64 {
	values := make([]float64, cells)
	for i := range values {
		values[i] = math.NaN()
	}
	return values
}

// parseStatus reads status: an object by cell, an array of one per cell, or a
// word for all of them.
func parseStatus(raw json.RawMessage, cells int) (map[int]string, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	status := map[int]string{}
	switch raw[0] {
	case '{':
		if err := json.Unmarshal(raw, &status); err != nil {
			return nil, err
		}
	case '[':
		var list []string
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
		for i, s := range list {
			status[i] = s
		}
	default:
		var word string
		if err := json.Unmarshal(raw, &word); err != nil {
			return nil, err
		}
		for i := range cells {
			status[i] = word
		}
	}
	maps.DeleteFunc(status, func(i int, s string) bool { return s == "" })
	for i := range status {
		if i < 0 || i >= cells {
			return nil, fmt.Errorf("cell %d of %d", i, cells)
		}
	}
	return status, nil
}
