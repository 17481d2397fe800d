package demo_test

import (
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"

	"effekt/testdata/demo"

	"github.com/klauspost/compress/zstd"
	"github.com/pelletier/go-toml/v2"
)

const (
	sizeLimit = 5 << 20 // of the whole folder, by design
	fileLimit = 1 << 20 // of one file, so that the repository stays light
)

type dataset struct {
	Label     string         `json:"label"`
	Source    string         `json:"source"`
	Note      []string       `json:"note"`
	ID        []string       `json:"id"`
	Size      []int          `json:"size"`
	Value     numbers        `json:"value"`
	Status    map[int]string `json:"status"`
	Dimension map[string]struct {
		Category struct {
			Index map[string]int    `json:"index"`
			Label map[string]string `json:"label"`
		} `json:"category"`
	} `json:"dimension"`
	Extension struct {
		Mandatory map[string]bool `json:"noteMandatory"`
		PX        struct {
			Table string `json:"tableid"`
		} `json:"px"`
	} `json:"extension"`
}

// numbers are the cells, NaN for null: encoding/json has checked the syntax, and
// its own floats would take ten times as long for millions of them.
type numbers []float64

func (n *numbers) UnmarshalJSON(b []byte) error {
	for _, word := range strings.Split(strings.Trim(string(b), "[]"), ",") {
		v := math.NaN()
		if word != "null" {
			var err error
			if v, err = strconv.ParseFloat(word, 64); err != nil {
				return err
			}
		}
		*n = append(*n, v)
	}
	return nil
}

// at is the position of a cell by its codes, in the order of id.
func (d dataset) at(t *testing.T, codes ...string) int {
	t.Helper()
	cell := 0
	for i, code := range codes {
		p, ok := d.Dimension[d.ID[i]].Category.Index[code]
		if !ok {
			t.Fatalf("%s has no %s %q", d.Extension.PX.Table, d.ID[i], code)
		}
		cell = cell*d.Size[i] + p
	}
	return cell
}

