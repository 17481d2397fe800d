package recompute

import (
	"encoding/json"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"
)

// A figure is a value with its status and whether noise (CKM) went into it; NaN
// when missing.
type figure struct {
	value  float64
	status string
	noisy  bool
}

// served is everything the loopback server holds, read here without any of the
// project's own readers.
type served struct {
	tables map[string]*cube
	kolada map[string]map[string]map[int]map[string]figure // KPI, place, year, gender
}

// A cube is one SCB body.
type cube struct {
	ids     []string
	sizes   []int
	index   map[string]map[string]int
	labels  map[string]map[string]string
	values  []*float64
	status  map[string]string
	periods map[int]string // by last year
}

func unpacked(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if body, err = r.DecodeAll(body, nil); err != nil {
		t.Fatal(err)
	}
	return body
}

// readServed reads a folder as sources/replay serves it.
func readServed(t *testing.T, fsys fs.FS) *served {
	t.Helper()
	s := &served{tables: map[string]*cube{}, kolada: map[string]map[string]map[int]map[string]figure{}}
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if path.Ext(name) == ".zst" {
			body = unpacked(t, body)
		}
		base, _, _ := strings.Cut(path.Base(name), ".")
		switch path.Dir(name) {
		case "scb":
			s.tables[base] = readCube(t, body)
		case "kolada/data":
			s.readKPI(t, body)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func readCube(t *testing.T, body []byte) *cube {
	t.Helper()
	var raw struct {
		ID        []string          `json:"id"`
		Size      []int             `json:"size"`
		Value     []*float64        `json:"value"`
		Status    map[string]string `json:"status"`
		Dimension map[string]struct {
			Category struct {
				Index map[string]int    `json:"index"`
				Label map[string]string `json:"label"`
			} `json:"category"`
		} `json:"dimension"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		t.Fatal(err)
	}
	c := &cube{ids: raw.ID, sizes: raw.Size, values: raw.Value, status: raw.Status, index: map[string]map[string]int{}, labels: map[string]map[string]string{}, periods: map[int]string{}}
	for code := range raw.Dimension["Tid"].Category.Index {
		year, err := strconv.Atoi(code[len(code)-4:])
		must(t, err)
		c.periods[year] = code
	}
	for _, id := range raw.ID {
		c.index[id], c.labels[id] = raw.Dimension[id].Category.Index, raw.Dimension[id].Category.Label
	}
	return c
}

// years are the last years of the table's periods, with the period's code.
func (c *cube) years() map[int]string { return c.periods }

func (c *cube) lastYear() int { return slices.Max(slices.Collect(maps.Keys(c.periods))) }

// code finds a code by its label.
func (c *cube) code(variable, label string) string {
	for code, text := range c.labels[variable] {
		if text == label {
			return code
		}
	}
	return ""
}

// cell is one published cell by pairs of variable and code; count tells that
// «-» is zero. A year or region that the table lacks is missing.
func (c *cube) cell(count bool, year int, pairs ...string) figure {
	pairs = append(pairs, "Tid", c.periods[year])
	place := 0
	for i, id := range c.ids {
		n, ok := c.index[id][codeIn(pairs, id)]
		if !ok {
			return figure{math.NaN(), "O", false}
		}
		place = place*c.sizes[i] + n
	}
	symbol := c.status[strconv.Itoa(place)]
	switch v := c.values[place]; {
	case v != nil:
		return figure{*v, "A", false}
	case symbol == "-" && count:
		return figure{0, "A", false}
	case symbol == ".":
		return figure{math.NaN(), "M", false}
	}
	return figure{math.NaN(), "O", false}
}

// codeIn finds a variable's code among pairs.
func codeIn(pairs []string, variable string) string {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == variable {
			return pairs[i+1]
		}
	}
	return ""
}

func (s *served) readKPI(t *testing.T, body []byte) {
	t.Helper()
	var raw struct {
		Values []struct {
			KPI          string `json:"kpi"`
			Municipality string `json:"municipality"`
			Period       int    `json:"period"`
			Values       []struct {
				Gender  string   `json:"gender"`
				Value   *float64 `json:"value"`
				Deleted bool     `json:"isdeleted"`
			} `json:"values"`
		} `json:"values"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		t.Fatal(err)
	}
	for _, record := range raw.Values {
		for _, v := range record.Values {
			f := figure{math.NaN(), "O", false}
			if v.Value != nil {
				f = figure{*v.Value, "A", false}
			}
			s.keep(record.KPI, record.Municipality, record.Period, v.Gender, f)
		}
	}
}

func (s *served) keep(kpi, place string, year int, gender string, f figure) {
	if s.kolada[kpi] == nil {
		s.kolada[kpi] = map[string]map[int]map[string]figure{}
	}
	if s.kolada[kpi][place] == nil {
		s.kolada[kpi][place] = map[int]map[string]figure{}
	}
	if s.kolada[kpi][place][year] == nil {
		s.kolada[kpi][place][year] = map[string]figure{}
	}
	s.kolada[kpi][place][year][gender] = f
}

// shaken is the folder with other figures: every SCB cell moved by up to one per
// cent, some blanked under each of the symbols, some Kolada values gone. Other
// counties' municipalities are left out, which makes it ten times smaller.
func shaken(t *testing.T, fsys fs.FS, county string, seed uint64) fs.FS {
	t.Helper()
	draw := rand.New(rand.NewPCG(seed, seed))
	keep := func(region string) bool {
		return len(region) != 4 || strings.HasPrefix(region, county) || region < "0100"
	}
	out := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if path.Ext(name) == ".zst" {
			body, name = unpacked(t, body), strings.TrimSuffix(name, ".zst")
		}
		switch path.Dir(name) {
		case "scb":
			body = shakeCube(t, body, keep, draw)
		case "kolada/data":
			body = shakeKPI(t, body, draw)
		}
		out[name] = &fstest.MapFile{Data: body}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// metadata are the parts of a body that prune changes.
type metadata struct {
	ID        []string                  `json:"id"`
	Size      []int                     `json:"size"`
	Dimension map[string]map[string]any `json:"dimension"`
	Value     []*float64                `json:"value"`
	Status    map[string]string         `json:"status"`
}

// prune keeps some regions; the region is the first variable where there is one.
func (m *metadata) prune(keep func(string) bool) {
	if m.ID[0] != "Region" {
		return
	}
	category := m.Dimension["Region"]["category"].(map[string]any)
	index, labels := category["index"].(map[string]any), category["label"].(map[string]any)
	block := len(m.Value) / m.Size[0]
	byPlace := make([]string, m.Size[0])
	for code, place := range index {
		byPlace[int(place.(float64))] = code
	}
	var values []*float64
	status := map[string]string{}
	m.Size[0] = 0
	for place, code := range byPlace {
		if !keep(code) {
			delete(index, code)
			delete(labels, code)
			continue
		}
		index[code] = m.Size[0]
		for i := range block {
			if symbol, ok := m.Status[strconv.Itoa(place*block+i)]; ok {
				status[strconv.Itoa(len(values)+i)] = symbol
			}
		}
		values = append(values, m.Value[place*block:(place+1)*block]...)
		m.Size[0]++
	}
	m.Value, m.Status = values, status
}

func shakeCube(t *testing.T, body []byte, keep func(string) bool, draw *rand.Rand) []byte {
	t.Helper()
	var parts map[string]json.RawMessage
	var m metadata
	must(t, json.Unmarshal(body, &parts))
	must(t, json.Unmarshal(body, &m))
	m.prune(keep)
	values, status := m.Value, m.Status
	if status == nil {
		status = map[string]string{}
	}
	for _, v := range values {
		if v != nil {
			*v = math.Round(*v*(0.99+0.02*draw.Float64())*10) / 10
		}
	}
	size := len(values)
	for range max(1, min(size/40, 300+size/1000)) {
		at := draw.IntN(size)
		values[at] = nil
		status[strconv.Itoa(at)] = []string{"..", ".", "-"}[draw.IntN(3)]
	}
	for name, part := range map[string]any{"value": values, "status": status, "size": m.Size, "dimension": m.Dimension} {
		changed, err := json.Marshal(part)
		must(t, err)
		parts[name] = changed
	}
	body, err := json.Marshal(parts)
	must(t, err)
	return body
}

func shakeKPI(t *testing.T, body []byte, draw *rand.Rand) []byte {
	t.Helper()
	var parts struct {
		Values []map[string]any `json:"values"`
	}
	must(t, json.Unmarshal(body, &parts))
	for _, record := range parts.Values {
		genders, _ := record["values"].([]any)
		for _, g := range genders {
			if v, ok := g.(map[string]any); ok && draw.IntN(40) == 0 {
				v["value"] = nil
			}
		}
	}
	body, err := json.Marshal(parts)
	must(t, err)
	return body
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