func read(t *testing.T, name string, to any) {
	t.Helper()
	body, err := demo.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if path.Ext(name) == ".zst" {
		body = unpack(t, body)
	}
	if err := json.Unmarshal(body, to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func unpack(t *testing.T, body []byte) []byte {
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

func TestFolderIsSmall(t *testing.T) {
	t.Parallel()
	sum := int64(0)
	err := fs.WalkDir(demo.Files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Size() > fileLimit {
			t.Errorf("%s is %d bytes, over %d", name, info.Size(), fileLimit)
		}
		sum += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if sum > sizeLimit {
		t.Errorf("the folder is %d bytes, over %d", sum, sizeLimit)
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(demo.Files, "scb/*.json.zst")
	if err != nil || len(names) == 0 {
		t.Fatal("no tables", err)
	}
	for _, name := range names {
		t.Run(path.Base(name), func(t *testing.T) {
			t.Parallel()
			var d dataset
			read(t, name, &d)
			checkTable(t, strings.TrimSuffix(path.Base(name), ".json.zst"), d)
		})
	}
}

func checkTable(t *testing.T, id string, d dataset) {
	t.Helper()
	if d.Extension.PX.Table != id {
		t.Errorf("table id %q in the file of %s", d.Extension.PX.Table, id)
	}
	if !strings.HasSuffix(d.Label, "(SYNTETISKA DEMODATA)") || d.Source != "effekt demo (syntetiska data)" {
		t.Errorf("does not say that it is synthetic: %q, %q", d.Label, d.Source)
	}
	if len(d.Note) == 0 || !strings.HasPrefix(d.Note[0], "Syntetiska uppgifter") || !d.Extension.Mandatory["0"] {
		t.Error("no mandatory note first that says it is synthetic")
	}
	cells := 1
	for i, v := range d.ID {
		if len(d.Dimension[v].Category.Index) != d.Size[i] || len(d.Dimension[v].Category.Label) != d.Size[i] {
			t.Errorf("%s: codes, labels and size differ", v)
		}
		cells *= d.Size[i]
	}
	if cells != len(d.Value) {
		t.Fatalf("%d values for %d cells", len(d.Value), cells)
	}
	missing := 0
	for i, v := range d.Value {
		if math.IsNaN(v) {
			missing++
			if d.Status[i] == "" {
				t.Fatalf("cell %d is null without a status", i)
			}
		}
	}
	if missing != len(d.Status) {
		t.Errorf("%d cells are null and %d have a status", missing, len(d.Status))
	}
}

func TestCountryIsTheSumOfItsCounties(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"scb/TAB638.json.zst", "scb/TAB3981.json.zst"} {
		var d dataset
		read(t, name, &d)
		width := len(d.Value) / d.Size[0]
		index := d.Dimension["Region"].Category.Index
		for cell := range width {
			counties, towns := 0.0, 0.0
			for code, p := range index {
				switch v := d.Value[p*width+cell]; {
				case len(code) == 4:
					towns += v
				case code != "00":
					counties += v
				}
			}
			if country := d.Value[index["00"]*width+cell]; country != counties || country != towns {
				t.Fatalf("%s: cell %d: country %v, counties %v, municipalities %v", name, cell, country, counties, towns)
			}
		}
	}
}

func TestEveryRegionIsThere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../config/regions.toml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Region []struct{ Code, Name string }
	}
	if err := toml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	var d dataset
	read(t, "scb/TAB638.json.zst", &d)
	for _, r := range file.Region {
		if got := d.Dimension["Region"].Category.Label[r.Code]; got != r.Name {
			t.Errorf("region %s is %q in TAB638 and %q in the config", r.Code, got, r.Name)
		}
	}
	if len(file.Region) != d.Size[0] {
		t.Errorf("%d regions in the config, %d in TAB638", len(file.Region), d.Size[0])
	}
}

// The first years with noise must go on where the exact counts end, and still
// not add up.
func TestNoiseFollowsTheExactCounts(t *testing.T) {
	t.Parallel()
	var before, after dataset
	read(t, "scb/TAB638.json.zst", &before)
	read(t, "scb/TAB5557.json.zst", &after)
	differ := 0
	for region := range after.Dimension["Region"].Category.Index {
		exact := 0.0
		for _, civil := range []string{"OG", "G", "SK", "ÄNKL"} {
			for _, sex := range []string{"1", "2"} {
				exact += before.Value[before.at(t, region, civil, "tot", sex, "BE0101N1", "2024")]
			}
		}
		total := after.Value[after.at(t, region, "SC", "TotSA", "TotSa", "000007ME", "2025")]
		if math.Abs(total/exact-1) > 0.03 {
			t.Errorf("%s goes from %v to %v", region, exact, total)
		}
		parts := after.Value[after.at(t, region, "SC", "TotSA", "1", "000007ME", "2025")] +
			after.Value[after.at(t, region, "SC", "TotSA", "2", "000007ME", "2025")]
		if parts != total {
			differ++
		}
	}
	if differ < 100 {
		t.Errorf("men and women miss the total in %d regions only", differ)
	}
}

func TestSymbols(t *testing.T) {
	t.Parallel()
	for name, symbols := range map[string][]string{
		"scb/TAB3200.json.zst": {"..", "-"}, "scb/TAB3554.json.zst": {".."}, "scb/TAB3138.json.zst": {"."},
		"scb/TAB2538.json.zst": {"-"},
	} {
		var d dataset
		read(t, name, &d)
		for _, symbol := range symbols {
			found := false
			for _, s := range d.Status {
				found = found || s == symbol
			}
			if !found {
				t.Errorf("%s has no %q", name, symbol)
			}
		}
	}
}

// TAB4642 codes its counties by NUTS 3, and TAB1212 has regions of four digits
// that are no municipalities.
func TestOddRegions(t *testing.T) {
	t.Parallel()
	var nuts, moves dataset
	read(t, "scb/TAB4642.json.zst", &nuts)
	read(t, "scb/TAB1212.json.zst", &moves)
	for code, want := range map[string]bool{"00": true, "SE331": true, "24": false, "2480": true} {
		if _, got := nuts.Dimension["Region"].Category.Index[code]; got != want {
			t.Errorf("TAB4642 has %s: %v", code, got)
		}
	}
	if _, ok := moves.Dimension["Region"].Category.Index["0010"]; !ok {
		t.Error("TAB1212 has no 0010")
	}
}

// The publisher's own ratio must be the one that the counts give, to one decimal.
func TestTwinSources(t *testing.T) {
	t.Parallel()
	var people, ready dataset
	read(t, "scb/TAB638.json.zst", &people)
	read(t, "scb/TAB4642.json.zst", &ready)
	for region, twin := range map[string]string{"00": "00", "24": "SE331", "2480": "2480"} {
		working, rest := 0.0, 0.0
		for age := range 101 {
			code := strconv.Itoa(age)
			if age == 100 {
				code = "100+"
			}
			n := 0.0
			for _, civil := range []string{"OG", "G", "SK", "ÄNKL"} {
				for _, sex := range []string{"1", "2"} {
					n += people.Value[people.at(t, region, civil, code, sex, "BE0101N1", "2020")]
				}
			}
			if age >= 20 && age <= 64 {
				working += n
			} else {
				rest += n
			}
		}
		want := ready.Value[ready.at(t, twin, "00000708", "2020")]
		if got := math.Round(1000*rest/working) / 10; got != want {
			t.Errorf("%s: %v of the counts, %v published", region, got, want)
		}
	}
}
